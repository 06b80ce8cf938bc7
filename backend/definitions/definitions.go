// Package definitions reads what a database is made of besides rows: tables, foreign keys, views and stored programs. It
// is asked before tables are moved apart, when an operator wants to know what holds them together.
//
// [Read] asks one server, with the control account, and gives a [Schema]. What the account may not see is told with the
// GRANT that is missing. What the definitions mean is left to sharding/lint.
package definitions

import (
	"context"
	"fmt"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"

	"shunt/backend/monitor/control"
	"shunt/statement"
	"shunt/topology"
)

// Schema is what one database was found to have on one server. Whoever gets it owns it.
type Schema struct {
	Database    string
	Tables      []string // base tables, by name
	ForeignKeys []ForeignKey
	Views       []View
	Programs    []Program
	Missing     []Missing
}

// ForeignKey is one from a table of the database.
type ForeignKey struct {
	Name, Table, Columns string // columns with commas between
	OtherDatabase, Other string // the table it refers to
}

// View is a view. Query is empty if the account may not see it.
type View struct{ Name, Query string }

// Program is a stored program.
type Program struct {
	Kind  string // procedure, function, trigger, event
	Name  string
	Table string // the trigger's; empty for others
	Body  string // from BEGIN to END, or its only statement; empty if the account may not see it
	Mode  statement.Mode
}

// Missing is something that the account may not see, or perhaps not all of.
type Missing struct {
	What  string // such as views
	Grant string // the statement that changes that
}

// Read asks a server for a database, before ctx ends. One that the server does not have is empty.
func Read(ctx context.Context, e control.Endpoint, database string) (Schema, error) {
	s := Schema{Database: database}
	c, err := control.Dial(ctx, e, "SET SESSION sql_mode=''", "SET SESSION group_concat_max_len=65536")
	if err != nil {
		return s, err
	}
	defer c.Close()
	for _, part := range []struct {
		what  string
		query string
		row   func(row []string)
	}{
		{"tables", "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = %s AND TABLE_TYPE <> 'VIEW' ORDER BY 1", s.table},
		{"foreign keys", "SELECT CONSTRAINT_NAME, TABLE_NAME, GROUP_CONCAT(COLUMN_NAME ORDER BY ORDINAL_POSITION SEPARATOR ', '), REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME " +
			"FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = %s AND REFERENCED_TABLE_NAME IS NOT NULL GROUP BY 1, 2, 4, 5 ORDER BY 2, 1", s.foreignKey},
		{"views", "SELECT TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS WHERE TABLE_SCHEMA = %s ORDER BY 1", s.view},
		{"routines", "SELECT ROUTINE_TYPE, ROUTINE_NAME, '', ROUTINE_DEFINITION, SQL_MODE FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = %s ORDER BY 1, 2", s.program},
		{"triggers", "SELECT 'trigger', TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_STATEMENT, SQL_MODE FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = %s ORDER BY 2", s.program},
		{"events", "SELECT 'event', EVENT_NAME, '', EVENT_DEFINITION, SQL_MODE FROM information_schema.EVENTS WHERE EVENT_SCHEMA = %s ORDER BY 2", s.program},
	} {
		if err := rows(ctx, c, fmt.Sprintf(part.query, quoted(database)), part.row); err != nil {
			return s, fmt.Errorf("reading the %s of %s: %w", part.what, database, err)
		}
	}
	r, err := readRights(ctx, c, database)
	if err != nil {
		return s, fmt.Errorf("reading which rights the control account has on %s: %w", database, err)
	}
	s.Missing = s.missing(r, c.Flavor() == topology.MariaDB)
	return s, nil
}

func (s *Schema) table(row []string) { s.Tables = append(s.Tables, row[0]) }

func (s *Schema) foreignKey(row []string) {
	s.ForeignKeys = append(s.ForeignKeys, ForeignKey{Name: row[0], Table: row[1], Columns: row[2], OtherDatabase: row[3], Other: row[4]})
}

func (s *Schema) view(row []string) { s.Views = append(s.Views, View{row[0], row[1]}) }

func (s *Schema) program(row []string) {
	p := Program{Kind: strings.ToLower(row[0]), Name: row[1], Table: row[2], Body: row[3]}
	for _, mode := range strings.Split(row[4], ",") {
		switch mode {
		case "ANSI_QUOTES":
			p.Mode |= statement.AnsiQuotes
		case "NO_BACKSLASH_ESCAPES":
			p.Mode |= statement.NoBackslashEscapes
		}
	}
	s.Programs = append(s.Programs, p)
}

// rows gives each row of a query as texts, NULL as "".
func rows(ctx context.Context, c *control.Conn, query string, row func([]string)) error {
	return c.Stream(ctx, query, func(values []mysql.FieldValue) error {
		texts := make([]string, len(values))
		for i := range values {
			texts[i] = string(values[i].AsString())
		}
		row(texts)
		return nil
	})
}

// quoted writes a text as a statement wants it where sql_mode is empty.
func quoted(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", "''").Replace(text) + "'"
}
