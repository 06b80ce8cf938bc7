package sharding_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"shunt/sharding"
)

func TestHiddenNames(t *testing.T) {
	seen := map[string]string{}
	for _, table := range []string{"orders", "bestellungen_ä", strings.Repeat("x", 54), strings.Repeat("x", 55), strings.Repeat("x", 63) + "a", strings.Repeat("x", 63) + "b", strings.Repeat("ü", 64)} {
		for _, name := range []string{sharding.HiddenName(table), sharding.AsideName(table)} {
			if n := utf8.RuneCountInString(name); n > 64 {
				t.Errorf("%s has %d characters", name, n)
			}
			if other, taken := seen[name]; taken {
				t.Errorf("%s is the name for %s and %s", name, other, table)
			}
			seen[name] = table
			if !sharding.IsHidden(name) || sharding.IsHidden(table) {
				t.Errorf("%s and %s cannot be told apart", name, table)
			}
		}
	}
}
