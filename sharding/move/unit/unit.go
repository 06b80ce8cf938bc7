// Package unit names what a move takes: one database, or one module of it. A [Unit] is a value that all rooms of a move share; it decides nothing and asks
// nobody.
package unit

import (
	"strings"

	"shunt/sharding"
	"shunt/statement"
)

// Unit is a database, all of it or a set of its tables, as it is on one server. Immutable.
type Unit struct {
	Database string // as the servers call it
	Module   string // its name; empty: the whole database

	has    func(table string) bool // nil: every table
	hidden bool
}

// Of is the unit of a whole database.
func Of(database string) Unit { return Unit{Database: database} }

// OfModule is the unit of a module, whose database has this name on its servers. The module is not changed afterwards.
func OfModule(m *sharding.Module, database string) Unit {
	return Unit{Database: database, Module: m.Name, has: m.Has}
}

// RestOf is the unit of a database without the tables of modules, which live elsewhere.
func RestOf(database string, modules []*sharding.Module) Unit {
	u := Of(database)
	if len(modules) > 0 {
		u.has = func(table string) bool {
			for _, m := range modules {
				if m.Has(table) {
					return false
				}
			}
			return true
		}
	}
	return u
}

// Hidden is the unit on a server where the tables of a module have other names, since it is not their home (package tombstone). A whole database is hidden by the
// rights on it, and has the same names everywhere.
func (u Unit) Hidden() Unit {
	u.hidden = u.Module != ""
	return u
}

// IsHidden says whether the tables have other names.
func (u Unit) IsHidden() bool { return u.hidden }

// Has says whether a table of the database belongs to the unit, by its own name. What a move has hidden belongs to nothing.
func (u Unit) Has(table string) bool {
	return u.has == nil || u.has(table) && !sharding.IsHidden(table)
}

// Named gives the tables of the unit among those that a server has, by their names there: what each is called otherwise. What is not the unit's has no entry.
func (u Unit) Named(there []string) map[string]string {
	own := make(map[string]string, len(there))
	if !u.hidden {
		for _, name := range there {
			if u.Has(name) {
				own[name] = name
			}
		}
		return own
	}
	all := make(map[string]bool, len(there))
	for _, name := range there {
		all[name] = true
	}
	for _, name := range there { // a view has the table's own name, or else the hidden one tells it, if it is not a long one
		for _, name := range [...]string{name, strings.TrimPrefix(name, sharding.HiddenPrefix)} {
			if hidden := sharding.HiddenName(name); u.Has(name) && all[hidden] {
				own[hidden] = name
			}
		}
	}
	return own
}

// Whole says whether the unit is a database with everything in it that is no table: its programs, its own character set, rights on it.
func (u Unit) Whole() bool { return u.Module == "" }

// Everything says whether every table of the database belongs to the unit.
func (u Unit) Everything() bool { return u.has == nil }

// String is the unit's name for people: shop, or shop/statistics for a module.
func (u Unit) String() string {
	if u.Module == "" {
		return u.Database
	}
	return u.Database + "/" + u.Module
}

// There is the name that a table of the unit has on the server.
func (u Unit) There(table string) string {
	if u.hidden {
		return sharding.HiddenName(table)
	}
	return table
}

// Table is the qualified, quoted name that a table of the unit has on the server.
func (u Unit) Table(table string) string { return u.Program(u.There(table)) }

// Program is the qualified, quoted name of something else in the database: a view, a trigger, a routine.
func (u Unit) Program(name string) string {
	return statement.QuoteName(u.Database) + "." + statement.QuoteName(name)
}
