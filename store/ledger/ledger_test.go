package ledger

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"shunt/store"
	"shunt/store/memstore"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func opened() (*Ledger, store.Store) {
	s := memstore.New().Open()
	return New(s, func() time.Time { return noon }), s
}

// to is an order that makes a key something, whatever it was.
func to(key, value string) Order {
	return Order{Who: Who{"console", "admin", "10.0.0.1:5", "web7"}, What: "make it " + value, Key: key,
		Decide: func(context.Context, string) (string, error) { return value, nil }}
}

func unchecked(context.Context, string, string) error { return nil }

func TestEveryChangeIsAccountedFor(t *testing.T) {
	l, s := opened()
	for i, value := range []string{`{"a":1}`, `{"a":2}`, `{"a":2}`, ""} {
		made, err := l.Do(t.Context(), to("orders/x", value))
		if want := []int64{1, 2, 0, 3}[i]; err != nil || made.Number != want {
			t.Fatalf("change %d has number %d (%v), want %d", i, made.Number, err, want)
		}
	}
	if item, _ := s.Get(t.Context(), "orders/x"); item.Exists() {
		t.Errorf("it is still there: %s", item.Value)
	}
	changes, err := l.Changes(t.Context())
	if err != nil || len(changes) != 3 {
		t.Fatalf("%v (%v)", changes, err)
	}
	want := Change{Number: 2, At: noon, Who: Who{"console", "admin", "10.0.0.1:5", "web7"}, What: `make it {"a":2}`, Key: "orders/x", Before: `{"a":1}`, After: `{"a":2}`}
	if changes[1] != want || changes[0].Number != 3 || changes[0].After != "" {
		t.Errorf("got %+v", changes)
	}
}

func TestAChangeIsTakenBackOnlyIfNothingCameAfter(t *testing.T) {
	l, s := opened()
	for _, value := range []string{"1", "2"} {
		if _, err := l.Do(t.Context(), to("orders/x", value)); err != nil {
			t.Fatal(err)
		}
	}
	undo := func(n int64) (Change, error) {
		c, err := l.Change(t.Context(), n)
		if err != nil {
			return c, err
		}
		return l.Do(t.Context(), Undoing(c, Who{}, unchecked))
	}
	if _, err := undo(1); !errors.Is(err, ErrSince) {
		t.Errorf("the first, after the second: %v", err)
	}
	if made, err := undo(2); err != nil || made.Number != 3 || made.Undoes != 2 || made.After != "1" {
		t.Errorf("the second: %+v, %v", made, err)
	}
	if made, err := undo(3); err != nil || made.After != "2" { // an undo can be undone
		t.Errorf("the third: %+v, %v", made, err)
	}
	if item, _ := s.Get(t.Context(), "orders/x"); string(item.Value) != "2" {
		t.Errorf("it is %s", item.Value)
	}
	if _, err := undo(99); !errors.Is(err, ErrUnknown) {
		t.Errorf("one that is not there: %v", err)
	}
	refusal := errors.New("no")
	c, _ := l.Change(t.Context(), 4)
	if _, err := l.Do(t.Context(), Undoing(c, Who{}, func(context.Context, string, string) error { return refusal })); !errors.Is(err, refusal) {
		t.Errorf("the check is not heard: %v", err)
	}
}

func TestTheOldestGo(t *testing.T) {
	l, _ := opened()
	l.keep = 5
	for i := range 12 {
		if _, err := l.Do(t.Context(), to("orders/x", fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	changes, err := l.Changes(t.Context())
	if err != nil || len(changes) != 5 || changes[0].Number != 12 || changes[4].Number != 8 {
		t.Errorf("%+v (%v)", changes, err)
	}
}

// TestChangesFollowOneAnother: many at once, over two clients, and none is decided on what was not there any more.
func TestChangesFollowOneAnother(t *testing.T) {
	memory := memstore.New()
	var all sync.WaitGroup
	for range 2 {
		l := New(memory.Open(), nil)
		for range 3 {
			all.Go(func() {
				for range 20 {
					one := to("orders/sum", "")
					one.Decide = func(_ context.Context, before string) (string, error) {
						n := 0
						_, _ = fmt.Sscan(before, &n) // empty at first
						return fmt.Sprint(n + 1), nil
					}
					for {
						_, err := l.Do(t.Context(), one)
						if err == nil {
							break
						}
						if !errors.Is(err, store.ErrConflict) {
							t.Error(err)
							return
						}
					}
				}
			})
		}
	}
	all.Wait()
	s := memory.Open()
	if item, _ := s.Get(t.Context(), "orders/sum"); string(item.Value) != "120" {
		t.Errorf("the sum is %s", item.Value)
	}
	changes, err := New(s, nil).Changes(t.Context())
	if err != nil || len(changes) != 120 {
		t.Fatalf("%d changes (%v)", len(changes), err)
	}
	for i, c := range changes {
		if c.Number != int64(120-i) || c.After != fmt.Sprint(c.Number) {
			t.Fatalf("change %d is %+v", i, c)
		}
	}
}

func TestWhatCannotBeReadIsNoReasonToStop(t *testing.T) {
	l, s := opened()
	if _, err := l.Do(t.Context(), to("orders/x", "1")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Commit(t.Context(), store.Txn{Then: []store.Change{store.Put(keyOf(1), []byte("{"))}}); err != nil {
		t.Fatal(err)
	}
	if changes, err := l.Changes(t.Context()); err != nil || len(changes) != 1 || changes[0].What != "not readable" {
		t.Errorf("%+v (%v)", changes, err)
	}
	if _, err := s.Commit(t.Context(), store.Txn{Then: []store.Change{store.Put(LastKey, []byte(`{"v":2,"n":7}`))}}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Do(t.Context(), to("orders/x", "2")); err == nil { // of a newer shunt: it must not be counted anew
		t.Error("a form that is not known was written over")
	}
}
