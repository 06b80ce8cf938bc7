package model

// proxyOf is the proxy that a write comes through: the first has every other one, and is never cut off.
func proxyOf(i int) int { return i % 2 }

func proxyName(i int) string { return [...]string{"proxy 1", "proxy 2"}[i] }

// follow is what proxies hear from the store, and what they say: pause.Keeper, sharding's map.
func (w *world) follow(s *state, take func(step[state])) {
	for i := range s.proxies {
		p := &s.proxies[i]
		if p.dead {
			continue
		}
		w.hear(s, i, take)
		if i == 1 && s.proxyDeaths > 0 {
			n := *s
			n.proxyDeaths--
			n.proxies[i] = proxy{dead: true}
			n.acks[i] = 0
			take(step[state]{who: proxyName(i), what: "dies", kind: fault, next: n})
		}
	}
}

// hear is what a proxy does with the store's news.
func (w *world) hear(s *state, i int, take func(step[state])) {
	p := &s.proxies[i]
	do := func(what string, change func(n *state, p *proxy)) {
		n := *s
		change(&n, &n.proxies[i])
		take(step[state]{who: proxyName(i), what: what, next: n})
	}
	if p.entry != s.entry || p.ver != s.ver {
		do("gets the map of now", func(n *state, p *proxy) { p.entry, p.ver = n.entry, n.ver })
	}
	switch {
	case !w.has(proxyHold):
	case s.hold != 0 && s.release == 0 && p.hold != s.hold:
		do("holds", func(n *state, p *proxy) { p.hold = n.hold })
	case p.hold != 0 && (s.hold == 0 || s.hold != p.hold && !w.has(endOnMap)):
		do("lets go, since the hold was taken away", func(_ *state, p *proxy) { p.hold = 0 })
	case p.hold != 0 && s.release != 0 && (p.ver >= s.release-1 || !w.has(releaseGuard)):
		do("lets go: the hold is released", func(_ *state, p *proxy) { p.hold = 0 })
	case p.hold != 0 && s.hold == p.hold && s.release == 0 && s.acks[i] != p.hold && s.drained(i):
		do("acknowledges the hold", func(n *state, p *proxy) { n.acks[i] = p.hold })
	}
}

// drained says whether a proxy has nothing open.
func (s *state) drained(i int) bool {
	for k := range s.writes {
		if proxyOf(k) == i && s.writes[k].open() {
			return false
		}
	}
	return true
}

// clients write.
func (w *world) clients(s *state, take func(step[state])) {
	for k := range w.writes {
		i := proxyOf(k)
		p := &s.proxies[i]
		do := func(who, what string, change func(n *state, wr *write)) {
			n := *s
			change(&n, &n.writes[k])
			take(step[state]{who: who, what: what, next: n})
		}
		wr := s.writes[k]
		switch wr.is {
		case unwritten:
			w.send(s, k, do)
		case goingIn:
			do(serverName(wr.on), "has the session of "+writeName[k]+" stand in the unit", func(_ *state, wr *write) { wr.is = standing })
		case standing:
			if p.hold == 0 && !p.dead { // whatever the map says now: a session may be kept on its connection
				do(proxyName(i)+" and "+serverName(wr.on), writeName[k]+" is sent and run in the unit, and its transaction stays open", func(_ *state, wr *write) { wr.is = written })
			}
			do(proxyName(i), "ends the idle session of "+writeName[k], func(_ *state, wr *write) { *wr = write{} })
		case letIn:
			do(serverName(wr.on), "runs "+writeName[k]+", whose transaction stays open", func(_ *state, wr *write) { wr.is = written })
		case written:
			do(serverName(wr.on), "commits "+writeName[k]+how(p), func(n *state, wr *write) { n.commit(k, p.dead) })
		}
		if p.dead && wr.open() {
			do(serverName(wr.on), "rolls "+writeName[k]+" back, whose proxy is dead", func(_ *state, wr *write) { *wr = write{is: unknown} })
		}
		if wr.open() || wr.is == goingIn {
			w.endSession(s, k, take)
		}
	}
}

// send gives a write to the server that is its home for the proxy.
func (w *world) send(s *state, k int, do func(who, what string, change func(n *state, wr *write))) {
	i := proxyOf(k)
	p := &s.proxies[i]
	home := s.home(p.entry)
	if p.dead || p.hold != 0 || home > target || s.servers[home].down {
		return
	}
	who, to := proxyName(i)+" and "+serverName(home), &s.servers[home]
	switch {
	case !to.open:
		do(who, writeName[k]+" is sent, and refused", func(n *state, wr *write) {
			*wr = write{is: failed}
			if w.comfort {
				n.wrong = refusal
			}
		})
	case w.doors:
		do(who, "USE is let in for the session of "+writeName[k], func(_ *state, wr *write) { *wr = write{goingIn, home} })
		do(who, writeName[k]+" is sent, and let in", func(_ *state, wr *write) { *wr = write{letIn, home} })
	default:
		do(who, writeName[k]+" is sent and run, and its transaction stays open", func(_ *state, wr *write) { *wr = write{written, home} })
	}
}

func how(p *proxy) string {
	if p.dead {
		return ", and nobody hears of it"
	}
	return ", and its client hears of it"
}

var writeName = [mostWrites]string{"write a", "write b", "write c"}

// commit ends a transaction well.
func (s *state) commit(k int, unheard bool) {
	wr := &s.writes[k]
	x := &s.servers[wr.on]
	if !x.may {
		s.wrong = late
	}
	x.append(event(k + 1))
	if x.there {
		x.rows[k]++
	}
	*wr = write{is: acked}
	if unheard {
		wr.is = unknown
	}
}

// endSession lets a gate that waits end a session that has something open.
func (w *world) endSession(s *state, k int, take func(step[state])) {
	wr := s.writes[k]
	for i := range s.movers {
		m := &s.movers[i]
		if !m.runs || m.rec.from != wr.on || m.links[wr.on] != alive || m.rec.state != gated || !m.deadline || !programs[gated][m.at].drains {
			continue
		}
		n := *s
		if n.writes[k] = (write{}); wr.open() {
			n.writes[k].is = failed
			if w.comfort {
				n.wrong = refusal
			}
		}
		take(step[state]{who: name(i), what: "ends the session of " + writeName[k], next: n})
	}
}
