package lint

import (
	"slices"
	"strings"

	"shunt/statement"
)

// group is tables that are to stay together.
type group struct {
	tables []string // in order
	weight uint64   // how many uses touch it
}

// grouping puts the tables of an adviser into groups, by number.
type grouping struct {
	names []string       // of all tables, in order
	of    map[string]int // the group of each table
	in    [][]string     // the tables of each group
	uses  []use
}

// groups puts tables together as Advise says.
func (a *adviser) groups() []*group {
	g := &grouping{of: map[string]int{}, uses: a.uses}
	for t, here := range a.tables {
		if here {
			g.names = append(g.names, t)
		}
	}
	slices.Sort(g.names)
	for i, t := range g.names {
		g.of[t] = i
		g.in = append(g.in, []string{t})
	}
	a.tie(g)
	for {
		x, y, found := g.closest()
		if !found {
			break
		}
		g.join(x, y)
	}
	a.joinFamilies(g)
	return g.all()
}

// tie joins what foreign keys and triggers hold together: they cannot cross.
func (a *adviser) tie(g *grouping) {
	for _, k := range a.objects.keys {
		if k.OtherDatabase == a.database {
			g.joinTables([]string{k.Table, k.Other})
		}
	}
	for _, one := range a.objects.others {
		if one.kind == Trigger {
			g.joinTables(a.names(append(a.objects.reach(one), statement.Table{Schema: a.database, Name: one.on})))
		}
	}
}

// joinTables joins the groups of tables; names that are none of the tables are left out.
func (g *grouping) joinTables(tables []string) {
	first := -1
	for _, t := range tables {
		switch at, known := g.of[t]; {
		case !known:
		case first < 0:
			first = at
		default:
			g.join(first, at)
			first = g.of[t]
		}
	}
}

// join makes one group of two; it has the number of the larger one.
func (g *grouping) join(x, y int) {
	if x == y {
		return
	}
	keep, drop := x, y
	if len(g.in[x]) < len(g.in[y]) {
		keep, drop = y, x
	}
	for _, t := range g.in[drop] {
		g.of[t] = keep
	}
	g.in[keep] = append(g.in[keep], g.in[drop]...)
	g.in[drop] = nil
}

// pair is two groups, the smaller number first.
type pair struct{ x, y int }

// closest finds the two groups that are used together most, if that is enough. Of several it is the one with the smallest numbers.
func (g *grouping) closest() (x, y int, found bool) {
	weight, both := g.weights()
	best := together
	for p, n := range both {
		near := float64(n) / float64(min(weight[p.x], weight[p.y]))
		if near > best || near == best && (!found || p.x < x || p.x == x && p.y < y) {
			best, x, y, found = near, p.x, p.y, true
		}
	}
	return x, y, found
}

// weights counts the uses of each group, and those of two at once.
func (g *grouping) weights() (weight map[int]uint64, both map[pair]uint64) {
	weight, both = map[int]uint64{}, map[pair]uint64{}
	for _, u := range g.uses {
		in := g.touched(u)
		for i, x := range in {
			weight[x] += u.weight
			for _, y := range in[i+1:] {
				both[pair{x, y}] += u.weight
			}
		}
	}
	return weight, both
}

// touched are the groups that a use touches, in order.
func (g *grouping) touched(u use) (in []int) {
	for _, t := range u.tables {
		in = append(in, g.of[t])
	}
	slices.Sort(in)
	return slices.Compact(in)
}

// all are the groups, by their first table.
func (g *grouping) all() (groups []*group) {
	weight, _ := g.weights()
	at := map[int]*group{}
	for _, t := range g.names {
		n := g.of[t]
		if at[n] == nil {
			at[n] = &group{weight: weight[n]}
			groups = append(groups, at[n])
		}
		at[n].tables = append(at[n].tables, t)
	}
	return groups
}

// joinFamilies joins groups whose tables are all of one family.
func (a *adviser) joinFamilies(g *grouping) {
	families := map[string][]string{}
	for _, group := range g.all() {
		family := a.family(group.tables[0])
		for _, t := range group.tables {
			if a.family(t) != family {
				family = ""
			}
		}
		if family != "" {
			families[family] = append(families[family], group.tables[0])
		}
	}
	for _, tables := range families {
		g.joinTables(tables)
	}
}

// countFamilies counts how many tables have each beginning of a name, up to an underscore.
func (a *adviser) countFamilies() {
	a.families = map[string]int{}
	for t, here := range a.tables {
		if !here {
			continue
		}
		a.movable++
		for end := strings.LastIndexByte(t, '_'); end > 0; end = strings.LastIndexByte(t[:end], '_') {
			a.families[t[:end+1]]++
		}
	}
}

// family is the longest beginning of a table's name, up to an underscore, that another table has, too; empty for none. One that
// more than half of all tables have says nothing.
func (a *adviser) family(table string) string {
	for end := strings.LastIndexByte(table, '_'); end > 0; end = strings.LastIndexByte(table[:end], '_') {
		if n := a.families[table[:end+1]]; n > 1 {
			if 2*n > a.movable {
				return ""
			}
			return table[:end+1]
		}
	}
	return ""
}

func keyOf(names []string) string { return strings.Join(names, "\x00") }

// patterns writes tables as a module does: with an asterisk, if they are all that begin so.
func (a *adviser) patterns(tables []string) []string {
	family := a.family(tables[0])
	if family == "" || a.families[family] != len(tables) || !strings.HasPrefix(tables[len(tables)-1], family) {
		return slices.Clone(tables)
	}
	for t := range a.objects.views {
		if strings.HasPrefix(t, family) {
			return slices.Clone(tables) // the pattern would mean the view, too
		}
	}
	return []string{family + "*"}
}

// name gives each proposal a name of its own: the last word of its family's, or its first table.
func (a *adviser) name(proposals []Proposal) {
	taken := map[string]bool{}
	for _, m := range a.world.Map.Modules(a.database) {
		taken[m.Name] = true
	}
	for i := range proposals {
		p := &proposals[i]
		name := p.Tables[0]
		if family := strings.TrimSuffix(p.Module.Tables[0], "_*"); family != p.Module.Tables[0] {
			name = family[strings.LastIndexByte(family, '_')+1:]
		}
		if taken[name] || name == "" {
			name = p.Tables[0]
		}
		taken[name], p.Module.Name = true, name
	}
}
