package router

import (
	"maps"
	"slices"

	"shunt/statement"
)

// gather settles what is listed on several clusters: the tables of a database with modules, and all databases. One with parameters sees what one cluster has, and
// so does a session with autocommit off, whose questions to others would begin transactions there.
func (d *decision) gather() bool {
	if d.st.Lists == statement.ListsNothing || d.world.Only != "" || d.world.OnServer || d.world.OneServer && d.st.Params > 0 || !d.facts.Autocommit {
		return false
	}
	var clusters []string
	switch d.st.Lists {
	case statement.ListsTables, statement.ListsTriggers:
		clusters = d.spread()
	case statement.ListsDatabases:
		clusters = slices.Sorted(maps.Keys(d.world.Topology.Clusters))
	}
	if len(clusters) < 2 && !(d.st.Lists == statement.ListsDatabases && d.world.Map.Renames()) {
		return false
	}
	d.because(Gathers)
	d.Verdict, d.Clusters = Gather, clusters
	return true
}

// spread are the clusters that have tables of the statement's database, its home first; nil if its home cannot be told.
func (d *decision) spread() []string {
	database := d.facts.Schema
	if len(d.st.Databases) > 0 {
		database = d.st.Databases[0]
	}
	if len(d.world.Map.Modules(database)) == 0 {
		return nil
	}
	clusters, err := d.world.Map.Parts(database)
	if err != nil {
		return nil
	}
	return clusters
}
