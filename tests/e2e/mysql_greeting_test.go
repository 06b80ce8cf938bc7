package e2e

import (
	"strings"
	"testing"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// TestMySQLGreeting: what shunt says of itself to those who have not logged in is what its servers say, but for what docs/reference/compatibility.md
// lists: its own id and salt, and what it does not offer.
func TestMySQLGreeting(t *testing.T) {
	c := cluster.SharedMySQL(t)
	p := startEdited(t, c, offerTLS(certificateFiles(t)))
	login := mysqltest.Options{User: c.Accounts.Shop.User, Password: c.Accounts.Shop.Password}
	direct, through := raw(t, c.Datacenters[0].Primary.Address, login).Greeting, raw(t, p.Address, login).Greeting
	if direct.AuthPlugin != mysql.PluginCachingSHA2 || through.AuthPlugin != direct.AuthPlugin {
		t.Errorf("the first plugin is %s direct and %s through shunt", direct.AuthPlugin, through.AuthPlugin)
	}
	if through.ServerVersion != direct.ServerVersion || through.Collation != direct.Collation || through.Status != direct.Status {
		t.Errorf("version, collation, status:\n direct  %s %d %s\n through %s %d %s",
			direct.ServerVersion, direct.Collation, direct.Status, through.ServerVersion, through.Collation, through.Status)
	}
	const notOffered = mysql.CapOptionalResultsetMetadata | mysql.CapMFA
	const nothing = mysql.CapExtension | mysql.CapSSLVerify | mysql.CapRememberOptions // bits that mean nothing in a greeting
	if missing := direct.Capabilities &^ through.Capabilities &^ nothing; missing != notOffered {
		t.Errorf("shunt does not offer %s, want %s", missing, notOffered)
	}
	if more := through.Capabilities &^ direct.Capabilities; more != 0 {
		t.Errorf("shunt offers %s, which the servers do not", more)
	}
}

// TestMySQLCapabilities: what a client says that it can do changes the server's answers, and shunt's in the same way.
func TestMySQLCapabilities(t *testing.T) {
	c := cluster.SharedMySQL(t)
	p := startShunt(t, c, "")
	database := c.Database(t, "paris")
	change(t, c, "CREATE TABLE "+database+".t (id INT PRIMARY KEY, v INT)", "INSERT INTO "+database+".t VALUES (1, 1), (2, 2)")
	c.CatchUp(t)
	story := []step{
		say("UPDATE t SET v = 1 WHERE id = 1"), say("SELECT COUNT (*) FROM t"), say("SELECT id FROM " + database + ".t ORDER BY id"), say("SELECT 1; SELECT 2"),
		say("SELECT @@session.wait_timeout = @@global.interactive_timeout, @@sql_mode LIKE '%IGNORE_SPACE%'"),
		say("LOAD DATA LOCAL INFILE 'nothing' INTO TABLE nowhere"),
		{cmd: mysql.ComStmtPrepare, payload: []byte("SELECT id, v FROM t WHERE id = ?")},
		{cmd: mysql.ComStmtExecute, payload: []byte(id + "\x00\x01\x00\x00\x00\x00\x01\x03\x00\x02\x00\x00\x00")},
	}
	told := map[string]bool{}
	for name, caps := range map[string]mysql.Capability{
		"usual": mysqltest.ClientCapabilities, "FOUND_ROWS": mysqltest.ClientCapabilities | mysql.CapFoundRows, "IGNORE_SPACE": mysqltest.ClientCapabilities | mysql.CapIgnoreSpace,
		"INTERACTIVE": mysqltest.ClientCapabilities | mysql.CapInteractive, "NO_SCHEMA": mysqltest.ClientCapabilities | mysql.CapNoSchema,
		"one statement": mysqltest.ClientCapabilities &^ mysql.CapMultiStatements, "no files": mysqltest.ClientCapabilities &^ mysql.CapLocalFiles,
		"no DEPRECATE_EOF": mysqltest.ClientCapabilities &^ mysql.CapDeprecateEOF, "no SESSION_TRACK": mysqltest.ClientCapabilities &^ mysql.CapSessionTrack,
	} {
		t.Run(name, func(t *testing.T) {
			login := mysqltest.Options{User: c.Accounts.Shop.User, Password: c.Accounts.Shop.Password, Database: database, Capabilities: caps}
			sameStory(t, c, p, login, story)
			told[strings.Join(tell(t, p.Address, login, story), "\n")] = true
		})
	}
	if len(told) < 5 {
		t.Errorf("all capabilities together make only %d different answers", len(told))
	}
}

// TestMySQLHasNoNativePassword: MySQL 9 knows mysql_native_password no more: no account can have it, and who begins a login with it is told another.
func TestMySQLHasNoNativePassword(t *testing.T) {
	c := cluster.SharedMySQL(t)
	p := startShunt(t, c, "")
	shop := mysqltest.Options{User: c.Accounts.Shop.User, Password: c.Accounts.Shop.Password}
	if err := c.Datacenters[0].Primary.Exec(t.Context(), "CREATE USER native IDENTIFIED WITH mysql_native_password BY 'x'"); err == nil || !strings.Contains(err.Error(), "1524") {
		t.Errorf("making an account with it: %v, want error 1524", err)
	}
	shop.Plugin = mysql.PluginNative
	for _, address := range []string{c.Datacenters[0].Primary.Address, p.Address} {
		client := raw(t, address, shop)
		if got := said(client, "SELECT COUNT(*) FROM information_schema.plugins WHERE plugin_name = 'mysql_native_password'"); got != "0" {
			t.Errorf("%s has it: %s", address, got)
		}
	}
}
