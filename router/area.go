package router

import (
	"strings"

	"shunt/session"
	"shunt/sharding"
	"shunt/statement"
)

// Area is a part of what is written to: a whole database, its tables that are in no module, or those of one module.
type Area struct {
	Database string
	Module   string // empty: tables in no module
	Whole    bool   // all of the database, whatever module it is in
}

// String is the area as people write it.
func (a Area) String() string {
	switch {
	case a.Module != "":
		return "module " + a.Module
	case a.Whole:
		return "database " + a.Database
	}
	return "database " + a.Database + " without its modules"
}

// Meets says whether two areas have something in common.
func (a Area) Meets(b Area) bool {
	return a.Database == b.Database && (a.Whole || b.Whole || a.Module == b.Module)
}

// Touches adds to areas what a statement may write in, or lock, and with reads also what it reads: where its tables are, and all of a database where it runs what may
// write anywhere in it, or lists what is in it; and where its session stands, since any statement may take its connection there.
// executed is what an EXECUTE runs; nil if that is not known, or the statement is no EXECUTE. Programs and triggers that write in other databases than their own are
// not seen.
func Touches(areas []Area, st, executed *statement.Statement, facts *session.Facts, m *sharding.Map, reads bool) []Area {
	writes := mayWrite(st)
	if !writes && !reads {
		return areas
	}
	if reads && facts.Schema != "" {
		areas = addArea(areas, Area{Database: facts.Schema})
	}
	for i := range st.Tables {
		t := &st.Tables[i]
		areas = addArea(areas, areaOf(schemaOf(t, facts), t.Name, m))
	}
	for _, database := range st.Databases {
		areas = addArea(areas, Area{Database: database, Whole: true})
	}
	if executed != nil {
		return Touches(areas, executed, nil, facts, m, reads)
	}
	named := len(st.Tables)+len(st.Databases) > 0
	if facts.Schema != "" && (writes && !named || st.Lists == statement.ListsTables || st.Lists == statement.ListsTriggers || st.Whole || runsPrograms(st)) {
		areas = addArea(areas, Area{Database: facts.Schema, Whole: true})
	}
	return areas
}

// areaOf is the area that a table is in.
func areaOf(database, table string, m *sharding.Map) Area {
	for _, module := range m.Modules(database) {
		if module.Has(table) {
			return Area{Database: database, Module: module.Name}
		}
	}
	return Area{Database: database}
}

func addArea(areas []Area, one Area) []Area {
	if one.Database == "" || sharding.Everywhere(one.Database) {
		return areas
	}
	for _, a := range areas {
		if a == one {
			return areas
		}
	}
	return append(areas, one)
}

// mayWrite says whether a statement may change what is in an area, or keep others from it. One that opens a transaction does not yet.
func mayWrite(st *statement.Statement) bool {
	if !Holds(st) {
		return st.Kind == statement.Set && runsPrograms(st)
	}
	switch st.Kind {
	case statement.Begin, statement.Savepoint, statement.Prepare:
		return false
	case statement.Select, statement.Explain:
		return st.Effects.Has(statement.LocksRows) || runsPrograms(st) || writesTable(st) || st.Fallback
	}
	return true
}

func writesTable(st *statement.Statement) bool {
	for i := range st.Tables {
		if st.Tables[i].Write {
			return true
		}
	}
	return false
}

// runsPrograms says whether a statement runs what may be stored in the database.
func runsPrograms(st *statement.Statement) bool {
	switch st.Kind {
	case statement.Call, statement.Unknown, statement.Execute:
		return true
	}
	for _, f := range st.Functions {
		if !writesNothing(f) {
			return true
		}
	}
	return false
}

// writesNothing knows the functions of the servers that are not pure and yet change nothing in a database that is not told by the statement's tables.
func writesNothing(function string) bool {
	switch function {
	case "get_lock", "release_lock", "release_all_locks", "is_free_lock", "is_used_lock", "nextval", "lastval", "setval", "load_file",
		"master_pos_wait", "master_gtid_wait", "source_pos_wait", "wait_for_executed_gtid_set":
		return true
	}
	return strings.HasPrefix(function, "uuid") || strings.HasPrefix(function, "sys_guid")
}
