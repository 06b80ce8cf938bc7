package definitions_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shunt/backend/definitions"
	"shunt/backend/monitor/control"
	"shunt/backend/monitor/mariadbtest"
	"shunt/statement"
)

// TestRead: an account without rights on the database sees nothing and is told what it lacks; with the grants of docs/operations.md it sees all.
func TestRead(t *testing.T) {
	s := mariadbtest.Start(t)
	s.Exec(
		"CREATE DATABASE `it's`", "USE `it's`",
		"CREATE TABLE users (id INT PRIMARY KEY, part INT, UNIQUE (id, part))",
		"CREATE TABLE stat_day (id INT PRIMARY KEY, u INT, p INT, CONSTRAINT whose FOREIGN KEY (u, p) REFERENCES users (id, part))",
		"CREATE VIEW days AS SELECT id FROM stat_day",
		"CREATE PROCEDURE tidy() DELETE FROM stat_day",
		"CREATE FUNCTION many() RETURNS INT READS SQL DATA RETURN (SELECT COUNT(*) FROM stat_day)",
		"SET SESSION sql_mode='ANSI_QUOTES'",
		`CREATE TRIGGER counted AFTER INSERT ON users FOR EACH ROW UPDATE "stat_day" SET u = 1`,
		"SET SESSION sql_mode=''",
		"CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DO CALL tidy()",
	)
	read := func() definitions.Schema {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		found, err := definitions.Read(ctx, control.Endpoint{Address: s.Address, User: mariadbtest.User, Password: mariadbtest.Password}, "it's")
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	missing := read().Missing
	if len(missing) != 5 {
		t.Errorf("without rights this is missing: %q", missing)
	}
	for _, m := range missing {
		s.Exec(m.Grant) // they are statements that a server takes
	}
	got := read()
	for i := range got.Views {
		got.Views[i].Query = strings.ReplaceAll(got.Views[i].Query, "`", "")
	}
	want := definitions.Schema{
		Database: "it's", Tables: []string{"stat_day", "users"},
		ForeignKeys: []definitions.ForeignKey{{Name: "whose", Table: "stat_day", Columns: "u, p", OtherDatabase: "it's", Other: "users"}},
		Views:       []definitions.View{{Name: "days", Query: "select it's.stat_day.id AS id from it's.stat_day"}},
		Programs: []definitions.Program{
			{Kind: "function", Name: "many", Body: "RETURN (SELECT COUNT(*) FROM stat_day)"},
			{Kind: "procedure", Name: "tidy", Body: "DELETE FROM stat_day"},
			{Kind: "trigger", Name: "counted", Table: "users", Body: `UPDATE "stat_day" SET u = 1`, Mode: statement.AnsiQuotes},
			{Kind: "event", Name: "nightly", Body: "CALL tidy()"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestADatabaseThatIsNotThereIsEmpty(t *testing.T) {
	s := mariadbtest.Start(t)
	s.Exec("GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON *.* TO "+mariadbtest.User+"@'%'", "GRANT SELECT ON mysql.proc TO "+mariadbtest.User+"@'%'")
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	got, err := definitions.Read(ctx, control.Endpoint{Address: s.Address, User: mariadbtest.User, Password: mariadbtest.Password}, "nowhere")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(definitions.Schema{Database: "nowhere"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
