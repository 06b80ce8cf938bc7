package sharding_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"shunt/sharding"
)

// renamedShop has a shop that paris calls shop_v2, and databases that are found.
func renamedShop(change func(*sharding.Config), found map[string][]string) *sharding.Map {
	c := sharding.Config{Default: "paris", Homes: map[string]string{"shop": "paris"}, Names: map[string]string{"shop": "shop_v2"}}
	if change != nil {
		change(&c)
	}
	return sharding.NewMap(1, c, found)
}

func TestADatabaseHasAnotherNameOnItsCluster(t *testing.T) {
	m := renamedShop(nil, map[string][]string{"paris": {"shop_v2", "blog"}, "gra": {"wiki"}})
	names := m.NamesOn("paris")
	if !m.Renames() || m.Physical("shop") != "shop_v2" || m.Physical("blog") != "blog" || names.Physical("shop") != "shop_v2" || names.Logical("shop_v2") != "shop" || m.NamesOn("gra") != nil {
		t.Errorf("shop is %s there, %s here", m.Physical("shop"), names.Logical("shop_v2"))
	}
	if !names.Hides("shop_v2") || names.Hides("shop") || names.Hides("blog") || names.Logical("shop") != "" || names.Logical("blog") != "blog" {
		t.Error("shop_v2 is a name of its own, or something else is hidden")
	}
	if l, known := m.Look("shop"); !known || l.Name != "shop_v2" || fmt.Sprint(l.FoundOn) != "[paris]" {
		t.Errorf("shop is %+v", l)
	}
	if l, known := m.Look("shop_v2"); known {
		t.Errorf("shop_v2 is known: %+v", l)
	}
	for l := range m.All {
		if l.Database == "shop_v2" {
			t.Error("shop_v2 is listed")
		}
	}
}

// TestANameIsSeenWhereItIsNone: shop_v2 is another database on gra, and two there are none on one cluster.
func TestANameIsSeenWhereItIsNone(t *testing.T) {
	m := renamedShop(nil, map[string][]string{"paris": {"shop_v2", "shop"}, "gra": {"shop_v2"}})
	if home, err := m.Home("shop_v2"); home != "gra" || err != nil {
		t.Errorf("the other shop_v2 lives on %s (%v)", home, err)
	}
	if home, err := m.Home("shop"); home != "paris" || err != nil {
		t.Errorf("shop lives on %s (%v)", home, err)
	}
	three := renamedShop(nil, map[string][]string{"paris": {"shop_v2"}, "gra": {"shop_v2"}, "ams": {"shop_v2"}})
	var clash *sharding.ClashError
	if _, err := three.Home("shop_v2"); !errors.As(err, &clash) || fmt.Sprint(clash.Clusters) != "[ams gra]" {
		t.Errorf("three databases of that name: %v", err)
	}
}

// TestTwoClustersMayHaveTheSameName: what clashed before is told apart by the names that applications use.
func TestTwoClustersMayHaveTheSameName(t *testing.T) {
	m := sharding.NewMap(1, sharding.Config{Default: "paris", Homes: map[string]string{"shop_fr": "paris", "shop_uk": "gra"}, Names: map[string]string{"shop_fr": "shop", "shop_uk": "shop"}},
		map[string][]string{"paris": {"shop"}, "gra": {"shop"}})
	if a, b := m.NamesOn("paris").Logical("shop"), m.NamesOn("gra").Logical("shop"); a != "shop_fr" || b != "shop_uk" || m.NameTaken("shop_uk") != "" {
		t.Errorf("shop is %s on paris and %s on gra", a, b)
	}
}

func TestANameIsOnlyForOne(t *testing.T) {
	m := renamedShop(func(c *sharding.Config) {
		c.Homes["store"], c.Names["store"] = "paris", "shop_v2"
		c.Homes["here"], c.Homes["blog"], c.Names["blog"] = "paris", "paris", "here"
	}, nil)
	if m.NameTaken("shop") != "" || m.NameTaken("store") != "shop" || m.NameTaken("blog") != "here" {
		t.Errorf("taken: %q, %q, %q", m.NameTaken("shop"), m.NameTaken("store"), m.NameTaken("blog"))
	}
}

// TestModulesHaveTheNameToo: a database is called the same on all of its clusters.
func TestModulesHaveTheNameToo(t *testing.T) {
	m := renamedShop(func(c *sharding.Config) {
		c.Modules = []sharding.Module{{Name: "statistics", Database: "shop", Tables: []string{"stat_*"}, Cluster: "gra"}}
	}, nil)
	if got := m.NamesOn("gra").Physical("shop"); got != "shop_v2" {
		t.Errorf("gra calls it %s", got)
	}
}

// TestTheStoreDecidesNames: an entry of the store takes the place of the file's whole decision, and comes and goes.
func TestTheStoreDecidesNames(t *testing.T) {
	m := renamedShop(nil, nil)
	take := func(value string) {
		t.Helper()
		e := m.Edit()
		var text []byte
		if value != "" {
			text = []byte(value)
		}
		if err := e.Take(sharding.HomePrefix+"shop", text); err != nil {
			t.Log(err)
		}
		m = e.Done()
	}
	for _, step := range []struct{ value, want string }{
		{`{"v":1,"cluster":"gra","name":"shop_v3"}`, "gra shop_v3"}, {`{"v":1,"cluster":"gra"}`, "gra shop"}, {`{"v":1,"cluster":"gra","name":"mysql"}`, "paris shop_v2"}, {"", "paris shop_v2"},
	} {
		take(step.value)
		home, _ := m.Home("shop")
		if got := home + " " + m.Physical("shop"); got != step.want {
			t.Errorf("%s: shop is on %s, want %s", step.value, got, step.want)
		}
	}
	take(`{"v":1,"cluster":"gra","name":"shop_v3"}`)
	e := m.Edit()
	e.Forget()
	e.SetNamedHome("blog", "gra", "blog_v2")
	if m = e.Done(); m.Physical("shop") != "shop_v2" || m.Physical("blog") != "blog_v2" {
		t.Errorf("after the store was read anew shop is %s, blog is %s", m.Physical("shop"), m.Physical("blog"))
	}
	e = m.Edit()
	e.SetFile(sharding.Config{Default: "paris"})
	e.ResetHome("blog")
	if m = e.Done(); m.Renames() {
		t.Error("there are names without any")
	}
}

func TestNamesThatCannotBe(t *testing.T) {
	for _, names := range [][2]string{{"shop", "mysql"}, {"mysql", "x"}, {"shop", strings.Repeat("x", 65)}, {"shop", "caf\u00e9"}, {"shop", "a b"}, {"shop", "a`b"}, {"shop", "../x"}} {
		if err := sharding.CheckName(names[0], names[1]); err == nil {
			t.Errorf("%s may be called %s", names[0], names[1])
		}
	}
	for _, names := range [][2]string{{"shop", ""}, {"shop", "shop"}, {"shop", "shop-v2"}, {"information_schema", "information_schema"}} {
		if err := sharding.CheckName(names[0], names[1]); err != nil {
			t.Errorf("%s may not be called %s: %v", names[0], names[1], err)
		}
	}
}

// TestAMapWithoutNamesPaysNothing.
func TestAMapWithoutNamesPaysNothing(t *testing.T) {
	m := sharding.NewMap(1, sharding.Config{Default: "paris"}, map[string][]string{"paris": {"shop"}})
	if n := testing.AllocsPerRun(100, func() {
		if m.Physical("shop") != "shop" || m.NamesOn("paris") != nil || m.NameTaken("shop") != "" {
			t.Error("there is a name")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
