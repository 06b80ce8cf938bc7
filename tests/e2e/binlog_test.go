package e2e

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	gomysql "github.com/go-mysql-org/go-mysql/mysql"
	"github.com/go-mysql-org/go-mysql/replication"

	"shunt/backend/monitor/mariadbtest"
	"shunt/tests/cluster"
)

// TestBinlogThroughShunt: accounts that may read the binary log do it through shunt: a replica, a program that follows changes, a copy of a file. Their sessions
// keep their connections, and nobody else's.
func TestBinlogThroughShunt(t *testing.T) {
	c := cluster.Shared(t)
	p := startShunt(t, c, "")
	primary := c.Datacenters[0].Primary
	database := c.Database(t, "paris")
	for _, q := range []string{"CREATE USER follower@'%' IDENTIFIED BY 'follow'", "GRANT REPLICATION SLAVE, BINLOG MONITOR ON *.* TO follower@'%'"} {
		if err := primary.Exec(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = primary.Exec(context.Background(), "DROP USER follower@'%'") })
	c.CatchUp(t)
	db := p.open(database)
	write := func(q string) {
		t.Helper()
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	host, port, err := net.SplitHostPort(p.Address)
	if err != nil {
		t.Fatal(err)
	}

	t.Run("a replica", func(t *testing.T) {
		write("CREATE TABLE before_it (n INT)")
		position := value(t, c, "SELECT @@global.gtid_binlog_pos")
		replica := mariadbtest.Start(t, "--server-id=4711", "--replicate-wild-do-table="+database+".%") // not the heartbeat
		replica.Exec("CREATE DATABASE "+database, "SET GLOBAL gtid_slave_pos='"+position+"'", fmt.Sprintf(
			"CHANGE MASTER TO master_host='%s', master_port=%s, master_user='follower', master_password='follow', master_use_gtid=slave_pos, master_ssl=0", host, port),
			"START SLAVE")
		write("CREATE TABLE news (n INT)")
		write("INSERT INTO news VALUES (42)")
		own := replica.Open("root", "")
		var n int
		for deadline := time.Now().Add(30 * time.Second); n == 0; time.Sleep(20 * time.Millisecond) {
			_ = own.QueryRow("SELECT COUNT(*) FROM " + database + ".news").Scan(&n) // the table comes with the stream
			if time.Now().After(deadline) {
				status, err := query(t.Context(), own, "SHOW SLAVE STATUS")
				t.Fatalf("the replica does not get the row: %v %v", status, err)
			}
		}
		pins := p.console("SHOW PINS")
		if len(pins) != 1 || pins[0]["user"] != "follower" {
			t.Errorf("SHOW PINS: %v, want the replica alone", pins)
		}
		replica.Exec("STOP SLAVE")
		p.await("its connection is given up", 20*time.Second, func() bool { return len(p.console("SHOW PINS")) == 0 })
	})
	t.Run("a program that follows changes", func(t *testing.T) {
		followed(t, c, host, port, database, write)
	})
	t.Run("a copy of a file", func(t *testing.T) {
		reader, err := exec.LookPath("mariadb-binlog")
		if err != nil {
			t.Fatal("mariadb-binlog is missing: make deps-test")
		}
		file := value(t, c, "SHOW MASTER STATUS")
		dump := func(address string) string {
			host, port, err := net.SplitHostPort(address)
			if err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(reader, "--no-defaults", "--read-from-remote-server", "--host="+host, "--port="+port, "--user=follower", "--password=follow",
				"--stop-position=1500", file).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			return string(out)
		}
		direct, through := dump(primary.Address), dump(p.Address)
		if direct != through || !strings.Contains(through, "GTID") {
			t.Errorf("the dumps differ, or are empty: %d bytes direct, %d through shunt", len(direct), len(through))
		}
	})
}

// followed reads a change with go-mysql's replication package.
func followed(t *testing.T, c *cluster.Cluster, host, port, database string, write func(string)) {
	var number uint16
	if _, err := fmt.Sscan(port, &number); err != nil {
		t.Fatal(err)
	}
	syncer := replication.NewBinlogSyncer(replication.BinlogSyncerConfig{
		ServerID: 4712, Flavor: "mariadb", Host: host, Port: number, User: "follower", Password: "follow", DisableRetrySync: true, MaxReconnectAttempts: 1,
	})
	defer syncer.Close()
	set, err := gomysql.ParseMariadbGTIDSet(value(t, c, "SELECT @@global.gtid_binlog_pos"))
	if err != nil {
		t.Fatal(err)
	}
	events, err := syncer.StartSyncGTID(set)
	if err != nil {
		t.Fatal(err)
	}
	write("CREATE TABLE followed (n INT)")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		e, err := events.GetEvent(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if q, ok := e.Event.(*replication.QueryEvent); ok && strings.Contains(string(q.Query), "CREATE TABLE followed") && string(q.Schema) == database {
			return
		}
	}
}

// value is the first value that the primary answers with.
func value(t *testing.T, c *cluster.Cluster, q string) string {
	t.Helper()
	rows, err := c.Open(t, c.Accounts.Control, c.Datacenters[0].Primary.Address, "").Query(q)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil || !rows.Next() {
		t.Fatalf("%s: %v", q, err)
	}
	values := make([]any, len(columns))
	for i := range values {
		values[i] = new([]byte)
	}
	if err := rows.Scan(values...); err != nil {
		t.Fatal(err)
	}
	return string(*values[0].(*[]byte))
}
