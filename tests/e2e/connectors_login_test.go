package e2e

import (
	"testing"

	"shunt/lab"
	"shunt/tests/cluster"
)

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
