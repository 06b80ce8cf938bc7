// Package sharding is the map of what lives where: database → cluster, and module → cluster for tables that live apart from their database. A [Map]
// is immutable and numbered; an [Editor] makes the next one of it, at the cost of what is changed, and one statement sees one. Homes are discovered
// from the clusters; only exceptions are written down, in config.yaml or by operators in the store.
//
// It decides nothing about statements (router does) and does no I/O: the catalogue of databases comes from backend/catalog, what operators decided
// from the store, by way of cmd/shunt.
package sharding

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
)

// Config is what config.yaml says: the exceptions.
type Config struct {
	// Default is the cluster of statements that name no database, and where CREATE DATABASE goes.
	Default string
	// Homes are databases whose cluster discovery is not to decide. They belong to the map.
	Homes map[string]string
	// Names are what those of them are called on their clusters that have another name there. They belong to the map.
	Names map[string]string
	// Modules are sets of tables that live on a cluster of their own. No table is in two of them.
	Modules []Module
}

// Map says on which cluster a database lives. Immutable.
type Map struct {
	// Revision counts the maps that this process has made. Stored is the revision of the store whose decisions are in it; 0: none were read.
	Revision uint64
	Stored   int64
	// Default is the home of databases that nobody has seen.
	Default string

	names    table
	clusters []string          // by number
	numbers  map[string]uint64 // of clusters; not changed once the map is in force
	modules  map[string][]*Module
	listed   []ListedModule
	file     Config
	stored   stored
	named    *named // nil: each database has its own name everywhere
}

// Source is who decided something.
type Source uint8

// The sources. The store goes before the file, and that before what was discovered.
const (
	Discovered Source = iota
	File
	Store
	Nobody // several clusters have it
)

func (s Source) String() string { return [...]string{"discovered", "file", "store", "nobody"}[s] }

// systemDatabases exist on every cluster; statements about them go to the default one.
var systemDatabases = map[string]bool{"information_schema": true, "performance_schema": true, "mysql": true, "sys": true}

// NewMap builds a map from what the file says and what was found: cluster → its databases.
func NewMap(revision uint64, c Config, found map[string][]string) *Map {
	e := (&Map{names: newTable()}).Edit()
	e.SetFile(c)
	for cluster, databases := range found {
		for _, database := range databases {
			e.Found(database, cluster)
		}
	}
	m := e.Done()
	m.Revision = revision
	return m
}

// ClashError says that a database exists on several clusters and nobody has decided which one is meant.
type ClashError struct {
	Database string
	Clusters []string // sorted
}

func (e *ClashError) Error() string {
	return fmt.Sprintf("database %s exists on clusters %s, and nobody has decided which one is meant; SET DATABASE %s HOME %s on the console of shunt, or another of them, "+
		"decides it, and so does databases: in config.yaml", e.Database, strings.Join(e.Clusters, " and "), Quoted(e.Database), Quoted(e.Clusters[0]))
}

// Home gives a database's cluster; the default one for those that nobody has seen (CREATE DATABASE goes there, and for others
// the server says that it does not know them) and for the empty name. Errors: *ClashError. Without an error it does not allocate.
func (m *Map) Home(db string) (string, error) {
	if db == "" {
		return m.Default, nil
	}
	text, ok := m.names.find(db)
	if !ok {
		return m.Default, nil
	}
	if m.named != nil && m.named.hidden[db] {
		if _, _, decided := decision(text); !decided {
			return m.homeOfSeen(db, text)
		}
	}
	if len(text) == 2 && text[0] == 0 && text[1] < long { // found on one cluster, and nobody has decided anything: most of them
		return m.clusters[text[1]], nil
	}
	if number, _, decided := decision(text); decided {
		return m.clusters[number], nil
	}
	number, more := uvarint(foundIn(text))
	if more == "" {
		return m.clusters[number], nil
	}
	return m.discovered(db, text)
}

// discovered is the home of a database that several clusters have, and that nobody has decided about: the one that does not have it for the sake of a
// module.
func (m *Map) discovered(db, text string) (string, error) {
	homes, home := 0, ""
	for rest := foundIn(text); rest != ""; {
		var number uint64
		number, rest = uvarint(rest)
		if cluster := m.clusters[number]; !m.hosts(db, cluster) {
			homes++
			home = cluster
		}
	}
	if homes == 1 {
		return home, nil
	}
	return "", &ClashError{db, m.foundOn(text)}
}

// foundOn names the clusters that an entry says have the database, sorted.
func (m *Map) foundOn(text string) []string {
	var names []string
	for rest := foundIn(text); rest != ""; {
		var number uint64
		number, rest = uvarint(rest)
		names = append(names, m.clusters[number])
	}
	slices.Sort(names)
	return names
}

// Everywhere says whether a database is one that every cluster has. It is asked about each statement, and the length tells nearly always.
func Everywhere(db string) bool {
	switch len(db) {
	case len("sys"), len("mysql"), len("information_schema"):
		return systemDatabases[strings.ToLower(db)]
	}
	return false
}

// Keeper holds the map in force. Set replaces it whole.
type Keeper struct{ current atomic.Pointer[Map] }

// Map is the one in force; nil before the first Set.
func (k *Keeper) Map() *Map { return k.current.Load() }

// Set puts a new map in force.
func (k *Keeper) Set(m *Map) { k.current.Store(m) }
