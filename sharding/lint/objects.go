package lint

import (
	"slices"
	"strings"

	"shunt/backend/definitions"
	"shunt/digest"
	"shunt/statement"
)

// objects are the views and programs of a database with what they touch, over all clusters that have a part of it.
type objects struct {
	database string
	tables   map[string]bool    // base tables
	views    map[string]*object // by name
	routines map[string]*object // by name in lower case, as servers compare them
	others   []*object          // triggers and events
	keys     []definitions.ForeignKey
}

// object is a view or a program.
type object struct {
	kind      Kind
	name      string
	on        string            // the table of a trigger
	tables    []statement.Table // that its text names; all have a schema
	functions []string
	unclear   []string
	hidden    bool // its text is not to be seen
}

// index reads all definitions. What two clusters have alike counts once.
func index(database string, w World) *objects {
	o := &objects{database: database, tables: map[string]bool{}, views: map[string]*object{}, routines: map[string]*object{}}
	for _, s := range w.Schemas {
		for _, t := range s.Tables {
			o.tables[t] = true
		}
		for _, k := range s.ForeignKeys {
			if !slices.Contains(o.keys, k) {
				o.keys = append(o.keys, k)
			}
		}
		for _, v := range s.Views {
			if o.views[v.Name] == nil || o.views[v.Name].hidden {
				o.views[v.Name] = o.view(v, w.Parser)
			}
		}
		for _, p := range s.Programs {
			o.program(p, w.Parser)
		}
	}
	return o
}

func (o *objects) view(v definitions.View, p *statement.Parser) *object {
	if v.Query == "" {
		return &object{kind: View, name: v.Name, hidden: true}
	}
	st, _ := p.Parse([]byte(v.Query), 0)
	view := &object{kind: View, name: v.Name, tables: o.qualified(st.Tables), functions: st.Functions}
	if st.Kind != statement.Select {
		view.unclear = []string{"its query"}
	}
	return view
}

func (o *objects) program(p definitions.Program, parser *statement.Parser) {
	one := &object{kind: Kind(p.Kind), name: p.Name, on: p.Table, hidden: p.Body == ""}
	if !one.hidden {
		read := parser.Program(p.Body, p.Mode)
		one.tables, one.functions, one.unclear = o.qualified(read.Tables), read.Functions, read.Unclear
	}
	same := func(other *object) bool { return other.kind == one.kind && other.name == one.name }
	switch known := o.routines[strings.ToLower(p.Name)]; {
	case one.kind == Procedure || one.kind == Function:
		if known == nil || known.hidden {
			o.routines[strings.ToLower(p.Name)] = one
		}
	case !slices.ContainsFunc(o.others, same):
		o.others = append(o.others, one)
	}
}

// qualified gives tables without a schema that of the database.
func (o *objects) qualified(tables []statement.Table) []statement.Table {
	tables = slices.Clone(tables)
	for i := range tables {
		if tables[i].Schema == "" {
			tables[i].Schema = o.database
		}
	}
	return tables
}

// routine finds one by the name that a statement calls it by, in a session with a default database; nil for others.
func (o *objects) routine(name, database string) *object {
	schema, bare, qualified := strings.Cut(name, ".")
	if !qualified {
		schema, bare = strings.ToLower(database), name
	}
	if schema != strings.ToLower(o.database) {
		return nil
	}
	return o.routines[bare]
}

// behind gives the tables that tables are made of: views are replaced by what they read, at any depth.
func (o *objects) behind(tables []statement.Table) (base []statement.Table) {
	seen := map[string]bool{}
	var follow func([]statement.Table)
	follow = func(tables []statement.Table) {
		for _, t := range tables {
			view := o.views[t.Name]
			if t.Schema != o.database || view == nil || view.hidden {
				base = append(base, t)
				continue
			}
			if !seen[view.name] {
				seen[view.name] = true
				follow(view.tables)
				for _, called := range o.called(view.functions, o.database) {
					follow(called.tables)
				}
			}
		}
	}
	follow(tables)
	return base
}

// called gives the routines that functions call, and those that these call.
func (o *objects) called(functions []string, database string) (all []*object) {
	for _, name := range functions {
		if r := o.routine(name, database); r != nil && !slices.Contains(all, r) {
			all = append(all, r)
		}
	}
	for i := 0; i < len(all); i++ {
		for _, name := range all[i].functions {
			if r := o.routine(name, o.database); r != nil && !slices.Contains(all, r) {
				all = append(all, r)
			}
		}
	}
	return all
}

// reach gives the base tables that a program touches, by whatever it calls.
func (o *objects) reach(one *object) []statement.Table {
	tables := slices.Clone(one.tables)
	for _, r := range o.called(one.functions, o.database) {
		tables = append(tables, r.tables...)
	}
	return o.behind(tables)
}

// names says whether the statements of a digest name a view, itself or by another.
func (o *objects) names(u *digest.Use, view *object) bool {
	seen := map[string]bool{}
	var follow func([]statement.Table) bool
	follow = func(tables []statement.Table) bool {
		for _, t := range tables {
			other := o.views[t.Name]
			if t.Schema != o.database || other == nil || seen[t.Name] {
				continue
			}
			seen[t.Name] = true
			if other == view || follow(other.tables) {
				return true
			}
		}
		return false
	}
	return follow(u.Tables)
}
