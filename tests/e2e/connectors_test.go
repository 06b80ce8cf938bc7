package e2e

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"

	"shunt/lab"
	"shunt/tests/cluster"
)

// stories are what each connector does in a language of its own, direct and through shunt; what it prints must be the same.
func compare(t *testing.T, direct, through func() (string, error)) {
	t.Helper()
	want, err := direct()
	if err != nil {
		t.Fatalf("direct: %v\n%s", err, want)
	}
	got, err := through()
	if err != nil {
		t.Fatalf("through shunt: %v\n%s", err, got)
	}
	if got != want {
		t.Errorf("direct, it prints\n%s\nthrough shunt\n%s", want, got)
	}
	if !strings.Contains(want, "100000") {
		t.Errorf("the story did not come to its end:\n%s", want)
	}
}

// script runs a program of testdata against an address, in a fresh database.
func script(t *testing.T, c *cluster.Cluster, address string, argv ...string) func() (string, error) {
	return func() (string, error) {
		for _, q := range []string{"DROP DATABASE IF EXISTS shop_story", "CREATE DATABASE shop_story"} {
			if err := c.Datacenters[0].Primary.Exec(t.Context(), q); err != nil {
				return "", err
			}
		}
		c.CatchUp(t)
		host, port, _ := strings.Cut(address, ":")
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
		cmd.Env = append(os.Environ(), "DB_HOST="+host, "DB_PORT="+port, "DB_USER="+c.Accounts.Shop.User, "DB_PASSWORD="+c.Accounts.Shop.Password, "DB_NAME=shop_story")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
}

func needs(t *testing.T, program, install string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Fatalf("%s is not installed: %s", program, install)
	}
}

func TestPHP(t *testing.T) {
	needs(t, "php", "apt-get install php-cli php-mysql")
	c := cluster.Shared(t)
	p := startShunt(t, c, "")
	for _, file := range []string{"mysqli.php", "pdo.php"} {
		t.Run(file, func(t *testing.T) {
			path := filepath.Join("testdata", file)
			compare(t, script(t, c, c.Datacenters[0].Primary.Address, "php", path), script(t, c, p.Address, "php", path))
		})
	}
}

func TestCommandLineClient(t *testing.T) {
	client := "mariadb"
	if _, err := exec.LookPath(client); err != nil {
		client = "mysql"
	}
	needs(t, client, "apt-get install mariadb-client")
	c := cluster.Shared(t)
	p := startShunt(t, c, "")
	run := func(address string) func() (string, error) {
		return script(t, c, address, "sh", "-c", client+` -h"$DB_HOST" -P"$DB_PORT" -u"$DB_USER" -p"$DB_PASSWORD" --force --table --show-warnings --column-type-info "$DB_NAME" <testdata/client.sql 2>&1`)
	}
	compare(t, run(c.Datacenters[0].Primary.Address), run(p.Address))
}

// TestGo is a service with go-sql-driver/mysql: text and prepared, transactions, errors, a large result.
func TestGo(t *testing.T) {
	c := cluster.Shared(t)
	p := startShunt(t, c, "")
	for _, interpolate := range []bool{false, true} {
		name := map[bool]string{false: "prepared", true: "text"}[interpolate]
		t.Run(name, func(t *testing.T) {
			database := c.Database(t, "paris")
			config := driver.NewConfig()
			config.User, config.Passwd = c.Accounts.Shop.User, c.Accounts.Shop.Password
			config.Net, config.Addr, config.DBName = "tcp", p.Address, database
			config.InterpolateParams, config.ParseTime, config.MultiStatements = interpolate, true, true
			connector, err := driver.NewConnector(config)
			if err != nil {
				t.Fatal(err)
			}
			db := sql.OpenDB(connector)
			defer db.Close()
			goStory(t, db)
		})
	}
}

func goStory(t *testing.T, db *sql.DB) {
	exec := func(q string, args ...any) sql.Result {
		t.Helper()
		r, err := db.Exec(q, args...)
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		return r
	}
	count := func(q string, args ...any) (n int) {
		t.Helper()
		if err := db.QueryRow(q, args...).Scan(&n); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		return n
	}
	db.SetMaxOpenConns(4)
	exec("CREATE TABLE notes (id INT PRIMARY KEY AUTO_INCREMENT, body VARCHAR(100), at DATETIME(6), raw LONGBLOB)")
	now := time.Date(2024, 1, 2, 3, 4, 5, 678901000, time.UTC)
	for i := range 20 {
		id, err := exec("INSERT INTO notes (body, at, raw) VALUES (?, ?, ?)", "note", now, []byte{0, 1, 255}).LastInsertId()
		if err != nil || id != int64(i+1) {
			t.Fatalf("insert id %d, %v", id, err)
		}
	}
	one, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	for i := range 50 { // each read must see the write just before it on the same connection
		if _, err := one.ExecContext(t.Context(), "UPDATE notes SET body = ? WHERE id = 1", i); err != nil {
			t.Fatal(err)
		}
		var body string
		if err := one.QueryRowContext(t.Context(), "SELECT body FROM notes WHERE id = ?", 1).Scan(&body); err != nil || body != itoa(i) {
			t.Fatalf("after writing %d, %q was read (%v)", i, body, err)
		}
	}
	var at time.Time
	var raw []byte
	if err := one.QueryRowContext(t.Context(), "SELECT at, raw FROM notes WHERE id = ?", 2).Scan(&at, &raw); err != nil || !at.Equal(now) || string(raw) != "\x00\x01\xff" {
		t.Errorf("read back %v, %x, %v", at, raw, err)
	}
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec("DELETE FROM notes"); err != nil {
		t.Fatal(err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if n := count("SELECT COUNT(*) FROM notes"); n != 20 {
		t.Errorf("%d rows after a rollback", n)
	}
	var refusal *driver.MySQLError
	if _, err := db.Exec("INSERT INTO notes (id) VALUES (?)", 1); !errors.As(err, &refusal) || refusal.Number != 1062 {
		t.Errorf("a duplicate key gives %v", err)
	}
	big := strings.Repeat("0123456789abcdef", 1<<17) // 2 MiB
	exec("INSERT INTO notes (raw) VALUES (?)", big)
	if n := count("SELECT LENGTH(raw) FROM notes WHERE id = (SELECT MAX(id) FROM notes FOR UPDATE)"); n != len(big) {
		t.Errorf("a long value has %d bytes, want %d", n, len(big))
	}
	rows, err := db.Query("SELECT seq, REPEAT('x', 50) FROM seq_1_to_100000")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	seen := 0
	for rows.Next() {
		var n int
		var text string
		if err := rows.Scan(&n, &text); err != nil || n != seen+1 || len(text) != 50 {
			t.Fatalf("row %d: %d, %v", seen, n, err)
		}
		seen++
	}
	if err := rows.Err(); err != nil || seen != 100000 {
		t.Errorf("%d rows, %v", seen, err)
	}
}

func itoa(i int) string { return string(appendInt(nil, i)) }

func appendInt(b []byte, i int) []byte {
	if i >= 10 {
		b = appendInt(b, i/10)
	}
	return append(b, byte('0'+i%10))
}

// TestLoginErrors: the server's own numbers and texts.
func TestLoginErrors(t *testing.T) {
	c := cluster.Start(t, cluster.Datacenters(lab.Datacenter{Name: "paris", Replicas: 1}))
	primary := c.Datacenters[0].Primary
	for _, q := range []string{
		"CREATE USER locked@'%' IDENTIFIED BY 'x' ACCOUNT LOCK", "CREATE USER expired@'%' IDENTIFIED BY 'x' PASSWORD EXPIRE",
		"CREATE USER nowhere@'10.99.99.99' IDENTIFIED BY 'x'", "CREATE USER empty@'%'", "CREATE USER local@'127.0.0.%' IDENTIFIED BY 'x'",
	} {
		if err := primary.Exec(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	c.CatchUp(t)
	p := startShunt(t, c, "")
	try := func(address, user, password, database string) string {
		db := c.Open(t, lab.Account{User: user, Password: password}, address, database)
		defer db.Close()
		var who string
		if err := db.QueryRow("SELECT CURRENT_USER()").Scan(&who); err != nil {
			return err.Error()
		}
		return "is " + who
	}
	for _, who := range [][3]string{
		{"shop", "shop", ""}, {"shop", "wrong", ""}, {"shop", "", ""}, {"nobody", "x", ""}, {"locked", "x", ""}, {"locked", "wrong", ""}, {"expired", "x", ""},
		{"nowhere", "x", ""}, {"empty", "", ""}, {"empty", "x", ""}, {"local", "x", ""}, {"shop", "shop", "no_such_database"}, {"shop", "shop", "mysql"},
	} {
		direct, through := try(primary.Address, who[0], who[1], who[2]), try(p.Address, who[0], who[1], who[2])
		if direct != through {
			t.Errorf("%v:\n direct  %s\n through %s", who, direct, through)
		}
	}
	// A password that changes, and an account that appears, work at once.
	for _, q := range []string{"ALTER USER local@'127.0.0.%' IDENTIFIED BY 'new'", "CREATE USER fresh@'%' IDENTIFIED BY 'x'"} {
		if err := primary.Exec(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	c.CatchUp(t)
	if got := try(p.Address, "local", "new", ""); got != "is local@127.0.0.%" {
		t.Errorf("with the new password: %s", got)
	}
	if got := try(p.Address, "fresh", "x", ""); got != "is fresh@%" {
		t.Errorf("a new account: %s", got)
	}
}
