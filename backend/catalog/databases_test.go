package catalog

import (
	"maps"
	"math/rand/v2"
	"strconv"
	"testing"
)

// TestOnlyDifferencesAreTold: what Since tells, done to what was known before, gives what is known now.
func TestOnlyDifferencesAreTold(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	some := func() *Databases {
		d := &Databases{}
		for _, cluster := range []string{"paris", "gra"} {
			var names []string
			for range dice.IntN(30) {
				names = append(names, strconv.Itoa(dice.IntN(40)))
			}
			d.clusters = append(d.clusters, newDatabaseSet(cluster, false, names, []string{"7"}))
		}
		return d
	}
	known := func(d *Databases) map[Change]bool {
		all := map[Change]bool{}
		for cluster, database := range d.All {
			all[Change{Cluster: cluster, Database: database}] = true
		}
		return all
	}
	before, has := (*Databases)(nil), map[Change]bool{}
	for range 200 {
		now := some()
		now.Since(before, func(c Change) bool {
			is := Change{Cluster: c.Cluster, Database: c.Database}
			if has[is] != c.Gone || c.Database == "7" {
				t.Fatalf("%+v is told, and was known: %v", c, has[is])
			}
			if has[is] = true; c.Gone {
				delete(has, is)
			}
			return true
		})
		if want := known(now); !maps.Equal(has, want) {
			t.Fatalf("the differences lead to %v, not to %v", has, want)
		}
		if now.Since(now, func(Change) bool { t.Fatal("a difference from itself"); return false }); len(now.Homes("7")) > 0 {
			t.Fatal("a hidden database has a home")
		}
		before = now
	}
	told := 0
	(&Databases{clusters: []databaseSet{newDatabaseSet("paris", true, []string{"A", "b", "a", "C"}, nil)}}).Since(nil, func(c Change) bool {
		told++
		if want := []string{"a", "b"}; told > 2 || c.Database != want[told-1] {
			t.Errorf("%d: %+v", told, c)
		}
		return told < 2
	})
	if told != 2 {
		t.Errorf("%d are told after the end", told)
	}
}
