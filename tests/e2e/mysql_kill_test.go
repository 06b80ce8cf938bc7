package e2e

import (
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// TestMySQLKill: sessions end each other's statements and connections by the ids that they see, as on a direct connection.
func TestMySQLKill(t *testing.T) {
	c := cluster.SharedMySQL(t)
	p := startShunt(t, c, "")
	shop := mysqltest.Options{User: "shop", Password: "shop", Database: "shop"}
	statement := func(sql string) func(*mysqltest.Client, uint32) string {
		return func(killer *mysqltest.Client, id uint32) string { return said(killer, fmt.Sprintf("%s %d", sql, id)) }
	}
	for name, kill := range map[string]func(*mysqltest.Client, uint32) string{
		"KILL QUERY": statement("KILL QUERY"), "KILL": statement("KILL"), "KILL CONNECTION": statement("KILL CONNECTION"),
	} {
		for _, sleeping := range []string{
			"SELECT SLEEP(60), 'killed read'", "SELECT COUNT(*) FROM products WHERE SLEEP(60) OR 'killed rows' = ''",
			"UPDATE products SET stock = stock + SLEEP(60) WHERE id = 3 AND 'killed write' <> ''",
		} {
			t.Run(fmt.Sprintf("%s, %.21s", name, sleeping), func(t *testing.T) {
				story := func(address string) (told string) {
					victim, killer := raw(t, address, shop), raw(t, address, shop)
					id := idOf(t, victim)
					done := make(chan string, 1)
					go func() { done <- said(victim, sleeping) }()
					p.awaitProcess("the statement runs", "%killed%", 1, 10*time.Second)
					refusal := kill(killer, id)
					// Before shunt closes a connection that was killed it says so, which the server does not.
					told = fmt.Sprintf("%s; the statement says %s", refusal, strings.ReplaceAll(<-done, "Error 3169 (HY000): Session was killed", closed))
					p.awaitProcess("the statement is gone", "%killed%", 0, 10*time.Second)
					return told + "; then " + said(victim, "SELECT 1 FROM DUAL FOR UPDATE")
				}
				if direct, through := story(c.Datacenters[0].Primary.Address), story(p.Address); direct != through {
					t.Errorf("\n direct  %s\n through %s", direct, through)
				}
			})
		}
	}
	t.Run("an id that nobody has", func(t *testing.T) {
		for _, q := range []string{"KILL 987654321", "KILL QUERY 987654321", "KILL -1", "KILL 'x'", "KILL 4294967296987654321", "KILL QUERY 18446744073709551615"} {
			if direct, through := said(raw(t, c.Datacenters[0].Primary.Address, shop), q), said(raw(t, p.Address, shop), q); direct != through {
				t.Errorf("%s\n direct  %s\n through %s", q, direct, through)
			}
		}
	})
	t.Run("somebody else's", func(t *testing.T) {
		story := func(address string) string {
			other := raw(t, address, mysqltest.Options{User: "shop_admin", Password: "shop_admin"})
			id := fmt.Sprint(idOf(t, other))
			return strings.ReplaceAll(said(raw(t, address, shop), "KILL "+id), id, "(id)") + "; " + said(other, "SELECT 'lives'")
		}
		if direct, through := story(c.Datacenters[0].Primary.Address), story(p.Address); direct != through {
			t.Errorf("\n direct  %s\n through %s", direct, through)
		}
	})
}

func idOf(t *testing.T, c *mysqltest.Client) (id uint32) {
	t.Helper()
	if _, err := fmt.Sscan(said(c, "SELECT CONNECTION_ID()"), &id); err != nil {
		t.Fatal(err)
	}
	return id
}

// TestMySQLCtrlC: the mysql program ends its statement over a second connection, and goes on.
func TestMySQLCtrlC(t *testing.T) {
	client := cluster.MySQLProgram(t, "mysql")
	c := cluster.SharedMySQL(t)
	p := startShunt(t, c, "")
	story := func(address string) string {
		host, port, _ := strings.Cut(address, ":")
		cmd := exec.CommandContext(t.Context(), client, "--no-defaults", "-h"+host, "-P"+port, "-ushop", "-pshop", "--get-server-public-key", "--force", "--unbuffered", "shop")
		cmd.Stdin = strings.NewReader("SELECT COUNT(*) FROM products WHERE SLEEP(60) OR 'interrupted' = '';\nSELECT 'goes on';\n")
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		var out output
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		p.awaitProcess("the statement runs", "%interrupted%", 1, 20*time.Second)
		if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // its exit code is that of the refused statement
		p.awaitProcess("the statement is gone", "%interrupted%", 0, 10*time.Second)
		return out.String()
	}
	direct, through := story(c.Datacenters[0].Primary.Address), story(p.Address)
	if direct != through || !strings.Contains(direct, "1317") || !strings.Contains(direct, "goes on") {
		t.Errorf("direct, it prints\n%s\nthrough shunt\n%s", direct, through)
	}
}
