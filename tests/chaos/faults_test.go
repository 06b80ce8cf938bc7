package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"shunt/lab"
)

// lag makes both replicas late: by less than a second over their links, since a server can be told whole seconds only, else by themselves. It
// returns when replication runs so.
func (w *world) lag(d time.Duration) {
	w.t.Helper()
	if d > 0 && d < time.Second {
		for _, l := range w.links {
			l.SetDelay(d)
		}
		w.catchUp()
		return
	}
	for i, r := range w.replicas {
		w.links[i].SetDelay(0)
		w.must(r.SetDelay(context.Background(), d))
	}
	if d == 0 {
		w.catchUp()
	}
}

// havoc stops and starts replicas at random until it is told to end. One of them at a time.
type havoc struct {
	stop  chan struct{}
	group sync.WaitGroup
	did   map[string]int
	err   error
}

// wreck is something that is done to a replica, and how it is undone.
type wreck struct {
	name     string
	do, undo func(*lab.Server, context.Context) error
	often    int // out of the sum of all
}

func wrecks() []wreck {
	return []wreck{
		{"applier stopped", (*lab.Server).StopApplier, (*lab.Server).StartApplier, 4},
		{"replication stopped", (*lab.Server).StopReplication, (*lab.Server).StartReplication, 3},
		{"killed", func(s *lab.Server, _ context.Context) error { return s.Kill() }, (*lab.Server).Start, 1},
	}
}

// startHavoc begins it. The test ends it, if nobody else does.
func (w *world) startHavoc(t *testing.T, seed uint64) *havoc {
	h := &havoc{stop: make(chan struct{}), did: map[string]int{}}
	dice := rand.New(rand.NewPCG(seed, 0))
	h.group.Go(func() {
		for h.err == nil && h.rest(dice) {
			h.err = h.break1(w.replicas[dice.IntN(len(w.replicas))], dice)
		}
	})
	t.Cleanup(func() { _ = h.end() })
	return h
}

// rest is false when it is time to end.
func (h *havoc) rest(dice *rand.Rand) bool {
	select {
	case <-time.After(time.Duration(50+dice.IntN(300)) * time.Millisecond):
		return true
	case <-h.stop:
		return false
	}
}

// break1 does one thing to a replica and undoes it after a while.
func (h *havoc) break1(s *lab.Server, dice *rand.Rand) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	all := wrecks()
	roll := dice.IntN(8)
	i := 0
	for ; roll >= all[i].often; i++ {
		roll -= all[i].often
	}
	if err := all[i].do(s, ctx); err != nil {
		return fmt.Errorf("%s: %w", all[i].name, err)
	}
	h.did[all[i].name]++
	h.rest(dice)
	if err := all[i].undo(s, ctx); err != nil {
		return fmt.Errorf("after %s: %w", all[i].name, err)
	}
	return nil
}

// end waits until everything that was broken is whole again.
func (h *havoc) end() error {
	select {
	case <-h.stop:
	default:
		close(h.stop)
	}
	h.group.Wait()
	return h.err
}
