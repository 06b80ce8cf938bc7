package model

import "shunt/sharding/move"

// The states, as records of the model have them.
var (
	planned    = indexOf(move.Planned)
	preflight  = indexOf(move.Preflight)
	prepared   = indexOf(move.Prepared)
	copying    = indexOf(move.Copying)
	catchup    = indexOf(move.Catchup)
	ready      = indexOf(move.Ready)
	hold       = indexOf(move.Hold)
	gated      = indexOf(move.Gated)
	caughtUp   = indexOf(move.CaughtUp)
	committed  = indexOf(move.Committed)
	opening    = indexOf(move.Opened)
	reversible = indexOf(move.Reversible)
	retiring   = indexOf(move.Retiring)
	ending     = indexOf(move.Done)
	reopening  = indexOf(move.Reopening)
	aborting   = indexOf(move.Aborting)
	abandoned  = indexOf(move.Aborted)
)

// verdict is what became of an action.
type verdict uint8

const (
	on       verdict = iota // the next action comes
	wait                    // it cannot be done now; nothing has changed
	changed                 // the mover is in another state
	again                   // the step begins anew, or the switch is given up: a connection is gone
	released                // the run is over: the move is somebody else's
)

// turn is a mover about to do something in a state that is made for it.
type turn struct {
	w *world
	*mover
	s *state
	i int
}

// action is what a mover does at once, as others see it.
type action struct {
	about string
	do    func(t *turn) verdict
	// skip says that there is nothing to do, so that it takes no time; nil: there always is.
	skip func(t *turn) bool
	// drains says that sessions may be ended while it waits.
	drains bool
}

// server is the one of a number, and link the mover's connection to it.
func (t *turn) server(n uint8) *server { return &t.s.servers[n] }

// holds says whether the mover may still use its connection to a server.
func (t *turn) holds(n uint8) bool { return t.links[n] == alive && !t.server(n).down }

// save changes the record, as owned.save does: an operator's wish is taken in first.
func (t *turn) save(change func(*record)) verdict {
	if t.s.owner != t.token {
		return released
	}
	if !t.fresh {
		if t.s.rec.state != t.rec.state {
			return released
		}
		t.rec, t.fresh = t.s.rec, true
	}
	next := t.rec
	change(&next)
	t.put(next)
	return on
}

// enter saves another state.
func (t *turn) enter(to uint8, change func(*record)) verdict {
	v := t.save(func(r *record) {
		if change != nil {
			change(r)
		}
		r.state = to
	})
	if v == on {
		return changed
	}
	return v
}

// put writes a record that the mover has seen.
func (t *turn) put(next record) {
	t.s.noteChange(next, t.i)
	t.rec, t.fresh = next, true
}

// noteChange puts a record into the store; who is told by, others have an old one then.
func (s *state) noteChange(next record, by int) {
	states := move.States()
	if from, to := states[s.rec.state], states[next.state]; from != to && !from.May(to) {
		s.wrong = offTable
	}
	if next.epoch < s.rec.epoch {
		s.wrong = epochBack
	}
	s.rec = next
	for i := range s.movers {
		m := &s.movers[i]
		if i != by {
			m.fresh = false
		}
		if m.decision == flying {
			m.decision = stale
		}
	}
}

// movers are the steps of all movers.
func (w *world) movers(s *state, take func(step[state])) {
	idleSeen := false
	for i := range s.movers {
		if !s.movers[i].runs {
			if !idleSeen {
				w.takeOver(s, i, take)
			}
			idleSeen = idleSeen || s.movers[i] == mover{}
			continue
		}
		w.advance(s, i, take)
		w.choices(s, i, take)
		w.applier(s, i, take)
	}
	for i := range s.movers {
		w.carryOut(s, i, take)
		w.mishaps(s, i, take)
	}
}

func name(i int) string { return [...]string{"mover A", "mover B"}[i] }

// takeOver makes a mover the owner of a move that has none. Those that do nothing are alike: one of them is enough.
func (w *world) takeOver(s *state, i int, take func(step[state])) {
	if s.owner != 0 || s.rec.state == ending || s.rec.state == abandoned {
		return
	}
	n := *s
	n.tokens++
	n.owner = n.tokens
	n.movers[i] = mover{runs: true, fresh: true, token: n.tokens, rec: n.rec, decision: s.movers[i].decision}
	w.settle(&n, i)
	take(step[state]{who: name(i), what: "takes the move over", next: n})
}

// advance does the next action.
func (w *world) advance(s *state, i int, take func(step[state])) {
	n := *s
	t := &turn{w: w, mover: &n.movers[i], s: &n, i: i}
	program := w.program(t.rec.state)
	if int(t.at) >= len(program) {
		return
	}
	a := &program[t.at]
	switching := t.rec.state == hold || t.rec.state == gated || t.rec.state == caughtUp
	if switching && !t.deadline {
		return // another owner's: it is given up
	}
	v := a.do(t)
	what := a.about
	switch v {
	case wait:
		return
	case on:
		t.at++
	case changed:
		t.at = 0
	case again:
		what += ": the connection is gone"
		if switching {
			t.giveUp()
			what += ", and the switch is given up"
		}
		t.at = 0
	case released:
		what += ": it has another owner"
		t.letGo()
	}
	w.settle(&n, i)
	take(step[state]{who: name(i), what: what, next: n})
}

// settle passes over what needs no time.
func (w *world) settle(s *state, i int) {
	t := &turn{w: w, mover: &s.movers[i], s: s, i: i}
	if !t.runs {
		return
	}
	if t.rec.state == ending || t.rec.state == abandoned {
		t.letGo()
		if s.owner == t.token {
			s.owner = 0
		}
		return
	}
	for program := w.program(t.rec.state); int(t.at) < len(program) && program[t.at].skip != nil && program[t.at].skip(t); {
		t.at++
	}
}

// letGo ends a run. What was sent to the store may arrive all the same.
func (t *turn) letGo() {
	if t.s.owner == t.token {
		t.s.owner = 0
	}
	pending := t.decision
	switch pending {
	case flying:
		pending = stale // the owner's key is not what it was
	case done, refused:
		pending = unsent
	}
	*t.mover = mover{decision: pending}
}

// giveUp goes back from a switch that was not committed.
func (t *turn) giveUp() {
	if t.enter(reopening, nil) == released {
		t.letGo()
		return
	}
	t.at = 0
}

// choices are what may happen to a run instead of its next action.
func (w *world) choices(s *state, i int, take func(step[state])) {
	choose := func(what string, do func(t *turn) verdict) {
		n := *s
		t := &turn{w: w, mover: &n.movers[i], s: &n, i: i}
		switch do(t) {
		case wait:
			return
		case released:
			t.letGo()
		case changed:
			t.at = 0
		}
		w.settle(&n, i)
		take(step[state]{who: name(i), what: what, next: n})
	}
	m := &s.movers[i]
	switch m.rec.state {
	case hold, gated, caughtUp:
		if !m.deadline || w.slow || m.decision == flying || m.decision == stale {
			choose("gives the switch up", func(t *turn) verdict { t.giveUp(); return on })
		}
		if m.rec.state == hold && s.cuts > 0 && m.deadline && !s.proxies[1].dead && s.acks[1] != s.hold {
			choose("goes on without proxy 2, which is alive and does not reach the store", func(t *turn) verdict {
				if t.s.acks[0] != t.s.hold {
					return wait
				}
				t.s.cuts--
				return t.nobodyIsAwaited()
			})
		}
	case planned, preflight, prepared, copying, catchup, ready:
		w.patientChoices(m, choose)
	case reversible:
		w.restingChoices(s, m, choose)
	}
	if m.token != s.owner {
		choose("notices that its lease is over, and lets go", func(*turn) verdict { return released })
	}
}

// patientChoices are the ways out of the states in which nothing is held.
func (w *world) patientChoices(m *mover, choose func(string, func(*turn) verdict)) {
	if m.rec.rollback && m.rec.switches == 0 && m.at == 0 {
		choose("takes all back, as was ordered", func(t *turn) verdict { return t.enter(aborting, nil) })
	}
	if !w.redo {
		return
	}
	st := m.rec.state
	switch {
	case m.rec.switches > 0 && st == ready:
		choose("cannot go back, and stays", func(t *turn) verdict {
			return t.enter(reversible, func(r *record) { r.from, r.strand, r.rollback = 1-r.from, true, false })
		})
	case st == copying || st == catchup || st == ready:
		choose("finds the copy worthless", (*turn).startAnew)
	}
	if m.rec.switches == 0 {
		choose("fails, and takes all back", func(t *turn) verdict { return t.enter(aborting, nil) })
	}
}

// startAnew makes the copy again, or gives up.
func (t *turn) startAnew() verdict {
	t.applier, t.pos = off, 0
	if t.rec.attempt >= t.w.copies {
		return t.enter(aborting, nil)
	}
	return t.enter(prepared, nil)
}

// restingChoices are what is done in a move that waits for an order.
func (w *world) restingChoices(s *state, m *mover, choose func(string, func(*turn) verdict)) {
	if m.rec.held && s.proxies[0].hold == 0 && s.proxies[1].hold == 0 {
		choose("takes the released hold away", func(t *turn) verdict {
			v := t.save(func(r *record) { r.held = false })
			if v == on {
				t.s.hold, t.s.release = 0, 0
			}
			return v
		})
	}
	if s.rec.rollback && !m.rec.strand && m.applier >= at {
		choose("turns around, as was ordered", func(t *turn) verdict {
			return t.enter(ready, func(r *record) { r.from, r.rollback = 1-r.from, false })
		})
	}
	if s.rec.finish {
		choose("begins to end the move, as was ordered", func(t *turn) verdict { return t.enter(retiring, func(r *record) { r.finish = false }) })
	}
}

// carryOut has the store do what a mover has sent it, whenever that arrives.
func (w *world) carryOut(s *state, i int, take func(step[state])) {
	m := &s.movers[i]
	if m.decision != flying && m.decision != stale {
		return
	}
	n := *s
	allowed := m.decision == flying && s.decider(i) || !w.has(commitGuard)
	from := n.rec.from
	what := "the store refuses the decision"
	n.movers[i].decision = refused
	if allowed && n.entry == 1+from {
		n.movers[i].decision = done
		next := n.rec
		next.state, next.switches = committed, next.switches+1
		if !w.has(commitGuard) {
			n.rec.state = caughtUp // whatever it was
		}
		n.noteChange(next, -1) // the mover has not heard of it yet
		n.entry, n.ver = 1+n.rec.to(), n.ver+1
		what = "the store makes the decision: the home is another one"
	}
	if !n.movers[i].runs { // nobody hears of it
		n.movers[i].decision = unsent
	}
	take(step[state]{who: name(i), what: what, next: n})
}

// decider says whether the decision that a mover has sent is the owner's. Its token goes with it, and so does not change when a run ends.
func (s *state) decider(i int) bool { return s.movers[i].runs && s.owner == s.movers[i].token }

// mishaps are what happens to movers.
func (w *world) mishaps(s *state, i int, take func(step[state])) {
	m := &s.movers[i]
	if !m.runs {
		return
	}
	if s.losses > 0 && s.owner == m.token {
		n := *s
		n.losses--
		n.owner = 0
		take(step[state]{who: name(i), what: "is stopped, and its lease ends; it may go on later", kind: fault, next: n})
	}
	if s.deaths > 0 {
		n := *s
		n.deaths--
		t := &turn{w: w, mover: &n.movers[i], s: &n, i: i}
		t.letGo()
		take(step[state]{who: name(i), what: "dies", kind: fault, next: n})
	}
}
