package stages

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/accounts"
	"shunt/sharding/move/unit"
	"shunt/tests/cluster"
)

// resident is an account that lives at paris, with the passwords that it takes and one that it does not.
type resident struct {
	name    string
	servers string   // mariadb or mysql; empty: both
	sql     []string // makes it
	takes   []string // passwords; none: nobody gets in
	because uint16   // the error if nobody gets in
}

var residents = []resident{
	{name: "res_plain", sql: []string{"CREATE USER res_plain@'%' IDENTIFIED BY 'plain'"}, takes: []string{"plain"}},
	{name: "res_empty", sql: []string{"CREATE USER res_empty@'%'"}, takes: []string{""}},
	{name: "res_ed25519", servers: "mariadb", sql: []string{"INSTALL SONAME 'auth_ed25519'", "CREATE USER res_ed25519@'%' IDENTIFIED VIA ed25519 USING PASSWORD('curve')"}, takes: []string{"curve"}},
	{name: "res_either", servers: "mariadb", sql: []string{"CREATE USER res_either@'%' IDENTIFIED VIA unix_socket OR mysql_native_password USING PASSWORD('it''s')"}, takes: []string{"it's"}},
	{name: "res_two", servers: "mysql", sql: []string{"CREATE USER res_two@'%' IDENTIFIED BY 'old'", "ALTER USER res_two@'%' IDENTIFIED BY 'new' RETAIN CURRENT PASSWORD"}, takes: []string{"old", "new"}},
	{name: "res_locked", sql: []string{"CREATE USER res_locked@'%' IDENTIFIED BY 'x' ACCOUNT LOCK"}, because: 4151},
	{name: "res_tls", sql: []string{"CREATE USER res_tls@'%' IDENTIFIED BY 'x' REQUIRE X509"}, because: 1045},
	{name: "res_few", sql: []string{"CREATE USER res_few@'%' IDENTIFIED BY 'few' WITH MAX_QUERIES_PER_HOUR 1000 MAX_USER_CONNECTIONS 7 PASSWORD EXPIRE INTERVAL 90 DAY"}, takes: []string{"few"}},
}

// TestAccountsMoveWithTheirPasswords: those with rights on the unit are made at gra; old passwords are taken there, wrong ones are not, and they have the rights on the unit only after it was opened.
func TestAccountsMoveWithTheirPasswords(t *testing.T) {
	accountsMoveWithTheirPasswords(t, newWorld(t, cluster.Shared(t)))
}

func TestMySQLAccountsMoveWithTheirPasswords(t *testing.T) {
	accountsMoveWithTheirPasswords(t, newWorld(t, cluster.SharedMySQL(t)))
}

func accountsMoveWithTheirPasswords(t *testing.T, w *world) {
	u := w.database("res_shop", "CREATE TABLE t (a int)")
	w.database("res_shop2")
	w.exec(w.atGra, "CREATE DATABASE res_shop", "CREATE TABLE res_shop.t (a int)", "CREATE DATABASE res_shop2", "CREATE TABLE res_shop2.t (a int)")
	if w.mariadb() {
		_, _ = w.atGra.Query(w.ctx, "INSTALL SONAME 'auth_ed25519'")
	}
	w.exec(w.atParis, "DROP ROLE IF EXISTS res_role", "CREATE ROLE res_role", "GRANT SELECT ON res_shop.* TO res_role")
	for _, r := range residents {
		if r.servers != "" && (r.servers == "mariadb") != w.mariadb() {
			continue
		}
		w.live(r)
	}
	w.exec(w.atParis, "GRANT res_role TO res_few@'%'", w.defaultRole("res_role", "res_few@'%'"), "GRANT ALL ON `res\\_shop%`.* TO res_plain@'%'")
	t.Cleanup(func() {
		for _, d := range []string{"paris", "gra"} {
			_ = w.c.Datacenter(d).Primary.Exec(context.Background(), "DROP ROLE IF EXISTS res_role")
		}
	})
	rights, err := accounts.Read(w.ctx, w.atParis, u)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time everything is there
		if findings, err := accounts.Create(w.ctx, w.atGra, rights); err != nil || findings != nil {
			t.Fatal(findings, err)
		}
	}
	for _, r := range residents {
		if r.servers == "" || (r.servers == "mariadb") == w.mariadb() {
			w.getsIn(r)
		}
	}
	if err := accounts.Open(w.ctx, w.atGra, rights.OpenElsewhere()); err != nil {
		t.Fatal(err)
	}
	plain := w.dial(control.Endpoint{Address: w.gra.Address, User: "res_plain", Password: "plain"})
	w.exec(plain, "INSERT INTO res_shop.t VALUES (1)")
	if got := w.refusedWith(plain, "INSERT INTO res_shop2.t VALUES (1)"); got != 1142 {
		t.Errorf("the pattern of paris opens another database of gra: error %d", got)
	}
	few := w.dial(control.Endpoint{Address: w.gra.Address, User: "res_few", Password: "few"})
	w.exec(few, "SELECT * FROM res_shop.t")
}

func (w *world) defaultRole(role, account string) string {
	if w.mariadb() {
		return "SET DEFAULT ROLE " + role + " FOR " + account
	}
	return "SET DEFAULT ROLE " + role + " TO " + account
}

// live makes an account at paris.
func (w *world) live(r resident) {
	w.t.Helper()
	for _, sql := range r.sql {
		if _, err := w.atParis.Query(w.ctx, sql); err != nil && !strings.HasPrefix(sql, "INSTALL") {
			w.t.Fatal(sql, err)
		}
	}
	if r.name != "res_few" {
		w.exec(w.atParis, "GRANT INSERT ON res_shop.* TO "+r.name+"@'%'")
	}
	w.t.Cleanup(func() {
		for _, d := range []string{"paris", "gra"} {
			_ = w.c.Datacenter(d).Primary.Exec(context.Background(), "DROP USER IF EXISTS "+r.name+"@'%'")
		}
	})
}

// getsIn logs in at gra.
func (w *world) getsIn(r resident) {
	w.t.Helper()
	try := func(password string) error {
		c, err := control.Dial(w.ctx, control.Endpoint{Address: w.gra.Address, User: r.name, Password: password})
		if err != nil {
			return err
		}
		defer c.Close()
		if r.name != "res_few" {
			if got := w.refusedWith(c, "INSERT INTO res_shop.t VALUES (1)"); got != 1142 {
				w.t.Errorf("%s has rights before the unit was opened: error %d", r.name, got)
			}
		}
		return nil
	}
	for _, password := range r.takes {
		if err := try(password); err != nil {
			w.t.Errorf("%s with %q: %v", r.name, password, err)
		}
	}
	if err := try("wrong"); control.Code(err) == 0 {
		w.t.Errorf("%s with a wrong password: %v", r.name, err)
	}
	if r.because != 0 {
		if err := try("x"); control.Code(err) != r.because && control.Code(err) != 3118 {
			w.t.Errorf("%s: %v, want error %d", r.name, err, r.because)
		}
	}
}

// TestAnotherPasswordIsAConflict: an account that is there with another password is named, and nothing is changed.
func TestAnotherPasswordIsAConflict(t *testing.T) {
	anotherPasswordIsAConflict(t, newWorld(t, cluster.Shared(t)))
}

func TestMySQLAnotherPasswordIsAConflict(t *testing.T) {
	anotherPasswordIsAConflict(t, newWorld(t, cluster.SharedMySQL(t)))
}

func anotherPasswordIsAConflict(t *testing.T, w *world) {
	w.database("res_shop", "CREATE TABLE t (a int)")
	w.account("res_twin", "GRANT ALL ON res_shop.* TO res_twin@'%'")
	w.account("res_new", "GRANT ALL ON res_shop.* TO res_new@'%'")
	w.exec(w.atGra, "CREATE USER res_twin@'%' IDENTIFIED BY 'another'")
	rights, err := accounts.Read(w.ctx, w.atParis, unit.Of("res_shop"))
	if err != nil {
		t.Fatal(err)
	}
	findings, err := accounts.Create(w.ctx, w.atGra, rights)
	if err != nil || len(findings) != 1 {
		t.Fatal(findings, err)
	}
	told(t, fmt.Errorf("%s", findings[0]), "conflict", "res_twin")
	if n := w.value(w.atGra, "SELECT COUNT(*) FROM mysql.user WHERE User = 'res_new'"); n != "0" {
		t.Errorf("an account was made")
	}
}
