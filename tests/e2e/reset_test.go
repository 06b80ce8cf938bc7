package e2e

import (
	"fmt"
	"strings"
	"testing"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// TestResetAndChangeUser: what COM_RESET_CONNECTION and COM_CHANGE_USER forget and what they keep is the same as on a direct connection.
func TestResetAndChangeUser(t *testing.T) { resetAndChangeUser(t, cluster.Shared(t)) }

func resetAndChangeUser(t *testing.T, c *cluster.Cluster) {
	p := startShunt(t, c, "")
	database := c.Database(t, "paris")
	login := mysqltest.Options{User: c.Accounts.Shop.User, Password: c.Accounts.Shop.Password, Database: database}
	if _, err := raw(t, p.Address, login).Query("CREATE TABLE notes (n INT)"); err != nil {
		t.Fatal(err)
	}
	c.CatchUp(t)
	ask := []string{
		"SELECT @a, @@time_zone, @@autocommit, @@sql_mode, @@character_set_client, @@collation_connection",
		"SELECT LAST_INSERT_ID()", "SELECT ROW_COUNT()", "SELECT FOUND_ROWS()", "SELECT DATABASE()",
		"SELECT * FROM scratch", "SELECT COUNT(*) FROM " + database + ".notes", "SELECT IS_FREE_LOCK('shunt_reset')", "EXECUTE st", "SHOW WARNINGS",
	}
	story := func(address string, end func(*mysqltest.Client) error) (lines []string) {
		client := raw(t, address, login)
		defer client.Close()
		for _, q := range []string{
			"SET @a = 5, time_zone = '+03:00', sql_mode = ''", "SET NAMES latin1", "CREATE TEMPORARY TABLE scratch (n INT)", "SELECT GET_LOCK('shunt_reset', 5)",
			"PREPARE st FROM 'SELECT 1'", "SET autocommit = 0", "INSERT INTO notes VALUES (1)", "SELECT LAST_INSERT_ID(7)",
		} {
			if _, err := client.Query(q); err != nil {
				t.Fatalf("%s: %v", q, err)
			}
		}
		if err := end(client); err != nil {
			t.Fatal(err)
		}
		for _, q := range ask {
			a, err := client.Do(mysql.ComQuery, []byte(q))
			lines = append(lines, fmt.Sprintf("%s: %q %v", q, a.Packets, err))
		}
		return lines
	}
	for name, end := range map[string]func(*mysqltest.Client) error{
		"reset":       func(c *mysqltest.Client) error { _, err := c.Do(mysql.ComResetConnection, nil); return err },
		"change user": func(c *mysqltest.Client) error { return c.ChangeUser(login) },
		"change user without a database": func(c *mysqltest.Client) error {
			return c.ChangeUser(mysqltest.Options{User: login.User, Password: login.Password})
		},
	} {
		t.Run(name, func(t *testing.T) {
			direct, through := story(c.Datacenters[0].Primary.Address, end), story(p.Address, end)
			for i := range direct {
				if direct[i] != through[i] {
					t.Errorf("direct  %s\nthrough %s", direct[i], strings.TrimPrefix(through[i], ask[i]))
				}
			}
		})
	}
}
