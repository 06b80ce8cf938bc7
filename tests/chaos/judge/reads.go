package judge

// source is where a floor comes from.
type source uint8

const (
	ownWrite source = iota
	ownRead
	tokenWrite
	tokenRead
	sources
)

var staleKinds = [sources]Kind{ReadYourWrites, MonotonicReads, CausalWrites, CausalReads}

// mark is a version that must be seen, and the event that is the reason.
type mark struct {
	version int64
	event   int // place in the history
}

// lesson is a floor as it was raised.
type lesson struct {
	key   int
	wrote bool // it was written by the event, not read
	mark
}

// knowledge is what one session has a right to see.
type knowledge struct {
	floors  map[int]*[sources]mark
	lessons []lesson    // in the order in which they were learnt
	taken   map[int]int // how many lessons of another session it has taken over
}

// witness goes through the history event by event.
type witness struct {
	h        *History
	sessions map[int]*knowledge
	given    map[int]int // how many lessons the session had after an event; of events after which a token was taken
	found    []Violation
}

func (h *History) judgeReads(byRequest map[int64]int, order []int) []Violation {
	w := &witness{h: h, sessions: map[int]*knowledge{}, given: map[int]int{}}
	for i := range h.Events {
		if after := h.Events[i].After; after != 0 {
			w.given[byRequest[after]] = 0
		}
	}
	for _, i := range order {
		e := &h.Events[i]
		k := w.of(e.Session)
		if e.After != 0 {
			giver := byRequest[e.After]
			k.take(w.sessions[h.Events[giver].Session], h.Events[giver].Session, w.given[giver])
		}
		w.look(i, k)
		if _, gives := w.given[i]; gives {
			w.given[i] = len(k.lessons)
		}
	}
	return w.found
}

func (w *witness) of(session int) *knowledge {
	k := w.sessions[session]
	if k == nil {
		k = &knowledge{floors: map[int]*[sources]mark{}, taken: map[int]int{}}
		w.sessions[session] = k
	}
	return k
}

// look compares what an event read with its session's floors, and raises them by what it read and wrote. The transaction that an event is may
// have been rolled back, or its end be unknown; what it had read was there all the same.
func (w *witness) look(i int, k *knowledge) {
	e := &w.h.Events[i]
	for _, c := range e.Read {
		floors := k.floors[c.Key]
		for s := range sources {
			if floors != nil && c.Version < floors[s].version {
				w.found = append(w.found, Violation{Kind: staleKinds[s], Cell: c, Needed: floors[s].version,
					Events: []Event{w.h.Events[floors[s].event], *e}})
			}
		}
	}
	for _, c := range e.Read {
		if !w.h.Lost[c.Writer] {
			k.raise(c.Key, ownRead, mark{c.Version, i})
		}
	}
	if e.Outcome == OK && !w.h.Lost[e.Request] {
		for _, c := range e.Wrote {
			k.raise(c.Key, ownWrite, mark{c.Version, i})
		}
	}
}

// raise raises a floor, if m is above it.
func (k *knowledge) raise(key int, s source, m mark) {
	floors := k.floors[key]
	if floors == nil {
		floors = &[sources]mark{}
		k.floors[key] = floors
	}
	if m.version > floors[s].version {
		floors[s] = m
		k.lessons = append(k.lessons, lesson{key, s == ownWrite || s == tokenWrite, m})
	}
}

// take takes over the first n lessons of another session.
func (k *knowledge) take(from *knowledge, session, n int) {
	for k.taken[session] < n {
		l := from.lessons[k.taken[session]]
		k.taken[session]++
		s := tokenRead
		if l.wrote {
			s = tokenWrite
		}
		k.raise(l.key, s, l.mark)
	}
}
