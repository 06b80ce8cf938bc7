// Package sharding is the map of what lives where: database → cluster, and module → cluster for tables that live apart from their database. A [Map] is immutable and numbered; a change makes a new one,
// and one statement sees one. Homes are discovered from the clusters; only exceptions are written down in config.yaml.
//
// It decides nothing about statements (router does) and does no I/O: the catalogue of databases comes from backend/catalog.
package sharding

import (
	"fmt"
	"sort"
	"strings"
	"sync/atomic"
)

// Config is what an operator writes down: the exceptions.
type Config struct {
	// Default is the cluster of statements that name no database, and where CREATE DATABASE goes. Empty: the only cluster, or the
	// first in the file.
	Default string
	// Homes are databases whose cluster discovery is not to decide.
	Homes map[string]string
	// Modules are sets of tables that live on a cluster of their own. No table is in two of them.
	Modules []Module
}

// Map says on which cluster a database lives. Immutable.
type Map struct {
	Revision uint64
	Default  string
	fixed    map[string]string
	found    map[string]string
	clashes  map[string][]string
	modules  map[string][]*Module // by database
	fallback map[string]string    // databases that were found only where a module of theirs lives
}

// systemDatabases exist on every cluster; statements about them go to the default one.
var systemDatabases = map[string]bool{"information_schema": true, "performance_schema": true, "mysql": true, "sys": true}

// NewMap builds a map from what is written down and what was found: cluster → its databases.
func NewMap(revision uint64, c Config, found map[string][]string) *Map {
	m := &Map{Revision: revision, Default: c.Default, fixed: map[string]string{}, found: map[string]string{}, clashes: map[string][]string{}, modules: map[string][]*Module{}}
	for i := range c.Modules {
		one := &c.Modules[i]
		m.modules[one.Database] = append(m.modules[one.Database], one)
	}
	for db, cluster := range c.Homes {
		m.fixed[db] = cluster
	}
	clusters := make([]string, 0, len(found))
	for cluster := range found {
		clusters = append(clusters, cluster)
	}
	sort.Strings(clusters)
	for _, cluster := range clusters {
		for _, db := range found[cluster] {
			m.add(db, cluster)
		}
	}
	return m
}

func (m *Map) add(db, cluster string) {
	if Everywhere(db) || m.fixed[db] != "" {
		return
	}
	if m.hosts(db, cluster) {
		if m.fallback == nil {
			m.fallback = map[string]string{}
		}
		m.fallback[db] = cluster // its home, if no other cluster has it
		return
	}
	if first, taken := m.found[db]; taken && first != cluster {
		if m.clashes[db] == nil {
			m.clashes[db] = []string{first}
		}
		m.clashes[db] = append(m.clashes[db], cluster)
		return
	}
	m.found[db] = cluster
}

// ClashError says that a database exists on several clusters and nobody has decided which one is meant.
type ClashError struct {
	Database string
	Clusters []string
}

func (e *ClashError) Error() string {
	return fmt.Sprintf("database %s exists on clusters %s; write its home into databases: in config.yaml, or drop one of them",
		e.Database, strings.Join(e.Clusters, " and "))
}

// Home gives a database's cluster; the default one for those that nobody has seen (CREATE DATABASE goes there, and for others
// the server says that it does not know them) and for the empty name. Errors: *ClashError.
func (m *Map) Home(db string) (string, error) {
	if db == "" {
		return m.Default, nil
	}
	if c, ok := m.fixed[db]; ok {
		return c, nil
	}
	if len(m.clashes) > 0 {
		if c := m.clashes[db]; c != nil {
			return "", &ClashError{db, c}
		}
	}
	if c, ok := m.found[db]; ok {
		return c, nil
	}
	if c, ok := m.fallback[db]; ok {
		return c, nil
	}
	return m.Default, nil
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
