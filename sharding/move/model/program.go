package model

import "shunt/sharding/move"

// What is done in each state, in the order of the code: state by state as run.step has it.

// program is what a mover does in a state.
func (w *world) program(s uint8) []action { return programs[s] }

// programs are those of all states, by their index.
var programs = allPrograms()

func allPrograms() [][]action {
	byState := map[move.State][]action{
		move.Planned:    {entering("begins to look at both servers", preflight, nil)},
		move.Preflight:  {entering("finds nothing in the way", prepared, nil)},
		move.Prepared:   preparing(),
		move.Copying:    copyingRows(),
		move.Catchup:    {{about: "the target follows", do: nearlyThere}},
		move.Ready:      beginningToHold(),
		move.Hold:       {{about: "all proxies that are alive hold, and have nothing open", do: awaitHolds}},
		move.Gated:      gate(),
		move.CaughtUp:   deciding(),
		move.Committed:  openingTarget(),
		move.Opened:     {{about: "releases the hold", do: releaseHold}},
		move.Reversible: nil, // see restingChoices
		move.Retiring:   retire(),
		move.Reopening:  reopenSource(),
		move.Aborting:   abort(),
	}
	var all [][]action
	for _, s := range move.States() {
		all = append(all, byState[s])
	}
	return all
}

// entering saves another state.
func entering(about string, to uint8, change func(*record)) action {
	return action{about: about, do: func(t *turn) verdict { return t.enter(to, change) }}
}

func from(t *turn) uint8 { return t.rec.from }
func to(t *turn) uint8   { return t.rec.to() }

func serverName(n uint8) string { return [...]string{"the first server", "the second server"}[n] }

// acquire gets the connection to a server on which grants and definitions may be changed: run.at, guard.Acquire. It looks at the token first, and ends its predecessor's after that.
func acquire(which string, server func(*turn) uint8, needless func(*turn) bool) []action {
	skip := func(t *turn) bool { return t.holds(server(t)) || needless != nil && needless(t) }
	return []action{
		{about: "connects to the " + which + ", and looks at the token there", skip: skip, do: func(t *turn) verdict {
			x := t.server(server(t))
			switch {
			case x.down:
				return wait
			case t.w.has(holdGuard) && x.token > t.token:
				return released
			}
			t.links[server(t)] = asked
			return on
		}},
		{about: "takes the lock on the " + which + ", ends who had it, and raises the token", skip: skip, do: func(t *turn) verdict { return t.seize(server(t)) }},
	}
}

// seize ends the connections of others, and raises the token if that is still ours to do.
func (t *turn) seize(n uint8) verdict {
	x := t.server(n)
	if x.down {
		t.links[n] = none
		return again
	}
	if t.w.has(holdGuard) {
		for i := range t.s.movers {
			m := &t.s.movers[i]
			if i != t.i && m.links[n] == alive {
				m.links[n] = dead
			}
			if m.applies() && 1-m.reads == n && x.token < t.token { // one that has not taken its lock yet is not seen
				m.stopApplying()
			}
		}
		if x.token > t.token {
			return released
		}
	}
	x.token = max(x.token, t.token)
	t.links[n] = alive
	return on
}

// applies says whether the mover has the connection that applies.
func (m *mover) applies() bool { return m.applier == at || m.applier == half }

func (m *mover) stopApplying() {
	m.applier, m.pos, m.reads, m.epoch, m.phase, m.end = off, 0, 0, 0, 0, 0
}

// ordering is a statement on the connection to a server.
func ordering(about string, where func(*turn) uint8, do func(t *turn, x *server) verdict) action {
	return action{about: about, do: func(t *turn) verdict {
		n := where(t)
		if !t.holds(n) {
			t.links[n] = none
			return again
		}
		return do(t, t.server(n))
	}}
}

// enterPhase is guard.Enter: the row's token has to be ours.
func (t *turn) enterPhase(x *server, phase, epoch uint8) bool {
	if x.token != t.token {
		return false
	}
	x.phase, x.epoch = phase, epoch
	return true
}

func preparing() []action {
	known := func(t *turn) bool { return t.s.entry != 0 }
	list := []action{
		{about: "writes down that the home is about to be written down", skip: func(t *turn) bool { return known(t) || t.rec.pinned },
			do: func(t *turn) verdict { return t.save(func(r *record) { r.pinned = true }) }},
		{about: "writes the home down", skip: func(t *turn) bool { return !t.rec.pinned }, do: func(t *turn) verdict {
			if t.w.has(pinGuard) && (t.s.owner != t.token || !t.fresh) {
				return released
			}
			if t.s.entry == 0 {
				t.s.entry = 1 + t.rec.from
			}
			return on
		}},
		{about: "counts the copy", do: func(t *turn) verdict {
			t.stopApplying()
			return t.save(func(r *record) { r.attempt++ })
		}},
	}
	list = append(list, acquire("source", from, nil)...)
	list = append(list, acquire("target", to, nil)...)
	return append(list,
		ordering("the source's guard says open", from, func(t *turn, x *server) verdict { return t.guarded(t.enterPhase(x, opened, t.rec.epoch)) }),
		ordering("the target's guard says forward", to, func(t *turn, x *server) verdict { return t.guarded(t.enterPhase(x, forward, t.rec.epoch)) }),
		ordering("drops what is on the target, and makes tables and accounts there", to, func(t *turn, x *server) verdict {
			x.there, x.rows = true, [mostWrites]uint8{}
			x.open = !t.w.has(closedTarget)
			t.made = true
			return on
		}),
		entering("is about to copy", copying, nil))
}

// guarded is what a refusal of the guard's row means: a newer owner.
func (t *turn) guarded(ok bool) verdict {
	if ok {
		return on
	}
	return released
}

func copyingRows() []action {
	list := append(acquire("source", from, nil), acquire("target", to, nil)...)
	return append(list,
		action{about: "takes a snapshot of the source", do: func(t *turn) verdict {
			if !t.made {
				return t.startAnew()
			}
			x := t.server(t.rec.from)
			if x.down {
				return wait
			}
			t.copyAt, t.copyRows = 1+x.n, 0
			for i, n := range x.rows {
				if n > 0 {
					t.copyRows |= 1 << i
				}
			}
			return on
		}},
		ordering("the target notes where the changes begin", to, func(t *turn, x *server) verdict {
			if x.token != t.token || x.phase != forward {
				return released
			}
			x.progress = t.copyAt
			return on
		}),
		action{about: "notes the position of the copy", do: func(t *turn) verdict {
			v := t.save(func(*record) {})
			t.made = false
			return v
		}},
		action{about: "writes the rows of the snapshot to the target", do: writeCopy},
		action{about: "compares the copy", do: compareCopy},
		entering("has copied", catchup, nil))
}

// writeCopy goes over a connection of its own: copier.Copy.
func writeCopy(t *turn) verdict {
	x := t.server(t.rec.to())
	if x.down || !x.there || t.w.has(copyGuard) && (x.token != t.token || x.phase != forward) {
		t.copyAt, t.copyRows = 0, 0
		return t.startAnew()
	}
	for i := range x.rows {
		if t.copyRows&(1<<i) != 0 {
			x.rows[i]++
		}
	}
	return on
}

// compareCopy is what the copier does last.
func compareCopy(t *turn) verdict {
	x, rows := t.server(t.rec.to()), t.copyRows
	t.copyAt, t.copyRows = 0, 0
	for i, n := range x.rows {
		if x.down || n != rows>>i&1 {
			return t.startAnew()
		}
	}
	return on
}

func nearlyThere(t *turn) verdict {
	if t.applier < at {
		return wait
	}
	return t.enter(ready, nil)
}
