package model

// What a move promises: the invariants 1 to 4, and that there is a way out of everything.

// system is a world to be explored.
func (w *world) system() system[state] {
	sys := system[state]{start: w.first(), steps: w.steps, broken: w.broken}
	if w.writable {
		sys.well, sys.hopeless = writable, homeless
	}
	return sys
}

// steps are all that may happen.
func (w *world) steps(s *state, take func(step[state])) {
	w.movers(s, take)
	w.follow(s, take)
	w.clients(s, take)
	w.operator(s, take)
	w.serversGo(s, take)
}

// broken says which promise is.
func (w *world) broken(s *state) string {
	switch s.wrong {
	case late:
		if w.homes {
			return "an application has written on a server after the marker that ended its changes, or before it was opened"
		}
	case offTable:
		return "a move goes from one state to another to which it may not"
	case epochBack:
		return "the epoch has decreased"
	case refusal:
		return "nothing has failed, and a client's write is refused"
	}
	if s.servers[source].n > longestLog || s.servers[target].n > longestLog {
		return "the world has more in it than the logs of the model can take: make longestLog longer"
	}
	home := s.home(s.entry)
	if w.homes {
		if s.servers[source].open && s.servers[target].open {
			return "applications may write on both servers"
		}
		if home != s.ver%2 {
			return "the home is not the one that was decided on"
		}
	}
	if w.data && home <= target {
		return s.lost(&s.servers[home])
	}
	return ""
}

// lost says what the home has too much or too little.
func (s *state) lost(x *server) string {
	for i := range s.writes {
		switch n := x.rows[i]; {
		case s.writes[i].is == acked && n == 0:
			return writeName[i] + " was acknowledged, and is not there"
		case s.writes[i].is == failed && n > 0:
			return writeName[i] + " has failed, and is there"
		case n > 1:
			return writeName[i] + " is there twice"
		}
	}
	return ""
}

// writable says whether the first proxy can write at the home, and nowhere else.
func writable(s *state) bool {
	home := s.home(s.entry)
	p := &s.proxies[0]
	return home <= target && s.servers[home].open && !s.servers[home].down && !s.servers[1-home].open && p.hold == 0 && s.home(p.entry) == home
}

// homeless says that the home is away: nobody can write then.
func homeless(s *state) bool {
	home := s.home(s.entry)
	return home <= target && s.servers[home].down
}
