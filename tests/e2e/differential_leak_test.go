package e2e

import (
	"testing"

	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// TestAnsweredInAnothersSettings: whatever form of SET a client uses, another one that shares its connections never computes with it. The
// expression means another thing in each of the modes; a client that set nothing gets 0.
func TestAnsweredInAnothersSettings(t *testing.T) {
	c := cluster.Shared(t)
	p := startShunt(t, c, "")
	o := mysqltest.Options{User: c.Accounts.Shop.User, Password: c.Accounts.Shop.Password, Database: "shop"}
	for _, set := range []string{
		"SET sql_mode = 'PIPES_AS_CONCAT'", "SET SESSION sql_mode = 'PIPES_AS_CONCAT'", "SET @@sql_mode = 'PIPES_AS_CONCAT'",
		"SET @@session.sql_mode = 'PIPES_AS_CONCAT'", "SET @@local.sql_mode = 'PIPES_AS_CONCAT', @x = 1", "SET @x = 1, @@sql_mode = 'PIPES_AS_CONCAT'",
		"SET STATEMENT sql_mode = 'PIPES_AS_CONCAT' FOR SELECT 1", "EXECUTE IMMEDIATE 'SET @@sql_mode = ''PIPES_AS_CONCAT'''",
		"SELECT 1; SET @@sql_mode = 'PIPES_AS_CONCAT'", "SET STATEMENT sql_mode = 'PIPES_AS_CONCAT' FOR DO 1",
		"BEGIN NOT ATOMIC SET @@sql_mode = 'PIPES_AS_CONCAT'; END",
	} {
		t.Run(set, func(t *testing.T) {
			sets, other := raw(t, p.Address, o), raw(t, p.Address, o)
			if _, err := sets.Query(set); err != nil {
				t.Fatal(err)
			}
			for i := range 20 { // reads that go to every replica, and to the primary
				for _, sql := range []string{"SELECT 'a' || 'b'", "SELECT 'a' || 'b' FOR UPDATE"} {
					if got, err := other.Value(sql); err != nil || got != "0" {
						t.Fatalf("%s, time %d: another client gets %q, %v", sql, i, got, err)
					}
				}
			}
		})
	}
}
