package sharding

import (
	"slices"
	"strings"
)

// TableName is a table and its database.
type TableName struct{ Database, Table string }

// Move is a table that another map looks for elsewhere.
type Move struct {
	TableName
	From  string // empty: nobody had decided where it is
	To    string
	There bool // the cluster it is looked for on has a table of that name
	Here  bool // so does the one that it was looked for on
}

// Missing says whether statements that find the table now would not find it any more.
func (m Move) Missing() bool { return m.Here && !m.There }

// Moves tells which of the tables that exist another map looks for on another cluster, by name. tables are those of one database, by cluster.
func Moves(before, after *Map, database string, tables map[string][]string) []Move {
	on := map[string][]string{} // clusters, by table
	for cluster, names := range tables {
		for _, table := range names {
			on[table] = append(on[table], cluster)
		}
	}
	var moves []Move
	for table, clusters := range on {
		from, to := placeOf(before, database, table), placeOf(after, database, table)
		if from != to {
			moves = append(moves, Move{TableName{database, table}, from, to, slices.Contains(clusters, to), slices.Contains(clusters, from)})
		}
	}
	slices.SortFunc(moves, func(a, b Move) int { return strings.Compare(a.Table, b.Table) })
	return moves
}

// placeOf is the cluster of a table; empty where nobody has decided.
func placeOf(m *Map, database, table string) string {
	place, err := m.Table(database, table)
	if err != nil {
		return ""
	}
	return PlaceName(place.Cluster, database, m.Physical(database))
}

// PlaceName tells a cluster, and what a database is called there, if that is another name.
func PlaceName(cluster, database, physical string) string {
	if physical == database {
		return cluster
	}
	return cluster + " as " + physical
}

// Target are the clusters that a statement over these tables goes to, sorted: one, unless it would be refused or put together. A table whose place
// nobody has decided is on none.
func Target(m *Map, tables []TableName) []string {
	var clusters []string
	for _, t := range tables {
		if Everywhere(t.Database) {
			continue
		}
		place, _ := m.Table(t.Database, t.Table) // empty where nobody has decided
		if cluster := place.Cluster; !slices.Contains(clusters, cluster) {
			clusters = append(clusters, cluster)
		}
	}
	slices.Sort(clusters)
	return clusters
}
