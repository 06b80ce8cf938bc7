package sharding_test

import (
	"errors"
	"strings"
	"testing"

	"shunt/sharding"
)

func TestHome(t *testing.T) {
	m := sharding.NewMap(7, sharding.Config{Default: "paris", Homes: map[string]string{"decided": "gra", "planned": "gra"}}, map[string][]string{
		"paris": {"shop", "both", "decided", "mysql", "Shop"}, "gra": {"blog", "both", "decided", "mysql"},
	})
	for db, want := range map[string]string{
		"shop": "paris", "blog": "gra", "": "paris", "nobody_has_it": "paris",
		"Shop":    "paris", // names are told apart by case, as on the servers' file systems
		"decided": "gra",   // two clusters have it, the configuration says which one is meant
		"planned": "gra",   // nobody has it yet
		"mysql":   "paris", // every cluster has it
	} {
		if got, err := m.Home(db); err != nil || got != want {
			t.Errorf("%q lives on %q (%v), want %q", db, got, err, want)
		}
	}
	_, err := m.Home("both")
	var clash *sharding.ClashError
	if !errors.As(err, &clash) || len(clash.Clusters) != 2 {
		t.Fatalf("a database on two clusters gives %v", err)
	}
	for _, word := range []string{"both", "paris", "gra", "SET DATABASE both HOME gra", "config.yaml"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("the error does not name %s: %v", word, err)
		}
	}
	if m.Revision != 7 {
		t.Errorf("revision %d", m.Revision)
	}
}

func TestThreeClustersOfOneDatabaseAreAllNamed(t *testing.T) {
	m := sharding.NewMap(1, sharding.Config{Default: "a"}, map[string][]string{"a": {"d"}, "b": {"d"}, "c": {"d"}})
	if _, err := m.Home("d"); err == nil || !strings.Contains(err.Error(), "a and b and c") {
		t.Errorf("got %v", err)
	}
}

func TestLookingUpAllocatesNothing(t *testing.T) {
	m := sharding.NewMap(1, sharding.Config{Default: "a"}, map[string][]string{"a": {"d"}})
	if n := testing.AllocsPerRun(100, func() { _, _ = m.Home("d"); _, _ = m.Home("x") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestKeeper(t *testing.T) {
	var k sharding.Keeper
	if k.Map() != nil {
		t.Error("a map before there is one")
	}
	m := sharding.NewMap(1, sharding.Config{}, nil)
	if k.Set(m); k.Map() != m {
		t.Error("the map set is not in force")
	}
}
