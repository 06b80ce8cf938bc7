package e2e

import (
	"context"
	"errors"
	"testing"

	driver "github.com/go-sql-driver/mysql"

	"shunt/tests/cluster"
)

// TestAWriteNeverRunsInAnotherDatabase: two sessions share the one connection to the primary, each in a database of its own. One database is
// dropped behind the back of its session. Its next write travels together with the change of database, which now fails; it must not reach the table of
// the same name in the other's database.
func TestAWriteNeverRunsInAnotherDatabase(t *testing.T) {
	writeInADatabaseThatIsGone(t, cluster.Shared(t))
}

func writeInADatabaseThatIsGone(t *testing.T, c *cluster.Cluster) {
	p := startShunt(t, c, "limits: {per_server: 1}\n")
	primary := c.Datacenters[0].Primary
	for _, q := range []string{"CREATE DATABASE shop_gone", "CREATE DATABASE shop_kept", "CREATE TABLE shop_gone.notes (n INT)", "CREATE TABLE shop_kept.notes (n INT)"} {
		if err := primary.Exec(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		for _, q := range []string{"DROP DATABASE IF EXISTS shop_gone", "DROP DATABASE shop_kept"} {
			if err := primary.Exec(context.Background(), q); err != nil { // the test's own context is over
				t.Error(err)
			}
		}
	})
	c.CatchUp(t)
	gone, kept := p.open("shop_gone"), p.open("shop_kept")
	for _, db := range []interface{ Ping() error }{gone, kept} {
		if err := db.Ping(); err != nil {
			t.Fatal(err)
		}
	}
	for range 5 {
		if _, err := gone.Exec("INSERT INTO notes VALUES (1)"); err != nil {
			t.Fatal(err)
		}
		if _, err := kept.Exec("INSERT INTO notes VALUES (2)"); err != nil {
			t.Fatal(err)
		}
	}
	if err := primary.Exec(t.Context(), "DROP DATABASE shop_gone"); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		var refusal *driver.MySQLError
		if _, err := gone.Exec("INSERT INTO notes VALUES (99)"); !errors.As(err, &refusal) || refusal.Number != 1049 {
			t.Errorf("a write in the database that is gone gives %v, want the server's 1049", err)
		}
		if _, err := kept.Exec("INSERT INTO notes VALUES (2)"); err != nil {
			t.Errorf("the other session: %v", err)
		}
	}
	var own, foreign int
	if err := primary.DB().QueryRow("SELECT COUNT(*), SUM(n = 99) FROM shop_kept.notes").Scan(&own, &foreign); err != nil {
		t.Fatal(err)
	}
	if own != 8 || foreign != 0 {
		t.Errorf("the other database has %d rows, %d of them from the session whose database is gone; want 8 and 0", own, foreign)
	}
}
