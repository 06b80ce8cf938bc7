package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"time"

	"shunt/store"
)

// The world of follows: accounts whose sum is constant, since every transaction takes from one and gives to another; an account of
// nothing is deleted.
const (
	accounts = 12
	wealth   = 100
	writers  = 4
	transfer = 40 // by each writer
)

// follows checks that a follower, whenever it begins, sees each transaction whole, in order, once, and ends with what there is.
func follows(t *testing.T, w World) {
	ctx := bounded(t)
	setUp := w.Open()
	var start []store.Change
	for i := range accounts {
		start = append(start, put(account(w, i), wealth))
	}
	commit(t, setUp, start...)

	var writing, following sync.WaitGroup
	last := make(chan store.Revision, 1) // when all is written
	models := make([]*model, 5)
	for i := range models {
		s := w.Open()
		models[i] = &model{t: t, prefix: w.Prefix, enough: make(chan store.Revision, 1)}
		following.Go(func() {
			time.Sleep(time.Duration(i) * 7 * time.Millisecond) // not to wait for anything: they are to begin at different moments
			models[i].follow(ctx, s)
		})
	}
	for i := range writers {
		s := w.Open()
		writing.Go(func() { write(ctx, t, w, s, rand.New(rand.NewPCG(1, uint64(i)))) })
	}
	writing.Wait()
	last <- commit(t, setUp, put(w.Prefix+"end", "end"))
	end := <-last
	for _, m := range models {
		m.enough <- end
	}
	following.Wait()
	items, _, err := store.All(ctx, setUp, w.Prefix)
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range models {
		if len(items) != len(m.items) {
			t.Errorf("follower %d has %d keys, there are %d", i, len(m.items), len(items))
		}
		for _, item := range items {
			if got := m.items[item.Key]; string(got.Value) != string(item.Value) || got.Revision != item.Revision {
				t.Errorf("follower %d has %s as %q of %d, it is %q of %d", i, item.Key, got.Value, got.Revision, item.Value, item.Revision)
			}
		}
	}
}

func account(w World, i int) string { return fmt.Sprintf("%saccount/%02d", w.Prefix, i) }

func write(ctx context.Context, t *testing.T, w World, s store.Store, dice *rand.Rand) {
	for done := 0; done < transfer && !t.Failed(); {
		from, to := dice.IntN(accounts), dice.IntN(accounts)
		if from == to {
			continue
		}
		a, errA := s.Get(ctx, account(w, from))
		b, errB := s.Get(ctx, account(w, to))
		if err := errors.Join(errA, errB); err != nil {
			t.Error(err)
			return
		}
		have, gets := amount(a), amount(b)
		if have == 0 {
			continue
		}
		sum := 1 + dice.IntN(have)
		_, err := s.Commit(ctx, store.Txn{
			If:   []store.Condition{store.Unchanged(a), store.Unchanged(b)},
			Then: []store.Change{set(a.Key, have-sum), set(b.Key, gets+sum)},
		})
		switch {
		case err == nil:
			done++
		case !errors.Is(err, store.ErrConflict):
			t.Error(err)
			return
		}
	}
}

func amount(i store.Item) int {
	n, _ := strconv.Atoi(string(i.Value)) // nothing: 0
	return n
}

func set(key string, amount int) store.Change {
	if amount == 0 {
		return store.Delete(key)
	}
	return put(key, amount)
}

// model is what a follower knows.
type model struct {
	t      *testing.T
	prefix string
	enough chan store.Revision
	items  map[string]store.Item
	at     store.Revision
}

func (m *model) follow(ctx context.Context, s store.Store) {
	done := errors.New("done")
	err := store.Follow(ctx, s, m.prefix, func(u store.Update) error {
		if u.Anew {
			m.items, m.at = map[string]store.Item{}, 0
		}
		if u.Revision <= m.at && !u.Anew {
			m.t.Errorf("revision %d comes after %d", u.Revision, m.at)
		}
		for _, i := range u.Items {
			if i.Deleted {
				delete(m.items, i.Key)
			} else {
				m.items[i.Key] = i
			}
		}
		if !u.Complete {
			return nil
		}
		m.at = u.Revision
		sum := 0
		for _, i := range m.items {
			sum += amount(i)
		}
		if sum != accounts*wealth {
			m.t.Errorf("at revision %d the sum is %d: half a transaction was seen", m.at, sum)
		}
		if _, ended := m.items[m.prefix+"end"]; ended {
			return done
		}
		return nil
	})
	if !errors.Is(err, done) {
		m.t.Error(err)
	}
	if end := <-m.enough; m.at < end {
		m.t.Errorf("it ended at revision %d, the last is %d", m.at, end)
	}
}
