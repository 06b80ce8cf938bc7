// Package tablecopy copies tables, or parts of them, to where a statement that needs them can run: it reads what SHOW CREATE TABLE says, and writes the
// statements that ask for the rows, make a temporary table of the same columns and keys, and fill it with exactly these rows.
//
// The statements are text only; who sends them to which server is the proxy's business, as is what may be copied.
package tablecopy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Definition is a table as SHOW CREATE TABLE describes it.
type Definition struct {
	Columns []Column
	items   []string // columns and keys that a temporary table can have, as they were written
	options string   // character set and collation
}

// Column is one column. Generated ones are not copied: the temporary table makes them anew.
type Column struct {
	Name      string
	Generated bool
	kind      kind
}

// NotCopied is the error for a table that has no exact copy in a temporary table; it says why.
type NotCopied struct{ Why string }

func (e *NotCopied) Error() string { return e.Why }

var errForm = errors.New("shunt: SHOW CREATE TABLE has an unknown form")

// Parse reads what SHOW CREATE TABLE gives under a sql_mode without ANSI_QUOTES, whose lines MariaDB 10.3 to 12 and MySQL 8.0 to 9.7 write alike: a
// column or a key each. The error is a *NotCopied for views and for tables that no temporary table is like.
func Parse(create string) (*Definition, error) {
	lines := strings.Split(create, "\n")
	if strings.Contains(lines[0], " VIEW ") && !strings.HasPrefix(lines[0], "CREATE TABLE ") {
		return nil, &NotCopied{"it is a view"}
	}
	if !strings.HasPrefix(lines[0], "CREATE TABLE ") || !strings.HasSuffix(lines[0], "(") {
		return nil, errForm
	}
	d := &Definition{}
	for _, line := range lines[1:] {
		if strings.HasPrefix(line, ")") {
			return d, d.option(line)
		}
		if err := d.item(strings.TrimSuffix(strings.TrimSpace(line), ",")); err != nil {
			return nil, err
		}
	}
	return nil, errForm
}

// item takes a column or a key.
func (d *Definition) item(text string) error {
	switch {
	case strings.HasPrefix(text, "`"):
		return d.column(text)
	case strings.HasPrefix(text, "PRIMARY KEY "), strings.HasPrefix(text, "UNIQUE KEY "), strings.HasPrefix(text, "KEY "):
		d.items = append(d.items, text)
	case strings.HasPrefix(text, "SPATIAL KEY "), strings.HasPrefix(text, "FULLTEXT KEY "), strings.HasPrefix(text, "VECTOR KEY "):
		// InnoDB has none of them in temporary tables; what needs one is told by the server.
	case strings.HasPrefix(text, "CONSTRAINT "), strings.HasPrefix(text, "CHECK "): // the rows have passed them
	case strings.HasPrefix(text, "PERIOD FOR "):
		return &NotCopied{"it has a period of time"}
	default:
		return errForm
	}
	return nil
}

func (d *Definition) column(text string) error {
	name, rest, ok := cutName(text)
	if !ok {
		return errForm
	}
	unquoted := withoutStrings(rest)
	if strings.Contains(unquoted, " AS ROW ") {
		return &NotCopied{"it is versioned by the system"}
	}
	word, _, _ := strings.Cut(rest, " ")
	word, _, _ = strings.Cut(word, "(")
	k, ok := kinds[strings.ToLower(word)]
	if !ok {
		return &NotCopied{fmt.Sprintf("column %s has the type %s", name, word)}
	}
	d.Columns = append(d.Columns, Column{Name: name, kind: k, Generated: strings.Contains(unquoted, " GENERATED ALWAYS AS ")})
	d.items = append(d.items, text)
	return nil
}

// cutName takes the name in backticks from the front.
func cutName(text string) (name, rest string, ok bool) {
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		if text[i] != '`' {
			b.WriteByte(text[i])
			continue
		}
		if i+1 < len(text) && text[i+1] == '`' {
			b.WriteByte('`')
			i++
			continue
		}
		return b.String(), strings.TrimPrefix(text[i+1:], " "), true
	}
	return "", "", false
}

// withoutStrings leaves out what is in single quotes.
func withoutStrings(text string) string {
	var b strings.Builder
	in := false
	for i := 0; i < len(text); i++ {
		switch {
		case in && text[i] == '\\':
			i++
		case text[i] == '\'':
			in = !in
		case !in:
			b.WriteByte(text[i])
		}
	}
	return b.String()
}

// option takes the table's options that matter to its columns.
func (d *Definition) option(line string) error {
	words := strings.Fields(withoutStrings(line))
	for i, w := range words {
		switch {
		case strings.HasPrefix(w, "CHARSET="), strings.HasPrefix(w, "COLLATE="):
			d.options += " " + w
		case w == "SYSTEM" && i+1 < len(words) && strings.HasPrefix(words[i+1], "VERSIONING"):
			return &NotCopied{"it is versioned by the system"}
		case strings.HasPrefix(w, "SEQUENCE="):
			return &NotCopied{"it is a sequence"}
		}
	}
	if len(d.Columns) == 0 || d.options == "" { // sql_mode may leave options out; then the columns' character sets are not known
		return errForm
	}
	return nil
}

// Index is the place of a column in the answer to Ask; -1 if there is none. Servers compare names without case.
func (d *Definition) Index(column string) int {
	at := 0
	for i := range d.Columns {
		if strings.EqualFold(d.Columns[i].Name, column) {
			return at
		}
		if !d.Columns[i].Generated {
			at++
		}
	}
	return -1
}

// Has says whether the table has a column of that name; servers compare without case.
func (d *Definition) Has(column string) bool {
	for i := range d.Columns {
		if strings.EqualFold(d.Columns[i].Name, column) {
			return true
		}
	}
	return false
}

// HasAll says whether it has all of these columns.
func (d *Definition) HasAll(columns []string) bool {
	return !slices.ContainsFunc(columns, func(c string) bool { return !d.Has(c) })
}

// HasAny says whether it has one of these columns.
func (d *Definition) HasAny(columns []string) bool { return slices.ContainsFunc(columns, d.Has) }
