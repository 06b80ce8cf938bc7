package traffic

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"slices"
	"time"

	"shunt/tests/chaos/judge"
)

const (
	// remembered is how many of the cells that it touched last a session comes back to.
	remembered = 8
	// popular is how many cells everybody touches, so that sessions see each other's writes.
	popular = 20
	// loginPause is how long a worker waits after a login that failed.
	loginPause = 20 * time.Millisecond
)

// session is one login and its requests, one after the other.
type session struct {
	t      *Traffic
	number int
	via    string
	dice   *rand.Rand
	conn   *sql.Conn

	read, update *sql.Stmt // prepared when they are first needed
	recent       []int     // cells touched last
	token        *token    // that it continues with; nil for none
	events       []judge.Event
	broken       bool // its connection is of no more use
}

// live logs in, makes the requests and logs out. A proxy or server that does not take a login is a matter for the next session.
func (s *session) live(pool *sql.DB) {
	ctx, cancel := context.WithTimeout(context.Background(), requestBound)
	conn, err := pool.Conn(ctx)
	cancel()
	if err != nil {
		time.Sleep(loginPause)
		return
	}
	s.conn = conn
	defer func() { _ = conn.Close() }()
	if s.t.plan.Tokens {
		s.adopt()
	}
	for range s.t.plan.Requests {
		if s.t.over() || s.broken {
			break
		}
		s.think()
		s.t.gate.RLock()
		s.request()
		s.t.gate.RUnlock()
		s.t.done.Add(1)
	}
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	s.t.events = append(s.t.events, s.events...)
}

// think pauses as people do: mostly shortly.
func (s *session) think() {
	if s.t.plan.Think == 0 {
		return
	}
	select {
	case <-time.After(time.Duration(s.dice.ExpFloat64() * float64(s.t.plan.Think))):
	case <-s.t.stop:
	}
}

// request makes one request and records it.
func (s *session) request() {
	ctx, cancel := context.WithTimeout(context.Background(), requestBound)
	defer cancel()
	e := judge.Event{Session: s.number, Request: s.t.requests.Add(1), Via: s.via, Invoked: s.t.Now()}
	var err error
	if s.dice.IntN(100) < s.t.plan.Writes {
		err = s.write(ctx, &e)
	} else {
		err = s.look(ctx, &e)
	}
	e.Returned = s.t.Now()
	if err != nil {
		e.Error = err.Error()
		if e.Wrote == nil && e.Outcome == judge.OK {
			e.Outcome = judge.Unknown // a read
		}
		s.broken = s.broken || hopeless(err)
	}
	s.events = append(s.events, e)
	if s.t.plan.Tokens && !s.broken && s.dice.IntN(tokenEvery) == 0 {
		s.offer(ctx, e.Request)
	}
}

// cells chooses different cells: mostly such as the session has touched before, or everybody touches.
func (s *session) cells(n int) []int {
	var chosen []int
	for len(chosen) < n {
		key := s.dice.IntN(s.t.plan.Cells)
		switch roll := s.dice.IntN(10); {
		case roll < 5 && len(s.recent) > 0:
			key = s.recent[s.dice.IntN(len(s.recent))]
		case roll < 8:
			key = s.dice.IntN(min(popular, s.t.plan.Cells))
		}
		if !slices.Contains(chosen, key) {
			chosen = append(chosen, key)
		}
	}
	slices.Sort(chosen) // transactions that lock in one order do not wait for each other in a circle
	for _, key := range chosen {
		if !slices.Contains(s.recent, key) {
			s.recent = append(s.recent, key)
		}
	}
	s.recent = s.recent[max(0, len(s.recent)-remembered):]
	return chosen
}
