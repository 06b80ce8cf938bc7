package lint

import (
	"cmp"
	"slices"
	"time"

	"shunt/digest"
	"shunt/sharding"
	"shunt/statement"
)

// Proposal is a set of tables that could be a module, and what that would change. The last one of an advice has no name: it is what stays.
type Proposal struct {
	Module     sharding.Module // without a cluster; Tables are patterns where one means the same tables
	Tables     []string        // all of them, by name
	Statements uint64          // that touch nothing but these tables
	PerSecond  float64         // the same, since counting began
	// The shares of what the primary of the database's home does: of the statements that write, of those that read, and of its time. From
	// 0 to 1.
	Writes, Reads, Time float64
	// Crosses are the findings of Lint about the module, without its verdict; none for what stays.
	Crosses []Finding
	Verdict string
}

const (
	// together is which part of the uses of the rarer used of two sets of tables must touch both, so that they are one set.
	together = 0.01
	// worth is which part of all statements, or of the primary's time, a module must take to be proposed.
	worth = 0.01
)

// Advise proposes modules of a database: the tables are put into groups of those that are used together, and each group
// but the largest is a module if it is worth the work.
//
// Tables that a foreign key or a trigger ties are in one group from the beginning. Then the two groups are joined, again and
// again, that are used together most: by how many uses touch both, divided by the uses of the rarer used of the two; until that is
// below one in a hundred. A use is a statement, with the views and routines behind it, or a transaction. At last, groups whose tables have all
// the same first words of their names (b_stat_hits, b_stat_day) are joined, as people have meant them to be one.
//
// The same World gives the same advice. w.Schemas has the definitions of that database.
func Advise(database string, w World) []Proposal {
	a := &adviser{database: database, world: w, objects: index(database, w)}
	a.home, _ = a.world.Map.Home(database) // a database that is on two clusters has none: nothing is found there
	a.gather()
	groups := a.groups()
	if len(groups) == 0 {
		return nil
	}
	core := slices.MaxFunc(groups, func(x, y *group) int {
		return cmp.Or(cmp.Compare(len(x.tables), len(y.tables)), cmp.Compare(x.weight, y.weight), cmp.Compare(y.tables[0], x.tables[0]))
	})
	all, takes := a.loads(groups)
	stays := &group{tables: core.tables}
	var proposals []Proposal
	for _, g := range groups {
		if g == core {
			continue
		}
		p := a.proposal(g.tables, takes[g], all)
		if part(p.Statements, all.statements) < worth && p.Time < worth {
			stays.tables = append(stays.tables, g.tables...)
			continue
		}
		proposals = append(proposals, p)
	}
	slices.SortFunc(proposals, func(x, y Proposal) int {
		return cmp.Or(cmp.Compare(y.Time+y.Writes, x.Time+x.Writes), cmp.Compare(y.Statements, x.Statements), cmp.Compare(x.Tables[0], y.Tables[0]))
	})
	a.name(proposals)
	for i := range proposals {
		p := &proposals[i]
		findings := lint(p.Module, w, a.objects).Findings
		last := len(findings) - 1
		p.Crosses, p.Verdict = findings[:last], findings[last].Advice
	}
	slices.Sort(stays.tables)
	_, takes = a.loads([]*group{stays})
	rest := a.proposal(stays.tables, takes[stays], all)
	rest.Verdict = "stays where it is"
	return append(proposals, rest)
}

// adviser gathers what is used of one database.
type adviser struct {
	database, home string
	world          World
	objects        *objects
	tables         map[string]bool // those that could move; false for others
	asked          []asked
	uses           []use
	families       map[string]int // beginnings of names, and how many tables that could move have each
	movable        int            // how many these are
}

// asked is a digest and the tables it touches that could move.
type asked struct {
	*digest.Use
	tables []string
}

// use is a set of tables that were touched together, and how often.
type use struct {
	tables []string // in order
	weight uint64
}

// gather finds the tables that are on the database's home, and what is used together.
func (a *adviser) gather() {
	a.tables = map[string]bool{}
	for t := range a.objects.tables {
		a.tables[t] = a.isHere(t)
	}
	if len(a.objects.tables) == 0 { // nobody may see them: those that are asked for have to do
		for i := range a.world.Traffic.Shapes {
			for _, t := range a.world.Traffic.Shapes[i].Tables {
				if t.Schema == a.database && a.objects.views[t.Name] == nil {
					a.tables[t.Name] = a.isHere(t.Name)
				}
			}
		}
	}
	a.countFamilies()
	weights := map[string]int{}
	add := func(names []string, weight uint64) {
		if len(names) == 0 || weight == 0 {
			return
		}
		k := keyOf(names)
		if _, known := weights[k]; !known {
			weights[k] = len(a.uses)
			a.uses = append(a.uses, use{tables: names})
		}
		a.uses[weights[k]].weight += weight
	}
	for i := range a.world.Traffic.Shapes {
		u := &a.world.Traffic.Shapes[i]
		names := a.names(a.touched(u))
		a.asked = append(a.asked, asked{u, names})
		add(names, u.All())
	}
	for _, t := range a.world.Traffic.Transactions {
		add(a.names(a.objects.behind(t.Tables)), t.Transactions)
	}
	slices.SortFunc(a.uses, func(x, y use) int { return slices.Compare(x.tables, y.tables) })
}

// isHere says whether a table lives on the database's home, and not in a module already.
func (a *adviser) isHere(table string) bool {
	place, err := a.world.Map.Table(a.database, table)
	return err == nil && place.Module == nil && place.Cluster == a.home
}

// touched are the base tables that the statements of a digest touch, by themselves or by a routine.
func (a *adviser) touched(u *digest.Use) []statement.Table {
	tables := a.objects.behind(u.Tables)
	for _, r := range a.objects.called(u.Functions, u.Database) {
		tables = append(tables, a.objects.behind(r.tables)...)
	}
	return tables
}

// names keeps the tables that could move, in order and without doubles.
func (a *adviser) names(tables []statement.Table) (names []string) {
	for _, t := range tables {
		if t.Schema == a.database && a.tables[t.Name] {
			names = append(names, t.Name)
		}
	}
	return sorted(names)
}

// load is what the primary of the home does, and how many statements there were in all.
type load struct {
	statements, writes, reads uint64
	time                      time.Duration
}

// loads tells what all statements are to the home, and what those are that touch one group alone.
func (a *adviser) loads(groups []*group) (all load, takes map[*group]load) {
	of := map[string]*group{}
	for _, g := range groups {
		for _, t := range g.tables {
			of[t] = g
		}
	}
	takes = map[*group]load{}
	all.statements = statements(a.world.Traffic)
	for _, u := range a.asked {
		if len(u.tables) > 0 || len(u.Clusters) == 1 && u.Clusters[0] == a.home {
			all.add(u.Use)
		}
		if len(u.tables) == 0 || slices.ContainsFunc(u.tables, func(t string) bool { return of[t] != of[u.tables[0]] }) {
			continue
		}
		one := takes[of[u.tables[0]]]
		one.statements += u.All()
		one.add(u.Use)
		takes[of[u.tables[0]]] = one
	}
	return all, takes
}

func (l *load) add(u *digest.Use) {
	switch {
	case u.Writes():
		l.writes += u.Primary
	case len(u.Tables) > 0:
		l.reads += u.Primary
	}
	l.time += u.PrimaryTime
}

// proposal tells what tables would take along.
func (a *adviser) proposal(tables []string, takes, all load) Proposal {
	p := Proposal{Tables: tables, Statements: takes.statements, Writes: part(takes.writes, all.writes), Reads: part(takes.reads, all.reads)}
	p.Time = part(uint64(takes.time), uint64(all.time))
	if seconds := a.world.Traffic.Taken.Sub(a.world.Traffic.Since).Seconds(); seconds > 0 {
		p.PerSecond = float64(takes.statements) / seconds
	}
	p.Module = sharding.Module{Database: a.database, Tables: a.patterns(tables)}
	return p
}
