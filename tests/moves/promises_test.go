package moves

import (
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"

	"shunt/lab"
	"shunt/tests/front"
)

// orders is a folder in which faults of this test's proxies are ordered: see cmd/shunt/stops.go.
func orders(t *testing.T) string {
	folder := t.TempDir()
	t.Setenv("SHUNT_TEST_STOPS", folder)
	return folder
}

func order(t *testing.T, folder, point, action string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, point), []byte(action), 0o600); err != nil {
		t.Fatal(err)
	}
}

// struck says whether somebody has come to a point.
func struck(folder, point string) bool {
	files, _ := filepath.Glob(filepath.Join(folder, point+".[0-9]*"))
	return len(files) > 0
}

// TestAMoveTakenBackLeavesNothing: it had closed the source, and made everything on the target. Then the source is what it was, and the target has nothing of the database.
func TestAMoveTakenBackLeavesNothing(t *testing.T) {
	folder := orders(t)
	w := newWorld(t, "")
	w.on("paris", "SET GLOBAL event_scheduler = ON", "CREATE EVENT blog.daily ON SCHEDULE EVERY 1 DAY STARTS '2035-01-01 00:00:00' DO DELETE FROM blog.posts WHERE id < 0",
		"CREATE USER reader@'%' IDENTIFIED BY 'reading'", "GRANT SELECT (id), INSERT (writer) ON blog.posts TO reader@'%'",
		"CREATE USER pattern@'%' IDENTIFIED BY 'fitting'", "GRANT SELECT ON `blo_`.* TO pattern@'%'")
	w.on("gra", "CREATE USER local@'%' IDENTIFIED BY 'here'", "GRANT SELECT ON `blog%`.* TO local@'%'")
	before, away := w.belongings("paris"), w.belongings("gra")
	was := w.portrait("paris", "blog")
	order(t, folder, "sealed", "error")
	order(t, folder, "reopening", "wait")
	w.proxy.Ask("MOVE DATABASE blog TO gra")
	w.proxy.Await("the switch is given up, the source not opened yet", patience, func() bool { return struck(folder, "reopening") })
	if now := w.belongings("paris"); maps.Equal(now, before) {
		t.Error("the source was never closed: this story tells nothing")
	}
	w.proxy.Ask("ROLLBACK MOVE blog")
	order(t, folder, "reopening.go", "")
	w.proxy.Await("the move is taken back", patience, func() bool { return w.move()["state"] == "aborted" })
	w.unchanged("paris", before)
	w.same("blog", was, "paris")
	if n := w.number("gra", "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'blog'"); n != 0 {
		t.Error("the target still has the database")
	}
	for name, grants := range w.belongings("gra") {
		if away[name] == "" && strings.Contains(grants, " ON `blo") { // an account that was made for the move may stay, without any right
			t.Errorf("the target has for %s: %s", name, grants)
		}
	}
	for name, grants := range away {
		if now := w.belongings("gra")[name]; now != grants {
			t.Errorf("the target had for %s: %s; and has: %s", name, grants, now)
		}
	}
}

// belongings are the accounts of a server, with their rights, and its databases.
func (w *world) belongings(cluster string) map[string]string {
	w.t.Helper()
	ctx, db := w.t.Context(), w.Datacenter(cluster).Primary.DB()
	all := map[string]string{}
	ask := func(query string) (text []string) {
		rows, err := front.Rows(ctx, db, query)
		if err != nil {
			w.t.Fatalf("%s: %s: %v", cluster, query, err)
		}
		for _, row := range rows {
			for _, value := range row {
				text = append(text, value)
			}
		}
		return text
	}
	for _, account := range ask("SELECT CONCAT(QUOTE(User), IF(is_role = 'Y', '', CONCAT('@', QUOTE(Host)))) FROM mysql.user") {
		rights := ask("SHOW GRANTS FOR " + account)
		slices.Sort(rights)
		if strings.Contains(account, "@") {
			rights = append(rights, ask("SHOW CREATE USER "+account)...)
		}
		all[account] = strings.Join(rights, "; ")
	}
	all["databases"] = strings.Join(ask("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN ('shunt') ORDER BY 1"), ", ")
	return all
}

func (w *world) unchanged(cluster string, before map[string]string) {
	w.t.Helper()
	now := w.belongings(cluster)
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if now[name] != before[name] {
			w.t.Errorf("%s had for %s: %s; and has: %s", cluster, name, before[name], now[name])
		}
		delete(now, name)
	}
	for name, rights := range now {
		w.t.Errorf("%s has for %s, who was not there: %s", cluster, name, rights)
	}
}

// TestNeighboursDoNotNotice: while a database is closed, another one of the same server and the same account is written and read, in sessions that were there before and in new
// ones: nothing of it waits, and nobody hears anything.
func TestNeighboursDoNotNotice(t *testing.T) {
	folder := orders(t)
	w := newWorld(t, "")
	w.on("paris", "CREATE DATABASE news", "CREATE TABLE news.lines (id INT PRIMARY KEY AUTO_INCREMENT, text VARCHAR(100))", "GRANT ALL ON news.* TO web@'%'",
		"CREATE USER journalist@'%' IDENTIFIED BY 'writing'", "GRANT ALL ON news.* TO journalist@'%'")
	w.CatchUp(t)
	w.proxy.Await("the database news is found", patience, func() bool { return len(w.proxy.Ask("SHOW DATABASES WHERE database = 'news'")) == 1 })
	l := w.start(2, 1)
	l.more()
	var neighbours []*sql.DB
	for _, account := range []lab.Account{w.web, {User: "journalist", Password: "writing"}} {
		db := w.Open(t, account, w.proxy.Address, "news")
		db.SetMaxOpenConns(1)
		w.must(db, "INSERT INTO `lines` (text) VALUES ('before')")
		neighbours = append(neighbours, db)
	}
	order(t, folder, "gate closed", "wait")
	w.proxy.Ask("MOVE DATABASE blog TO gra")
	w.proxy.Await("the database is closed", patience, func() bool { return struck(folder, "gate closed") })
	written := func() (n int64) {
		for i := range l.written {
			n += l.written[i].Load()
		}
		return n
	}
	closed := written()
	for range 20 {
		for _, db := range neighbours {
			w.must(db, "INSERT INTO `lines` (text) VALUES ('meanwhile')")
			w.read(db, "SELECT COUNT(*) FROM `lines`")
		}
	}
	fresh := w.Open(t, w.web, w.proxy.Address, "news") // this account has just lost its rights on the other database
	w.must(fresh, "INSERT INTO `lines` (text) VALUES ('a new session')")
	if n := written() - closed; n > int64(len(l.written)) { // some may have been counted late
		t.Errorf("%d rows were written into a database that is closed", n)
	}
	order(t, folder, "gate closed.go", "")
	w.await("reversible")
	l.more()
	for _, db := range append(neighbours, fresh) {
		w.must(db, "INSERT INTO `lines` (text) VALUES ('after')")
	}
	l.judge("gra")
	if n := w.number("paris", "SELECT COUNT(*) FROM news.`lines`"); n != 2+40+1+3 {
		t.Errorf("the neighbour has %d lines", n)
	}
}

func (w *world) read(db *sql.DB, query string) (n int64) {
	w.t.Helper()
	if err := db.QueryRowContext(w.t.Context(), query).Scan(&n); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// TestWhatHoldsOverManySwitches: a database goes to gra, back, and to gra again, under load, and then for good.
func TestWhatHoldsOverManySwitches(t *testing.T) {
	w := newWorld(t, "")
	for _, c := range []string{"paris", "gra"} {
		w.on(c, "SET GLOBAL event_scheduler = ON", "INSTALL SONAME 'auth_ed25519'")
	}
	w.on("paris", "CREATE USER curve@'%' IDENTIFIED VIA ed25519 USING PASSWORD('elliptic')", "CREATE USER locked@'%' IDENTIFIED BY 'locked' ACCOUNT LOCK",
		"CREATE USER expired@'%' IDENTIFIED BY 'expired' PASSWORD EXPIRE", "GRANT SELECT ON blog.* TO curve@'%'", "GRANT SELECT ON blog.* TO locked@'%'", "GRANT SELECT ON blog.* TO expired@'%'",
		"CREATE TABLE blog.ticks (id BIGINT PRIMARY KEY AUTO_INCREMENT, at DATETIME NOT NULL, server INT NOT NULL)",
		"CREATE EVENT blog.ticking ON SCHEDULE EVERY 1 SECOND DO INSERT INTO blog.ticks (at, server) VALUES (NOW(), @@server_id)")
	l := w.start(4, 2)
	l.more()
	w.ticks("paris")
	w.proxy.Ask("MOVE DATABASE blog TO gra")
	w.await("reversible")
	l.more()
	w.ticks("gra")
	for _, home := range []string{"paris", "gra"} {
		w.proxy.Ask("ROLLBACK MOVE blog")
		w.await("reversible")
		l.more()
		w.ticks(home)
	}
	l.judge("gra")
	w.proxy.Await("paris has followed", patience, func() bool {
		query := "SELECT COUNT(*) FROM blog.posts"
		return w.number("paris", query) == w.number("gra", query)
	})
	w.eventsRanOnce()
	w.nobodyWroteAfterTheLastEvent()
	w.theAuditTellsWhereItWas(3, "gra")
	w.proxy.Ask("FINISH MOVE blog")
	w.await("done")
	w.passwordsCameAlong()
}

// ticks waits until the event runs on a cluster.
func (w *world) ticks(cluster string) {
	w.t.Helper()
	query := "SELECT COUNT(*) FROM blog.ticks WHERE server = @@server_id"
	n := w.number(cluster, query)
	w.proxy.Await("the event runs on "+cluster, patience, func() bool { return w.number(cluster, query) > n+1 })
}

// eventsRanOnce: no second has the event twice, although the old home follows the new one.
func (w *world) eventsRanOnce() {
	w.t.Helper()
	if n := w.number("gra", "SELECT COUNT(*) - COUNT(DISTINCT at) FROM blog.ticks"); n != 0 {
		w.t.Errorf("the event has run %d times too often", n)
	}
}

// passwordsCameAlong: through the proxy and at the target itself, accounts get in with the passwords that they had, and with no other; who was locked out stays so.
func (w *world) passwordsCameAlong() {
	w.t.Helper()
	for _, c := range []struct {
		user, password string
		number         uint16 // of the error; 0: in
		direct         bool   // the proxy does not know the plugin, or says it in other words
	}{
		{"web", "web-secret", 0, false}, {"web", "web", 1045, false}, {"web", "", 1045, false},
		{"curve", "elliptic", 0, true}, {"curve", "hyperbolic", 1045, true},
		{"locked", "locked", 4151, true}, {"expired", "expired", 1820, true},
	} {
		addresses := []string{w.Datacenter("gra").Primary.Address}
		if !c.direct {
			addresses = append(addresses, w.proxy.Address)
		}
		for _, address := range addresses {
			db := w.Open(w.t, lab.Account{User: c.user, Password: c.password}, address, "blog")
			_, err := front.Rows(w.t.Context(), db, "SELECT COUNT(*) FROM accounts")
			told := &mysql.MySQLError{}
			if err != nil && !errors.As(err, &told) || told.Number != c.number {
				w.t.Errorf("%s with the password %q at %s: %v, want error %d", c.user, c.password, address, err, c.number)
			}
		}
	}
}

// theAuditTellsWhereItWas: each switch is a change in the audit, and one after the other, they lead to where the database is now.
func (w *world) theAuditTellsWhereItWas(switches int, home string) {
	w.t.Helper()
	at, seen := "", 0
	for i, row := range w.proxy.Ask("SHOW AUDIT ORDER BY change") {
		if row["change"] != fmt.Sprint(i+1) {
			w.t.Errorf("change %s is at place %d", row["change"], i+1)
		}
		if !strings.HasSuffix(row["key"], "home/blog") {
			continue
		}
		if row["before"] != at {
			w.t.Errorf("change %s (%s) says that it was %q before, and it was %q", row["change"], row["order"], row["before"], at)
		}
		if at = row["after"]; row["before"] != "" {
			seen++
		}
		if row["user"] != "admin" || row["at"] == "" {
			w.t.Errorf("nobody has ordered it: %v", row)
		}
	}
	if seen != switches || !strings.Contains(at, `"`+home+`"`) {
		w.t.Errorf("the audit has %d switches, and ends with %q", seen, at)
	}
}

// nobodyWroteAfterTheLastEvent: in the binary log of a home that was left no transaction of an application is behind the last event, and in that of the new home none is before it
// was opened: whatever changes the database there has changed the tables of moves, too.
func (w *world) nobodyWroteAfterTheLastEvent() {
	w.t.Helper()
	for cluster, want := range map[string]string{"paris": "home, away, home, away", "gra": "copy, away, home, away, home"} {
		if got := strings.Join(w.times(cluster), ", "); got != want {
			w.t.Errorf("the binary log of %s tells: %s; want %s", cluster, got, want)
		}
	}
}

// times reads from the binary log of a cluster what it was: home while there are transactions of applications, which do not touch the tables of moves, away while changes are
// applied, and late if an application's comes behind a last event and before rights were given again.
func (w *world) times(cluster string) (times []string) {
	w.t.Helper()
	db := w.Datacenter(cluster).Primary.DB()
	logs, err := front.Rows(w.t.Context(), db, "SHOW BINARY LOGS")
	if err != nil {
		w.t.Fatal(err)
	}
	var ours, moved, marked, opened bool // what the transaction does that is read, and whether the database is closed, or was opened once
	closed := false
	end := func() {
		now := ""
		switch {
		case ours && moved:
			now = "away"
		case ours && closed:
			now = "late"
		case ours && cluster == "gra" && !opened:
			now = "copy"
		case ours:
			now = "home"
		}
		if now != "" && (len(times) == 0 || times[len(times)-1] != now) {
			times = append(times, now)
		}
		closed = closed || marked
		ours, moved, marked = false, false, false
	}
	for _, file := range logs {
		events, err := front.Rows(w.t.Context(), db, "SHOW BINLOG EVENTS IN '"+file["Log_name"]+"'")
		if err != nil {
			w.t.Fatal(err)
		}
		for _, e := range events {
			switch info := e["Info"]; e["Event_type"] {
			case "Gtid":
				end()
			case "Query":
				if strings.Contains(info, "GRANT ") && strings.Contains(info, "blog") {
					closed, opened = false, true
				}
			case "Table_map":
				ours = ours || strings.Contains(info, "(blog.posts)") || strings.Contains(info, "(blog.accounts)")
				moved = moved || strings.Contains(info, "(shunt.move_")
				marked = marked || strings.Contains(info, "(shunt.move_marker)")
			}
		}
	}
	end()
	return times
}
