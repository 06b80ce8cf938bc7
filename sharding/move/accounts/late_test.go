package accounts_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"shunt/backend/monitor/control"
	"shunt/backend/monitor/mariadbtest"
	"shunt/sharding/move/accounts"
	"shunt/sharding/move/unit"
)

// A statement was let in before the grants are taken, and waits for a table of another database before it locks the unit's: it must not write after the gate has closed.
func TestAStatementThatWasLetInBeforeDoesNotWriteAfterTheGate(t *testing.T) {
	for name, sql := range map[string]string{
		"update of two tables": "UPDATE other.x JOIN shop.t SET shop.t.n = 'late'",
		"insert from other":    "INSERT INTO shop.t SELECT 2, 'late' FROM other.x LIMIT 1",
		"delete":               "DELETE shop.t FROM other.x JOIN shop.t",
	} {
		t.Run(name, func(t *testing.T) {
			s := mariadbtest.Start(t)
			s.Exec("CREATE DATABASE shop", "CREATE DATABASE other", "CREATE TABLE shop.t (id INT PRIMARY KEY, n VARCHAR(10))", "INSERT INTO shop.t VALUES (1, 'before')",
				"CREATE TABLE other.x (id INT)", "INSERT INTO other.x VALUES (1)",
				"CREATE USER app@'%' IDENTIFIED BY 'p'", "GRANT ALL ON shop.* TO app@'%'", "GRANT ALL ON other.* TO app@'%'",
				"CREATE USER mover@'%' IDENTIFIED BY 'm'", "GRANT ALL ON *.* TO mover@'%' WITH GRANT OPTION")
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			lock, err := s.Open("app", "p").Conn(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := lock.ExecContext(ctx, "LOCK TABLES other.x WRITE"); err != nil {
				t.Fatal(err)
			}
			done := make(chan error, 1)
			go func() {
				_, err := s.Open("app", "p").ExecContext(ctx, sql)
				done <- err
			}()
			for !strings.Contains(s.Value("SELECT GROUP_CONCAT(STATE) FROM information_schema.PROCESSLIST WHERE USER = 'app'"), "Waiting for table") {
				if ctx.Err() != nil {
					t.Fatal("the statement does not wait")
				}
				time.Sleep(10 * time.Millisecond)
			}
			t.Log(s.Value("SELECT GROUP_CONCAT(CONCAT_WS(':', COALESCE(DB,'-'), STATE, INFO)) FROM information_schema.PROCESSLIST WHERE USER = 'app'"))
			c, err := control.Dial(ctx, control.Endpoint{Address: s.Address, User: "mover", Password: "m"})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			closed, err := accounts.Close(ctx, c, unit.Of("shop"), accounts.Closing{Spare: []string{"mover"}, Foreign: func(string) bool { return false }})
			if err != nil {
				t.Fatalf("the gate does not close: %v (%v)", err, closed)
			}
			before := s.Value("SELECT GROUP_CONCAT(id, n) FROM shop.t")
			if _, err := lock.ExecContext(ctx, "UNLOCK TABLES"); err != nil { // its session neither stands in the unit nor names it
				t.Errorf("a neighbour: %v", err)
			}
			t.Log("statement:", <-done)
			if after := s.Value("SELECT COALESCE(GROUP_CONCAT(id, n), 'nothing') FROM shop.t"); after != before {
				t.Errorf("the gate was closed, and the unit has changed from %s to %s", before, after)
			}
		})
	}
}
