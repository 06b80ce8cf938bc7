package fleet_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"shunt/store/fleet"
	"shunt/store/memstore"
)

// begin lets a proxy live until the function that it gives is called.
func begin(t *testing.T, s *memstore.Store, name string) (f *fleet.Fleet, end func()) {
	f = fleet.New(s, fleet.Member{Name: name, Addresses: []string{name + ":3306"}}, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- f.Run(ctx) }()
	return f, func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// names are the members as text, those that are not alive with a cross.
func names(t *testing.T, f *fleet.Fleet) (all string) {
	t.Helper()
	members, err := f.Members(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range members {
		all += m.Name
		if !m.Alive {
			all += "†"
		}
		all += " "
	}
	return all
}

// TestAProxyThatDiesStaysAMember until it comes back, or is forgotten; one that ends leaves.
func TestAProxyThatDiesStaysAMember(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := memstore.New()
		second := memory.Open()
		a, endA := begin(t, memory.Open(), "a")
		_, endB := begin(t, second, "b")
		<-a.Joined()
		synctest.Wait()
		if got := names(t, a); got != "a b " {
			t.Errorf("members %q", got)
		}
		if err := a.Forget(t.Context(), "b"); !errors.Is(err, fleet.ErrAlive) {
			t.Errorf("one that is alive was forgotten: %v", err)
		}

		second.Disconnect() // as if it were dead
		time.Sleep(2 * fleet.TTL)
		if got := names(t, a); got != "a b† " {
			t.Errorf("members while b cannot be seen: %q", got)
		}
		second.Reconnect()
		time.Sleep(2 * fleet.TTL)
		if got := names(t, a); got != "a b " {
			t.Errorf("members when b is back: %q", got)
		}

		second.Disconnect()
		time.Sleep(2 * fleet.TTL)
		if err := a.Forget(t.Context(), "b"); err != nil {
			t.Fatal(err)
		}
		if err := a.Forget(t.Context(), "b"); !errors.Is(err, fleet.ErrUnknown) {
			t.Errorf("forgotten twice: %v", err)
		}
		if got := names(t, a); got != "a " {
			t.Errorf("members when b is forgotten: %q", got)
		}
		second.Reconnect()
		time.Sleep(2 * fleet.TTL)
		endB()
		if got := names(t, a); got != "a " {
			t.Errorf("members when b has ended: %q", got)
		}
		endA()
	})
}

// TestAProxyKnowsThatItWasAway: as long as the store does not hear of it, and for a minute after that; not when it has just begun.
func TestAProxyKnowsThatItWasAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := memstore.New().Open()
		a, end := begin(t, store, "a")
		<-a.Joined()
		time.Sleep(10 * fleet.TTL)
		if a.Lapsed() {
			t.Error("it was never away")
		}
		store.Disconnect()
		time.Sleep(fleet.TTL)
		if !a.Lapsed() {
			t.Error("it is away")
		}
		time.Sleep(time.Hour)
		store.Reconnect()
		time.Sleep(2 * fleet.TTL)
		if !a.Lapsed() {
			t.Error("it was away just now")
		}
		time.Sleep(time.Minute)
		if a.Lapsed() {
			t.Error("it has been back for a minute")
		}
		end()
	})
}

// TestARestartTakesItsNameBack although the store takes its past for alive for a moment; two that live have two names.
func TestARestartTakesItsNameBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := memstore.New()
		crashed := memory.Open()
		_, endCrashed := begin(t, crashed, "a")
		synctest.Wait()
		crashed.Disconnect()
		again, end := begin(t, memory.Open(), "a")
		time.Sleep(2 * fleet.TTL)
		if got := names(t, again); got != "a " {
			t.Errorf("members after a restart: %q", got)
		}
		other, endOther := begin(t, memory.Open(), "a")
		time.Sleep(4 * fleet.TTL)
		if other.Name() == "a" || again.Name() != "a" {
			t.Errorf("two proxies are called %q and %q", again.Name(), other.Name())
		}
		endOther()
		end()
		endCrashed()
	})
}
