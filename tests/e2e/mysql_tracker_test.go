package e2e

import (
	"testing"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// TestMySQLTransactionTrackerOfOthers: the tracker of transactions tells of the session's own. MySQL 9.7 notes the access mode of a transaction that nobody tracks
// and forgets its end, so a connection that others have used for one would say SET TRANSACTION READ ONLY. There is one connection.
func TestMySQLTransactionTrackerOfOthers(t *testing.T) {
	c := cluster.SharedMySQL(t)
	p := startShunt(t, c, "limits: {per_server: 1}\nreads: {consistency: primary}\n")
	database := c.Database(t, "paris")
	change(t, c, "CREATE TABLE "+database+".notes (n INT)")
	login := mysqltest.Options{User: "shop", Password: "shop", Database: database, Capabilities: mysqltest.ClientCapabilities | mysql.CapSessionTrack}
	primary := c.Datacenters[0].Primary.Address

	stale := raw(t, primary, login) // the server itself, so that this test ends when it is not so any more
	readOnly(t, stale)
	if told := tracks(t, stale, "SET session_track_transaction_info = 'CHARACTERISTICS'"); told != `4 ="SET TRANSACTION READ ONLY;"` {
		t.Errorf("a connection on which there was a READ ONLY transaction tells %s: if it is mended, shunt need not reset connections for it", told)
	}

	direct, through, rival := raw(t, primary, login), raw(t, p.Address, login), raw(t, p.Address, login)
	const tracker = "SET session_track_transaction_info = "
	for _, one := range []struct {
		free bool // the session holds no connection, so the rival may have it first
		q    string
	}{
		{true, tracker + "'CHARACTERISTICS'"},
		{true, "SET TRANSACTION ISOLATION LEVEL READ COMMITTED"}, {false, "START TRANSACTION"}, {false, "SELECT COUNT(*) FROM notes"}, {false, "COMMIT"},
		{true, "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE"}, {true, "BEGIN"}, {false, "INSERT INTO notes VALUES (1)"}, {false, "COMMIT"},
		{true, tracker + "'STATE'"}, {true, tracker + "'OFF'"}, {true, tracker + "'CHARACTERISTICS', @a = 1"},
	} {
		q := one.q
		if one.free {
			readOnly(t, rival)
		}
		want := tracks(t, direct, q)
		if got := tracks(t, through, q); got != want {
			t.Errorf("%s\n direct  %s\n through %s", q, want, got)
		}
	}
}

// readOnly has a READ ONLY transaction.
func readOnly(t *testing.T, c *mysqltest.Client) {
	t.Helper()
	for _, q := range []string{"START TRANSACTION READ ONLY", "SELECT COUNT(*) FROM notes", "COMMIT"} {
		must(t, c, q)
	}
}
