package router

import (
	"maps"
	"slices"
	"strings"

	"shunt/statement"
)

// described are the tables of information_schema that describe databases and what is in them, with the columns that name the database and the table.
var described = map[string]Description{
	"schemata":                {"SCHEMA_NAME", ""},
	"tables":                  {"TABLE_SCHEMA", "TABLE_NAME"},
	"columns":                 {"TABLE_SCHEMA", "TABLE_NAME"},
	"statistics":              {"TABLE_SCHEMA", "TABLE_NAME"},
	"partitions":              {"TABLE_SCHEMA", "TABLE_NAME"},
	"views":                   {"TABLE_SCHEMA", "TABLE_NAME"},
	"table_constraints":       {"TABLE_SCHEMA", "TABLE_NAME"},
	"key_column_usage":        {"TABLE_SCHEMA", "TABLE_NAME"},
	"referential_constraints": {"CONSTRAINT_SCHEMA", "TABLE_NAME"},
	"triggers":                {"EVENT_OBJECT_SCHEMA", "EVENT_OBJECT_TABLE"},
	"routines":                {"ROUTINE_SCHEMA", ""},
	"events":                  {"EVENT_SCHEMA", ""},
}

// Description says which columns of a table of information_schema name a database and a table; Table is empty where rows are about a database.
type Description struct{ Schema, Table string }

// Described tells about a table of information_schema; false for those that describe the server.
func Described(name string) (Description, bool) {
	d, ok := described[strings.ToLower(name)]
	return d, ok
}

// catalog settles a SELECT from information_schema that may be about databases of several clusters: which these are, only its conditions tell. What a session
// asks for that is held, or prepares, its own cluster answers.
func (d *decision) catalog() bool {
	if d.st.Kind != statement.Select || d.world.Only != "" || len(d.world.Topology.Clusters) < 2 ||
		d.noJoin() != "" {
		return false
	}
	some := false
	for i := range d.st.Tables {
		if t := &d.st.Tables[i]; statement.IsCatalog(schemaOf(t, d.facts)) {
			if _, ok := Described(t.Name); !ok {
				return false
			}
			some = true
		}
	}
	if !some {
		return false
	}
	d.because(Gathers)
	d.Verdict, d.Clusters = Combine, slices.Sorted(maps.Keys(d.world.Topology.Clusters))
	return true
}
