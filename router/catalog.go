package router

import (
	"maps"
	"slices"
	"strings"

	"shunt/statement"
)

// described are the tables of information_schema that describe databases and what is in them, with the columns that name the database and the table.
var described = map[string]Description{
	"schemata":                {Schema: "SCHEMA_NAME"},
	"tables":                  {Schema: "TABLE_SCHEMA", Table: "TABLE_NAME"},
	"columns":                 {Schema: "TABLE_SCHEMA", Table: "TABLE_NAME"},
	"statistics":              {Schema: "TABLE_SCHEMA", Table: "TABLE_NAME", Also: "INDEX_SCHEMA"},
	"partitions":              {Schema: "TABLE_SCHEMA", Table: "TABLE_NAME"},
	"views":                   {Schema: "TABLE_SCHEMA", Table: "TABLE_NAME"},
	"table_constraints":       {Schema: "TABLE_SCHEMA", Table: "TABLE_NAME", Also: "CONSTRAINT_SCHEMA"},
	"key_column_usage":        {Schema: "TABLE_SCHEMA", Table: "TABLE_NAME", Also: "CONSTRAINT_SCHEMA"},
	"referential_constraints": {Schema: "CONSTRAINT_SCHEMA", Table: "TABLE_NAME"},
	"triggers":                {Schema: "EVENT_OBJECT_SCHEMA", Table: "EVENT_OBJECT_TABLE", Also: "TRIGGER_SCHEMA"},
	"routines":                {Schema: "ROUTINE_SCHEMA"},
	"events":                  {Schema: "EVENT_SCHEMA"},
}

// Description says which columns of a table of information_schema name a database and a table; Table is empty where rows are about a database. Also is another
// column that names the same database.
type Description struct{ Schema, Table, Also string }

// Names says whether a column names the database; servers compare names of columns without case.
func (d Description) Names(column string) bool {
	return column != "" && (strings.EqualFold(column, d.Schema) || strings.EqualFold(column, d.Also))
}

// Described tells about a table of information_schema; false for those that describe the server.
func Described(name string) (Description, bool) {
	d, ok := described[strings.ToLower(name)]
	return d, ok
}

// catalog settles a SELECT from information_schema that may be about databases of several clusters: which these are, only its conditions tell. What a session
// asks for that is held, or prepares, its own cluster answers.
func (d *decision) catalog() bool {
	if d.st.Kind != statement.Select || d.world.Only != "" || len(d.world.Topology.Clusters) < 2 && !d.world.Map.Renames() ||
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
