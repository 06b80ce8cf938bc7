package proxy

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"shunt/netloop"
)

// TestCrowdLetsSoManyIn: never more than the limit are inside, everybody gets in, and who gives up leaves no place taken.
func TestCrowdLetsSoManyIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &crowd{limit: 3}
		var inside, most, came, gaveUp atomic.Int64
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				until := time.Now().Add(time.Minute)
				if i%8 == 7 {
					until = time.Now().Add(5 * time.Millisecond)
				}
				err := w.enter(netloop.NewTask(), "c", until)
				if errors.Is(err, netloop.ErrTimeout) {
					gaveUp.Add(1)
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				most.Store(max(most.Load(), inside.Add(1)))
				time.Sleep(10 * time.Millisecond)
				inside.Add(-1)
				came.Add(1)
				w.leave("c")
			})
		}
		wg.Wait()
		if most.Load() != 3 || came.Load()+gaveUp.Load() != 40 || gaveUp.Load() == 0 {
			t.Errorf("%d at most inside, %d came, %d gave up", most.Load(), came.Load(), gaveUp.Load())
		}
		if len(w.waiting["c"]) > 0 || w.inside["c"] != 0 {
			t.Errorf("left behind: %d waiting, %d inside", len(w.waiting["c"]), w.inside["c"])
		}
	})
}

// TestCrowdIsFirstComeFirstServed: who waits longest is next, also when others come while a place is free for him.
func TestCrowdIsFirstComeFirstServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &crowd{limit: 1}
		if err := w.enter(netloop.NewTask(), "c", time.Now().Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		order := make(chan int, 3)
		for i := range 3 {
			go func() {
				if err := w.enter(netloop.NewTask(), "c", time.Now().Add(time.Minute)); err != nil {
					t.Error(err)
				}
				order <- i
				w.leave("c")
			}()
			synctest.Wait()
		}
		w.leave("c")
		for want := range 3 {
			if got := <-order; got != want {
				t.Errorf("number %d came, want %d", got, want)
			}
		}
	})
}

func TestACrowdWithoutLimit(t *testing.T) {
	w := &crowd{}
	for range 100 {
		if err := w.enter(nil, "c", time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	w.leave("c")
}
