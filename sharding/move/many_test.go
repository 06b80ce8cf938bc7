package move

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestManyOrders: thousands are written down at once; those that cannot be ordered are told, and are no obstacle to the others.
func TestManyOrders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakes(t, Config{Idle: true}, map[string][]string{"paris": append(names("shop_", 3000), "blog", "mysql"), "gra": {"there"}})
		defer f.end()
		e := f.proxy("web1")
		list := must[[]Ordered](t)(e.StartMany(t.Context(), tester, Orders{Databases: []string{"blog", "nosuch", "there"}, To: "gra"}))
		if len(list) != 3 || list[0].Err != nil || !errors.Is(list[1].Err, ErrUnknown) || !errors.Is(list[2].Err, ErrRefused) {
			t.Errorf("%+v", list)
		}
		list = must[[]Ordered](t)(e.StartMany(t.Context(), tester, Orders{Like: func(name string) bool { return strings.HasPrefix(name, "shop_00") }, To: "gra"}))
		if len(list) != 10 {
			t.Errorf("%d databases are like it", len(list))
		}
		list = must[[]Ordered](t)(e.StartMany(t.Context(), tester, Orders{From: "paris", To: "gra", Window: "22:00-05:00"}))
		refused := 0
		for _, o := range list {
			if errors.Is(o.Err, ErrRefused) {
				refused++
			}
		}
		if states, _, _, _ := f.state(); len(list) != 3001 || refused != 11 || states[Planned] != 3001 {
			t.Errorf("%d orders, %d refused, %v", len(list), refused, states)
		}
		for _, o := range []Orders{{From: "paris", To: "nowhere"}, {From: "nowhere", To: "gra"}, {From: "gra", To: "gra"}, {Databases: nil, Like: func(string) bool { return false }, To: "gra"}} {
			if _, err := e.StartMany(t.Context(), tester, o); err == nil {
				t.Errorf("%+v was taken", o)
			}
		}
	})
}

// TestMovesKeepTheirHours: in the morning nothing begins that has hours of the night; other moves do.
func TestMovesKeepTheirHours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // its clock begins at midnight
		f := newFakes(t, Config{MaxProcs: 9, PerSource: 9, PerTarget: 9}, map[string][]string{"paris": {"night", "any"}})
		defer f.end()
		e := f.proxy("web1")
		must[Move](t)(e.Start(t.Context(), tester, Order{Database: "night", To: "gra", Window: "01:00-02:00"}))
		must[Move](t)(e.Start(t.Context(), tester, Order{Database: "any", To: "gra"}))
		time.Sleep(59 * time.Minute)
		if states, _, _, _ := f.state(); states[Planned] != 1 || states[Preflight] != 1 {
			t.Errorf("at 00:59: %v", states)
		}
		time.Sleep(2 * time.Minute)
		if states, _, _, _ := f.state(); states[Preflight] != 2 {
			t.Errorf("at 01:01: %v", states)
		}
	})
}

func TestHours(t *testing.T) {
	for _, c := range []struct {
		hours, at string
		open      bool
	}{
		{"22:00-05:00", "21:59", false}, {"22:00-05:00", "22:00", true}, {"22:00-05:00", "04:59", true}, {"22:00-05:00", "05:00", false},
		{"08:30-17:00", "08:29", false}, {"08:30-17:00", "12:00", true}, {"08:30-17:00", "17:00", false},
		{"00:30-01:00 Europe/Paris", "22:45", true}, {"00:30-01:00 Europe/Paris", "00:45", false}, // it is two hours later there in July
	} {
		h, err := ParseWindow(c.hours)
		if err != nil {
			t.Fatal(err)
		}
		at, _ := time.Parse("2006-01-02 15:04", "2026-07-01 "+c.at)
		if h.Open(at) != c.open {
			t.Errorf("%s at %s UTC: it is %t", c.hours, c.at, !c.open)
		}
	}
	for _, wrong := range []string{"", "22:00", "22-05", "25:00-05:00", "05:00-05:00", "22:00-05:00 Nowhere/Atall"} {
		if _, err := ParseWindow(wrong); err == nil || !strings.Contains(err.Error(), "22:00-05:00") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

// TestACopyWaitsForBusyServers: as long as one of both is above its bounds, and not longer. All copies of a proxy ask together.
func TestACopyWaitsForBusyServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin, asked := time.Now(), 0
		e := New(Config{Throttle: Throttle{Lag: time.Second, Threads: 10}}, Deps{Load: func(_ context.Context, cluster string) (Load, error) {
			asked++
			switch {
			case cluster == "paris":
				return Load{Lag: -1, Threads: 5, History: 1 << 30}, nil // history does not matter
			case time.Since(begin) < 10*time.Second:
				return Load{Lag: 3 * time.Second}, nil
			}
			return Load{}, errors.New("it does not answer")
		}})
		r := &run{engine: e, owned: owned{Move: &Move{From: "paris", To: "gra"}}}
		for range 3 {
			if err := r.calm(t.Context()); err != nil {
				t.Error(err)
			}
		}
		if took := time.Since(begin); took < 10*time.Second || took > 11*time.Second || asked > 50 {
			t.Errorf("it has waited for %s and asked %d times", took, asked)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		stop := errors.New("it was stopped")
		begin = time.Now()
		time.AfterFunc(2*time.Second, func() { cancel(stop) })
		time.Sleep(loadAge)
		if err := r.calm(ctx); !errors.Is(err, stop) {
			t.Error(err)
		}
	})
}
