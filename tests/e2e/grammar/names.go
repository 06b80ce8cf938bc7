package grammar

import (
	"fmt"
	"strconv"
	"strings"
)

// functions are what rules refer to beside other rules.
func functions() map[string]function {
	return map[string]function{
		"new table":  (*generator).newTable, // <new table>, <new table:keys>, <new table:like>
		"new view":   (*generator).newView,
		"old table":  (*generator).oldTable, // <old table>, <old table:view>
		"renamed":    (*generator).renamed,
		"table":      (*generator).tableSeen,
		"target":     (*generator).targetSeen,
		"alias":      (*generator).aliasSeen, // <alias:id/number,s/string>
		"column":     (*generator).column,    // <column:string>
		"keep":       (*generator).keep,      // <keep:number>
		"kept":       (*generator).kept,
		"order":      (*generator).order,
		"key":        (*generator).targetKey,
		"same":       func(g *generator, _ string) string { return g.target().name },
		"rows":       (*generator).insertRows,
		"changes":    (*generator).changes,
		"returned":   (*generator).returned,
		"a column":   (*generator).columnOfTarget,
		"new column": (*generator).addColumn,
		"old column": (*generator).dropColumn,
		"new":        (*generator).newOf, // <new:savepoint>
		"old":        (*generator).oldOf,
		"name":       (*generator).nameOf,
		"byte":       (*generator).bytes, // <byte:bf5c>
		"repeat":     (*generator).repeated,
		"number to":  (*generator).numberTo, // <number to:5>
	}
}

// newOf gives a new name of a kind, which no other session has either since some belong to the whole server, oldOf one that is forgotten with it, nameOf one that is kept. Where there is none, a name that nothing has.
func (g *generator) newOf(kind string) string {
	name := g.newName(fmt.Sprintf("%c%d_", kind[0], g.session))
	g.names[kind] = append(g.names[kind], name)
	return name
}

func (g *generator) oldOf(kind string) string {
	all := g.names[kind]
	if len(all) == 0 {
		return "no_" + kind
	}
	i := g.random.IntN(len(all))
	name := all[i]
	g.names[kind] = append(all[:i:i], all[i+1:]...)
	return name
}

func (g *generator) nameOf(kind string) string {
	if all := g.names[kind]; len(all) > 0 {
		return one(g, all)
	}
	return "no_" + kind
}

// target is the table that the statement writes to.
func (g *generator) target() *table {
	if s := g.seenHere(); len(s) > 0 {
		return s[0].table
	}
	return g.aTable(false)
}

func (g *generator) targetKey(string) string { return g.target().name + "." + key }

// insertRows are the columns and one to four rows for the target.
func (g *generator) insertRows(arg string) string {
	var columns []column
	var names []string
	for _, c := range g.target().columns {
		if !c.made && g.chance(80) {
			columns = append(columns, c)
			names = append(names, quoted(g, c.name))
		}
	}
	withKey := g.chance(15) || arg == "key"
	if withKey {
		names = append(names, key)
	}
	var rows []string
	for range 1 + g.random.IntN(4) {
		var values []string
		for _, c := range columns {
			values = append(values, g.value(c))
		}
		if withKey {
			values = append(values, strconv.Itoa(1+g.random.IntN(40)))
		}
		rows = append(rows, "("+strings.Join(values, ", ")+")")
	}
	return "(" + strings.Join(names, ", ") + ") VALUES " + strings.Join(rows, ", ")
}

// value is one for a column, mostly of its own kind.
func (g *generator) value(c column) string {
	switch {
	case g.chance(6):
		return "NULL"
	case g.chance(3):
		return "DEFAULT"
	case g.chance(3):
		return g.expand("any number", deepest)
	case g.chance(50):
		return g.parameter(g.expand(c.kind.value, deepest))
	}
	return g.expand(c.kind.value, deepest)
}

// changes is a list of assignments for the target.
func (g *generator) changes(string) string {
	t := g.target()
	var list []string
	for _, c := range t.columns {
		if !c.made && (g.chance(25) || len(list) == 0) {
			value := g.value(c)
			if c.kind.family == "number" && g.chance(40) {
				value = c.name + " + " + g.expand("small", deepest)
			}
			list = append(list, c.name+" = "+value)
		}
	}
	if len(list) == 0 {
		return key + " = " + key
	}
	return strings.Join(list, ", ")
}

// returned are some columns of the target, for RETURNING.
func (g *generator) returned(string) string {
	t := g.target()
	return one(g, []string{"*", key, key + ", " + one(g, t.columns).name, key + " + 1 AS next_one, " + one(g, t.columns).name + " AS x"})
}

func (g *generator) columnOfTarget(string) string { return one(g, g.target().columns).name }

func (g *generator) addColumn(string) string {
	t := g.target()
	c, text := g.newColumn(g.newName("x"))
	t.columns = append(t.columns, c)
	return text
}

func (g *generator) dropColumn(string) string {
	t := g.target()
	if len(t.columns) < 3 {
		return "no_such_column"
	}
	name := t.columns[len(t.columns)-1].name
	t.columns = t.columns[: len(t.columns)-1 : len(t.columns)-1]
	return name
}

// quoted writes a name with backticks at times.
func quoted(g *generator, name string) string {
	if g.chance(20) {
		return "`" + name + "`"
	}
	return name
}

// bytes are what the argument says in hexadecimal: for texts that are not UTF-8.
func (g *generator) bytes(arg string) string {
	var out []byte
	for i := 0; i+1 < len(arg); i += 2 {
		b, err := strconv.ParseUint(arg[i:i+2], 16, 8)
		if err != nil {
			return ""
		}
		out = append(out, byte(b))
	}
	return string(out)
}

// repeated is the argument many times: "300 x".
func (g *generator) repeated(arg string) string {
	count, text, _ := strings.Cut(arg, " ")
	n, _ := strconv.Atoi(count)
	return strings.Repeat(text, n)
}

func (g *generator) numberTo(arg string) string {
	n, _ := strconv.Atoi(arg)
	return strconv.Itoa(1 + g.random.IntN(max(1, n)))
}
