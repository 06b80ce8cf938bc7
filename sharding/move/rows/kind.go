package rows

import (
	"shunt/statement"
)

// Kind is how the values of a column travel: the expression that asks for them, and the literal that gives them again.
type Kind uint8

// The kinds.
const (
	Plain  Kind = iota // numbers whose text is exact and is a literal, too
	Quoted             // texts, bytes, dates and DOUBLE: what the server sends, between quotes
	Single             // FLOAT: its own text is rounded to six digits, that of the same number as DOUBLE is not
	Number             // ENUM, SET and BIT by their numbers: two members may read alike, and a value may be none of them
	JSON               // MySQL's: it takes no text without a character set
	ASCII              // MariaDB's UUID and INET, which take bytes without a character set for their inner form
	Shape              // geometry, in the server's own form
)

func kindOf(dataType string) Kind {
	switch dataType {
	case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal":
		return Plain
	case "float":
		return Single
	case "enum", "set", "bit":
		return Number
	case "json":
		return JSON
	case "uuid", "inet4", "inet6":
		return ASCII
	case "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection", "geomcollection":
		return Shape
	}
	return Quoted
}

// Ask is the expression whose text is the column's exact value.
func (c *Column) Ask() string {
	name := statement.QuoteName(c.Name)
	switch c.Kind {
	case Single:
		return "CAST(" + name + " AS DOUBLE)"
	case Number:
		return "CAST(" + name + " AS UNSIGNED)"
	}
	return name
}

// Literal appends the value that Ask was answered with. The session's character set is binary.
func (k Kind) Literal(dst, value []byte, null bool) []byte {
	switch {
	case null:
		return append(dst, "NULL"...)
	case k == Plain || k == Number:
		return append(dst, value...)
	case k == JSON:
		dst = append(dst, "_utf8mb4"...)
	case k == ASCII:
		dst = append(dst, "_latin1"...)
	}
	dst = append(dst, '\'')
	dst = escape(dst, value)
	return append(dst, '\'')
}

// Field appends the value as a field of LOAD DATA's standard form, which ends with a tab or, the last one, with a line feed.
func Field(dst, value []byte, null bool) []byte {
	if null {
		return append(dst, '\\', 'N')
	}
	from := 0
	for i, c := range value {
		if c != '\t' && c != '\n' && c != '\\' {
			continue
		}
		dst = append(dst, value[from:i]...)
		from = i + 1
		switch c {
		case '\t':
			dst = append(dst, '\\', 't')
		case '\n':
			dst = append(dst, '\\', 'n')
		default:
			dst = append(dst, '\\', '\\')
		}
	}
	return append(dst, value[from:]...)
}

// escape puts a backslash before quotes and backslashes.
func escape(dst, value []byte) []byte {
	from := 0
	for i, c := range value {
		if c == '\'' || c == '\\' {
			dst = append(append(dst, value[from:i]...), '\\')
			from = i
		}
	}
	return append(dst, value[from:]...)
}

// Variable says what LOAD DATA has to do with a field that the column does not take as it is; empty if it does.
func (c *Column) Variable(name string) string {
	switch c.Kind {
	case Number:
		return "CAST(" + name + " AS UNSIGNED)"
	case JSON:
		return "CONVERT(" + name + " USING utf8mb4)"
	case ASCII:
		return "CONVERT(" + name + " USING latin1)"
	case Shape:
		return name
	}
	return ""
}
