package mysqltest

import (
	"context"
	"slices"
	"sync"

	"shunt/mysql"
)

// Request is a command that a Server has received. Payload is what follows the command byte.
type Request struct {
	Conn    uint32 // the connection's id, as its greeting said
	Command mysql.Command
	Payload []byte
}

// record is what a Server has seen. Its zero value is ready.
type record struct {
	mu       sync.Mutex
	changed  chan struct{} // closed and replaced at every change; nil while nobody waits
	conns    uint32        // ever opened
	isOpen   int           // open now
	logins   []mysql.Login
	requests []Request
}

func (r *record) open() (id uint32) {
	r.change(func() { r.conns++; r.isOpen++; id = r.conns })
	return id
}

func (r *record) close() { r.change(func() { r.isOpen-- }) }

func (r *record) request(q Request) { r.change(func() { r.requests = append(r.requests, q) }) }

func (r *record) login(l mysql.Login) { r.change(func() { r.logins = append(r.logins, l) }) }

func (r *record) change(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
	if r.changed != nil {
		close(r.changed)
		r.changed = nil
	}
}

// await waits until ready says so. Ready is called with mu held.
func (r *record) await(ctx context.Context, ready func() bool) error {
	for {
		r.mu.Lock()
		if ready() {
			r.mu.Unlock()
			return nil
		}
		if r.changed == nil {
			r.changed = make(chan struct{})
		}
		changed := r.changed
		r.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Requests are the commands received so far, COM_QUIT included, in order.
func (s *Server) Requests() []Request {
	s.record.mu.Lock()
	defer s.record.mu.Unlock()
	return slices.Clone(s.record.requests)
}

// Queries are the texts of the COM_QUERY commands received so far, in order.
func (s *Server) Queries() []string {
	var texts []string
	for _, q := range s.Requests() {
		if q.Command == mysql.ComQuery {
			texts = append(texts, string(q.Payload))
		}
	}
	return texts
}

// Logins are the logins received so far, refused ones included, in order.
func (s *Server) Logins() []mysql.Login {
	s.record.mu.Lock()
	defer s.record.mu.Unlock()
	return slices.Clone(s.record.logins)
}

// Accepted is how many connections there ever were.
func (s *Server) Accepted() int {
	s.record.mu.Lock()
	defer s.record.mu.Unlock()
	return int(s.record.conns)
}

// AwaitRequests waits until at least n commands have been received, and returns all of them. The error is ctx's.
func (s *Server) AwaitRequests(ctx context.Context, n int) ([]Request, error) {
	err := s.record.await(ctx, func() bool { return len(s.record.requests) >= n })
	return s.Requests(), err
}

// AwaitOpen waits until exactly n connections are open, logged in or not. The error is ctx's.
func (s *Server) AwaitOpen(ctx context.Context, n int) error {
	return s.record.await(ctx, func() bool { return s.record.isOpen == n })
}
