package e2e

import (
	"bytes"
	"context"
	"encoding/binary"
	"strconv"
	"testing"
	"time"

	"shunt/lab"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// TestSameStatementAgain: a page that prepares its statements, uses and closes them, and is called over and over. On the server there is no more
// of them than on the first call.
func TestSameStatementAgain(t *testing.T) {
	c := cluster.Start(t, cluster.Datacenters(lab.Datacenter{Name: "paris"}))
	p := startShunt(t, c, "")
	client := raw(t, p.Address, mysqltest.Options{User: c.Accounts.Shop.User, Password: c.Accounts.Shop.Password})
	for range 200 {
		for _, q := range []string{"SELECT 1", "SELECT @a", "SET @a = 2"} {
			id, err := prepareOn(client, q)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := executeOn(client, id); err != nil {
				t.Fatal(err)
			}
			if err := client.Send(mysql.ComStmtClose, binary.LittleEndian.AppendUint32(nil, id)); err != nil {
				t.Fatal(err)
			}
		}
	}
	var name, count string
	if err := c.Datacenters[0].Primary.DB().QueryRow("SHOW GLOBAL STATUS LIKE 'Prepared_stmt_count'").Scan(&name, &count); err != nil {
		t.Fatal(err)
	}
	if n, err := strconv.Atoi(count); err != nil || n == 0 || n > 20 {
		t.Errorf("three statements that were prepared 200 times are %s on the server (%v)", count, err)
	}
}

// TestPreparedReadsWaitForTheirWrites: a read asked of a replica waits there for what its session wrote, also where the replica has to prepare it
// first, which fails as long as the table is not there.
func TestPreparedReadsWaitForTheirWrites(t *testing.T) {
	c := cluster.Start(t, cluster.Datacenters(lab.Datacenter{Name: "paris", Replicas: 1}))
	change(t, c, "CREATE DATABASE shop_waits")
	p := startShunt(t, c, "reads: {wait: 20s}\n")
	client := raw(t, p.Address, mysqltest.Options{User: c.Accounts.Shop.User, Password: c.Accounts.Shop.Password, Database: "shop_waits"})
	run := func(statements ...string) {
		t.Helper()
		for _, q := range statements {
			if _, err := client.Query(q); err != nil {
				t.Fatalf("%s: %v", q, err)
			}
		}
	}
	run("CREATE TABLE notes (body VARCHAR(20))", "BEGIN")
	id, err := prepareOn(client, "SELECT body FROM notes") // in a transaction, so that it is known to the primary only
	if err != nil {
		t.Fatal(err)
	}
	run("COMMIT", "DROP TABLE notes")
	c.CatchUp(t)
	replica := c.Datacenters[0].Replicas[0]
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := replica.StopApplier(ctx); err != nil {
		t.Fatal(err)
	}
	run("CREATE TABLE notes (body VARCHAR(20))", "INSERT INTO notes VALUES ('written before')")
	type told struct {
		packets [][]byte
		err     error
	}
	answer := make(chan told, 1)
	go func() {
		packets, err := executeOn(client, id)
		answer <- told{packets, err}
	}()
	p.await("the replica waits, or the answer is there", 15*time.Second, func() bool {
		waiting, err := query(ctx, replica.DB(), "SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT MASTER_GTID_WAIT%'")
		if err != nil {
			t.Fatal(err)
		}
		return len(waiting) > 0 || len(answer) > 0
	})
	if err := replica.StartApplier(ctx); err != nil {
		t.Fatal(err)
	}
	if a := <-answer; a.err != nil || !bytes.Contains(bytes.Join(a.packets, nil), []byte("written before")) {
		t.Errorf("the read of what was just written: %q, %v", a.packets, a.err)
	}
}
