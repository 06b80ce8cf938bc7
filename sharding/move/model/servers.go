package model

// What movers have done on a server by connections of their own, and what operators and servers do.

// applier applies changes: binlog.Applier, with the guard's Claim, Begin and Advance.
func (w *world) applier(s *state, i int, take func(step[state])) {
	n := *s
	t := &turn{w: w, mover: &n.movers[i], s: &n, i: i}
	what := ""
	switch t.applier {
	case off:
		what = t.claim()
	case claimed:
		what = t.begin()
	case at:
		what = t.apply()
	case half:
		t.server(1-t.reads).progress, t.applier = 1+t.pos, at
		what = "the applier notes its position"
	}
	if what != "" {
		take(step[state]{who: name(i), what: what, next: n})
	}
}

// wanted says which server's changes are to be applied now; false: none.
func (t *turn) wanted() (reads uint8, ok bool) {
	switch t.rec.state {
	case catchup, ready, hold, gated, caughtUp:
		return t.rec.from, true
	case reversible:
		return t.rec.to(), !t.rec.strand
	}
	return 0, false
}

// claim looks whether the move is still ours.
func (t *turn) claim() string {
	reads, ok := t.wanted()
	if !ok {
		return ""
	}
	x := t.server(1 - reads)
	if x.down || x.token > t.token || x.progress == 0 {
		return ""
	}
	if x.token < t.token {
		return "" // the server was not taken yet: run.at comes first
	}
	t.applier, t.reads, t.epoch, t.phase = claimed, reads, t.rec.epoch, forward
	if t.rec.switches > 0 {
		t.phase = reverse
	}
	return "the applier has seen that the move is its owner's"
}

// begin ends whoever applied before, and reads how far that is.
func (t *turn) begin() string {
	n := 1 - t.reads
	x := t.server(n)
	if x.down {
		return ""
	}
	for i := range t.s.movers {
		if m := &t.s.movers[i]; i != t.i && m.applies() && m.reads == t.reads {
			m.stopApplying()
		}
	}
	t.applier, t.pos = at, x.progress-1
	return "the applier ends its predecessor, and reads how far that was"
}

// apply does the next transaction of the source.
func (t *turn) apply() string {
	if t.epoch != t.rec.epoch {
		t.stopApplying()
		return "the applier begins anew for this epoch"
	}
	x, from := t.server(1-t.reads), t.server(t.reads)
	if x.down || from.down {
		return ""
	}
	if !t.w.has(markerGuard) && t.end > 0 && t.pos >= t.end-1 {
		t.applier = ended
		return "the applier has come to the position that was read"
	}
	if t.pos >= from.n {
		return ""
	}
	if t.w.has(rowGuard) && (x.token != t.token || x.phase != t.phase) {
		t.stopApplying()
		return "the applier is refused by the guard"
	}
	e := from.log[t.pos]
	t.pos++
	if t.w.has(togetherGuard) {
		x.progress = 1 + t.pos
	} else {
		t.applier = half
	}
	switch {
	case e&markerOf != 0:
		if uint8(e&^markerOf) == t.epoch && t.w.has(markerGuard) {
			x.progress, t.applier = 1+t.pos, ended
			return "the applier has come to the marker"
		}
	case x.there:
		k := e&^applied - 1
		x.rows[k]++
		x.append(applied | (k + 1))
	}
	return "the applier applies a transaction"
}

// operator orders something.
func (w *world) operator(s *state, take func(step[state])) {
	r := s.rec
	if r.state == ending || r.state == abandoned || r.rollback || r.finish {
		return
	}
	if s.rollbacks > 0 && r.state != retiring && !(r.state == reversible && r.strand) {
		n := *s
		n.rollbacks--
		next := n.rec
		next.rollback = true
		n.noteChange(next, -1)
		take(step[state]{who: "an operator", what: "orders the move back", kind: order, next: n})
	}
	if s.finishes > 0 && r.state == reversible {
		n := *s
		n.finishes--
		next := n.rec
		next.finish = true
		n.noteChange(next, -1)
		take(step[state]{who: "an operator", what: "orders the move to be finished", kind: order, next: n})
	}
}

// serversGo lets a server go away for good.
func (w *world) serversGo(s *state, take func(step[state])) {
	for x := range s.servers {
		if s.serverDowns == 0 || s.servers[x].down {
			continue
		}
		n := *s
		n.serverDowns--
		n.servers[x].down = true
		for i := range n.movers {
			n.movers[i].links[x] = none
		}
		for i := range n.writes {
			if wr := &n.writes[i]; int(wr.on) == x && wr.open() {
				*wr = write{is: unknown}
			} else if int(wr.on) == x && wr.entering() {
				*wr = write{}
			}
		}
		for i := range n.movers {
			w.settle(&n, i)
		}
		take(step[state]{who: serverName(uint8(x)), what: "goes away for good", kind: fault, next: n})
	}
}
