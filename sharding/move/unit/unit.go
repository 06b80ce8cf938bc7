// Package unit names what a move takes: one database, or one module of it. A [Unit] is a value that all rooms of a move share; it decides nothing and asks
// nobody.
package unit

import (
	"shunt/sharding"
	"shunt/statement"
)

// Unit is a database, all of it or a set of its tables. Immutable.
type Unit struct {
	Database string
	Module   string // its name; empty: the whole database

	has func(table string) bool // nil: every table
}

// Of is the unit of a whole database.
func Of(database string) Unit { return Unit{Database: database} }

// OfModule is the unit of a module. The module is not changed afterwards.
func OfModule(m *sharding.Module) Unit {
	return Unit{Database: m.Database, Module: m.Name, has: m.Has}
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

// Has says whether a table of the database belongs to the unit.
func (u Unit) Has(table string) bool { return u.has == nil || u.has(table) }

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

// Table is the qualified, quoted name of a table of the unit.
func (u Unit) Table(table string) string {
	return statement.QuoteName(u.Database) + "." + statement.QuoteName(table)
}
