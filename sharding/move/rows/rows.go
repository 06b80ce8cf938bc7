// Package rows says how the rows of a table are asked for and written again so that every value stays what it is, bit by bit: which columns there are, with
// which expression each is read, and which literal gives it back.
//
// [Read] asks a server for the [Table] values of a unit. The other rooms of a move ask, write, and compare with what it says; nothing is copied here. The sessions
// of those who use it have [Session] set.
package rows

import (
	"context"
	"fmt"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/unit"
	"shunt/statement"
	"shunt/topology"
)

// Storage says how the rows of a table can be read at one moment.
type Storage uint8

// The kinds of storage.
const (
	Snapshot Storage = iota // a transaction sees them as they were: InnoDB
	Locked                  // only a lock keeps them as they are: MyISAM, Aria, MEMORY, ARCHIVE, CSV
	Empty                   // the table has no rows of its own: MERGE, BLACKHOLE
	Foreign                 // the rows live somewhere else, or nobody knows how to copy them
)

// Table is a base table. Whoever gets it owns it, and changes nothing.
type Table struct {
	Name      string
	Engine    string
	Storage   Storage
	Versioned bool  // by the system (MariaDB): its history is copied, too
	Rows      int64 // the server's estimate
	Bytes     int64 // of rows and keys, the server's estimate
	Columns   []Column
	Key       []string // the columns of the primary key, or of a unique key without NULL; empty if there is none
}

// Column is a column as far as its values are concerned.
type Column struct {
	Name      string
	Type      string // the data type without length, such as varchar
	Charset   string // empty: it is not text
	Generated bool   // the server computes it; it is not copied
	Kind      Kind

	history bool // since when, or until when, the row was the present one
}

// Session is what a session that reads or writes rows has to have set: no conversion of characters, one time zone, no value taken for another one. The
// arguments are the server's flavor and version.
func Session(c *control.Conn) []string {
	settings := []string{
		"SET NAMES binary",
		"SET SESSION time_zone='+00:00', sql_mode='NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION', foreign_key_checks=0, net_write_timeout=3600, net_read_timeout=3600, wait_timeout=28800",
	}
	if c.Flavor() == topology.MySQL {
		if c.AtLeast("8.0.30") {
			settings = append(settings, "SET SESSION show_gipk_in_create_table_and_information_schema=1, sql_generate_invisible_primary_key=0, information_schema_stats_expiry=0")
		}
		return settings
	}
	settings = append(settings, "SET SESSION check_constraint_checks=0")
	if c.AtLeast("10.11.0") {
		settings = append(settings, "SET SESSION system_versioning_insert_history=1")
	}
	return settings
}

// List asks for the base tables of a unit by name, without their columns, before ctx ends. Sequences are none.
func List(ctx context.Context, c *control.Conn, u unit.Unit) ([]Table, error) {
	r, err := c.Query(ctx, listing(u, true))
	if err != nil {
		return nil, fmt.Errorf("reading the tables of %s: %w", u, err)
	}
	return listed(r, u), nil
}

// listing asks for tables. How large they are is what costs: for that a server opens each of them.
func listing(u unit.Unit, sizes bool) string {
	size := "0, 0"
	if sizes {
		size = "TABLE_ROWS, DATA_LENGTH + INDEX_LENGTH"
	}
	return "SELECT TABLE_NAME, ENGINE, TABLE_TYPE, " + size + ", COALESCE(ENGINE IN (SELECT ENGINE FROM information_schema.ENGINES WHERE TRANSACTIONS = 'YES'), 0)" +
		" FROM information_schema.TABLES WHERE TABLE_SCHEMA = " + Quote(u.Database) + " ORDER BY 1"
}

func listed(r *mysql.Result, u unit.Unit) (all []Table) {
	there := Texts(r)
	names := make([]string, len(there))
	for i, row := range there {
		names[i] = row[0]
	}
	own := u.Named(names)
	for _, row := range there {
		name, is := own[row[0]]
		if !is || row[2] != "BASE TABLE" && row[2] != "SYSTEM VERSIONED" {
			continue
		}
		t := Table{Name: name, Engine: row[1], Versioned: row[2] == "SYSTEM VERSIONED", Storage: storage(row[1], row[5] == "1")}
		_, _ = fmt.Sscan(row[3], &t.Rows) // NULL where the server does not know
		_, _ = fmt.Sscan(row[4], &t.Bytes)
		all = append(all, t)
	}
	return all
}

// Read is List with the columns of all tables, as they stand in the table.
func Read(ctx context.Context, c *control.Conn, u unit.Unit) ([]Table, error) {
	return read(ctx, c, u, true)
}

// ReadDefinitions is Read without how large tables are.
func ReadDefinitions(ctx context.Context, c *control.Conn, u unit.Unit) ([]Table, error) {
	return read(ctx, c, u, false)
}

func read(ctx context.Context, c *control.Conn, u unit.Unit, sizes bool) ([]Table, error) {
	schema := Quote(u.Database)
	results, err := c.Script(ctx, listing(u, sizes),
		"SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, CHARACTER_SET_NAME, EXTRA, GENERATION_EXPRESSION FROM information_schema.COLUMNS"+
			" WHERE TABLE_SCHEMA = "+schema+" ORDER BY TABLE_NAME, ORDINAL_POSITION",
		"SELECT TABLE_NAME, INDEX_NAME, COLUMN_NAME, NULLABLE, SUB_PART, INDEX_TYPE FROM information_schema.STATISTICS"+
			" WHERE TABLE_SCHEMA = "+schema+" AND NON_UNIQUE = 0 ORDER BY TABLE_NAME, INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX")
	if err != nil {
		return nil, fmt.Errorf("reading the tables of %s: %w", u, err)
	}
	all := listed(results[0], u)
	at := map[string]int{}
	for i := range all {
		at[u.There(all[i].Name)] = i
	}
	for _, row := range Texts(results[1]) {
		if i, ok := at[row[0]]; ok {
			all[i].Columns = append(all[i].Columns, column(row[1:]))
		}
	}
	settleKeys(all, at, Texts(results[2]))
	for i := range all {
		all[i].addHistory()
	}
	return all, nil
}

func storage(engine string, transactions bool) Storage {
	switch {
	case transactions:
		return Snapshot
	case strings.EqualFold(engine, "MRG_MyISAM"), strings.EqualFold(engine, "BLACKHOLE"):
		return Empty
	}
	for _, known := range []string{"MyISAM", "Aria", "MEMORY", "ARCHIVE", "CSV"} {
		if strings.EqualFold(engine, known) {
			return Locked
		}
	}
	return Foreign
}

// A key is a unique one, as far as it is read.
type key struct {
	index   string
	columns []string
	bad     bool // it does not name rows: NULL is no value, a prefix no key, and an expression no column
}

// settleKeys gives each table its best key. The rows are table, index, column, nullable, prefix; a table's primary key comes first.
func settleKeys(all []Table, at map[string]int, rows [][]string) {
	keys := map[string][]key{}
	for _, row := range rows {
		list := keys[row[0]]
		if len(list) == 0 || list[len(list)-1].index != row[1] {
			list = append(list, key{index: row[1]})
		}
		last := &list[len(list)-1]
		last.columns = append(last.columns, row[2])
		last.bad = last.bad || row[3] == "YES" || row[4] != "" || row[2] == ""
		keys[row[0]] = list
	}
	for table, list := range keys {
		i, ok := at[table]
		if !ok {
			continue
		}
		for _, k := range list {
			if !k.bad && all[i].Key == nil {
				all[i].Key = k.columns
			}
		}
	}
}

// addHistory names the columns that a versioned table has without showing them.
func (t *Table) addHistory() {
	if t.Versioned && !t.showsHistory() {
		for _, name := range []string{"row_start", "row_end"} {
			t.Columns = append(t.Columns, Column{Name: name, Type: "timestamp", Kind: Quoted, history: true})
		}
	}
}

// showsHistory says whether the columns of the history are among the others.
func (t *Table) showsHistory() bool {
	for _, c := range t.Columns {
		if c.history {
			return true
		}
	}
	return false
}

// column reads name, type, character set, extra, expression.
func column(row []string) Column {
	c := Column{Name: row[0], Type: strings.ToLower(row[1]), Charset: row[2]}
	extra := strings.ToUpper(row[3])
	c.history = row[4] == "ROW START" || row[4] == "ROW END"
	c.Generated = !c.history && (strings.Contains(extra, "VIRTUAL GENERATED") || strings.Contains(extra, "STORED GENERATED") || strings.Contains(extra, "PERSISTENT"))
	c.Kind = kindOf(c.Type)
	return c
}

// Copied are the columns whose values are copied.
func (t *Table) Copied() []Column {
	var list []Column
	for _, c := range t.Columns {
		if !c.Generated {
			list = append(list, c)
		}
	}
	return list
}

// Question is the SELECT of all rows of a table of a unit, in the text form of their columns' kinds. With conditions it asks for those rows only.
func (t *Table) Question(u unit.Unit, conditions string) string {
	var parts []string
	for _, c := range t.Copied() {
		parts = append(parts, c.Ask())
	}
	if len(parts) == 0 {
		parts = []string{"1"}
	}
	return "SELECT " + strings.Join(parts, ",") + " FROM " + u.Table(t.Name) + t.history() + conditions
}

// history is what FROM needs so that rows of the past are among the answer.
func (t *Table) history() string {
	if t.Versioned {
		return " FOR SYSTEM_TIME ALL"
	}
	return ""
}

// From is the table in a FROM clause, with the rows of its past.
func (t *Table) From(u unit.Unit) string { return u.Table(t.Name) + t.history() }

// Texts are the rows of a result as texts; NULL is empty.
func Texts(r *mysql.Result) [][]string {
	all := make([][]string, r.RowNumber())
	for i := range all {
		all[i] = make([]string, r.ColumnNumber())
		for j := range all[i] {
			all[i][j], _ = r.GetString(i, j)
		}
	}
	return all
}

// Quote writes a text as a literal, for a sql_mode without NO_BACKSLASH_ESCAPES.
func Quote(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(text) + "'"
}

// Names are quoted names with commas between.
func Names(columns []Column) string {
	quoted := make([]string, len(columns))
	for i, c := range columns {
		quoted[i] = statement.QuoteName(c.Name)
	}
	return strings.Join(quoted, ",")
}
