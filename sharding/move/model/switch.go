package model

// The states in which statements are held, and those that undo or end a move.

func beginningToHold() []action {
	list := append(acquire("source", from, nil), acquire("target", to, nil)...)
	return append(list, action{about: "holds the statements of the unit", do: func(t *turn) verdict {
		if t.applier < at || t.s.hold != 0 && t.s.release == 0 {
			return wait
		}
		v := t.enter(hold, func(r *record) {
			r.held, r.reopen, r.open, r.origin = true, false, false, 0
			if t.w.has(freshRelease) {
				r.decided = 0
			}
		})
		if v == changed {
			t.deadline = true
			t.s.hold, t.s.release = t.rec.epoch, 0
			if !t.w.has(markerGuard) {
				t.end = 1 + t.server(t.rec.from).n
			}
		}
		return v
	}})
}

func awaitHolds(t *turn) verdict {
	for i := range t.s.proxies {
		if p := &t.s.proxies[i]; t.w.has(proxyHold) && !p.dead && t.s.acks[i] != t.s.hold {
			return wait
		}
	}
	return t.nobodyIsAwaited()
}

// nobodyIsAwaited goes on. What was acknowledged does not matter any more.
func (t *turn) nobodyIsAwaited() verdict {
	v := t.enter(gated, nil)
	if v == changed {
		t.s.acks = [2]uint8{}
	}
	return v
}

func gate() []action {
	noGate := func(t *turn) bool { return !t.w.has(grantGate) }
	revoke := ordering("takes the accounts' rights on the source away", from, func(t *turn, x *server) verdict { x.open = false; return on })
	let := ordering("has seen the statements end that were let in on the source", from, func(t *turn, x *server) verdict {
		return t.none(func(wr *write) bool { return wr.is == letIn || wr.is == goingIn })
	})
	sessions := ordering("ends the sessions that stand in the unit on the source", from, func(t *turn, x *server) verdict {
		for i := range t.s.writes {
			if wr := &t.s.writes[i]; wr.is == standing && wr.on == t.rec.from {
				*wr = write{}
			}
		}
		return on
	})
	barrier := ordering("has seen that no transaction is open on the source", from, func(t *turn, x *server) verdict {
		return t.none(func(wr *write) bool { return wr.is == written })
	})
	revoke.skip, barrier.skip, barrier.drains, let.drains = noGate, noGate, true, true
	let.skip = func(t *turn) bool { return noGate(t) || !t.w.doors || !t.w.has(letInGuard) }
	sessions.skip = func(t *turn) bool { return noGate(t) || !t.w.doors || !t.w.has(sessionGuard) }
	return append(acquire("source", from, nil),
		action{about: "notes how to open the source and the target", do: func(t *turn) verdict {
			return t.save(func(r *record) { r.reopen, r.open = true, true })
		}},
		revoke, let, sessions, barrier,
		ordering("writes the marker on the source", from, func(t *turn, x *server) verdict {
			if x.token != t.token || x.phase != opened {
				return again
			}
			x.append(markerOf | event(t.rec.epoch))
			x.may = false
			return on
		}),
		entering("notes the marker", caughtUp, nil))
}

// none waits until no write on the source is in some state.
func (t *turn) none(is func(*write) bool) verdict {
	for i := range t.s.writes {
		if wr := &t.s.writes[i]; wr.on == t.rec.from && is(wr) {
			return wait
		}
	}
	return on
}

func deciding() []action {
	list := []action{{about: "the target has everything up to the marker", do: func(t *turn) verdict {
		if t.applier != ended {
			return wait
		}
		return on
	}}}
	list = append(list, acquire("source", from, nil)...)
	list = append(list, acquire("target", to, nil)...)
	compare := action{about: "compares both servers", skip: func(t *turn) bool { return !t.w.compares }, do: func(t *turn) verdict {
		if a, b := t.server(t.rec.from), t.server(t.rec.to()); a.down || b.down || a.rows != b.rows {
			return again
		}
		return on
	}}
	return append(list, compare,
		ordering("seals the target", to, func(t *turn, x *server) verdict {
			if !t.enterPhase(x, sealed, t.rec.epoch) {
				return again
			}
			return on
		}),
		action{about: "sends its decision to the store", do: func(t *turn) verdict {
			if t.decision != unsent {
				return wait // an earlier one is on its way; one is enough to look at
			}
			t.decision = stale
			if t.fresh && t.s.owner == t.token {
				t.decision = flying
			}
			return on
		}},
		action{about: "hears what became of the decision", do: func(t *turn) verdict {
			switch t.decision {
			case done:
				t.decision = unsent
				t.rec, t.fresh = t.s.rec, true
				return changed
			case refused:
				t.decision = unsent
				if t.s.owner != t.token || t.s.rec.state != t.rec.state {
					return released
				}
				return again
			}
			return wait
		}})
}

func openingTarget() []action {
	sourceAway := func(t *turn) bool { return t.w.has(openAlone) && t.server(t.rec.from).down }
	reverseRow := ordering("the source's guard says reverse", from, func(t *turn, x *server) verdict { return t.guarded(t.enterPhase(x, reverse, t.rec.epoch)) })
	begin := ordering("the source notes where the way back begins", from, func(t *turn, x *server) verdict {
		if x.token != t.token || x.phase != reverse {
			return released
		}
		x.progress = t.rec.origin
		return on
	})
	reverseRow.skip, begin.skip = sourceAway, sourceAway
	list := append(acquire("source", from, sourceAway), acquire("target", to, nil)...)
	return append(list,
		action{about: "notes the target's position, where the way back begins", skip: func(t *turn) bool { return t.rec.origin != 0 }, do: func(t *turn) verdict {
			if !t.holds(t.rec.to()) {
				t.links[t.rec.to()] = none
				return again
			}
			return t.save(func(r *record) {
				r.origin = 1 + t.server(r.to()).n
				if r.decided == 0 {
					r.decided = t.s.ver
				}
				r.strand = sourceAway(t)
			})
		}},
		reverseRow, begin,
		ordering("the target's guard says open", to, func(t *turn, x *server) verdict { return t.guarded(t.enterPhase(x, opened, t.rec.epoch)) }),
		ordering("gives the accounts their rights on the target", to, func(t *turn, x *server) verdict {
			x.open, x.may = t.rec.open, true
			return on
		}),
		entering("has opened the target", opening, nil))
}

func releaseHold(t *turn) verdict {
	before := t.s.hold
	v := t.enter(reversible, func(r *record) {
		r.tries, r.rollback = 0, false
		r.epoch++
	})
	if v == changed {
		t.s.hold, t.s.release = before, 1+t.rec.decided
		t.deadline = false
		t.stopApplying()
	}
	return v
}

func retire() []action {
	return append(acquire("old home", from, nil),
		ordering("drops what is left on the old home", from, func(t *turn, x *server) verdict {
			t.stopApplying()
			x.there, x.rows = false, [mostWrites]uint8{}
			return on
		}),
		unpin(to),
		action{about: "is done", do: func(t *turn) verdict {
			v := t.enter(ending, nil)
			if v == changed {
				t.s.hold, t.s.release = 0, 0
			}
			return v
		}})
}

// unpin takes back what was written down, once discovery knows one home.
func unpin(home func(*turn) uint8) action {
	return action{about: "takes the written home back", skip: func(t *turn) bool { return !t.rec.pinned }, do: func(t *turn) verdict {
		if t.w.has(pinGuard) && (t.s.owner != t.token || !t.fresh) {
			return released
		}
		if h := home(t); t.s.entry == 1+h && t.s.home(0) == h {
			t.s.entry = 0
		}
		return on
	}}
}

func reopenSource() []action {
	list := acquire("source", from, nil)
	reopen := ordering("gives the accounts their rights on the source again", from, func(t *turn, x *server) verdict {
		x.open, x.may = true, true
		return on
	})
	reopen.skip = func(t *turn) bool { return !t.rec.reopen }
	list = append(list, acquire("target", to, func(t *turn) bool { return t.w.has(reopenAlone) })...)
	list = append(list, reopen, action{about: "ends the hold", do: func(t *turn) verdict {
		onMap := t.w.has(endOnMap)
		v := t.save(func(r *record) { r.held, r.reopen, r.open = onMap, false, false })
		if v == on {
			t.stopApplying()
			t.s.acks = [2]uint8{}
			if t.s.release = 1 + t.s.ver; !onMap {
				t.s.hold, t.s.release = 0, 0
			}
			t.deadline = false
		}
		return v
	}})
	list = append(list, acquire("target", to, nil)...)
	return append(list,
		ordering("the target's guard goes back", to, func(t *turn, x *server) verdict {
			phase := forward
			if t.rec.switches > 0 {
				phase = reverse
			}
			return t.guarded(t.enterPhase(x, phase, t.rec.epoch+1))
		}),
		action{about: "is back", do: afterReopening})
}

func afterReopening(t *turn) verdict {
	return t.save2(func(r *record) {
		r.epoch++
		r.tries++
		switch {
		case r.switches > 0:
			r.from = 1 - r.from
			r.rollback = r.tries <= t.w.tries
			r.state = reversible
		case r.tries > t.w.tries || r.rollback:
			r.state = aborting
		default:
			r.state = catchup
		}
	})
}

// save2 saves what changes the state, whatever it becomes.
func (t *turn) save2(change func(*record)) verdict {
	if v := t.save(change); v != on {
		return v
	}
	return changed
}

func abort() []action {
	nothing := func(t *turn) bool { return t.rec.attempt == 0 && !t.rec.pinned }
	drop := ordering("drops what was made on the target", to, func(t *turn, x *server) verdict {
		if !t.enterPhase(x, aborted, t.rec.epoch) {
			return released
		}
		t.stopApplying()
		x.there, x.rows, x.open = false, [mostWrites]uint8{}, false
		return on
	})
	drop.skip = nothing
	return append(acquire("target", to, nothing), drop, unpin(from), action{about: "has taken all back", do: func(t *turn) verdict {
		v := t.enter(abandoned, nil)
		if v == changed {
			t.s.hold, t.s.release = 0, 0
		}
		return v
	}})
}
