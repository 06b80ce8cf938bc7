package console_test

import (
	"database/sql"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"

	"shunt/admin/console"
)

// TestGoDriver does a session with go-sql-driver/mysql.
func TestGoDriver(t *testing.T) {
	address, _ := startHouse(t)
	config := driver.NewConfig()
	config.User, config.Passwd, config.Net, config.Addr, config.DBName = console.User, password, "tcp", address, "shop"
	connector, err := driver.NewConnector(config)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	var id, statements int
	var state string
	err = db.QueryRowContext(t.Context(), "SHOW CLIENTS WHERE id = 12").
		Scan(&id, new(string), new(string), new(string), new(string), &state, new(float64), new(float64), &statements,
			new(string), new(sql.NullInt64), new(string))
	if err != nil || id != 12 || state != "pinned" || statements != 17 {
		t.Errorf("client %d is %s with %d statements (%v); want 12, pinned, 17", id, state, statements, err)
	}
	result, err := db.ExecContext(t.Context(), "KILL 12")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := result.RowsAffected(); n != 1 || err != nil {
		t.Errorf("KILL affected %d rows (%v), want 1", n, err)
	}
}

// TestCommandLineClient does a session with the mariadb program.
func TestCommandLineClient(t *testing.T) {
	address, _ := startHouse(t)
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	program := "mariadb"
	if _, err := exec.LookPath(program); err != nil {
		program = "mysql" // a machine with MySQL has only that
	}
	got := runProgram(t, program, "scripts/deps.sh --test", "--no-defaults", "--host="+host, "--port="+port, "--user="+console.User,
		"--password="+password, "--batch", "--execute=status; use shop; SHOW POOLS; EXPLAIN ROUTE INSERT INTO orders VALUES (1)", "shop")
	for _, want := range []string{"Current user:\t\tadmin@127.0.0.1", "db1:3306\tparis\t3\t5\t1\t200", "forward\tparis\tprimary\tdb1:3306\tit writes"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in the output:\n%s", want, got)
		}
	}
}

const phpSession = `<?php
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
[$_, $host, $port, $password] = $argv;
$m = new mysqli($host, 'admin', $password, 'shop', (int)$port);
foreach ($m->query("SHOW PINS ORDER BY id") as $row) echo "mysqli ", $row['id'], " ", $row['pins'], "\n";
try { $m->query("SHOW PIN"); } catch (mysqli_sql_exception $e) { echo "mysqli ", $e->getCode(), "\n"; }
$p = new PDO("mysql:host=$host;port=$port;dbname=shop;charset=utf8mb4", 'admin', $password);
$s = $p->prepare("SHOW SERVERS WHERE server = ?");
$s->execute(['db3:3306']);
foreach ($s as $row) echo "pdo ", $row['server'], " ", $row['lag_seconds'], "\n";
`

// TestPHP does a session with mysqli, and one with PDO.
func TestPHP(t *testing.T) {
	address, _ := startHouse(t)
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(t.TempDir(), "session.php")
	if err := os.WriteFile(script, []byte(phpSession), 0o600); err != nil {
		t.Fatal(err)
	}
	got := runProgram(t, "php", "scripts/deps.sh --test", script, host, port, password)
	want := "mysqli 12 transaction\nmysqli 14 temporary table (2), lock\nmysqli 1064\npdo db3:3306 7.5\n"
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// runProgram runs a client program to its end and gives its output.
func runProgram(t *testing.T, program, install string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatalf("%s is not installed; to install it: %s", program, install)
	}
	out, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
	return string(out)
}
