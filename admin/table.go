package admin

import (
	"io"
	"reflect"
	"strings"
	"unicode/utf8"
)

// Column describes one column of the rows of an operation.
type Column struct {
	Name  string // also the JSON name
	About string // one sentence for people
	Kind  Kind   // of its values
	Null  bool   // NULL is possible
}

// Kind is what the values of a column are.
type Kind uint8

// The kinds.
const (
	Words   Kind = iota // string
	Whole               // int64 or uint64
	Decimal             // float64
	Truth               // bool
	List                // []string
)

// Number says whether the values are numbers.
func (k Kind) Number() bool { return k == Whole || k == Decimal }

// Table is the answer of an operation in the form that faces print, filter and sort.
type Table struct {
	Columns []Column
	Rows    [][]any // string, bool, int64, uint64, float64, []string, or nil for NULL
}

// TableOf makes a table of an operation's rows. T is one of the row structs of this package.
func TableOf[T any](rows []T) Table {
	t := Table{Columns: Columns[T]()}
	for i := range rows {
		t.Rows = append(t.Rows, values(reflect.ValueOf(&rows[i]).Elem()))
	}
	return t
}

// Columns are the columns of a row struct of this package, in order.
func Columns[T any]() []Column { return columnsOf(reflect.TypeFor[T]()) }

func columnsOf(row reflect.Type) []Column {
	var columns []Column
	for i := range row.NumField() {
		f := row.Field(i)
		c := Column{Name: f.Tag.Get("json"), About: f.Tag.Get("doc")}
		value := f.Type
		if value.Kind() == reflect.Pointer {
			c.Null, value = true, value.Elem()
		}
		c.Kind = kindOf(value)
		columns = append(columns, c)
	}
	return columns
}

func kindOf(value reflect.Type) Kind {
	switch value.Kind() {
	case reflect.String:
		return Words
	case reflect.Bool:
		return Truth
	case reflect.Float64:
		return Decimal
	case reflect.Slice:
		return List
	}
	return Whole
}

// values are the fields of a row, each as one of the few types of [Table.Rows].
func values(row reflect.Value) []any {
	var out []any
	for i := range row.NumField() {
		f := row.Field(i)
		if f.Kind() == reflect.Pointer {
			if f.IsNil() {
				out = append(out, nil)
				continue
			}
			f = f.Elem()
		}
		switch {
		case f.CanInt():
			out = append(out, f.Int())
		case f.CanUint():
			out = append(out, f.Uint())
		default:
			out = append(out, f.Interface())
		}
	}
	return out
}

// columnGap stands between two columns on the screen.
const columnGap = "  "

// Write writes the table for people: a line of names, then the rows, in aligned columns, numbers to the right.
func (t Table) Write(w io.Writer) error {
	lines := [][]string{make([]string, len(t.Columns))}
	for i, c := range t.Columns {
		lines[0][i] = c.Name
	}
	for _, row := range t.Rows {
		line := make([]string, len(row))
		for i, v := range row {
			if line[i] = shown(v); line[i] == "" {
				line[i] = "-"
			}
		}
		lines = append(lines, line)
	}
	width := make([]int, len(t.Columns))
	for _, line := range lines {
		for i, cell := range line {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(strings.TrimRight(t.line(line, width), " "))
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (t Table) line(cells []string, width []int) string {
	padded := make([]string, len(cells))
	for i, cell := range cells {
		space := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
		if t.Columns[i].Kind.Number() {
			padded[i] = space + cell
		} else {
			padded[i] = cell + space
		}
	}
	return strings.Join(padded, columnGap)
}

// WriteRecord writes one row struct for people: a line per field, lists with a line per item, and nothing for what is empty.
func WriteRecord[T any](w io.Writer, record T) error {
	columns, row := Columns[T](), values(reflect.ValueOf(&record).Elem())
	width := 0
	for _, c := range columns {
		width = max(width, len(c.Name))
	}
	var b strings.Builder
	for i, c := range columns {
		items, isList := row[i].([]string)
		if !isList {
			items = []string{shown(row[i])}
		}
		for n, item := range items {
			name := c.Name
			if n > 0 {
				name = ""
			}
			if item != "" {
				b.WriteString(name + strings.Repeat(" ", width-len(name)) + columnGap + item + "\n")
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// shown is a value on the screen: on one line, and without a word where nothing is known.
func shown(value any) string {
	if value == nil {
		return ""
	}
	return strings.Join(strings.Fields(Text(value)), " ")
}
