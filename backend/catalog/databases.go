package catalog

import (
	"slices"
	"sort"
	"strings"
)

// Databases are the databases of all clusters at one moment. Immutable.
type Databases struct {
	clusters []databaseSet // in the order of the clusters
}

// databaseSet is the databases of one cluster. A name costs its bytes and four more.
type databaseSet struct {
	cluster string
	folded  bool // names are stored in lower case and compared so: lower_case_table_names is not 0
	names   nameList
}

// nameList is names in the order of their bytes, without doubles: one text, and where each name ends in it.
type nameList struct {
	text string
	ends []uint32
}

func (l nameList) len() int { return len(l.ends) }

func (l nameList) at(i int) string {
	from := uint32(0)
	if i > 0 {
		from = l.ends[i-1]
	}
	return l.text[from:l.ends[i]]
}

func (l nameList) has(name string) bool {
	i := sort.Search(l.len(), func(i int) bool { return l.at(i) >= name })
	return i < l.len() && l.at(i) == name
}

func (l nameList) equal(other nameList) bool {
	if len(l.ends) != len(other.ends) || len(l.ends) > 0 && &l.ends[0] == &other.ends[0] {
		return len(l.ends) == len(other.ends)
	}
	return l.text == other.text && slices.Equal(l.ends, other.ends)
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
	return c.names.has(database)
}

// All calls yield for each database of each cluster until it returns false; for use with range.
func (d *Databases) All(yield func(cluster, database string) bool) {
	for _, c := range d.clusters {
		for i := range c.names.len() {
			if !yield(c.cluster, c.names.at(i)) {
				return
			}
		}
	}
}

// Change is a database that a cluster has, and did not have before, or the other way round. Its strings are parts of long ones: who keeps them
// clones them.
type Change struct {
	Cluster, Database string
	Gone              bool
}

// Since calls yield for each difference from an earlier moment of the same catalog until it returns false; before is nil for the time when
// nothing was known. Clusters on which nothing has changed cost a comparison.
func (d *Databases) Since(before *Databases, yield func(Change) bool) {
	for i, c := range d.clusters {
		var was nameList
		if before != nil {
			was = before.clusters[i].names
		}
		if !was.equal(c.names) && !differences(was, c, yield) {
			return
		}
	}
}

// differences goes through both lists together; false if yield wants no more.
func differences(was nameList, is databaseSet, yield func(Change) bool) bool {
	i, j := 0, 0
	for i < was.len() || j < is.names.len() {
		switch {
		case j == is.names.len() || i < was.len() && was.at(i) < is.names.at(j):
			if !yield(Change{is.cluster, was.at(i), true}) {
				return false
			}
			i++
		case i == was.len() || is.names.at(j) < was.at(i):
			if !yield(Change{is.cluster, is.names.at(j), false}) {
				return false
			}
			j++
		default:
			i, j = i+1, j+1
		}
	}
	return true
}

// system are the databases that every server has for itself.
var system = [...]string{"information_schema", "performance_schema", "mysql", "sys"}

// newDatabaseSet takes the names as a server lists them, without its own and without the hidden ones. It sorts names.
func newDatabaseSet(cluster string, folded bool, names, hidden []string) databaseSet {
	if folded {
		for i, name := range names {
			names[i] = strings.ToLower(name)
		}
	}
	slices.Sort(names)
	var text strings.Builder
	s := databaseSet{cluster: cluster, folded: folded}
	bytes := 0
	for _, name := range names {
		bytes += len(name)
	}
	text.Grow(bytes)
	s.names.ends = make([]uint32, 0, len(names))
	for i, name := range names {
		if i > 0 && name == names[i-1] || slices.Contains(system[:], name) || slices.Contains(hidden, name) {
			continue
		}
		text.WriteString(name)
		s.names.ends = append(s.names.ends, uint32(text.Len()))
	}
	s.names.text = text.String()
	return s
}
