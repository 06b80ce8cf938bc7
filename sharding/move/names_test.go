package move

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"shunt/sharding/move/dns"
	"shunt/store"
	"shunt/store/memstore"
)

// zone is a zone with one name, which does what it is told unless a test says otherwise. It is used by one move at a time.
type zone struct {
	leads dns.Place
	ttl   time.Duration
	fails error // of every change
	did   []string
}

func (z *zone) Point(_ context.Context, name string, from, to dns.Place) error {
	switch {
	case z.fails != nil:
		return z.fails
	case z.leads.Equal(to):
		return nil
	case !z.leads.Equal(from):
		return fmt.Errorf("it leads to %s: %w", z.leads, dns.ErrForeign)
	}
	z.leads = to
	z.did = append(z.did, name+" to "+to.String())
	return nil
}

func (z *zone) TTL(context.Context, string) (time.Duration, error) { return z.ttl, z.fails }

func (z *zone) SetTTL(_ context.Context, _ string, ttl time.Duration) error {
	if z.fails == nil {
		z.ttl = ttl
		z.did = append(z.did, "ttl "+ttl.String())
	}
	return z.fails
}

// at is where clients of a cluster connect to.
func at(cluster string) dns.Place {
	return dns.Place{Addresses: []netip.Addr{netip.MustParseAddr(map[string]string{"paris": "10.0.0.1", "gra": "10.0.1.1"}[cluster])}}
}

// namedMove is a move whose steps the test takes.
type namedMove struct {
	*run
	t     *testing.T
	zone  *zone
	name  string // of the database; a test takes it away
	steps int    // that were taken
}

func newNamedMove(t *testing.T) *namedMove {
	t.Helper()
	n := &namedMove{t: t, zone: &zone{leads: at("paris"), ttl: time.Hour}, name: "shop.db.example."}
	engine := New(Config{}, Deps{Log: slog.New(slog.DiscardHandler), Naming: &Naming{Names: n.zone, Hostname: func(string) string { return n.name }, Place: at, TTL: 5 * time.Second}})
	t.Cleanup(engine.group.Wait)
	s := memstore.New().Open()
	m := &Move{Version: form, ID: "1", Database: "shop", From: "paris", To: "gra", State: Planned, Since: time.Now()}
	record, err := store.PutJSON(m.key(), m)
	if err != nil {
		t.Fatal(err)
	}
	revision, err := s.Commit(t.Context(), store.Txn{Then: []store.Change{record, store.Put(m.ownerKey(), []byte("web1"))}})
	if err != nil {
		t.Fatal(err)
	}
	n.run = &run{
		engine: engine, log: engine.deps.Log, woken: make(chan struct{}, 1),
		owned: owned{store: s, Move: m, item: store.Item{Key: m.key(), Value: record.Value, Revision: revision}, owner: store.Item{Key: m.ownerKey(), Revision: revision}, now: time.Now, stop: func(string) error { return nil }},
	}
	return n
}

// through goes through states, and takes steps in each until the name needs nothing any more.
func (n *namedMove) through(states ...State) {
	n.t.Helper()
	for _, s := range states {
		n.State, n.Since = s, time.Now() // the transitions are others' business
		item, err := store.PutJSON(n.key(), n.Move)
		if err != nil {
			n.t.Fatal(err)
		}
		n.item.Value = item.Value
		if n.item.Revision, err = n.store.Commit(n.t.Context(), store.Txn{Then: []store.Change{item}}); err != nil {
			n.t.Fatal(err)
		}
		for range 6 {
			n.step()
		}
	}
}

// step takes one step, and lets what it has begun come to its end.
func (n *namedMove) step() {
	n.t.Helper()
	if err := n.withName(n.t.Context(), func(context.Context) error { n.steps++; return nil }); err != nil {
		n.t.Fatal(err)
	}
	synctest.Wait()
}

func (n *namedMove) want(state NameState, leads string, did ...string) {
	n.t.Helper()
	if n.DNS == nil || n.DNS.State != state || n.DNS.Leads != leads {
		n.t.Errorf("the record says %+v, want %s, %s", n.DNS, state, leads)
	}
	if !slices.Equal(n.zone.did, did) {
		n.t.Errorf("in %s the zone was told %q, want %q", n.State, n.zone.did, did)
	}
}

// toTheSwitch are the states before it, in which the name stays.
func (n *namedMove) toTheSwitch() {
	n.t.Helper()
	n.through(Planned, Preflight)
	if n.DNS != nil {
		n.t.Errorf("something was done before the move was sure: %+v", n.DNS)
	}
	n.through(Prepared, Copying, Catchup, Ready)
	n.want(NameLowered, "paris", "ttl 5s")
	n.through(Hold, Gated, CaughtUp, Committed, Opened)
	n.want(NameLowered, "paris", "ttl 5s")
}

// TestANameFollowsItsDatabase: its TTL is lowered before, it is changed when the move is open, and has its TTL again when it is over.
func TestANameFollowsItsDatabase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNamedMove(t)
		n.toTheSwitch()
		n.through(Reversible)
		n.want(NamePointed, "gra", "ttl 5s", "shop.db.example. to 10.0.1.1")
		n.through(Retiring)
		n.want(NameRestored, "gra", "ttl 5s", "shop.db.example. to 10.0.1.1", "ttl 1h0m0s")
	})
}

// TestANameGoesBack with its database.
func TestANameGoesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNamedMove(t)
		n.toTheSwitch()
		n.through(Reversible)
		n.From, n.To, n.Switches = "gra", "paris", 1
		n.through(Ready, Hold, Gated, CaughtUp, Committed, Opened)
		n.want(NamePointed, "gra", "ttl 5s", "shop.db.example. to 10.0.1.1")
		n.through(Reversible, Retiring)
		n.want(NameRestored, "paris", "ttl 5s", "shop.db.example. to 10.0.1.1", "shop.db.example. to 10.0.0.1", "ttl 1h0m0s")
	})
}

// TestAMoveThatIsGivenUp leaves the name as it was.
func TestAMoveThatIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNamedMove(t)
		n.through(Prepared, Copying, Aborting)
		n.want(NameRestored, "paris", "ttl 5s", "ttl 1h0m0s")
		if n.zone.ttl != time.Hour {
			t.Errorf("the TTL is %s", n.zone.ttl)
		}
	})
}

// TestNothingWaitsForADNSServerThatIsAway: the move goes on, tells what is wrong, and tries again; only its end waits, since nobody would try after it.
func TestNothingWaitsForADNSServerThatIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNamedMove(t)
		n.zone.fails = errors.New("the DNS server does not answer")
		n.through(Prepared, Copying, Catchup, Ready, Hold, Gated, CaughtUp, Committed, Opened, Reversible)
		if n.steps != 10*6 {
			t.Errorf("%d steps were taken of %d", n.steps, 10*6)
		}
		if !strings.Contains(n.DNS.Problem, "does not answer") {
			t.Errorf("the record says %+v", n.DNS)
		}
		n.steps = 0
		n.through(Retiring)
		if n.steps != 0 {
			t.Error("the move has ended with a name that leads to where the database is not")
		}
		n.zone.fails = nil
		for range 100 {
			time.Sleep(time.Second)
			n.step()
		}
		n.want(NamePointed, "gra", "shop.db.example. to 10.0.1.1")
		if n.DNS.Problem != "" || n.steps == 0 {
			t.Errorf("after %d steps the record says %+v", n.steps, n.DNS)
		}
	})
}

// TestANameThatSomebodyElseHasChanged is left alone, and nothing waits for it; when it is put back it follows.
func TestANameThatSomebodyElseHasChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNamedMove(t)
		n.toTheSwitch()
		foreign := dns.Place{Alias: "elsewhere.example."}
		n.zone.leads = foreign
		n.through(Reversible)
		n.want(NameForeign, "paris", "ttl 5s")
		if !n.zone.leads.Equal(foreign) || !strings.Contains(n.DNS.Problem, "elsewhere") {
			t.Errorf("it leads to %s; %s", n.zone.leads, n.DNS.Problem)
		}
		n.zone.leads = at("paris")
		time.Sleep(longestNaming)
		n.step()
		n.step()
		n.want(NamePointed, "gra", "ttl 5s", "shop.db.example. to 10.0.1.1")
	})
}

// TestANewOwnerKnowsThatANameWasBeingChanged: the one before has died while it changed it, and what became of that nobody knows; then the database has gone back.
func TestANewOwnerKnowsThatANameWasBeingChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNamedMove(t)
		n.toTheSwitch()
		h := *n.DNS
		h.State = NamePointing
		n.DNS, n.zone.leads = &h, at("gra") // it was changed
		n.From, n.To, n.Switches = "gra", "paris", 1
		n.through(Reversible)
		n.want(NamePointed, "paris", "ttl 5s", "shop.db.example. to 10.0.0.1")
	})
}

// TestANameThatIsTakenOutOfTheFile is nobody's business any more.
func TestANameThatIsTakenOutOfTheFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNamedMove(t)
		n.toTheSwitch()
		n.zone.fails = errors.New("there is no such server any more")
		n.through(Reversible)
		n.name, n.steps = "", 0
		n.through(Retiring)
		if n.steps != 6 {
			t.Errorf("the end waits; %d steps", n.steps)
		}
	})
}
