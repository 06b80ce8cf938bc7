package sharding_test

import (
	"testing"

	"shunt/sharding"
)

func TestMatches(t *testing.T) {
	for _, test := range []struct {
		pattern, name string
		want          bool
	}{
		{"orders", "orders", true}, {"orders", "order", false}, {"order", "orders", false}, {"", "", true}, {"", "a", false},
		{"*", "", true}, {"*", "anything", true}, {"b_*", "b_stat", true}, {"b_*", "b_", true}, {"b_*", "a_b_", false},
		{"*_log", "x_log", true}, {"*_log", "x_log_1", false}, {"*_log", "_log_log", true}, {"a*b*c", "aXbYc", true}, {"a*b*c", "aXbY", false},
		{"a*bc", "abcbc", true}, {"**", "x", true}, {"a**", "a", true}, {"a?", "ab", false},
	} {
		if got := sharding.Matches(test.pattern, test.name); got != test.want {
			t.Errorf("%q fits %q: %v", test.name, test.pattern, got)
		}
	}
}

func TestPatterns(t *testing.T) {
	p, err := sharding.ParsePatterns([]string{"shop.orders", "shop.log_*", "*.sessions"})
	if err != nil {
		t.Fatal(err)
	}
	for table, want := range map[[2]string]bool{
		{"shop", "orders"}: true, {"blog", "orders"}: false, {"shop", "log_1"}: true, {"blog", "log_1"}: false, {"blog", "sessions"}: true, {"", "sessions"}: true,
		{"Shop", "orders"}: false,
	} {
		if p.Match(table[0], table[1]) != want {
			t.Errorf("%v is meant: %v", table, !want)
		}
	}
	if (*sharding.Patterns)(nil).Match("shop", "orders") {
		t.Error("no patterns mean a table")
	}
	if n := testing.AllocsPerRun(100, func() { p.Match("shop", "log_of_orders") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	for _, text := range []string{"orders", ".orders", "shop.", ""} {
		if _, err := sharding.ParsePatterns([]string{text}); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
