package unit_test

import (
	"testing"

	"shunt/sharding"
	"shunt/sharding/move/unit"
)

// TestUnits: shop has a module; what is not of the module is the rest, and no table is of both.
func TestUnits(t *testing.T) {
	statistics := &sharding.Module{Name: "statistics", Database: "shop", Tables: []string{"b_stat_*"}, Cluster: "gra"}
	whole, module, rest := unit.Of("shop"), unit.OfModule(statistics, "shop"), unit.RestOf("shop", []*sharding.Module{statistics})
	for _, test := range []struct {
		u           unit.Unit
		name        string
		day, orders bool
	}{
		{whole, "shop", true, true},
		{module, "shop/statistics", true, false},
		{rest, "shop", false, true},
	} {
		if test.u.String() != test.name || test.u.Has("b_stat_day") != test.day || test.u.Has("orders") != test.orders {
			t.Errorf("%s: b_stat_day %v, orders %v", test.u, test.u.Has("b_stat_day"), test.u.Has("orders"))
		}
	}
	if got := module.Table("a`b"); got != "`shop`.`a``b`" {
		t.Error(got)
	}
	if !whole.Whole() || module.Whole() {
		t.Error("a module is no whole database")
	}
}
