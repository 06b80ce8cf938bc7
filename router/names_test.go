package router

import (
	"testing"

	"shunt/sharding"
	"shunt/statement"
)

// TestTheClustersNameIsNone: paris calls shop shop_v2, and wants it for store, too. Applications know shop alone.
func TestTheClustersNameIsNone(t *testing.T) {
	world, facts := usualWorld(), usualFacts()
	world.Map = sharding.NewMap(1, sharding.Config{
		Default: "paris", Homes: map[string]string{"shop": "paris", "store": "paris"}, Names: map[string]string{"shop": "shop_v2", "store": "shop_v2"},
	}, map[string][]string{"paris": {"shop_v2", "shop"}})
	parser := statement.NewParser(statement.Config{})
	for sql, want := range map[string]struct {
		verdict Verdict
		number  uint16
	}{
		"SELECT a FROM shop.t": {Forward, 0}, "SELECT a FROM shop_v2.t": {Refuse, noSuchTable}, "USE shop_v2": {Refuse, unknownDatabase}, "SELECT shop_v2.f()": {Refuse, unknownDatabase},
		"CREATE DATABASE shop_v2": {Refuse, ErrorOtherName}, "DROP DATABASE shop_v2": {Refuse, ErrorOtherName}, "DROP TABLE shop_v2.t": {Refuse, unknownDatabase},
		"SELECT a FROM store.t": {Refuse, ErrorOtherName}, "USE store": {Refuse, ErrorOtherName}, "SELECT a FROM shop_v2.t, shop.t": {Refuse, noSuchTable}, "SHOW DATABASES": {Gather, 0},
	} {
		st, hint := parser.Parse([]byte(sql), 0)
		plan := (&Router{}).Plan(st, &hint, facts, world, 0)
		if plan.Verdict != want.verdict || want.number > 0 && (plan.Error == nil || plan.Error.Number != want.number) {
			t.Errorf("%s: %v %v, want %v %d", sql, plan.Verdict, plan.Error, want.verdict, want.number)
		}
	}
}
