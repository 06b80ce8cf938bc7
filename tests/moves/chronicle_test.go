package moves

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"shunt/sharding"
	"shunt/sharding/move"
	"shunt/store"
	"shunt/store/etcdstore"
)

// chronicle follows the store, and knows what must not have been there: an epoch that went down, a state that may not follow, a home that is not that of the move's state.
type chronicle struct {
	mu    sync.Mutex
	moves map[string]move.Move // guarded by mu, as all below; by unit
	homes map[string]string
	wrong []string
}

// chronicle follows the store until the test ends, and tells then.
func (f *fleet) chronicle() *chronicle {
	f.t.Helper()
	s, err := etcdstore.New(store.Config{Etcd: withScheme(f.store)}, slog.New(slog.DiscardHandler))
	if err != nil {
		f.t.Fatal(err)
	}
	c := &chronicle{moves: map[string]move.Move{}, homes: map[string]string{}}
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	group.Go(func() { _ = s.Run(ctx) })
	group.Go(func() {
		if err := store.Follow(ctx, s, "", c.apply); ctx.Err() == nil {
			f.t.Errorf("following the store: %v", err)
		}
	})
	f.t.Cleanup(func() {
		cancel()
		group.Wait()
		s.Close()
		for _, text := range c.wrong {
			f.t.Error(text)
		}
		if len(c.moves) == 0 {
			f.t.Error("the chronicle has seen no move")
		}
	})
	return c
}

func (c *chronicle) apply(u store.Update) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, item := range u.Items {
		if database, is := strings.CutPrefix(item.Key, sharding.HomePrefix); is {
			c.homes[database] = string(item.Value)
		}
		if module, is := strings.CutPrefix(item.Key, sharding.ModulePrefix); is {
			c.homes["MODULE "+module] = string(item.Value)
		}
		if unit, is := strings.CutPrefix(item.Key, move.Prefix); is && !item.Deleted {
			var m move.Move
			if err := json.Unmarshal(item.Value, &m); err != nil {
				return err
			}
			c.goOnLocked(unit, m, u.Anew)
		}
	}
	if u.Complete {
		c.compareLocked()
	}
	return nil
}

// goOnLocked compares a record with the one before it. After a list there may be some between them.
func (c *chronicle) goOnLocked(unit string, m move.Move, anew bool) {
	before, known := c.moves[unit]
	c.moves[unit] = m
	if !known {
		return
	}
	if m.Epoch < before.Epoch {
		c.wrong = append(c.wrong, fmt.Sprintf("the epoch of %s went from %d to %d", unit, before.Epoch, m.Epoch))
	}
	if !anew && m.ID == before.ID && m.State != before.State && !before.State.May(m.State) {
		c.wrong = append(c.wrong, fmt.Sprintf("the move of %s went from %s to %s", unit, before.State, m.State))
	}
	if m.ID != before.ID && !before.State.Ended() {
		c.wrong = append(c.wrong, fmt.Sprintf("a move of %s began while another one was %s", unit, before.State))
	}
}

// compareLocked compares homes with moves: after the decision it is the target, before it the source.
func (c *chronicle) compareLocked() {
	for unit, m := range c.moves {
		home := m.From
		if slices.Contains([]move.State{move.Committed, move.Opened, move.Reversible, move.Retiring, move.Done}, m.State) {
			home = m.To
		}
		moved := m.Database
		if m.Module != "" {
			moved = "MODULE " + m.Module
		}
		if at, written := c.homes[moved]; written && !strings.Contains(at, `"`+home+`"`) {
			c.wrong = append(c.wrong, fmt.Sprintf("the move of %s is %s, from %s to %s, and the map says %s", unit, m.State, m.From, m.To, at))
		}
	}
}
