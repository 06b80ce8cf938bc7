package catalog

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"shunt/backend/monitor/control"
)

// Tables are the tables and views that a server has in a database; exists says whether it has the database. The error is that of the connection, or
// that the control account cannot see tables: servers show only those that an account has some right on, and no error.
func Tables(ctx context.Context, e control.Endpoint, database string) (tables []string, exists bool, err error) {
	c, err := control.Dial(ctx, e)
	if err != nil {
		return nil, false, err
	}
	defer c.Close()
	name := literal(database)
	results, err := c.Script(ctx,
		"SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = "+name,
		"SELECT COUNT(*) FROM information_schema.USER_PRIVILEGES WHERE PRIVILEGE_TYPE IN ("+seeing+")",
		"SELECT COUNT(*) FROM information_schema.SCHEMA_PRIVILEGES WHERE PRIVILEGE_TYPE IN ("+seeing+") AND "+name+" LIKE TABLE_SCHEMA",
		"SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = "+name+" ORDER BY TABLE_NAME")
	if err != nil {
		return nil, false, err
	}
	var counts [3]int64
	for i := range counts {
		var fault error
		counts[i], fault = results[i].GetInt(0, 0)
		err = errors.Join(err, fault)
	}
	if err != nil || counts[0] == 0 {
		return nil, false, err
	}
	if counts[1]+counts[2] == 0 {
		return nil, true, fmt.Errorf("the control account may not see them: GRANT SHOW VIEW ON *.* TO %s", quotedUser(e.User))
	}
	for i := range results[3].RowNumber() {
		table, err := results[3].GetString(i, 0)
		if err != nil {
			return nil, true, err
		}
		tables = append(tables, strings.Clone(table))
	}
	return tables, true, nil
}

// seeing are rights each of which shows an account all tables that it is about.
const seeing = "'SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'REFERENCES', 'INDEX', 'ALTER', 'CREATE VIEW', 'SHOW VIEW', 'TRIGGER'"

// literal is a text as a statement has it, whatever the session's sql_mode.
func literal(text string) string { return fmt.Sprintf("_utf8mb4 x'%x'", text) }

func quotedUser(user string) string { return "'" + strings.ReplaceAll(user, "'", "''") + "'" }
