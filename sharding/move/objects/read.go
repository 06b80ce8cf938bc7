package objects

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"shunt/backend/monitor/control"
	"shunt/sharding"
	"shunt/sharding/move/rows"
	"shunt/sharding/move/unit"
	"shunt/statement"
	"shunt/topology"
)

// settings are those that definitions are read and made under.
func settings(c *control.Conn) []string {
	list := []string{"SET NAMES utf8mb4", "SET SESSION sql_mode='NO_ENGINE_SUBSTITUTION', time_zone='+00:00', foreign_key_checks=0, sql_quote_show_create=1"}
	if c.Flavor() == topology.MySQL && c.AtLeast("8.0.30") {
		list = append(list, "SET SESSION show_gipk_in_create_table_and_information_schema=1, sql_generate_invisible_primary_key=0, sql_require_primary_key=0")
	}
	return list
}

// ErrNoDatabase says that a server does not have the database of a unit.
var ErrNoDatabase = errors.New("there is no such database")

// Read asks for everything of a unit, in three round trips, before ctx ends. The account has to see all bodies of programs.
func Read(ctx context.Context, c *control.Conn, u unit.Unit) (*Objects, error) {
	return read(ctx, c, u, false)
}

// ReadTables is Read without what is no table and no sequence.
func ReadTables(ctx context.Context, c *control.Conn, u unit.Unit) (*Objects, error) {
	return read(ctx, c, u, true)
}

func read(ctx context.Context, c *control.Conn, u unit.Unit, tables bool) (*Objects, error) {
	o := &Objects{Database: u.Database, unit: u}
	if _, err := c.Script(ctx, append(settings(c), "USE information_schema")...); err != nil {
		return nil, err
	}
	questions, err := o.list(ctx, c, u, tables)
	if err != nil {
		return nil, fmt.Errorf("reading what there is in %s: %w", u, err)
	}
	if err := ask(ctx, c, questions); err != nil {
		return nil, fmt.Errorf("reading the definitions of %s: %w", u, err)
	}
	o.sortViews()
	return o, nil
}

// ask asks all of them, many at a time.
func ask(ctx context.Context, c *control.Conn, questions []question) error {
	for _, packet := range inPackets(questions) {
		var statements []string
		for _, q := range packet {
			statements = append(statements, q.statements...)
		}
		results, err := c.Script(ctx, statements...)
		if err != nil {
			return err
		}
		at := 0
		for _, q := range packet {
			at += len(q.statements)
			if err := q.take(rows.Texts(results[at-1])); err != nil {
				return err
			}
		}
	}
	return nil
}

// question asks for one definition; take gets the rows of the last statement.
type question struct {
	statements []string
	take       func(rows [][]string) error
}

// mostStatements is how many statements one packet has: enough that round trips do not matter, few enough that an answer is small.
const mostStatements = 200

func inPackets(all []question) (packets [][]question) {
	n := mostStatements
	for _, q := range all {
		if n+len(q.statements) > mostStatements {
			packets = append(packets, nil)
			n = 0
		}
		n += len(q.statements)
		packets[len(packets)-1] = append(packets[len(packets)-1], q)
	}
	return packets
}

// list asks which objects there are, and gives the questions for their definitions.
func (o *Objects) list(ctx context.Context, c *control.Conn, u unit.Unit, tables bool) ([]question, error) {
	schema := rows.Quote(u.Database)
	comment := "''"
	if c.Flavor() == topology.MariaDB && c.AtLeast("10.5.0") {
		comment = "SCHEMA_COMMENT"
	}
	asked := []string{
		"SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME, " + comment + " FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = " + schema,
		"SELECT TABLE_TYPE, TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = " + schema + " ORDER BY 2",
	}
	if !tables {
		asked = append(asked, "SELECT TABLE_NAME, CHARACTER_SET_CLIENT, DEFINER FROM information_schema.VIEWS WHERE TABLE_SCHEMA = "+schema,
			"SELECT ROUTINE_TYPE, ROUTINE_NAME, DEFINER FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = "+schema+" ORDER BY 1 DESC, 2",
			"SELECT TRIGGER_NAME, DEFINER, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = "+schema+" ORDER BY EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER",
			"SELECT EVENT_NAME, DEFINER, STATUS FROM information_schema.EVENTS WHERE EVENT_SCHEMA = "+schema+" ORDER BY 1")
	}
	results, err := c.Script(ctx, asked...)
	if err != nil {
		return nil, err
	}
	database := rows.Texts(results[0])
	if len(database) == 0 {
		return nil, ErrNoDatabase
	}
	o.Charset, o.Collation, o.Comment = database[0][0], database[0][1], database[0][2]
	var all []question
	there := rows.Texts(results[1])
	names := make([]string, len(there))
	for i, row := range there {
		names[i] = row[1]
	}
	own := u.Named(names)
	o.hidden = map[string]string{}
	for there, name := range own {
		o.hidden[statement.QuoteName(there)] = statement.QuoteName(name)
	}
	for _, row := range there {
		if name, is := own[row[1]]; is {
			all = append(all, o.tableQuestion(row[0], name, u.Program(row[1]))...)
		}
	}
	if tables {
		return all, nil
	}
	programs, triggers := o.programQuestions(own, rows.Texts(results[2]), rows.Texts(results[3]), rows.Texts(results[4]), rows.Texts(results[5]))
	if !u.Whole() {
		programs = nil
	}
	all = append(all, programs...)
	return append(all, triggers...), nil
}

// hiddenName finds names that tables have while they are hidden, as definitions have them.
var hiddenName = regexp.MustCompile("`" + sharding.HiddenPrefix + "(?:[^`]|``)*`")

// plain is a definition of a hidden table as it would be if it were not hidden: its own name, and those of tables that its foreign keys refer to.
func (o *Objects) plain(create string) string {
	if !o.unit.IsHidden() {
		return create
	}
	return hiddenName.ReplaceAllStringFunc(create, func(quoted string) string {
		if own, known := o.hidden[quoted]; known {
			return own
		}
		if at := generated.FindStringIndex(quoted); at != nil {
			if own, known := o.hidden[quoted[:at[0]]+"`"]; known {
				return strings.TrimSuffix(own, "`") + quoted[at[0]:]
			}
		}
		return quoted
	})
}

// generated is the end of the name that a server gives to a constraint, behind that of its table; it goes with the table's.
var generated = regexp.MustCompile("_(?:ibfk|chk)_[0-9]+`$")

// tableQuestion asks for a table or a sequence.
func (o *Objects) tableQuestion(kind, name, quoted string) []question {
	switch kind {
	case "BASE TABLE", "SYSTEM VERSIONED":
		return []question{{[]string{"SHOW CREATE TABLE " + quoted}, func(r [][]string) error {
			t := Table{Name: name, Create: o.plain(r[0][1])}
			if m := counter.FindStringSubmatch(t.Create); m != nil {
				t.AutoIncrement, _ = strconv.ParseUint(m[2], 10, 64)
			}
			o.Tables = append(o.Tables, t)
			return nil
		}}}
	case "SEQUENCE":
		return []question{
			{[]string{"SHOW CREATE SEQUENCE " + quoted}, func(r [][]string) error {
				o.Sequences = append(o.Sequences, Sequence{Name: name, Create: o.plain(r[0][1])})
				return nil
			}},
			{[]string{"SELECT next_not_cached_value, cycle_count FROM " + quoted}, func(r [][]string) error {
				last := &o.Sequences[len(o.Sequences)-1]
				last.Next, last.Round = r[0][0], r[0][1]
				return nil
			}},
		}
	}
	return nil
}

// asWritten lets the server send texts as they came to it, in the characters of the client of that time.
const asWritten = "SET SESSION character_set_results=binary"

// programQuestions asks for views and programs. A view's text is made by the server, so it is asked for in the view's own characters.
func (o *Objects) programQuestions(own map[string]string, views, routines, triggers, events [][]string) (all, ofTables []question) {
	for _, row := range views {
		set := "SET SESSION character_set_results=" + row[1]
		all = append(all, o.program("VIEW", row[0], row[2], "", &o.Views, set))
	}
	for _, row := range routines {
		all = append(all, o.program(row[0], row[1], row[2], "", &o.Routines, asWritten))
	}
	for _, row := range events {
		all = append(all, o.program("EVENT", row[0], row[1], row[2], &o.Events, asWritten))
	}
	for _, row := range triggers {
		if _, is := own[row[2]]; is {
			ofTables = append(ofTables, o.program("TRIGGER", row[0], row[1], "", &o.Triggers, asWritten))
		}
	}
	return all, ofTables
}

// program asks for one program, after the given statements.
func (o *Objects) program(kind, name, definer, status string, list *[]Program, before ...string) question {
	return question{append(before, "SHOW CREATE "+kind+" "+o.unit.Program(name)), func(r [][]string) error {
		p := Program{Kind: kind, Name: name, Definer: definer, Status: status}
		row := r[0]
		switch kind {
		case "VIEW":
			p.Create, p.Client, p.Connection = row[1], row[2], row[3]
		case "EVENT":
			p.Mode, p.Zone, p.Create, p.Client, p.Connection, p.Collation = row[1], row[2], row[3], row[4], row[5], row[6]
		default:
			p.Mode, p.Create, p.Client, p.Connection, p.Collation = row[1], row[2], row[3], row[4], row[5]
		}
		if p.Create == "" {
			return fmt.Errorf("%s %s: the account may not see its body; GRANT SELECT ON *.* shows all of them, in MySQL SHOW_ROUTINE, too", strings.ToLower(kind), name)
		}
		*list = append(*list, p)
		return nil
	}}
}

// sortViews puts views behind those that their text names: qualified, since no database was the default one when it was asked for.
func (o *Objects) sortViews() {
	done := make([]bool, len(o.Views))
	var sorted []Program
	var visit func(i int)
	visit = func(i int) {
		if done[i] {
			return
		}
		done[i] = true
		for j := range o.Views {
			if j != i && strings.Contains(o.Views[i].Create, o.unit.Program(o.Views[j].Name)) {
				visit(j)
			}
		}
		sorted = append(sorted, o.Views[i])
	}
	for i := range o.Views {
		visit(i)
	}
	o.Views = sorted
}
