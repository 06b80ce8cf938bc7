package stages

import (
	"fmt"
	"testing"

	"shunt/backend/monitor/control"
	"shunt/tests/cluster"
)

// rights prepares a database shop with a table, another one, and a user who has the given grant on shop, and all on the other.
func (w *world) rights(grant string) {
	w.t.Helper()
	w.database("gate_shop", "CREATE TABLE t (a int)")
	w.database("gate_other", "CREATE TABLE t (a int)")
	w.account("customer", grant, "GRANT ALL ON gate_other.* TO customer@'%'")
}

// account makes an account at paris with the password secret, and drops it with the test.
func (w *world) account(name string, grants ...string) {
	w.t.Helper()
	w.exec(w.atParis, "DROP USER IF EXISTS "+name+"@'%'", "CREATE USER "+name+"@'%' IDENTIFIED BY 'secret'")
	w.t.Cleanup(func() {
		for _, d := range []string{"paris", "gra"} {
			_ = w.c.Datacenter(d).Primary.Exec(w.t.Context(), "DROP USER IF EXISTS "+name+"@'%'")
		}
	})
	w.exec(w.atParis, grants...)
}

// login is a session of an account at paris, in a database.
func (w *world) login(name, database string) *control.Conn {
	w.t.Helper()
	e := w.paris
	e.User, e.Password = name, "secret"
	c := w.dial(e)
	if database != "" {
		w.exec(c, "USE "+database)
	}
	return c
}

// refusedWith is the number of the error of a statement; 0 if it runs.
func (w *world) refusedWith(c *control.Conn, sql string) uint16 {
	w.t.Helper()
	_, err := c.Query(w.ctx, sql)
	if err != nil && control.Code(err) == 0 {
		w.t.Fatalf("%s: %v", sql, err)
	}
	return control.Code(err)
}

// TestWhatRevokeDoes is what the gate stands on: who is stopped by REVOKE, and when.
func TestWhatRevokeDoes(t *testing.T) { whatRevokeDoes(t, newWorld(t, cluster.Shared(t))) }

func TestMySQLWhatRevokeDoes(t *testing.T) { whatRevokeDoes(t, newWorld(t, cluster.SharedMySQL(t))) }

func whatRevokeDoes(t *testing.T, w *world) {
	const insert = "INSERT INTO gate_shop.t VALUES (1)"
	w.rights("GRANT ALL ON gate_shop.* TO customer@'%'")
	elsewhere, nowhere, inside, prepared, open := w.login("customer", "gate_other"), w.login("customer", ""), w.login("customer", "gate_shop"), w.login("customer", "gate_other"), w.login("customer", "gate_other")
	w.exec(prepared, "PREPARE s FROM '"+insert+"'", "EXECUTE s")
	w.exec(open, "BEGIN", insert)
	w.exec(w.atParis, "REVOKE ALL ON gate_shop.* FROM customer@'%'")
	for name, c := range map[string]struct {
		conn *control.Conn
		sql  string
		want uint16
	}{
		"whose database is another one": {elsewhere, insert, 1142},
		"without a database":            {nowhere, insert, 1142},
		"with a prepared statement":     {prepared, "EXECUTE s", 1142},
		"in a transaction":              {open, insert, 1142},
		"whose database is the unit":    {inside, insert, 0}, // until it is killed
		"that wants to go there":        {elsewhere, "USE gate_shop", 1044},
	} {
		if got := w.refusedWith(c.conn, c.sql); got != c.want {
			t.Errorf("a session %s: error %d, want %d", name, got, c.want)
		}
	}
	if got := w.refusedWith(elsewhere, "INSERT INTO gate_other.t VALUES (1)"); got != 0 {
		t.Errorf("another database: error %d", got)
	}
	w.exec(open, "COMMIT")
}

// TestTheMostSpecificGrantCounts: an account with a pattern and an exact name has for that name only what the exact one gives. So a pattern that other databases need can be covered.
func TestTheMostSpecificGrantCounts(t *testing.T) {
	theMostSpecificGrantCounts(t, newWorld(t, cluster.Shared(t)))
}

func TestMySQLTheMostSpecificGrantCounts(t *testing.T) {
	theMostSpecificGrantCounts(t, newWorld(t, cluster.SharedMySQL(t)))
}

func theMostSpecificGrantCounts(t *testing.T, w *world) {
	w.rights("GRANT ALL ON `gate\\_%`.* TO customer@'%'")
	before := w.login("customer", "gate_other")
	w.exec(before, "INSERT INTO gate_shop.t VALUES (1)")
	w.exec(w.atParis, "GRANT SHOW VIEW ON `gate\\_shop`.* TO customer@'%'")
	for name, c := range map[string]*control.Conn{"before": before, "after": w.login("customer", "gate_other")} {
		for sql, want := range map[string]uint16{"INSERT INTO gate_shop.t VALUES (1)": 1142, "SELECT * FROM gate_shop.t": 1142, "INSERT INTO gate_other.t VALUES (1)": 0} {
			if got := w.refusedWith(c, sql); got != want {
				t.Errorf("a session from %s: %s: error %d, want %d", name, sql, got, want)
			}
		}
	}
}

// TestRolesAndRevoke: a session with a role is stopped when the role loses the right.
func TestRolesAndRevoke(t *testing.T) { rolesAndRevoke(t, newWorld(t, cluster.Shared(t))) }

func TestMySQLRolesAndRevoke(t *testing.T) { rolesAndRevoke(t, newWorld(t, cluster.SharedMySQL(t))) }

func rolesAndRevoke(t *testing.T, w *world) {
	w.rights("GRANT SELECT ON gate_shop.* TO customer@'%'")
	w.exec(w.atParis, "DROP ROLE IF EXISTS gate_role", "CREATE ROLE gate_role", "GRANT ALL ON gate_shop.* TO gate_role", "GRANT gate_role TO customer@'%'")
	t.Cleanup(func() { _ = w.c.Datacenter("paris").Primary.Exec(t.Context(), "DROP ROLE IF EXISTS gate_role") })
	c := w.login("customer", "gate_other")
	w.exec(c, "SET ROLE gate_role", "INSERT INTO gate_shop.t VALUES (1)")
	w.exec(w.atParis, "REVOKE ALL ON gate_shop.* FROM gate_role")
	if got := w.refusedWith(c, "INSERT INTO gate_shop.t VALUES (1)"); got != 1142 {
		t.Error(fmt.Sprint("error ", got))
	}
	w.exec(w.atParis, "REVOKE SELECT ON gate_shop.* FROM customer@'%'")
	if got := w.refusedWith(c, "SELECT * FROM gate_shop.t"); got != 1142 {
		t.Error(fmt.Sprint("error ", got))
	}
}
