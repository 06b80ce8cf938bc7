package e2e

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shunt/lab"
	"shunt/tests/cluster"
)

const (
	dumpBytes    = 200_000_000 // at least, as text
	dumpedTables = 8
	dumpBound    = 5 * time.Minute // for one program
)

// TestDump dumps a database of 200 MB with the distribution's program, in a transaction and under locks, direct and through shunt: the same text to the
// byte. The dump that came through shunt is restored through it under another name, and that database has the same check sums and the same dump.
func TestDump(t *testing.T) {
	for _, program := range []string{"mariadb", "mariadb-dump"} {
		needs(t, program, "apt-get install mariadb-client, or make deps-test")
	}
	c := cluster.Start(t, cluster.Datacenters(lab.Datacenter{Name: "paris", Replicas: 1}))
	change(t, c, "CREATE DATABASE shop_dump", "CREATE DATABASE shop_restored")
	direct := &dumper{t: t, cluster: c, address: c.Datacenters[0].Primary.Address}
	direct.load("shop_dump", filepath.Join(stories, "dump.sql"))
	c.CatchUp(t)
	through := &dumper{t: t, cluster: c, address: startShunt(t, c, "").Address}

	want := direct.dump("shop_dump", "--single-transaction")
	if about, err := os.Stat(want); err != nil || about.Size() < dumpBytes {
		t.Fatalf("the dump has only %d bytes (%v)", about.Size(), err)
	}
	got := through.dump("shop_dump", "--single-transaction")
	same(t, "in a transaction, through shunt", want, got)
	same(t, "under locks, direct", want, direct.dump("shop_dump"))
	same(t, "under locks, through shunt and compressed", want, through.dump("shop_dump", "--compress"))

	through.restore("shop_restored", got)
	source, restored := direct.checksums("shop_dump"), direct.checksums("shop_restored")
	if len(source) < dumpedTables {
		t.Errorf("only %d tables were compared: %v", len(source), source)
	}
	for table, sum := range source {
		if restored[table] != sum {
			t.Errorf("table %s has check sum %s, restored %s", table, sum, restored[table])
		}
	}
	same(t, "what was restored", want, direct.dump("shop_restored", "--single-transaction"))
}

// dumper runs the distribution's programs against an address.
type dumper struct {
	t       *testing.T
	cluster *cluster.Cluster
	address string
}

// run runs one of them; out may be nil.
func (d *dumper) run(in, out *os.File, program string, args ...string) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), dumpBound)
	defer cancel()
	host, port, _ := strings.Cut(d.address, ":")
	account := d.cluster.Accounts.Shop
	cmd := exec.CommandContext(ctx, program, append([]string{"--no-defaults", "-h" + host, "-P" + port, "-u" + account.User, "-p" + account.Password}, args...)...)
	var said bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, &said
	if in == nil {
		cmd.Stdin = nil
	}
	if out == nil {
		cmd.Stdout = &said
	}
	if err := cmd.Run(); err != nil || said.Len() > 0 {
		d.t.Fatalf("%s %v at %s: %v\n%s", program, args, d.address, err, said.String())
	}
}

// load runs the statements of a file, one on each line that does not go on in the next one with spaces.
func (d *dumper) load(database, file string) {
	d.t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		d.t.Fatal(err)
	}
	db := d.cluster.Open(d.t, d.cluster.Accounts.Shop, d.address, database)
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("SET NAMES utf8mb4, sql_mode = 'ALLOW_INVALID_DATES'"); err != nil {
		d.t.Fatal(err)
	}
	for _, q := range strings.Split(strings.ReplaceAll(string(text), ";\n  ", ";  "), ";\n") {
		if q = strings.TrimSpace(q); q == "" {
			continue
		}
		if _, err := db.Exec(q); err != nil {
			d.t.Fatalf("%.200s: %v", q, err)
		}
	}
}

// dump dumps a database into a file and gives its path.
func (d *dumper) dump(database string, options ...string) string {
	d.t.Helper()
	out, err := os.Create(filepath.Join(d.t.TempDir(), "dump.sql"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer out.Close()
	began := time.Now()
	d.run(nil, out, "mariadb-dump", append(append([]string{"--routines", "--events", "--triggers", "--no-tablespaces", "--skip-comments"}, options...), database)...)
	d.t.Logf("dumped %s at %s %v in %v", database, d.address, options, time.Since(began).Round(time.Millisecond))
	return out.Name()
}

func (d *dumper) restore(database, file string) {
	d.t.Helper()
	in, err := os.Open(file)
	if err != nil {
		d.t.Fatal(err)
	}
	defer in.Close()
	began := time.Now()
	d.run(in, nil, "mariadb", "--default-character-set=utf8mb4", database)
	d.t.Logf("restored %s at %s in %v", database, d.address, time.Since(began).Round(time.Millisecond))
}

// checksums are those of the database's tables.
func (d *dumper) checksums(database string) map[string]string {
	d.t.Helper()
	db := d.cluster.Open(d.t, d.cluster.Accounts.Shop, d.address, database)
	tables, err := query(d.t.Context(), db, "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE <> 'VIEW'", database)
	if err != nil {
		d.t.Fatal(err)
	}
	sums := map[string]string{}
	for _, row := range tables {
		name := row["TABLE_NAME"]
		sum, err := query(d.t.Context(), db, "CHECKSUM TABLE `"+strings.ReplaceAll(name, "`", "``")+"`")
		if err != nil || len(sum) != 1 {
			d.t.Fatalf("the check sum of %s: %v, %v", name, sum, err)
		}
		sums[name] = sum[0]["Checksum"]
	}
	return sums
}

// same compares two dumps, and removes the second.
func same(t *testing.T, what, want, got string) {
	t.Helper()
	if d := firstDifference(t, want, got); d != "" {
		t.Errorf("the dump %s is not the first one: %s", what, d)
	}
}

// firstDifference tells the first line that is not the same; "" if all are.
func firstDifference(t *testing.T, want, got string) string {
	t.Helper()
	var scanners [2]*bufio.Scanner
	for i, path := range []string{want, got} {
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		scanners[i] = bufio.NewScanner(file)
		scanners[i].Buffer(nil, 64<<20)
	}
	for line := 1; ; line++ {
		more, moreGot := scanners[0].Scan(), scanners[1].Scan()
		if err := scanners[0].Err(); err != nil {
			t.Fatal(err)
		}
		if err := scanners[1].Err(); err != nil {
			t.Fatal(err)
		}
		a, b := scanners[0].Bytes(), scanners[1].Bytes()
		if more != moreGot || !bytes.Equal(a, b) {
			at := 0
			for at < min(len(a), len(b)) && a[at] == b[at] {
				at++
			}
			from := max(0, at-40)
			return fmt.Sprintf("line %d, byte %d: %.200q, not %.200q", line, at, b[min(from, len(b)):], a[min(from, len(a)):])
		}
		if !more {
			return ""
		}
	}
}
