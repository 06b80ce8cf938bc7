package grammar

import "strings"

// kind is a type that columns have.
type kind struct {
	sql    string // as in CREATE TABLE
	family string // what its values can be used as: "number", "real", "string", "moment", "time", "json", "bytes"
	value  string // the rule for its values
}

// key is what every table begins with. All orders end with it, so that they are total.
const key = "id"

// kinds are the types of columns. Sums of the real ones are exact, since the rule quarter has quarters only.
func kinds() []kind {
	return []kind{
		{"INT", "number", "int"},
		{"INT UNSIGNED", "number", "natural"},
		{"BIGINT", "number", "int"},
		{"SMALLINT", "number", "small"},
		{"TINYINT(1)", "number", "small"},
		{"MEDIUMINT ZEROFILL", "number", "natural"},
		{"DECIMAL(12,3)", "number", "decimal"},
		{"BIGINT UNSIGNED", "number", "natural"},
		{"YEAR", "number", "year"},
		{"BIT(6)", "number", "small"},
		{"DOUBLE", "real", "quarter"},
		{"FLOAT", "real", "quarter"},
		{"VARCHAR(40)", "string", "text"},
		{"VARCHAR(60) COLLATE utf8mb4_bin", "string", "text"},
		{"VARCHAR(30) CHARACTER SET latin1", "string", "word"},
		{"CHAR(12)", "string", "word"},
		{"TEXT", "string", "text"},
		{"LONGTEXT CHARACTER SET utf8mb3", "string", "word"},
		{"ENUM('red','green','blue','')", "string", "colour"},
		{"SET('a','b','c','d')", "string", "letters"},
		{"UUID", "string", "uuid"},
		{"INET6", "string", "inet"},
		{"DATE", "moment", "date"},
		{"DATETIME", "moment", "datetime"},
		{"DATETIME(6)", "moment", "datetime"},
		{"TIMESTAMP NULL", "moment", "datetime"},
		{"TIMESTAMP(3) NULL", "moment", "datetime"},
		{"TIME", "time", "time of day"},
		{"TIME(2)", "time", "time of day"},
		{"JSON", "json", "json literal"},
		{"BLOB", "bytes", "raw bytes"},
		{"VARBINARY(20)", "bytes", "raw bytes"},
		{"BINARY(5)", "bytes", "raw bytes"},
	}
}

// column is one of a table.
type column struct {
	name string
	kind kind
	made bool // its value is generated: nothing is inserted into it
}

// table is one of the database.
type table struct {
	name    string
	columns []column // after the key
	view    bool
}

// newColumn makes a column and its definition.
func (g *generator) newColumn(name string) (column, string) {
	c := column{name: name, kind: one(g, kinds())}
	text := name + " " + c.kind.sql
	switch {
	case g.chance(8) && c.kind.family == "number":
		c.made = true
		return c, name + " BIGINT AS (" + key + " * 3 + 1) " + one(g, []string{"VIRTUAL", "PERSISTENT", "STORED"})
	case g.chance(5) && c.kind.family == "string":
		c.made = true
		return c, name + " VARCHAR(80) GENERATED ALWAYS AS (CONCAT('no. ', " + key + ")) VIRTUAL"
	case g.chance(15) && c.kind.family != "json" && !strings.HasPrefix(c.kind.sql, "TIMESTAMP"):
		text += " NOT NULL DEFAULT " + g.expand(c.kind.value, deepest)
	case g.chance(6) && c.kind.family == "number":
		text += " CHECK (" + name + " > -100000)"
	case g.chance(5):
		text += " COMMENT 'it''s a column, \"quoted\"'"
	case g.chance(4):
		text += " INVISIBLE"
	}
	return c, text
}
