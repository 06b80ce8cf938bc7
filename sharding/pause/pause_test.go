package pause_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"shunt/sharding/pause"
	"shunt/store"
	"shunt/store/fleet"
	"shunt/store/ledger"
	"shunt/store/memstore"
)

// proxy is one of a fleet: what it holds, and what is open on it.
type proxy struct {
	store  *memstore.Store
	fleet  *fleet.Fleet
	pauses *pause.Pauses
	end    func()

	mu   sync.Mutex
	held map[pause.Area]int // guarded by mu
	busy chan struct{}      // closed when nothing is open any more

	mapped chan struct{} // closed when the map has all revisions
}

// hold is a hold on a proxy.
type hold struct {
	on   *proxy
	area pause.Area
}

func (h hold) Drain(ctx context.Context) error {
	select {
	case <-h.on.busy:
		return nil
	case <-ctx.Done():
		return errors.New("database shop still has 1 client at work")
	}
}

func (h hold) End() { h.on.change(h.area, -1) }

func (p *proxy) change(area pause.Area, by int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held[area] += by
}

func (p *proxy) holds(database string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.held[pause.Area{Database: database}] > 0
}

// start lets a proxy live.
func start(t *testing.T, memory *memstore.Memory, name string) *proxy {
	p := &proxy{store: memory.Open(), held: map[pause.Area]int{}, busy: make(chan struct{}), mapped: make(chan struct{})}
	close(p.busy)
	log := slog.New(slog.DiscardHandler)
	p.fleet = fleet.New(p.store, fleet.Member{Name: name}, log)
	keeper := pause.NewKeeper(p.store, p.fleet.Name, func(a pause.Area, _ bool) pause.Hold {
		p.change(a, 1)
		return hold{p, a}
	}, func(ctx context.Context, _ store.Revision) {
		select {
		case <-p.mapped:
		case <-ctx.Done():
		}
	}, log)
	p.pauses = pause.New(pause.Deps{
		Store: p.store, Members: p.fleet.Members, Drain: 5 * time.Second,
		Find: func(database, module string) (pause.Area, []string, error) {
			if database != "shop" {
				return pause.Area{}, nil, fmt.Errorf("there is no database %s", database)
			}
			return pause.Area{Database: database, Module: module}, []string{"paris"}, nil
		},
		Point: func(_ context.Context, cluster string, _ pause.Area) (pause.Point, error) {
			return pause.Point{Cluster: cluster, GTID: "0-1-7"}, nil
		},
	})
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = p.fleet.Run(ctx) })
	running.Go(func() { _ = keeper.Run(ctx) })
	p.end = func() { cancel(); running.Wait() }
	<-p.fleet.Joined()
	<-keeper.Followed()
	return p
}

func (p *proxy) pause(t *testing.T, timeout time.Duration) (pause.Status, error) {
	return p.pauses.Pause(t.Context(), ledger.Who{User: "dba"}, "shop", "", timeout)
}

// TestAllProxiesHoldBeforeTheAnswerComes: the one that is busy is waited for, and the answer says where the data stand still.
func TestAllProxiesHoldBeforeTheAnswerComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := memstore.New()
		a, b := start(t, memory, "a"), start(t, memory, "b")
		b.busy = make(chan struct{})
		began := time.Now()
		time.AfterFunc(2*time.Second, func() { close(b.busy) })
		status, err := a.pause(t, time.Minute)
		if err != nil || !a.holds("shop") || !b.holds("shop") || time.Since(began) < 2*time.Second {
			t.Fatalf("%v; a holds: %v, b holds: %v, after %v", err, a.holds("shop"), b.holds("shop"), time.Since(began))
		}
		if len(status.Points) != 1 || status.Points[0].GTID != "0-1-7" || len(status.Acks) != 2 {
			t.Errorf("the answer is %+v", status)
		}
		if _, err := b.pause(t, time.Minute); !errors.Is(err, pause.ErrRefused) {
			t.Errorf("paused twice: %v", err)
		}
		list, err := b.pauses.List(t.Context())
		if err != nil || len(list) != 1 || len(list[0].Acks) != 2 || list[0].Who.User != "dba" || len(list[0].Points) != 1 {
			t.Errorf("listed: %+v, %v", list, err)
		}
		c := start(t, memory, "c")
		if !c.holds("shop") {
			t.Error("a proxy that comes later does not hold")
		}
		if _, err := b.pauses.Resume(t.Context(), "shop", ""); err != nil { // any proxy may be told
			t.Fatal(err)
		}
		synctest.Wait()
		for name, p := range map[string]*proxy{"a": a, "b": b, "c": c} {
			if p.holds("shop") {
				t.Errorf("%s still holds", name)
			}
			p.end()
		}
		if _, err := a.pauses.Resume(t.Context(), "shop", ""); !errors.Is(err, pause.ErrUnknown) {
			t.Errorf("resumed twice: %v", err)
		}
	})
}

// TestAPauseThatDoesNotStandIsUndone: clients that do not end, a proxy that cannot be reached, an operator who goes away.
func TestAPauseThatDoesNotStandIsUndone(t *testing.T) {
	for name, c := range map[string]struct {
		arrange func(t *testing.T, a, b *proxy) context.Context
		says    string
	}{
		"something stays open": {func(t *testing.T, _, b *proxy) context.Context {
			b.busy = make(chan struct{})
			return t.Context()
		}, "on proxy b database shop still has 1 client at work"},
		"a proxy cannot be reached": {func(t *testing.T, _, b *proxy) context.Context {
			b.store.Disconnect()
			time.Sleep(2 * fleet.TTL)
			return t.Context()
		}, "proxy b does not answer, and may still write; nothing is paused; a proxy that is gone for good is taken out by FORGET PROXY name"},
		"the operator goes away": {func(t *testing.T, _, b *proxy) context.Context {
			b.busy = make(chan struct{})
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			return ctx
		}, "context canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				memory := memstore.New()
				a, b := start(t, memory, "a"), start(t, memory, "b")
				ctx := c.arrange(t, a, b)
				_, err := a.pauses.Pause(ctx, ledger.Who{}, "shop", "", time.Minute)
				if err == nil || !strings.Contains(err.Error(), c.says) {
					t.Errorf("error %v", err)
				}
				synctest.Wait()
				if a.holds("shop") || b.holds("shop") {
					t.Error("it is held all the same")
				}
				b.store.Reconnect()
				a.end()
				b.end()
			})
		})
	}
}

// TestAPauseEndsByItself on all proxies, not before its time; also on one that cannot reach the store, and if the one that was told has died.
func TestAPauseEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := memstore.New()
		a, b := start(t, memory, "a"), start(t, memory, "b")
		if _, err := a.pause(t, 20*time.Second); err != nil {
			t.Fatal(err)
		}
		a.store.Disconnect() // it was told, and is gone
		time.Sleep(19 * time.Second)
		if !a.holds("shop") || !b.holds("shop") {
			t.Error("it ended too early")
		}
		time.Sleep(2 * time.Second)
		if a.holds("shop") || b.holds("shop") {
			t.Error("it did not end")
		}
		if list, err := b.pauses.List(t.Context()); err != nil || len(list) != 0 {
			t.Errorf("the store still has %v (%v)", list, err)
		}
		if _, err := b.pauses.Resume(t.Context(), "shop", ""); !errors.Is(err, pause.ErrUnknown) {
			t.Errorf("who resumes does not hear that it had ended: %v", err)
		}
		a.store.Reconnect()
		a.end()
		b.end()
	})
}

func TestAPauseIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := start(t, memstore.New(), "a")
		defer a.end()
		if _, err := a.pauses.Pause(t.Context(), ledger.Who{}, "nowhere", "", 0); !errors.Is(err, pause.ErrUnknown) {
			t.Errorf("of what is not there: %v", err)
		}
		for _, timeout := range []time.Duration{time.Millisecond, 25 * time.Hour} {
			if _, err := a.pause(t, timeout); !errors.Is(err, pause.ErrRefused) {
				t.Errorf("for %v: %v", timeout, err)
			}
		}
	})
}

// TestAClosedAreaIsReleasedOnANewMap: statements of what has moved go on when the map here knows where, also if the entry has been taken away before.
func TestAClosedAreaIsReleasedOnANewMap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := memstore.New()
		a := start(t, memory, "a")
		s := memory.Open()
		put := func(change store.Change, err error) store.Revision {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			at, err := s.Commit(t.Context(), store.Txn{Then: []store.Change{change}})
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		c := pause.Closing{Area: pause.Area{Database: "shop"}, ID: "1", Drain: time.Second}
		_, begin, err := c.Begin(t.Context(), s, "")
		at := put(begin, err)
		if err := a.pauses.AwaitClosed(t.Context(), c); err != nil || !a.holds("shop") {
			t.Fatalf("%v, held: %v", err, a.holds("shop"))
		}
		c.Release = at
		put(c.Renew())
		put(c.End(), nil)
		synctest.Wait()
		if !a.holds("shop") {
			t.Error("statements go on, on a map that does not know where")
		}
		close(a.mapped)
		synctest.Wait()
		if a.holds("shop") {
			t.Error("statements do not go on")
		}
		a.end()
	})
}
