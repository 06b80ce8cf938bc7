package e2e

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// both opens a connection direct to the primary and one through shunt, with a database of its own each.
func both(t *testing.T, c *cluster.Cluster, p *proxied) map[string]*sql.Conn {
	t.Helper()
	out := map[string]*sql.Conn{}
	for name, address := range map[string]string{"direct": c.Datacenters[0].Primary.Address, "through shunt": p.Address} {
		config := driver.NewConfig()
		config.User, config.Passwd, config.Net, config.Addr = "shop", "shop", "tcp", address
		config.DBName, config.InterpolateParams, config.Logger = c.Database(t, "paris"), true, &driver.NopLogger{}
		connector, err := driver.NewConnector(config)
		if err != nil {
			t.Fatal(err)
		}
		db := sql.OpenDB(connector)
		t.Cleanup(func() { _ = db.Close() })
		if out[name], err = db.Conn(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestLargeValue: 20 MiB in and out, which is more than one packet; and what a server says that takes less.
func TestLargeValue(t *testing.T) {
	c := cluster.Shared(t)
	p := startShunt(t, c, "")
	value := bytes.Repeat([]byte("0123456789abcde\n"), 20<<16)
	for name, conn := range both(t, c, p) {
		run(t, conn, "CREATE TABLE files (id INT PRIMARY KEY, body LONGBLOB)")
		var refusal *driver.MySQLError
		// The server says 1153 and closes while the statement is still being sent, so that not everybody gets to hear it.
		if _, err := conn.ExecContext(t.Context(), "INSERT INTO files VALUES (1, ?)", value); err == nil {
			t.Fatalf("%s: a server with the default max_allowed_packet takes 20 MiB", name)
		} else if errors.As(err, &refusal) && refusal.Number != 1153 {
			t.Errorf("%s: the refusal is %v, want 1153", name, err)
		}
	}
	for _, s := range c.Datacenters[0].Servers() {
		var before int
		if err := s.DB().QueryRow("SELECT @@GLOBAL.max_allowed_packet").Scan(&before); err != nil {
			t.Fatal(err)
		}
		if err := s.Exec(t.Context(), "SET GLOBAL max_allowed_packet = 67108864"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Exec(context.Background(), fmt.Sprintf("SET GLOBAL max_allowed_packet = %d", before)); err != nil {
				t.Error(err)
			}
		})
	}
	p = startShunt(t, c, "") // with connections that have the new limit
	for name, conn := range both(t, c, p) {
		run(t, conn, "CREATE TABLE files (id INT PRIMARY KEY, body LONGBLOB)")
		if _, err := conn.ExecContext(t.Context(), "INSERT INTO files VALUES (1, ?)", value); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, q := range []string{"SELECT body FROM files", "SELECT body FROM files FOR UPDATE"} {
			var got []byte
			if err := conn.QueryRowContext(t.Context(), q).Scan(&got); err != nil || !bytes.Equal(got, value) {
				t.Errorf("%s: %s: %d bytes, %v", name, q, len(got), err)
			}
		}
	}
}

// residentBytes is how much memory shunt has, as the kernel counts.
func (p *proxied) residentBytes() int {
	p.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", p.process.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	var size, resident int
	if _, err := fmt.Sscan(string(text), &size, &resident); err != nil {
		p.t.Fatal(err)
	}
	return resident * os.Getpagesize()
}

// TestSlowReader: a result of 200 MB in 100,000 rows for a client that stops in the middle. shunt keeps no more of it than its buffers.
func TestSlowReader(t *testing.T) {
	const rows, rowBytes, bound = 100_000, 2000, 64 << 20
	p := startShunt(t, cluster.Shared(t), "")
	client := raw(t, p.Address, mysqltest.Options{User: "shop", Password: "shop", Database: "shop"})
	if _, err := client.Query("SELECT 1"); err != nil {
		t.Fatal(err)
	}
	before, most := p.residentBytes(), 0
	if err := client.Send(mysql.ComQuery, []byte(fmt.Sprintf("SELECT seq, REPEAT('x', %d) FROM seq_1_to_%d", rowBytes, rows))); err != nil {
		t.Fatal(err)
	}
	seen, total := 0, 0
	for {
		packet, err := client.ReadPacket()
		if err != nil {
			t.Fatalf("after %d packets: %v", seen, err)
		}
		seen++
		total += len(packet)
		if packet[0] == mysql.HeaderEOF && len(packet) < 100 {
			break
		}
		if seen%(rows/4) == 0 { // long enough for a proxy that reads ahead to have read it all
			for pause := time.Now().Add(400 * time.Millisecond); time.Now().Before(pause); time.Sleep(10 * time.Millisecond) {
				most = max(most, p.residentBytes())
			}
		}
		if seen%500 == 0 {
			most = max(most, p.residentBytes())
		}
	}
	if seen != rows+4 || total < rows*rowBytes { // the number of columns, two columns, the rows, the end
		t.Errorf("%d packets with %d bytes", seen, total)
	}
	t.Logf("%d MiB passed, shunt grew from %d MiB to %d MiB", total>>20, before>>20, most>>20)
	if grown := most - before; grown > bound {
		t.Errorf("shunt grew by %d MiB, want at most %d", grown>>20, bound>>20)
	}
}

// TestLoadDataLocal: a file of the client, with go-sql-driver and with the mariadb client.
func TestLoadDataLocal(t *testing.T) {
	needs(t, "mariadb", "apt-get install mariadb-client")
	c := cluster.Shared(t)
	p := startShunt(t, c, "")
	var text strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&text, "%d\tname of %d\n", i, i)
	}
	text.WriteString("no number\tx\n7\tdouble\n") // a warning, and a row that is left out
	file := filepath.Join(t.TempDir(), "names.tsv")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	driver.RegisterReaderHandler("names", func() io.Reader { return strings.NewReader(text.String()) })
	t.Cleanup(func() { driver.DeregisterReaderHandler("names") })
	told := map[string]string{}
	for name, conn := range both(t, c, p) {
		run(t, conn, "CREATE TABLE names (id INT PRIMARY KEY, name VARCHAR(50))", "SET sql_mode = ''")
		result, err := conn.ExecContext(t.Context(), "LOAD DATA LOCAL INFILE 'Reader::names' INTO TABLE names")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		affected, _ := result.RowsAffected()
		warnings, err := query(t.Context(), conn, "SHOW WARNINGS")
		sum, err2 := query(t.Context(), conn, "SELECT COUNT(*) n, SUM(id) s, MAX(name) m FROM names")
		told[name] = fmt.Sprintln(affected, warnings, sum, errors.Join(err, err2))
		if affected != 50_000 || len(warnings) < 2 {
			t.Errorf("%s: %s", name, told[name])
		}
		var database string
		if err := conn.QueryRowContext(t.Context(), "SELECT DATABASE()").Scan(&database); err != nil {
			t.Fatal(err)
		}
		address := map[string]string{"direct": c.Datacenters[0].Primary.Address, "through shunt": p.Address}[name]
		told[name+", client"] = strings.ReplaceAll(loadWithClient(t, address, database, file), database, "shop_names")
		told[name] = strings.ReplaceAll(told[name], database, "shop_names")
	}
	if told["direct"] != told["through shunt"] || told["direct, client"] != told["through shunt, client"] {
		t.Errorf("direct\n%s%s\nthrough shunt\n%s%s", told["direct"], told["direct, client"], told["through shunt"], told["through shunt, client"])
	}
	if !strings.Contains(told["direct, client"], "Records: 50002") {
		t.Errorf("the client says\n%s", told["direct, client"])
	}
}

func loadWithClient(t *testing.T, address, database, file string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	host, port, _ := strings.Cut(address, ":")
	out, err := exec.CommandContext(ctx, "mariadb", "--no-defaults", "--local-infile", "-vvv", "--show-warnings", "-h"+host, "-P"+port, "-ushop", "-pshop", database,
		"-e", "SET sql_mode = ''; TRUNCATE names; LOAD DATA LOCAL INFILE '"+file+"' INTO TABLE names; SELECT COUNT(*), SUM(id) FROM names").CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v", address, err)
	}
	var lines []string // without the time that each took
	for line := range strings.Lines(string(out)) {
		before, _, _ := strings.Cut(line, "(0.")
		lines = append(lines, strings.TrimRight(before, " \n"))
	}
	return strings.Join(lines, "\n")
}

// TestManyLiterals: a statement of 1 MiB with 50,000 literals.
func TestManyLiterals(t *testing.T) {
	c := cluster.Shared(t)
	var values strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&values, ", %018d", 2*i)
	}
	list := values.String()[1:]
	if len(list) < 950<<10 {
		t.Fatalf("only %d bytes", len(list))
	}
	for name, conn := range both(t, c, startShunt(t, c, "")) {
		run(t, conn, "CREATE TABLE numbers (id BIGINT PRIMARY KEY)", "INSERT INTO numbers VALUES ("+strings.ReplaceAll(list[1:], ", ", "), (")+")")
		var n, sum int
		if err := conn.QueryRowContext(t.Context(), "SELECT COUNT(*), SUM(id) FROM numbers WHERE id IN ("+list+")").Scan(&n, &sum); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if n != 50_000 || sum != 49_999*50_000 {
			t.Errorf("%s: %d rows with the sum %d", name, n, sum)
		}
	}
}
