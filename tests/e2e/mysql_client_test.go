package e2e

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"shunt/lab"
	"shunt/tests/cluster"
)

// runClient runs a program of MySQL's against an address and gives what it prints. By default it prefers TLS, which the servers offer and this
// shunt does not; then it asks for the key to encrypt its password with.
func runClient(t *testing.T, program string, as lab.Account, address, input string, arguments ...string) (out, errs string) {
	t.Helper()
	host, port, _ := strings.Cut(address, ":")
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	login := []string{"--no-defaults", "-h" + host, "-P" + port, "-u" + as.User, "--get-server-public-key"}
	cmd := exec.CommandContext(ctx, program, append(login, arguments...)...)
	cmd.Env = append(os.Environ(), "MYSQL_PWD="+as.Password)
	cmd.Stdin = strings.NewReader(input)
	var printed, complained bytes.Buffer
	cmd.Stdout, cmd.Stderr = &printed, &complained
	if err := cmd.Run(); err != nil && ctx.Err() != nil {
		t.Fatalf("%s does not end: %v\n%s", program, ctx.Err(), complained.String())
	}
	return printed.String(), complained.String()
}

// TestMySQLClient: the mysql program, with all it can show about results.
func TestMySQLClient(t *testing.T) {
	client := cluster.MySQLProgram(t, "mysql")
	c := cluster.SharedMySQL(t)
	p := startShunt(t, c, "")
	commands, err := os.ReadFile("testdata/connectors/client.sql")
	if err != nil {
		t.Fatal(err)
	}
	story := func(address string) string {
		change(t, c, "DROP DATABASE IF EXISTS shop_story", "CREATE DATABASE shop_story")
		text := strings.ReplaceAll(string(commands), "@DATABASE@", "shop_story")
		out, errs := runClient(t, client, c.Accounts.Shop, address, text, "--force", "--table", "--show-warnings", "--column-type-info", "shop_story")
		return out + errs
	}
	direct, through := story(c.Datacenters[0].Primary.Address), story(p.Address)
	if direct != through {
		t.Errorf("direct, it prints\n%s\nthrough shunt\n%s", direct, through)
	}
	if !strings.Contains(direct, "Division by 0") || !strings.Contains(direct, "seq_1_to_100000") {
		t.Errorf("the story did not come to its end:\n%s", direct)
	}
}

// TestMySQLDump: a dump through shunt is the dump, and what is restored from it through shunt is the same data.
func TestMySQLDump(t *testing.T) {
	dump, client := cluster.MySQLProgram(t, "mysqldump"), cluster.MySQLProgram(t, "mysql")
	c := cluster.SharedMySQL(t)
	p := startShunt(t, c, "")
	take := func(address string) (out, errs string) {
		return runClient(t, dump, c.Accounts.Shop, address, "", "--skip-comments", "--single-transaction", "--set-gtid-purged=OFF", "--no-tablespaces", "shop")
	}
	direct, complaints := take(c.Datacenters[0].Primary.Address)
	through, errs := take(p.Address)
	if errs != complaints {
		t.Errorf("direct, it complains\n%s\nthrough shunt\n%s", complaints, errs)
	}
	if direct != through || len(direct) < 100_000 {
		t.Fatalf("direct, %d bytes beginning with\n%.500s\nthrough shunt %d with\n%.500s", len(direct), direct, len(through), through)
	}
	database := c.Database(t, "paris")
	// The shop has a view whose definer is the account that made it, and only that one may make it again.
	if _, errs := runClient(t, client, c.Accounts.ShopAdmin, p.Address, through, database); errs != "" {
		t.Fatalf("restoring: %s", errs)
	}
	c.CatchUp(t)
	sums := func(database string) string {
		rows, err := query(t.Context(), c.Datacenters[0].Primary.DB(), "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ? AND table_type = 'BASE TABLE' ORDER BY 1", database)
		if err != nil || len(rows) < 8 {
			t.Fatalf("%s has %d tables, %v", database, len(rows), err)
		}
		var all []string
		for _, row := range rows {
			sum, err := query(t.Context(), c.Datacenters[0].Primary.DB(), "CHECKSUM TABLE "+database+"."+row["name"])
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, row["name"]+" "+sum[0]["Checksum"])
		}
		return strings.Join(all, "\n")
	}
	if was, is := sums("shop"), sums(database); was != is {
		t.Errorf("the shop's sums are\n%s\nthose of what was restored\n%s", was, is)
	}
}
