package tablecopy

import (
	"strings"
)

// kind is how values of a column travel: the expression that asks for them, and the literal that gives them again.
type kind uint8

const (
	asIs        kind = iota // numbers: their text is exact
	asQuoted                // dates and times: text of ASCII characters
	asDouble                // FLOAT, whose text is rounded
	asNumber                // BIT
	asTimestamp             // a moment, whatever the time zone
	asBytes                 // text and bytes, in the column's own character set
	asText                  // types that have a text form only
	asJSON                  // MySQL's JSON
)

// kinds are the types of columns as SHOW CREATE TABLE writes them.
var kinds = func() map[string]kind {
	all := map[string]kind{}
	for k, words := range map[kind]string{
		asIs:        "tinyint smallint mediumint int bigint decimal double year",
		asQuoted:    "date datetime time",
		asDouble:    "float",
		asNumber:    "bit",
		asTimestamp: "timestamp",
		asBytes: "char varchar tinytext text mediumtext longtext enum set binary varbinary tinyblob blob mediumblob longblob" +
			" geometry point linestring polygon multipoint multilinestring multipolygon geometrycollection geomcollection vector",
		asText: "uuid inet4 inet6",
		asJSON: "json",
	} {
		for _, w := range strings.Fields(words) {
			all[w] = k
		}
	}
	return all
}()

// question is the expression whose text tells a column's value exactly, in ASCII characters.
func (k kind) question(column string) string {
	switch k {
	case asDouble:
		return "CAST(" + column + " AS DOUBLE)"
	case asNumber:
		return column + "+0"
	case asTimestamp:
		return "UNIX_TIMESTAMP(" + column + ")"
	case asBytes:
		return "HEX(" + column + ")"
	case asText:
		return "HEX(CAST(" + column + " AS CHAR CHARACTER SET latin1))"
	case asJSON:
		return "HEX(CAST(" + column + " AS CHAR CHARACTER SET utf8mb4))"
	}
	return column
}

// appendLiteral appends the value that a question was answered with. The time zone is UTC, the sql_mode that of Settings.
func (k kind) appendLiteral(dst, answer []byte) []byte {
	if answer == nil {
		return append(dst, "NULL"...)
	}
	open, end := "", ""
	switch k {
	case asQuoted:
		open, end = "'", "'"
	case asTimestamp:
		if isZero(answer) {
			return append(dst, "'0000-00-00 00:00:00'"...)
		}
		open, end = "FROM_UNIXTIME(", ")"
	case asBytes:
		open, end = "X'", "'"
	case asText:
		open, end = "_latin1 X'", "'"
	case asJSON:
		open, end = "_utf8mb4 X'", "'"
	}
	dst = append(dst, open...)
	dst = append(dst, answer...)
	return append(dst, end...)
}

// isZero says whether a number is 0, with whatever decimals.
func isZero(number []byte) bool {
	for _, c := range number {
		if c != '0' && c != '.' {
			return false
		}
	}
	return true
}
