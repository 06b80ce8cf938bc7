// Package lint says what stands in the way of a split: what would cross the border between a module's tables and the
// rest ([Lint]), and which tables could be a module of their own ([Advise]).
//
// Both are functions of a [World]: what is asked (digest), what the servers have defined (backend/definitions) and where
// tables live now (sharding). Reading any of that is left to others, and so is showing the answer.
package lint

import (
	"cmp"
	"slices"

	"shunt/backend/definitions"
	"shunt/digest"
	"shunt/sharding"
	"shunt/statement"
)

// World is what is known. None of it is changed.
type World struct {
	Traffic digest.Report
	// Schemas are the definitions of one database, from each cluster that has a part of it.
	Schemas []definitions.Schema
	// Map is the shard map in force.
	Map *sharding.Map
	// Parser reads views and programs.
	Parser *statement.Parser
}

// Kind is what a finding is about.
type Kind string

// The kinds, in the order of a report.
const (
	NotSeen       Kind = "not_seen"       // the control account may not see what may cross
	ForeignKey    Kind = "foreign_key"    // between a table of the module and another
	View          Kind = "view"           // over tables on both sides, or that lives apart from its tables
	Procedure     Kind = "procedure"      // that touches tables of the module; it runs on the database's home
	Function      Kind = "function"       // the same, or one that statements on the module's tables call
	Trigger       Kind = "trigger"        // on one side that touches tables of the other
	Event         Kind = "event"          // that touches tables of the module; it runs on the database's home
	NotUnderstood Kind = "not_understood" // a part of a program whose text does not tell what it touches
	Read          Kind = "read"           // statements that read tables of both sides
	Write         Kind = "write"          // statements that touch both sides and write
	Transaction   Kind = "transaction"    // transactions that touch both sides
	Verdict       Kind = "verdict"        // all of it in a sentence
)

// Kinds lists them in the order of a report.
func Kinds() []Kind {
	return []Kind{NotSeen, ForeignKey, View, Procedure, Function, Trigger, Event, NotUnderstood, Read, Write, Transaction, Verdict}
}

// Finding is one thing that crosses, or that nobody can tell about.
type Finding struct {
	Kind         Kind
	Object       string   // the name of what is defined, or the ID of a digest
	Ours, Theirs []string // tables of the module, and others; qualified if they are of another database
	Count        uint64   // how many statements, or transactions, were counted
	Share        float64  // which part that is of all statements, or of all transactions; from 0 to 1
	Example      string   // a statement without its literals, or the part of a program
	Advice       string
}

// Report is what was found about a module. The last finding is the verdict.
type Report struct {
	Module   sharding.Module
	Findings []Finding
}

// Crosses counts the findings of what crosses, without the verdict, missing rights, and what is not understood.
func (r Report) Crosses() (n int) {
	for _, f := range r.Findings {
		switch f.Kind {
		case NotSeen, NotUnderstood, Verdict:
		default:
			n++
		}
	}
	return n
}

// Lint finds what would cross the border of a module, whether it is configured or only proposed. With an empty cluster the module is meant
// to have one for itself; else tables that live on its cluster anyway are no obstacle.
func Lint(module sharding.Module, w World) Report { return lint(module, w, index(module.Database, w)) }

func lint(module sharding.Module, w World, o *objects) Report {
	l := &linter{module: module, world: w, objects: o, total: statements(w.Traffic)}
	l.rights()
	l.foreignKeys()
	l.views()
	l.programs()
	l.digests()
	l.transactions()
	order := Kinds()
	slices.SortStableFunc(l.found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Object, b.Object))
	})
	r := Report{Module: module, Findings: l.found}
	r.Findings = append(r.Findings, l.verdict(r))
	return r
}

// linter gathers the findings about one module.
type linter struct {
	module  sharding.Module
	world   World
	objects *objects
	total   uint64 // statements
	found   []Finding

	crossing, crossingTransactions uint64
}

func (l *linter) add(f Finding) { l.found = append(l.found, f) }

// isOurs says whether a table belongs to the module.
func (l *linter) isOurs(t statement.Table) bool {
	return t.Schema == l.module.Database && l.module.Has(t.Name)
}

// sides tells the tables of the module from those that would be on another cluster. What every cluster has is on neither.
func (l *linter) sides(tables []statement.Table) (ours, theirs []string) {
	for _, t := range tables {
		switch {
		case sharding.Everywhere(t.Schema):
		case l.isOurs(t):
			ours = append(ours, t.Name)
		case !l.isNear(t):
			theirs = append(theirs, l.shown(t))
		}
	}
	return sorted(ours), sorted(theirs)
}

// isNear says whether a table that is not the module's lives on the module's cluster all the same.
func (l *linter) isNear(t statement.Table) bool {
	if l.module.Cluster == "" || l.world.Map == nil {
		return false
	}
	place, err := l.world.Map.Table(t.Schema, t.Name)
	return err == nil && place.Cluster == l.module.Cluster
}

// shown names a table to people who know which database it is about.
func (l *linter) shown(t statement.Table) string {
	if t.Schema == l.module.Database || t.Schema == "" {
		return t.Name
	}
	return t.Schema + "." + t.Name
}

// cluster names the module's cluster to people.
func (l *linter) cluster() string {
	if l.module.Cluster == "" {
		return "the module's cluster"
	}
	return "cluster " + l.module.Cluster
}

func sorted(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// statements counts all of them.
func statements(r digest.Report) uint64 {
	n := r.Other.All()
	for i := range r.Shapes {
		n += r.Shapes[i].All()
	}
	return n
}

func part(of, total uint64) float64 {
	if total == 0 {
		return 0
	}
	return float64(of) / float64(total)
}
