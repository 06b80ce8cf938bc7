package console

import (
	"context"
	"strconv"
	"strings"

	"shunt/admin"
)

// selectCommand answers the questions that drivers and client programs ask any server when they log in: variables, DATABASE(), USER()
// and their kin. Anything else is an error that says what the console is for.
func selectCommand() command { return command{verb: "select", run: selectValues} }

// selectValues runs SELECT expression [[AS] alias] [, …] [LIMIT n].
func selectValues(_ context.Context, s *session, t *tokens) (answer, error) {
	table := admin.Table{Rows: [][]any{nil}}
	for {
		begin := t.peek().at
		value, err := s.expression(t)
		if err != nil {
			return answer{}, err
		}
		label := strings.TrimSpace(t.sql[begin:t.list[t.next-1].after])
		if alias, ok := readAlias(t); ok {
			label = alias
		}
		table.Columns = append(table.Columns, admin.Column{Name: label, Kind: kindOfValue(value), Null: value == nil})
		table.Rows[0] = append(table.Rows[0], value)
		if !t.accept(",") {
			break
		}
	}
	t.accept("from", "dual")
	if t.accept("limit") {
		t.take()
	}
	if t.peek().kind != end {
		return answer{}, notATable(t)
	}
	return answer{table: &table}, nil
}

func kindOfValue(v any) admin.Kind {
	if _, whole := v.(int64); whole {
		return admin.Whole
	}
	return admin.Words
}

func readAlias(t *tokens) (string, bool) {
	explicit := t.accept("as")
	switch tok := t.peek(); {
	case tok.kind == name, tok.kind == quoted, explicit && tok.kind == word:
		return t.take().text, true
	case tok.kind == word && !explicit && !strings.EqualFold(tok.text, "limit") && !strings.EqualFold(tok.text, "from"):
		return t.take().text, true
	}
	return "", false
}

// expression is one value that the console knows.
func (s *session) expression(t *tokens) (any, error) {
	tok := t.take()
	switch tok.kind {
	case number:
		n, err := strconv.ParseInt(tok.text, 10, 64)
		if err != nil {
			return tok.text, nil // a fraction is as good as its text
		}
		return n, nil
	case quoted:
		return tok.text, nil
	case word:
		if variable, is := strings.CutPrefix(tok.text, "@@"); is {
			return s.variable(variable)
		}
		if value, ok := s.function(tok.text); ok {
			if t.accept("(") && !t.accept(")") {
				return nil, notATable(t)
			}
			return value, nil
		}
	case end, name, symbol:
	}
	return nil, notATable(t)
}

// function is the value of a function that asks about the session.
func (s *session) function(name string) (any, bool) {
	switch strings.ToLower(name) {
	case "database", "schema":
		if s.database == "" {
			return nil, true
		}
		return s.database, true
	case "user", "current_user", "session_user", "system_user":
		return s.login.User + "@" + s.host(), true
	case "version":
		return s.version(), true
	case "connection_id":
		return int64(s.id), true
	case "null":
		return nil, true
	case "true":
		return int64(1), true
	case "false":
		return int64(0), true
	}
	return nil, false
}

func notATable(t *tokens) error {
	return syntaxError("%q cannot be answered: this is the admin console of shunt and holds no data; "+
		"connect to the port of the proxy for that, and use SHOW here", shorten(t.sql))
}
