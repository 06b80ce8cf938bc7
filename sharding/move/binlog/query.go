package binlog

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-mysql-org/go-mysql/replication"

	"shunt/sharding/move/guard"
	"shunt/statement"
	"shunt/topology"
)

// The control table whose rows are markers.
const (
	controlSchema = guard.Schema
	markerTable   = "move_marker"
)

// query takes a statement: of a transaction's frame, a definition, or what should have been logged as rows.
func (r *reader) query(kind replication.EventType, body []byte) error {
	c := &cut{data: body}
	c.take(8)
	schemaLength := int(c.number(1))
	c.take(2)
	status := c.take(int(c.number(2)))
	database := string(c.take(schemaLength))
	c.take(1)
	text, err := plainText(kind, c.data)
	if err != nil || c.bad {
		return fmt.Errorf("%w: a statement", ErrMalformed)
	}
	if r.current == nil {
		return nil // as MariaDB's of the server's own, which have no GTID
	}
	lone := r.lone
	r.lone = false
	ends, err := r.frame(string(text))
	if err != nil || ends {
		return err
	}
	if r.isFrame(string(text)) {
		return nil
	}
	r.statement(database, text, mode(status))
	if lone || r.flavor == topology.MySQL && !r.opened {
		return r.finish()
	}
	return nil
}

// frame takes the statements that end a transaction, or undo a part of it.
func (r *reader) frame(text string) (ended bool, err error) {
	words := strings.Fields(text[:min(len(text), 400)])
	if len(words) == 0 {
		return false, nil
	}
	verb := strings.ToUpper(words[0])
	switch {
	case verb == "COMMIT" && len(words) == 1:
		return true, r.finish()
	case verb == "ROLLBACK" && len(words) == 1:
		r.undone(0, text)
		return true, r.finish()
	case verb == "ROLLBACK" && strings.EqualFold(words[1], "TO"):
		r.undone(r.points[words[len(words)-1]], text)
	case verb == "SAVEPOINT" && len(words) > 1:
		if r.points == nil {
			r.points = map[string]int{}
		}
		r.points[words[1]] = len(r.current.changes)
	case verb == "XA" && len(words) > 2:
		return r.xaVerb(strings.ToUpper(words[1]), text)
	}
	return false, nil
}

// isFrame says whether a statement is about the transaction alone.
func (r *reader) isFrame(text string) bool {
	verb, _, _ := strings.Cut(text, " ")
	switch strings.ToUpper(verb) {
	case "BEGIN", "XA":
		r.opened = true
		return true
	case "SAVEPOINT", "ROLLBACK":
		return true
	}
	return false
}

// undone takes changes back that are logged but were rolled back: a server does so only if tables without transactions were changed, too, and their
// changes remain. Which those are nobody can tell.
func (r *reader) undone(from int, text string) {
	for _, c := range r.current.changes[min(from, len(r.current.changes)):] {
		if c.Kind != Marker {
			r.current.changes = append(r.current.changes, Change{Kind: Definition, Table: c.Table, Statement: text})
			r.current.sizes = append(r.current.sizes, len(text))
			return
		}
	}
}

// xaVerb takes what MySQL and MariaDB log of XA: START and END in the group of the changes, COMMIT and ROLLBACK in one of their own.
func (r *reader) xaVerb(verb, text string) (ended bool, err error) {
	if verb != "COMMIT" && verb != "ROLLBACK" {
		return false, nil
	}
	id, err := parseXID(text)
	if err != nil {
		return true, err
	}
	if verb == "COMMIT" {
		r.current.commits = id
	} else {
		r.current.rollsBack = id
	}
	return true, r.finish()
}

// parseXID reads the name in XA COMMIT X'6162',X”,1.
func parseXID(text string) (string, error) {
	_, rest, _ := strings.Cut(text, "'")
	parts := strings.Split("'"+rest, ",")
	if len(parts) != 3 {
		return "", fmt.Errorf("%w: %q", ErrMalformed, text)
	}
	var name [2][]byte
	for i := range name {
		digits := strings.Trim(strings.TrimLeft(strings.TrimSpace(parts[i]), "Xx"), "'")
		var err error
		if name[i], err = hex.DecodeString(digits); err != nil {
			return "", fmt.Errorf("%w: %q", ErrMalformed, text)
		}
	}
	format, err := strconv.ParseUint(strings.TrimSpace(strings.Fields(parts[2])[0]), 10, 32)
	if err != nil {
		return "", fmt.Errorf("%w: %q", ErrMalformed, text)
	}
	return xid(uint32(format), name[0], name[1]), nil
}

// mode reads from a statement's status variables how its text is to be read. They come in the order of their numbers, and these two are the first.
func mode(status []byte) (m statement.Mode) {
	c := &cut{data: status}
	code := c.number(1)
	if code == 0 { // flags
		c.take(4)
		code = c.number(1)
	}
	if raw := c.take(8); code == 1 && !c.bad {
		sqlMode := binary.LittleEndian.Uint64(raw)
		if sqlMode&4 != 0 {
			m |= statement.AnsiQuotes
		}
		if sqlMode&(1<<20) != 0 {
			m |= statement.NoBackslashEscapes
		}
	}
	return m
}

// statement notes what a statement means for the tables that are followed.
func (r *reader) statement(database string, text []byte, m statement.Mode) {
	st, _ := r.unknown.Parse(text, m)
	switch st.Kind {
	case statement.Insert, statement.Replace, statement.Update, statement.Delete, statement.Load, statement.Call, statement.Do, statement.Select:
		r.dml(database, st)
		return
	case statement.Empty: // what a server puts in the place of something that we should not understand
		return
	}
	if temporary(text) {
		return
	}
	definition := Change{Kind: Definition, Statement: string(text), Harmless: harmless(st, text)}
	told := map[Table]bool{}
	tell := func(t Table) {
		if !told[t] && r.wants(t) {
			told[t] = true
			c := definition
			if c.Table = t; truncates(text) {
				c.Kind = Truncate
			}
			r.add(c, len(text))
		}
	}
	for _, t := range st.Tables {
		if t.Write {
			tell(Table{orDefault(t.Schema, database), t.Name})
		}
	}
	switch {
	case len(st.Tables) > 0:
	case st.Whole && len(st.Databases) > 0:
		for _, d := range st.Databases {
			tell(Table{Database: d})
		}
	default:
		tell(Table{Database: database})
	}
}

func orDefault(schema, database string) string {
	if schema == "" {
		return database
	}
	return schema
}

// dml is about changes that were not logged as rows.
func (r *reader) dml(database string, st *statement.Statement) {
	for _, t := range st.Tables {
		r.fault(Table{orDefault(t.Schema, database), t.Name}, ErrStatementFormat)
	}
	if len(st.Tables) == 0 { // as SELECT f(): what the function writes nobody can tell
		r.fault(Table{Database: database}, ErrStatementFormat)
	}
}

// loadQuery is LOAD DATA as a statement.
func (r *reader) loadQuery(body []byte) error {
	c := &cut{data: body}
	c.take(8)
	schemaLength := int(c.number(1))
	c.take(2)
	status := int(c.number(2))
	c.take(13 + status)
	database := string(c.take(schemaLength))
	c.take(1)
	if c.bad || r.current == nil {
		return fmt.Errorf("%w: LOAD DATA", ErrMalformed)
	}
	st, _ := r.unknown.Parse(c.data, 0)
	r.dml(database, st)
	return nil
}

// words are the first words of a statement, in capitals, comments left out.
func words(text []byte) []string {
	s := string(text[:min(len(text), 300)])
	for {
		s = strings.TrimSpace(s)
		if !strings.HasPrefix(s, "/*") || strings.HasPrefix(s, "/*!") || strings.HasPrefix(s, "/*M!") {
			break
		}
		_, rest, ok := strings.Cut(s, "*/")
		if !ok {
			break
		}
		s = rest
	}
	return strings.Fields(strings.ToUpper(s))
}

func truncates(text []byte) bool {
	w := words(text)
	return len(w) > 0 && w[0] == "TRUNCATE"
}

func temporary(text []byte) bool {
	w := words(text)
	return len(w) > 1 && (w[1] == "TEMPORARY" || len(w) > 3 && w[1] == "OR" && w[3] == "TEMPORARY")
}

// harmless says that a statement leaves the tables' rows and columns as they are.
func harmless(st *statement.Statement, text []byte) bool {
	switch st.Kind {
	case statement.Account, statement.Admin, statement.Set:
		return true
	case statement.DDL:
	default:
		return false // nobody knows what it does
	}
	w := words(text)
	for i := 1; i < len(w) && i < 12; i++ {
		switch {
		case w[i] == "TABLE" || w[i] == "INDEX" || w[i] == "SEQUENCE" || w[i] == "TABLES":
			return false
		case w[i] == "DATABASE" || w[i] == "SCHEMA":
			return w[0] == "ALTER" // its character set is that of tables to come, and READ ONLY is a gate
		case w[i] == "VIEW" || w[i] == "TRIGGER" || w[i] == "PROCEDURE" || w[i] == "FUNCTION" || w[i] == "EVENT" || w[i] == "PACKAGE":
			return true
		}
	}
	return false
}
