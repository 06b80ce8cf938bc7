package sharding

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Module is a set of tables of one database that live together, and may live on another cluster than the rest of it. Immutable.
type Module struct {
	Name     string
	Database string
	Tables   []string // names; an asterisk stands for any characters
	Cluster  string
	Joins    Joins
}

// Joins says what becomes of a SELECT that needs tables of a module and others that live elsewhere.
type Joins uint8

// The ways.
const (
	AnswerJoins Joins = iota // it is answered, if it can be within the limits
	WarnJoins                // … with a warning
	RefuseJoins              // it is refused
)

// ParseJoins reads a way as it is written: answer, warn, refuse.
func ParseJoins(word string) (Joins, bool) {
	for _, j := range []Joins{AnswerJoins, WarnJoins, RefuseJoins} {
		if j.String() == word {
			return j, true
		}
	}
	return AnswerJoins, false
}

func (j Joins) String() string { return [...]string{"answer", "warn", "refuse"}[j] }

// Has says whether a table of the module's database belongs to it. It does not allocate.
func (m *Module) Has(table string) bool {
	for _, pattern := range m.Tables {
		if Matches(pattern, table) {
			return true
		}
	}
	return false
}

// Check says what is wrong with a module by itself. Whether there is such a cluster, and whether another module has its tables, is for others to say.
func (m Module) Check() error {
	switch {
	case m.Name == "":
		return errors.New("a module needs a name")
	case m.Database == "":
		return errors.New("a module is about a database, and there is none")
	case m.Cluster == "":
		return errors.New("a module lives on a cluster, and there is none")
	case Everywhere(m.Database):
		return fmt.Errorf("database %s is on every cluster", m.Database)
	case len(m.Tables) == 0:
		return errors.New("a module needs a table, or a pattern of tables")
	}
	for _, table := range m.Tables {
		if table == "" || strings.ContainsAny(table, ". `") {
			return fmt.Errorf("%q is no name of a table; write names without their database, such as b_stat_*", table)
		}
	}
	return nil
}

// Overlap names a pattern of each module that some table would fit both of; ok is false if there is none.
func Overlap(a, b Module) (first, second string, ok bool) {
	if a.Database != b.Database {
		return "", "", false
	}
	for _, p := range a.Tables {
		for _, q := range b.Tables {
			if common(p, q) {
				return p, q, true
			}
		}
	}
	return "", "", false
}

// common says whether some name fits both patterns.
func common(p, q string) bool {
	switch {
	case p == "" && q == "":
		return true
	case p != "" && p[0] == '*':
		return common(p[1:], q) || q != "" && common(p, q[1:])
	case q != "" && q[0] == '*':
		return common(p, q[1:]) || p != "" && common(p[1:], q)
	case p == "" || q == "":
		return false
	}
	return p[0] == q[0] && common(p[1:], q[1:])
}

// Place is where a table lives.
type Place struct {
	Cluster string
	Module  *Module // nil: the rest of its database
}

// Table gives the place of a table. Errors: *ClashError.
func (m *Map) Table(database, table string) (Place, error) {
	if len(m.modules) > 0 {
		for _, one := range m.modules[database] {
			if one.Has(table) {
				return Place{one.Cluster, one}, nil
			}
		}
	}
	cluster, err := m.Home(database)
	return Place{Cluster: cluster}, err
}

// Modules are the modules of a database; whoever gets them does not change them.
func (m *Map) Modules(database string) []*Module { return m.modules[database] }

// hosts says whether a cluster has a database for the sake of a module only.
func (m *Map) hosts(database, cluster string) bool {
	for _, one := range m.modules[database] {
		if one.Cluster == cluster {
			return true
		}
	}
	return false
}

// Parts are the clusters that have tables of a database, its home first. The error is that of Home.
func (m *Map) Parts(database string) ([]string, error) {
	home, err := m.Home(database)
	if err != nil {
		return nil, err
	}
	clusters := []string{home}
	for _, one := range m.Modules(database) {
		if !slices.Contains(clusters, one.Cluster) {
			clusters = append(clusters, one.Cluster)
		}
	}
	return clusters, nil
}

// Hosts says whether a cluster has a database: as its home, or for the sake of a module.
func (m *Map) Hosts(database, cluster string) bool {
	if m == nil || Everywhere(database) {
		return true
	}
	home, err := m.Home(database)
	return err != nil || home == cluster || m.hosts(database, cluster)
}

// String names a place to people.
func (p Place) String() string {
	if p.Module == nil {
		return "cluster " + p.Cluster
	}
	return fmt.Sprintf("module %s on cluster %s", p.Module.Name, p.Cluster)
}

// plainName is a name that needs no quotes.
var plainName = regexp.MustCompile(`^[A-Za-z_$][\w$]*$`)

// Quoted is a name as a command has to have it.
func Quoted(name string) string {
	if plainName.MatchString(name) {
		return name
	}
	return "`" + strings.ReplaceAll(name, "`", "``") + "`"
}
