package move

import (
	"context"
	"slices"
	"sync"
	"time"

	"shunt/store"
)

// place is what a run has of the fleet's bounds, and what it waits for.
type place struct {
	mu       sync.Mutex
	slots    []store.Item // guarded by mu, as all below; the keys
	turn     []store.Item // of those that switch
	families []string     // that it waits for; nil: it does not
	asked    time.Time
	why      string        // it does not get on, for people
	moved    chan struct{} // capacity 1: it was given what it waits for
}

// waits says that something is to be given to it.
func (p *place) waits() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.families != nil
}

// held says that a slot is there, turns that the run has its turn to switch.
func (p *place) held() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.slots) > 0
}

func (p *place) turns() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.turn) > 0
}

// waitsFor are the families that a run needs numbers of now.
func (r *run) waitsFor() []string {
	r.place.mu.Lock()
	defer r.place.mu.Unlock()
	return r.place.families
}

// given hands over what a run waits for. If it does not wait any more, it is given back.
func (r *run) given(keys []store.Item) {
	p := &r.place
	p.mu.Lock()
	wanted := p.families
	switch {
	case wanted == nil:
	case wanted[0] == ofSwitch:
		p.turn = keys
	default:
		p.slots = keys
	}
	p.families = nil
	p.mu.Unlock()
	if wanted == nil {
		r.engine.giveBack(keys...)
		return
	}
	select {
	case p.moved <- struct{}{}:
	default:
	}
}

// ask waits until the run was given a number of each family; false: moves were stopped, or ctx has ended.
func (r *run) ask(ctx context.Context, why string, families ...string) bool {
	p := &r.place
	select {
	case <-p.moved: // of an earlier wait
	default:
	}
	p.mu.Lock()
	p.families, p.asked, p.why = families, r.now(), why
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		p.families, p.why = nil, ""
		p.mu.Unlock()
	}()
	for !r.engine.view.stopped() {
		r.engine.nudge()
		select {
		case <-p.moved:
			return true
		case <-ctx.Done():
			return r.has(families)
		case <-time.After(look):
		}
	}
	return r.has(families)
}

// has says whether it was given what it has asked for, after all.
func (r *run) has(families []string) bool {
	if families[0] == ofSwitch {
		return r.place.turns()
	}
	return r.place.held()
}

// admitted returns when the run may work in its state: at once, or as soon as it has a slot. False: it lets the move go.
func (r *run) admitted(ctx context.Context) bool {
	switch {
	case !r.takesSlot():
		if r.State.Rests() && r.Wish == Nothing {
			r.freeSlots()
		}
		return true
	case r.leavable() && r.engine.view.stopped():
		return false
	case r.place.held():
		return true
	}
	return r.ask(ctx, "all slots are taken", r.families()...)
}

// mayBegin says whether a move that rests may begin what an operator wishes. It does not wait longer than a look: whoever asks comes again.
func (r *run) mayBegin(ctx context.Context) bool {
	if r.place.held() {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, look)
	defer cancel()
	return r.ask(ctx, "all slots are taken", r.families()...)
}

// turn is a place among those that switch at a time, once the window of the move is open.
func (r *run) turn(ctx context.Context) (free func(), err error) {
	for !r.inWindow() {
		r.waitsBecause("its window is not open (" + r.Window + ")")
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(look):
		}
	}
	if !r.ask(ctx, "others switch", r.turns()...) {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, errStopped
	}
	return r.freeTurn, nil
}

// inWindowAt says whether a move may begin, or switch, now. The way back is ordered by somebody who wants it now.
func (m *Move) inWindowAt(now time.Time) bool {
	if m.Window == "" || m.Switches > 0 {
		return true
	}
	h, err := ParseWindow(m.Window)
	return err == nil && h.Open(now)
}

func (r *run) inWindow() bool { return r.inWindowAt(r.now()) }

func (r *run) waitsBecause(why string) {
	r.place.mu.Lock()
	defer r.place.mu.Unlock()
	r.place.why = why
}

// because is why it does not get on; empty: it does.
func (r *run) because() string {
	r.place.mu.Lock()
	defer r.place.mu.Unlock()
	return r.place.why
}

func (r *run) freeSlots() { r.engine.giveBack(r.takeSlots()...) }

// takeSlots takes the slots from the run, for whoever gives them back.
func (r *run) takeSlots() []store.Item {
	r.place.mu.Lock()
	defer r.place.mu.Unlock()
	keys := r.place.slots
	r.place.slots = nil
	return keys
}

func (r *run) freeTurn() {
	r.place.mu.Lock()
	keys := r.place.turn
	r.place.turn = nil
	r.place.mu.Unlock()
	r.engine.giveBack(keys...)
}

// byAge sorts runs by how long they have waited.
func byAge(list []*run) []*run {
	slices.SortFunc(list, func(a, b *run) int { return a.place.since().Compare(b.place.since()) })
	return list
}

func (p *place) since() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked
}
