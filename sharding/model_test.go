package sharding_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"shunt/sharding"
)

// model is a map as anybody would write it down, without a thought of its size.
type model struct {
	found         map[string]map[string]bool // databases, clusters
	file, stored  map[string]string
	modules       map[string]sharding.Module
	standard, own string
}

func newModel(standard string) *model {
	return &model{found: map[string]map[string]bool{}, file: map[string]string{}, stored: map[string]string{}, modules: map[string]sharding.Module{}, standard: standard}
}

// home is a database's cluster, and who says so.
func (m *model) home(database string) (cluster string, from sharding.Source) {
	if c, ok := m.stored[database]; ok {
		return c, sharding.Store
	}
	if c, ok := m.file[database]; ok {
		return c, sharding.File
	}
	var all, homes []string
	for c := range m.found[database] {
		all = append(all, c)
		hosts := false
		for _, module := range m.modules {
			hosts = hosts || module.Database == database && module.Cluster == c
		}
		if !hosts {
			homes = append(homes, c)
		}
	}
	switch {
	case len(homes) == 1:
		return homes[0], sharding.Discovered
	case len(all) == 1:
		return all[0], sharding.Discovered
	case len(all) > 1:
		return "", sharding.Nobody
	case m.own != "":
		return m.own, sharding.Discovered
	}
	return m.standard, sharding.Discovered
}

// change makes one random change to both. Names are few, so that changes meet.
func (m *model) change(e *sharding.Editor, dice *rand.Rand, names int) {
	database, cluster := fmt.Sprintf("customer_%d", dice.IntN(names)), fmt.Sprintf("c%d", dice.IntN(5))
	switch dice.IntN(12) {
	case 0, 1, 2, 3:
		e.Found(database, cluster)
		if m.found[database] == nil {
			m.found[database] = map[string]bool{}
		}
		m.found[database][cluster] = true
	case 4, 5, 6:
		e.Lost(database, cluster)
		delete(m.found[database], cluster)
	case 7:
		e.SetHome(database, cluster)
		m.stored[database] = cluster
	case 8:
		e.ResetHome(database)
		delete(m.stored, database)
	case 9:
		one := sharding.Module{Name: "m_" + database, Database: database, Tables: []string{"log_*"}, Cluster: cluster}
		e.SetModule(one.Name, one.Entry())
		m.modules[one.Name] = one
	case 10:
		e.ResetModule("m_" + database)
		delete(m.modules, "m_"+database)
	case 11:
		m.own = []string{"", cluster}[dice.IntN(2)]
		e.SetDefault(m.own)
	}
}

// check compares all that a map says with the model.
func (m *model) check(t *testing.T, got *sharding.Map, names int) {
	t.Helper()
	known := 0
	for i := range names {
		database := fmt.Sprintf("customer_%d", i)
		cluster, from := m.home(database)
		home, err := got.Home(database)
		look, _ := got.Look(database)
		if home != cluster || (err != nil) != (from == sharding.Nobody) || look.From != from || len(look.FoundOn) != len(m.found[database]) {
			t.Fatalf("%s lives on %q (%v, %+v), the model says %q by %v", database, home, err, look, cluster, from)
		}
		for _, c := range look.FoundOn {
			if !m.found[database][c] {
				t.Fatalf("%s was not found on %s", database, c)
			}
		}
		place, err := got.Table(database, "log_1")
		if module, ok := m.modules["m_"+database]; ok && (err != nil || place.Cluster != module.Cluster || place.Module == nil) {
			t.Fatalf("%s.log_1 is at %v (%v), not in the module", database, place, err)
		}
		if m.stored[database] != "" || m.file[database] != "" || len(m.found[database]) > 0 {
			known++
		}
	}
	if got.Len() != known {
		t.Fatalf("%d names are known, %d are to be", got.Len(), known)
	}
	seen := map[string]bool{}
	for l := range got.All {
		if seen[l.Database] {
			t.Fatalf("%s is listed twice", l.Database)
		}
		seen[l.Database] = true
	}
	if len(seen) != known {
		t.Fatalf("%d names are listed, %d are known", len(seen), known)
	}
}

// TestAMapSaysWhatASimpleOneWould: whatever is changed in which order, and the maps before a change go on saying what they said.
func TestAMapSaysWhatASimpleOneWould(t *testing.T) {
	for _, names := range []int{3, 40, 600} {
		t.Run(fmt.Sprint(names), func(t *testing.T) {
			dice := rand.New(rand.NewPCG(uint64(names), 1))
			m := newModel("c0")
			m.file = map[string]string{"customer_1": "c3", "customer_2": "c1"}
			current := sharding.NewMap(1, sharding.Config{Default: "c0", Homes: m.file}, nil)
			for round := range 40 {
				before, said := current, answers(current, names)
				e := current.Edit()
				for range dice.IntN(2 * names) {
					m.change(e, dice, names)
				}
				current = e.Done()
				m.check(t, current, names)
				if current.Revision != uint64(round+2) {
					t.Fatalf("the %d. map has revision %d", round+2, current.Revision)
				}
				if again := answers(before, names); again != said {
					t.Fatal("a map has changed when the next one was made")
				}
			}
			e := current.Edit()
			e.Forget()
			m.stored, m.modules, m.own = map[string]string{}, map[string]sharding.Module{}, ""
			m.file = map[string]string{"customer_1": "c4"}
			e.SetFile(sharding.Config{Default: "c0", Homes: m.file})
			m.check(t, e.Done(), names)
		})
	}
}

func answers(m *sharding.Map, names int) string {
	var b strings.Builder
	for i := range names {
		l, ok := m.Look(fmt.Sprintf("customer_%d", i))
		fmt.Fprintln(&b, l, ok)
	}
	return b.String()
}

// TestReadersNeedNoLock has readers look while the map changes; the race detector watches.
func TestReadersNeedNoLock(t *testing.T) {
	var keeper sharding.Keeper
	keeper.Set(sharding.NewMap(1, sharding.Config{Default: "paris"}, nil))
	var stop atomic.Bool
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for i := 0; !stop.Load(); i++ {
				m := keeper.Map()
				if home, err := m.Home(fmt.Sprintf("customer_%d", i%2000)); err != nil || home != "paris" && home != "gra" {
					t.Errorf("it lives on %q (%v)", home, err)
					return
				}
			}
		})
	}
	for i := range 2000 {
		e := keeper.Map().Edit()
		e.Found(fmt.Sprintf("customer_%d", i), "gra")
		if i >= 100 {
			e.Lost(fmt.Sprintf("customer_%d", i-100), "gra")
		}
		keeper.Set(e.Done())
	}
	stop.Store(true)
	readers.Wait()
	if n := keeper.Map().Len(); n != 100 {
		t.Errorf("%d are left", n)
	}
}

// TestALookAllocatesNothing, wherever the answer is from.
func TestALookAllocatesNothing(t *testing.T) {
	m := sharding.NewMap(1, sharding.Config{Default: "c0", Homes: map[string]string{"decided": "c1"}, Modules: []sharding.Module{{Name: "m", Database: "both", Tables: []string{"log_*"}, Cluster: "c1"}}},
		map[string][]string{"c0": {"found", "both"}, "c1": {"both"}})
	names := []string{"decided", "found", "both", "unknown", ""}
	if n := testing.AllocsPerRun(100, func() {
		for _, database := range names {
			if _, err := m.Home(database); err != nil {
				t.Error(err)
			}
			if _, err := m.Table(database, "log_1"); err != nil {
				t.Error(err)
			}
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestNamesOfAnyForm(t *testing.T) {
	long := strings.Repeat("ü", 64)
	m := sharding.NewMap(1, sharding.Config{Default: "c0"}, map[string][]string{"c1": {long, "a", "日本", "x`y", long + "1"}})
	for _, name := range []string{long, "a", "日本", "x`y", long + "1"} {
		if home, _ := m.Home(name); home != "c1" {
			t.Errorf("%q lives on %s", name, home)
		}
	}
	if home, _ := m.Home(long[:10]); home != "c0" {
		t.Errorf("a part of a name lives on %s", home)
	}
	clusters := map[string][]string{}
	for i := range 1000 { // more than a byte can count
		clusters[fmt.Sprintf("cluster%03d", i)] = []string{fmt.Sprintf("on_%d", i), "everywhere"}
	}
	m = sharding.NewMap(1, sharding.Config{Default: "cluster000"}, clusters)
	for i := range 1000 {
		if home, _ := m.Home(fmt.Sprintf("on_%d", i)); home != fmt.Sprintf("cluster%03d", i) {
			t.Errorf("on_%d lives on %s", i, home)
		}
	}
	if l, _ := m.Look("everywhere"); len(l.FoundOn) != 1000 || l.From != sharding.Nobody || !slices.IsSorted(l.FoundOn) {
		t.Errorf("everywhere is on %d clusters, decided by %v", len(l.FoundOn), l.From)
	}
}
