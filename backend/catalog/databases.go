package catalog

import "strings"

// Databases are the databases of all clusters at one moment. Immutable.
type Databases struct {
	clusters []databaseSet // in the order of the clusters
}

// databaseSet is the databases of one cluster.
type databaseSet struct {
	cluster string
	folded  bool // names are stored in lower case and compared so: lower_case_table_names is not 0
	names   map[string]struct{}
}

// Homes are the names of the clusters that have the database, in the order of the clusters; none if it is unknown. It
// costs one look-up per cluster.
func (d *Databases) Homes(database string) []string {
	var homes []string
	for _, c := range d.clusters {
		if c.has(database) {
			homes = append(homes, c.cluster)
		}
	}
	return homes
}

func (c databaseSet) has(database string) bool {
	if c.folded {
		database = strings.ToLower(database)
	}
	_, ok := c.names[database]
	return ok
}

// All calls yield for each database of each cluster until it returns false; for use with range.
func (d *Databases) All(yield func(cluster, database string) bool) {
	for _, c := range d.clusters {
		for name := range c.names {
			if !yield(c.cluster, name) {
				return
			}
		}
	}
}

// system are the databases that every server has for itself.
var system = [...]string{"information_schema", "performance_schema", "mysql", "sys"}

// newDatabaseSet takes the names as a server lists them, without its own and without the hidden ones.
func newDatabaseSet(cluster string, folded bool, names, hidden []string) databaseSet {
	s := databaseSet{cluster: cluster, folded: folded, names: make(map[string]struct{}, len(names))}
	for _, name := range names {
		if folded {
			name = strings.ToLower(name)
		}
		s.names[name] = struct{}{}
	}
	for _, name := range append(system[:], hidden...) {
		delete(s.names, name)
	}
	return s
}
