package router

import (
	"errors"

	"shunt/sharding"
)

// shard finds the one cluster that has all databases of the statement.
func (d *decision) shard() bool {
	st, m := d.st, d.world.Map
	for i := range st.Tables {
		schema := st.Tables[i].Schema
		if schema == "" {
			schema = d.facts.Schema
		}
		if d.home(m, schema) {
			return true
		}
	}
	for _, db := range st.Databases {
		if d.home(m, db) {
			return true
		}
	}
	if d.Cluster == "" && d.home(m, d.facts.Schema) {
		return true
	}
	if d.Cluster == "" {
		d.Cluster = m.Default
		d.because(ByDefault)
	} else if d.Cluster != m.Default {
		d.because(ByDatabase)
	}
	if d.cluster = d.world.Topology.Clusters[d.Cluster]; d.cluster == nil {
		return d.refuse(ErrorNoCluster, "HY000", "cluster ", d.Cluster, " is not configured")
	}
	return false
}

// home adds one database; true if that settled the plan as a refusal. System databases say nothing: every cluster has them.
func (d *decision) home(m *sharding.Map, db string) bool {
	if db == d.database || sharding.Everywhere(db) { // the same as the one before, or none
		return false
	}
	d.database = db
	cluster, err := m.Home(db)
	if err != nil {
		var clash *sharding.ClashError
		if errors.As(err, &clash) {
			return d.refuse(ErrorClash, "HY000", clash.Error())
		}
		return d.refuse(ErrorClash, "HY000", err.Error())
	}
	if d.Cluster != "" && d.Cluster != cluster {
		return d.refuse(ErrorTwoClusters, "HY000", "the statement needs databases of clusters ", d.Cluster, " and ", cluster,
			"; send one statement to each")
	}
	d.Cluster = cluster
	return false
}
