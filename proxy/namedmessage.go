package proxy

import (
	"strconv"
	"strings"

	"shunt/mysql"
	"shunt/sharding"
	"shunt/statement"
)

// toldBack puts an error that a server gave into the words of applications.
func toldBack(e *mysql.Error, names *sharding.Names, text *statement.Renamed) bool {
	if e == nil || names == nil {
		return false
	}
	message := logicalMessage(int(e.Number), e.State, e.Message, names, text)
	changed := message != e.Message
	e.Message = message
	return changed
}

// Errors and warnings that are named here.
const (
	errorSyntax = 1064
	errorUser   = 1644 // SIGNAL
)

// namesRoutine are those that name a routine without quotes: PROCEDURE db.p does not exist, At line 1 in db.p.
var namesRoutine = map[int]bool{1305: true, 1318: true, 1630: true, 4094: true}

// listsTables are those that name several tables: Unknown table 'db.a,db.b'.
var listsTables = map[int]bool{1051: true, 4092: true}

// quotesData are errors and warnings in whose text there is what a client has stored, in quotes. In all others what stands in quotes before a dot is a database.
var quotesData = map[int]bool{
	1062: true, 1105: true, 1205: true, 1264: true, 1265: true, 1292: true, 1366: true, 1406: true, 1411: true, 1525: true, 1586: true, 1690: true, 1761: true, 1918: true, errorUser: true,
}

// quotesDatabase are those in which what stands in quotes alone is a database.
var quotesDatabase = map[int]bool{1007: true, 1008: true, 1044: true, 1049: true, 1102: true}

// logicalMessage is the text of an error or a warning with the names of databases that applications know. text is what was sent, if that was renamed.
func logicalMessage(number int, state, message string, names *sharding.Names, text *statement.Renamed) string {
	switch {
	case number == errorSyntax:
		return logicalSyntax(message, text)
	case number == errorUser, state == "45000":
		return message
	case number == noteQuery:
		if is, err := statement.Canonical([]byte(message), 0, renamedBy(names)); err == nil {
			return string(is)
		}
		return message
	}
	var b strings.Builder
	rest := message
	for {
		i := strings.IndexAny(rest, "`'/, ")
		if i < 0 {
			break
		}
		mark := rest[i]
		b.WriteString(rest[:i+1])
		rest = rest[i+1:]
		end := strings.IndexAny(rest, "`'./, ")
		if end < 0 {
			break
		}
		is := names.Logical(rest[:end])
		if is == "" || is == rest[:end] || !standsForDatabase(number, mark, rest[end:]) {
			continue
		}
		b.WriteString(is)
		rest = rest[end:]
	}
	return b.String() + rest
}

// noteQuery is ER_YES, the note in which EXPLAIN shows the statement as the server has understood it.
const noteQuery = 1003

// standsForDatabase says whether a name behind a mark is that of a database; behind is what follows it.
func standsForDatabase(number int, mark byte, behind string) bool {
	switch mark {
	case '`':
		return strings.HasPrefix(behind, "`.")
	case '/':
		return strings.HasPrefix(behind, "/")
	case '\'':
		return strings.HasPrefix(behind, ".") && !quotesData[number] || strings.HasPrefix(behind, "'") && quotesDatabase[number]
	}
	return strings.HasPrefix(behind, ".") && (mark == ' ' && namesRoutine[number] || mark == ',' && listsTables[number])
}

// nearBytes is how much of a text servers quote in a syntax error; MariaDB ends what is cut with dots.
const nearBytes = 80

// logicalSyntax has a syntax error quote what the client has sent.
func logicalSyntax(message string, text *statement.Renamed) string {
	from, to := strings.Index(message, "near '"), strings.LastIndex(message, "' at line ")
	if text == nil || text.Text == nil || from < 0 || to < from {
		return message
	}
	from += len("near '")
	near := message[from:to]
	start := -1
	if cut, was := strings.CutSuffix(near, "..."); was && len(near) == nearBytes || len(near) < nearBytes {
		if start = strings.LastIndex(string(text.Text), cut); !was {
			start = len(text.Text) - len(near)
		}
		dots := ""
		if was || len(text.Until(max(start, 0))) > nearBytes {
			dots = "..."
		}
		if start < 0 || start > len(text.Text) || !strings.HasPrefix(string(text.Text[start:]), cut) {
			return message
		}
		original := text.Until(start)
		if len(original) > nearBytes {
			return message[:from] + original[:nearBytes-len(dots)] + dots + message[to:]
		}
		return message[:from] + original + message[to:]
	}
	if start = strings.Index(string(text.Text), near); start < 0 {
		return message
	}
	original := text.Until(start)
	return message[:from] + original[:min(len(original), nearBytes)] + message[to:]
}

// renamedBy tells what applications call a database of a cluster, if that is another name.
func renamedBy(names *sharding.Names) func(string) (string, bool) {
	return func(name string) (string, bool) {
		is := names.Logical(name)
		return is, is != "" && is != name
	}
}

// renameWarning puts a warning that the connection in use has told into the words of applications: level, number, text.
func (c *Client) renameWarning(row mysql.Row) {
	if names := c.abroad.names; names != nil && len(row) > 2 {
		number, _ := strconv.Atoi(string(row[1]))
		row[2] = []byte(logicalMessage(number, "", string(row[2]), names, &c.abroad.wrong))
	}
}
