package cluster_test

import (
	"errors"
	"os"
	"testing"

	"shunt/lab"
	"shunt/lab/shop"
	"shunt/tests/cluster"
)

func TestMain(m *testing.M) {
	cluster.Main(m, cluster.Shop(), cluster.Datacenters(lab.Datacenter{Name: "paris", Replicas: 1}))
}

func TestStartEndsWithItsTest(t *testing.T) {
	var l *lab.Lab
	t.Run("a test", func(t *testing.T) {
		c := cluster.Start(t, cluster.Datacenters(lab.Datacenter{Name: "gra"}))
		if c.Server("gra-1").PID() == 0 || len(c.Servers()) != 1 {
			t.Errorf("%d servers, process %d", len(c.Servers()), c.Server("gra-1").PID())
		}
		l = c.Lab
	})
	if pid := l.Server("gra-1").PID(); pid != 0 {
		t.Errorf("process %d outlived its test", pid)
	}
	if _, err := os.Stat(l.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s outlived its test: %v", l.Dir, err)
	}
}

func TestSharedIsOneLabWithTheSampleShop(t *testing.T) {
	c := cluster.Shared(t)
	if other := cluster.Shared(t); other != c {
		t.Error("Shared lent two")
	}
	db := c.Open(t, c.Accounts.Shop, c.Server("paris-2").Address, shop.Database)
	var products int
	if err := db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM products").Scan(&products); err != nil || products == 0 {
		t.Errorf("the replica has %d products: %v", products, err)
	}
}

func TestEachTestHasADatabaseOfItsOwn(t *testing.T) {
	c := cluster.Shared(t)
	replica := c.Server("paris-2").DB()
	exists := func(name string) (n int) {
		t.Helper()
		c.CatchUp(t)
		if err := replica.QueryRowContext(t.Context(),
			"SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = ?", name).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	var name string
	t.Run("a test", func(t *testing.T) {
		name = c.Database(t, "paris")
		if other := c.Database(t, "paris"); other == name {
			t.Errorf("two databases are called %s", name)
		}
		if exists(name) != 1 {
			t.Errorf("the replica has no %s", name)
		}
		db := c.Open(t, c.Accounts.Shop, c.Server("paris-1").Address, name)
		if _, err := db.ExecContext(t.Context(), "CREATE TABLE t (id INT)"); err != nil {
			t.Error(err)
		}
	})
	if exists(name) != 0 {
		t.Errorf("%s outlived its test", name)
	}
}
