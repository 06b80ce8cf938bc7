package router

import "shunt/sharding"

// shard finds the one cluster that has all tables of the statement.
func (d *decision) shard() bool {
	st, m := d.st, d.world.Map
	if d.Cluster = d.world.Only; d.Cluster != "" {
		return d.known()
	}
	for i := range st.Tables {
		if d.table(m, schemaOf(&st.Tables[i], d.facts), st.Tables[i].Name) {
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
	switch {
	case d.Cluster == "":
		d.Cluster = m.Default
		d.because(ByDefault)
	case d.module != nil:
		d.because(ByModule)
	case d.Cluster != m.Default:
		d.because(ByDatabase)
	}
	return d.known()
}

// known looks the cluster up; true if that settled the plan as a refusal.
func (d *decision) known() bool {
	if d.cluster = d.world.Topology.Clusters[d.Cluster]; d.cluster == nil {
		return d.refuse(ErrorNoCluster, "HY000", "cluster ", d.Cluster, " is not configured")
	}
	return d.notServed()
}

// table adds one table; true if that settled the plan as a refusal.
func (d *decision) table(m *sharding.Map, database, table string) bool {
	if len(m.Modules(database)) == 0 {
		return d.home(m, database)
	}
	place, err := m.Table(database, table)
	if err != nil {
		return d.refuse(ErrorClash, "HY000", err.Error())
	}
	if place.Module != nil {
		d.module = place.Module
	}
	return d.on(place.Cluster, func() string { return database + "." + table + " (" + place.String() + ")" })
}

// home adds one database; true if that settled the plan as a refusal. System databases say nothing: every cluster has them.
func (d *decision) home(m *sharding.Map, db string) bool {
	if db == d.database || sharding.Everywhere(db) { // the same as the one before, or none
		return false
	}
	d.database = db
	cluster, err := m.Home(db)
	if err != nil {
		return d.refuse(ErrorClash, "HY000", err.Error())
	}
	return d.on(cluster, func() string { return "database " + db + " (cluster " + cluster + ")" })
}

// on makes a cluster the statement's; true if that settled the plan, since it has another one already. what names what needs the cluster.
func (d *decision) on(cluster string, what func() string) bool {
	if d.Cluster != "" && d.Cluster != cluster {
		why := d.noJoin()
		if why != "" {
			return d.refuse(ErrorTwoClusters, "HY000", "the statement needs cluster ", d.Cluster, d.reasonFor(), " and ", what(), ", and ", why, "; send one statement to each")
		}
		d.spreads(cluster)
		return false
	}
	d.Cluster = cluster
	return false
}

// reasonFor names the module that the statement's cluster is for, if there is one.
func (d *decision) reasonFor() string {
	if d.module == nil || d.module.Cluster != d.Cluster {
		return ""
	}
	return " (module " + d.module.Name + ")"
}
