package move

import (
	"context"
	"errors"
	"fmt"
	"time"

	"shunt/store"
	"shunt/store/ledger"
)

// fleetKey is where that is which is ordered for all moves.
const fleetKey = "movefleet"

// Fleet is what is ordered for all moves of the fleet. The zero value lets them work.
type Fleet struct {
	Version int        `json:"v"`
	Stopped bool       `json:"stopped,omitempty"` // nothing begins; copies are left, to be resumed
	Who     ledger.Who `json:"who"`               // has ordered it last
	At      time.Time  `json:"at,omitzero"`
	Reason  string     `json:"reason,omitempty"` // why it was stopped
	Class   string     `json:"class,omitempty"`  // of the failures that stopped it by themselves
	Max     int        `json:"max,omitempty"`    // moves that work at a time; 0: what the configuration says
	Since   time.Time  `json:"since,omitzero"`   // from when on failures count: it was started then
}

func readFleet(item store.Item) (f Fleet, err error) {
	if !item.Exists() {
		return f, nil
	}
	if err = item.JSON(&f); err == nil && f.Version != form {
		err = fmt.Errorf("what is ordered for all moves has the form %d, and this shunt knows %d", f.Version, form)
	}
	return f, err
}

// StopAll has nothing begin any more, on no proxy: copies are left to be resumed, switches that are under way end by themselves, those that have switched go on following.
// When it returns nothing begins that has not begun.
func (e *Engine) StopAll(ctx context.Context, who ledger.Who, reason string) (Fleet, error) {
	return e.order(ctx, who, func(f *Fleet) {
		f.Stopped, f.Reason, f.Class = true, reason, ""
	})
}

// StartAll lets moves go on, and failures count anew. most is how many may work at a time from now on; 0: as it was.
func (e *Engine) StartAll(ctx context.Context, who ledger.Who, most int) (Fleet, error) {
	if most < 0 {
		return Fleet{}, refused("%d moves cannot work at a time", most)
	}
	return e.order(ctx, who, func(f *Fleet) {
		f.Stopped, f.Reason, f.Class, f.Since = false, "", "", e.deps.Now().UTC()
		if most > 0 {
			f.Max = most
		}
	})
}

// order changes what is ordered for all moves.
func (e *Engine) order(ctx context.Context, who ledger.Who, change func(*Fleet)) (Fleet, error) {
	ctx, cancel := context.WithTimeout(ctx, askBound)
	defer cancel()
	for {
		item, err := e.deps.Store.Get(ctx, fleetKey)
		if err != nil {
			return Fleet{}, err
		}
		f, err := readFleet(item)
		if err != nil {
			return f, err
		}
		change(&f)
		if err = e.putFleet(ctx, item, who, &f); !errors.Is(err, store.ErrConflict) {
			return f, err
		}
	}
}

func (e *Engine) putFleet(ctx context.Context, before store.Item, who ledger.Who, f *Fleet) error {
	f.Version, f.Who, f.At = form, who, e.deps.Now().UTC()
	put, err := store.PutJSON(fleetKey, f)
	if err != nil {
		return err
	}
	_, err = e.deps.Store.Commit(ctx, store.Txn{If: []store.Condition{store.Unchanged(before)}, Then: []store.Change{put}})
	return err
}

// errStopped says that moves were stopped.
var errStopped = errors.New("moves are stopped")

// verdict says whether a move has come to an end that counts, and whether that was a failure.
func verdict(m *Move) (failed, judged bool) {
	switch m.State {
	case Aborted:
		return m.Problem != "", m.Problem != ""
	case Reversible, Retiring, Done:
		return false, true
	}
	return false, false
}

// tally is how moves ended.
type tally struct {
	failed, judged int
	classes        map[string]int
}

func (t *tally) count(m *Move, since time.Time) {
	failed, judged := verdict(m)
	if !judged || m.Since.Before(since) {
		return
	}
	t.judged++
	if failed {
		if t.classes == nil {
			t.classes = map[string]int{}
		}
		t.failed++
		t.classes[m.Class]++
	}
}

// most is the class that has most of the failures.
func (t *tally) most() (class string) {
	for c, n := range t.classes {
		if n > t.classes[class] || n == t.classes[class] && c < class {
			class = c
		}
	}
	return class
}

// since is from when on failures count.
func (e *Engine) since(f Fleet) time.Time {
	recent := e.deps.Now().Add(-e.config.Budget.Within)
	if f.Since.After(recent) {
		return f.Since
	}
	return recent
}

// over says whether more has failed than may.
func (b Budget) over(t tally) bool {
	return b.Share > 0 && t.failed >= b.Least && float64(t.failed) > b.Share*float64(t.judged)
}

// watchBudget stops all moves when too many have failed.
func (e *Engine) watchBudget(ctx context.Context) {
	e.view.mu.Lock()
	f, item := e.view.fleet, e.view.item
	e.view.mu.Unlock()
	t, news := e.view.tally(e.since(f))
	if !news || f.Stopped || !e.config.Budget.over(t) {
		return
	}
	class := t.most()
	f.Stopped, f.Class = true, class
	f.Reason = fmt.Sprintf("%d of %d moves have failed, which is more than %.4g%%; %d of them: %s", t.failed, t.judged, 100*e.config.Budget.Share, t.classes[class], class)
	ctx, cancel := context.WithTimeout(ctx, askBound)
	defer cancel()
	err := e.putFleet(ctx, item, ledger.Who{Face: "moves", Proxy: e.deps.Proxy()}, &f)
	switch {
	case err == nil:
		e.deps.Log.Error("moves are stopped by themselves", "reason", f.Reason, "class", class)
	case !errors.Is(err, store.ErrConflict): // a conflict: somebody else has just ordered something
		e.deps.Log.Warn("moves could not be stopped, although too many have failed", "reason", f.Reason, "error", err)
	}
	if err != nil {
		e.view.mu.Lock()
		e.view.news = true // to be looked at again
		e.view.mu.Unlock()
	}
}
