package traffic

import (
	"context"
	"slices"
	"sync"
)

const (
	// tokenEvery is after how many requests of a session, on average, it gives a token.
	tokenEvery = 5
	// offered is how many tokens wait for somebody who continues with them, the newest.
	offered = 16
)

// token is what one session gives another: a position in the database's history, and the cells that it has to do with.
type token struct {
	text  string // as SELECT @@shunt_token has it
	after int64  // the last request of its giver
	giver int    // its session
	cells []int
}

// hint is the comment with which a statement continues after the token.
func (k *token) hint() string { return "/* shunt: after=" + k.text + " */ " }

// market is where tokens are given and taken.
type market struct {
	mu  sync.Mutex
	has []*token
}

// offer asks for the session's token and gives it to whoever comes next.
func (s *session) offer(ctx context.Context, after int64) {
	k := &token{after: after, giver: s.number, cells: slices.Clone(s.recent)}
	if err := s.conn.QueryRowContext(ctx, "SELECT @@shunt_token").Scan(&k.text); err != nil {
		s.broken = s.broken || hopeless(err)
		return
	}
	m := &s.t.tokens
	m.mu.Lock()
	defer m.mu.Unlock()
	m.has = append(m.has, k)
	m.has = m.has[max(0, len(m.has)-offered):]
}

// adopt has a new session continue, one time in two, with the newest token of another, and with its cells.
func (s *session) adopt() {
	m := &s.t.tokens
	m.mu.Lock()
	defer m.mu.Unlock()
	if n := len(m.has); n > 0 && s.dice.IntN(2) == 0 {
		s.token = m.has[n-1]
		m.has = m.has[:n-1]
		s.recent = slices.Clone(s.token.cells)
	}
}
