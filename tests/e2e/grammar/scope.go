package grammar

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// seen is a table that a statement sees under an alias.
type seen struct {
	*table
	alias string
}

// see makes a table seen in the innermost scope.
func (g *generator) see(t *table, alias string) {
	if len(g.scopes) == 0 {
		g.scopes = append(g.scopes, nil)
	}
	last := len(g.scopes) - 1
	g.scopes[last] = append(g.scopes[last], &seen{t, alias})
}

// aTable gives one of the tables; with views or without. In a database without any it makes one up.
func (g *generator) aTable(views bool) *table {
	var fit []*table
	for _, t := range g.tables {
		if views || !t.view {
			fit = append(fit, t)
		}
	}
	if len(fit) == 0 {
		return &table{name: "missing", columns: []column{{name: "c1", kind: kinds()[0]}}}
	}
	return one(g, fit)
}

// newName gives a name that nothing had before.
func (g *generator) newName(prefix string) string {
	g.count++
	return prefix + strconv.Itoa(g.count)
}

// newTable gives the name and the columns of a table that is about to be made.
func (g *generator) newTable(arg string) string {
	t := &table{name: g.newName("t")}
	definitions := []string{key + " INT NOT NULL AUTO_INCREMENT PRIMARY KEY"}
	for i := range 3 + g.random.IntN(5) {
		c, text := g.newColumn("c" + strconv.Itoa(i+1))
		t.columns = append(t.columns, c)
		definitions = append(definitions, text)
	}
	c := one(g, t.columns)
	if name := "(" + c.name + ")"; arg == "keys" && !c.made && c.kind.sql != "JSON" && c.kind.family != "bytes" && !strings.Contains(c.kind.sql, "TEXT") {
		definitions = append(definitions, one(g, []string{"KEY k " + name, "UNIQUE KEY (" + c.name + ", " + key + ")", "INDEX " + name + " COMMENT 'x'"}))
	}
	if arg == "like" {
		return g.copied(t)
	}
	g.tables = append(g.tables, t)
	return t.name + " (" + strings.Join(definitions, ", ") + ")"
}

// copied gives a table the columns of another.
func (g *generator) copied(t *table) string {
	other := g.aTable(false)
	t.columns = other.columns
	g.tables = append(g.tables, t)
	return t.name + " LIKE " + other.name
}

// newView gives the name and the query of a view of two columns of one table.
func (g *generator) newView(string) string {
	from, view := g.aTable(false), &table{name: g.newName("v"), view: true}
	names := []string{key}
	for range 2 {
		c := one(g, from.columns)
		c.made = true
		c.name = fmt.Sprint("c", len(names))
		names = append(names, one(g, from.columns).name+" AS "+c.name)
		view.columns = append(view.columns, c)
	}
	g.tables = append(g.tables, view)
	return view.name + " AS SELECT " + strings.Join(names, ", ") + " FROM " + from.name
}

// oldTable gives the name of a table, which is forgotten.
func (g *generator) oldTable(arg string) string {
	t := g.aTable(arg == "view")
	for i := range g.tables {
		if g.tables[i] == t && t.view == (arg == "view") && (t.view || len(g.tables) > 2) {
			g.tables = append(g.tables[:i:i], g.tables[i+1:]...)
			return t.name
		}
	}
	return g.newName("missing")
}

// renamed gives the old and the new name of a table.
func (g *generator) renamed(string) string {
	t := g.aTable(false)
	old := t.name
	t.name = g.newName("t")
	return old + " TO " + t.name
}

// tableSeen names a table with an alias, and it is seen from now on.
func (g *generator) tableSeen(string) string {
	t, alias := g.aTable(true), g.newName("a")
	g.see(t, alias)
	return t.name + " AS " + alias
}

// targetSeen names a table without an alias, to be written to, and it is seen from now on.
func (g *generator) targetSeen(string) string {
	t := g.aTable(false)
	g.see(t, t.name)
	return t.name
}

// aliasSeen gives an alias to a table that the statement itself makes, whose columns the argument says: "id/number,n/number,s/string".
func (g *generator) aliasSeen(arg string) string {
	t := &table{name: g.newName("d")}
	for _, c := range strings.Split(arg, ",")[1:] {
		name, family, _ := strings.Cut(c, "/")
		t.columns = append(t.columns, column{name: name, kind: kind{family: family}})
	}
	g.see(t, t.name)
	return t.name
}

// seenHere are the tables of the innermost scope that has any.
func (g *generator) seenHere() []*seen {
	for i := len(g.scopes) - 1; i >= 0; i-- {
		if len(g.scopes[i]) > 0 {
			return g.scopes[i]
		}
	}
	return nil
}

// column gives a column of a family, or of any; where there is none, what the grammar has for values of it. One in five comes from an outer
// scope.
func (g *generator) column(family string) string {
	scope := g.seenHere()
	if len(g.scopes) > 1 && len(g.scopes[len(g.scopes)-2]) > 0 && g.chance(20) {
		scope = g.scopes[len(g.scopes)-2]
	}
	var fit []string
	for _, s := range scope {
		if family == "number" || family == "" {
			fit = append(fit, s.alias+"."+key)
		}
		for _, c := range s.columns {
			if c.kind.family == family || family == "" {
				fit = append(fit, s.alias+"."+c.name)
			}
		}
	}
	if len(fit) == 0 {
		return g.expand("any "+cmp.Or(family, "value"), deepest)
	}
	return one(g, fit)
}

// order is a total one: the keys of all tables that the statement sees.
func (g *generator) order(string) string {
	var keys []string
	for _, s := range g.seenHere() {
		keys = append(keys, s.alias+"."+key+one(g, []string{"", "", " DESC", " ASC"}))
	}
	if len(keys) == 0 {
		return "1"
	}
	return strings.Join(keys, ", ")
}

// keep and kept give the same column twice, as GROUP BY needs it.
func (g *generator) keep(family string) string {
	g.picked = g.column(family)
	return g.picked
}

func (g *generator) kept(string) string { return g.picked }
