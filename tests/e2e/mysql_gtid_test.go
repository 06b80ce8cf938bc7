package e2e

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"shunt/lab"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// TestMySQLReadsFollowWrites: MySQL tells the GTID of each commit in its OK packet, and shunt asks only replicas that have it, or make it wait.
func TestMySQLReadsFollowWrites(t *testing.T) {
	c := cluster.Start(t, cluster.MySQL(), onePair())
	p := startShunt(t, c, "reads: {max_lag: 1h}\n") // a replica that is far behind must stay in service
	change(t, c, "CREATE DATABASE shop_gtid", "CREATE TABLE shop_gtid.notes (id INT PRIMARY KEY, n INT)", "INSERT INTO shop_gtid.notes VALUES (1, 0)")
	replica := c.Datacenters[0].Replicas[0]
	login := mysqltest.Options{User: "shop", Password: "shop", Database: "shop_gtid"}
	writer, stranger := raw(t, p.Address, login), raw(t, p.Address, login)
	n := 0
	write := func() {
		n++
		if got := said(writer, fmt.Sprintf("UPDATE notes SET n = %d WHERE id = 1", n)); got != "ok" {
			t.Fatalf("writing: %s", got)
		}
	}
	readBack := func() {
		t.Helper()
		if got := said(writer, "SELECT n FROM notes WHERE id = 1"); got != fmt.Sprint(n) {
			t.Fatalf("who has just written %d reads %s", n, got)
		}
	}
	replicaServesWriter := func() bool {
		before := served(p, replica.Address)
		readBack()
		return served(p, replica.Address) > before
	}

	t.Run("while replication runs", func(t *testing.T) {
		for range 50 {
			write()
			readBack()
		}
		p.await("the replica serves who has written", 20*time.Second, replicaServesWriter)
	})
	t.Run("while the replica is far behind", func(t *testing.T) {
		c.CatchUp(t)
		if err := replica.SetDelay(t.Context(), 30*time.Minute); err != nil {
			t.Fatal(err)
		}
		p.await("the replica is in service", 20*time.Second, func() bool { return inService(p, replica.Address) })
		old := n
		write()
		for range 10 {
			readBack()
			if got := said(stranger, "SELECT n FROM notes WHERE id = 1"); got != fmt.Sprint(old) {
				t.Errorf("who has not written is not served by the replica: he reads %s, the replica has %d", got, old)
			}
		}
		if err := replica.SetDelay(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		p.await("the replica serves who has written", 20*time.Second, replicaServesWriter)
	})
	t.Run("GTIDs with a tag", func(t *testing.T) {
		tagged(t, c, replica)
		write()
		p.await("the replica serves who has written", 20*time.Second, replicaServesWriter)
	})
}

// tagged commits a transaction whose GTID has a tag, which MySQL knows since 8.3, so that every position from then on has one.
func tagged(t *testing.T, c *cluster.Cluster, replica *lab.Server) {
	t.Helper()
	primary, err := c.Datacenters[0].Primary.DB().Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer primary.Close()
	run(t, primary, "SET gtid_next = 'AUTOMATIC:nightly'", "INSERT INTO shop_gtid.notes VALUES (2, 2)", "SET gtid_next = AUTOMATIC")
	c.CatchUp(t)
	var position string
	if err := replica.DB().QueryRow("SELECT @@global.gtid_executed").Scan(&position); err != nil || !strings.Contains(position, ":nightly:") {
		t.Fatalf("the replica's position is %s, %v", position, err)
	}
}

var gtidText = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(:[0-9-]+)+`)

// tracks are the session trackers of an answer, with GTIDs masked.
func tracks(t *testing.T, c *mysqltest.Client, q string) string {
	t.Helper()
	r, err := c.Query(q)
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	all, err := r.Tracks()
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	var lines []string
	for _, one := range all {
		lines = append(lines, fmt.Sprintf("%d %s=%q", one.Kind, one.Name, gtidText.ReplaceAllString(string(one.Value), "GTID")))
	}
	slices.Sort(lines)
	return strings.Join(lines, ", ")
}

// TestMySQLTrackers: a client sees the session trackers that it has asked for, GTIDs included, and none that it has not. Who wants ALL_GTIDS gets his own,
// as docs/reference/compatibility.md says.
func TestMySQLTrackers(t *testing.T) {
	c := cluster.SharedMySQL(t)
	p := startShunt(t, c, "")
	database := c.Database(t, "paris")
	change(t, c, "CREATE TABLE "+database+".notes (n INT)")
	login := mysqltest.Options{User: "shop", Password: "shop", Database: database, Capabilities: mysqltest.ClientCapabilities | mysql.CapSessionTrack}
	statements := []string{
		"INSERT INTO notes VALUES (1)",
		"SET session_track_gtids = OWN_GTID", "INSERT INTO notes VALUES (2)", "SELECT COUNT(*) FROM notes", "BEGIN", "INSERT INTO notes VALUES (3)", "COMMIT",
		"BEGIN", "ROLLBACK", "UPDATE notes SET n = 3 WHERE n = 3", "ALTER TABLE notes COMMENT = 'changed'", "SELECT n INTO @n FROM notes LIMIT 1",
		"SET session_track_gtids = OFF", "INSERT INTO notes VALUES (4)", "SET session_track_gtids = 'OWN_GTID'", "INSERT INTO notes VALUES (5)",
		"SET session_track_gtids = DEFAULT", "INSERT INTO notes VALUES (5)",
		"SET session_track_transaction_info = 'CHARACTERISTICS'", "START TRANSACTION READ ONLY", "SELECT COUNT(*) FROM notes", "COMMIT",
		"SET TRANSACTION ISOLATION LEVEL READ COMMITTED", "START TRANSACTION", "INSERT INTO notes VALUES (6)", "COMMIT",
		"SET session_track_transaction_info = 'STATE'", "START TRANSACTION", "SELECT COUNT(*) FROM notes", "INSERT INTO notes VALUES (7)", "COMMIT",
		"SET session_track_transaction_info = 'OFF'", "START TRANSACTION", "SELECT COUNT(*) FROM notes", "COMMIT",
		"SET session_track_state_change = ON", "SET @a = 1", "USE " + database, "CREATE TEMPORARY TABLE tmp (n INT)", "SET time_zone = '+01:00'",
		"SET session_track_system_variables = 'div_precision_increment'", "SET div_precision_increment = 6", "SET time_zone = '+02:00'",
	}
	direct, through := raw(t, c.Datacenters[0].Primary.Address, login), raw(t, p.Address, login)
	seen := 0
	for _, q := range statements {
		want := tracks(t, direct, q)
		if got := tracks(t, through, q); got != want {
			t.Errorf("%s\n direct  %s\n through %s", q, want, got)
		}
		if strings.Contains(want, "GTID") {
			seen++
		}
	}
	if seen < 4 {
		t.Errorf("the server itself has told only %d GTIDs", seen)
	}
	tracks(t, through, "SET session_track_gtids = ALL_GTIDS")
	if got := tracks(t, through, "INSERT INTO notes VALUES (8)"); !strings.Contains(got, `3 ="GTID"`) {
		t.Errorf("with ALL_GTIDS the trackers of a commit are %s", got)
	}
}
