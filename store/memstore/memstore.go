package memstore

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"sync"
	"time"

	"shunt/store"
)

// Store is one client of a Memory. Its methods are those of store.Store.
type Store struct {
	memory  *Memory
	started time.Time

	mu     sync.Mutex
	linked chan struct{} // closed while the memory can be reached
	isLink bool
	closed bool
	leases map[store.LeaseID]*lease
}

var _ store.Store = (*Store)(nil)

// Open makes a client.
func (m *Memory) Open() *Store {
	s := &Store{memory: m, started: time.Now(), linked: make(chan struct{}), isLink: true, leases: map[store.LeaseID]*lease{}}
	close(s.linked)
	return s
}

// Disconnect cuts the client off, as a network does: its requests wait until their contexts end, its watches stand still, and its leases
// run out.
func (s *Store) Disconnect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.isLink {
		s.linked, s.isLink = make(chan struct{}), false
	}
}

// Reconnect ends a Disconnect.
func (s *Store) Reconnect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.isLink && !s.closed {
		close(s.linked)
		s.isLink = true
	}
}

// Run waits for the end of ctx and closes the store.
func (s *Store) Run(ctx context.Context) error {
	<-ctx.Done()
	s.Close()
	return nil
}

// Close ends the client for ever, as the death of a process does: its leases are not released but run out.
func (s *Store) Close() {
	s.Disconnect()
	s.mu.Lock()
	s.closed = true
	var held []*lease
	for _, l := range s.leases {
		held = append(held, l)
	}
	s.mu.Unlock()
	for _, l := range held {
		l.lose()
	}
}

// reach waits until the memory can be reached.
func (s *Store) reach(ctx context.Context) error {
	for {
		s.mu.Lock()
		linked, ok := s.linked, s.isLink
		s.mu.Unlock()
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("%w: %w", store.ErrUnavailable, context.Cause(ctx))
		}
		if ok {
			return nil
		}
		select {
		case <-linked:
		case <-ctx.Done():
		}
	}
}

// Get reads one key.
func (s *Store) Get(ctx context.Context, key string) (store.Item, error) {
	if err := s.reach(ctx); err != nil {
		return store.Item{}, err
	}
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	return s.memory.newestLocked(key), nil
}

// List reads a page.
func (s *Store) List(ctx context.Context, r store.Range) (store.Page, error) {
	if err := s.reach(ctx); err != nil {
		return store.Page{}, err
	}
	m := s.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	if r.Limit <= 0 {
		r.Limit = store.DefaultPage
	}
	if r.At == 0 {
		r.At = m.revision
	}
	if r.At < m.compacted || r.At > m.revision {
		return store.Page{}, fmt.Errorf("%w: %d", store.ErrCompacted, r.At)
	}
	return m.pageLocked(r), nil
}

// Commit carries out a Txn.
func (s *Store) Commit(ctx context.Context, t store.Txn) (store.Revision, error) {
	if err := t.Check(); err != nil {
		return 0, err
	}
	if err := s.reach(ctx); err != nil {
		return 0, err
	}
	m := s.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	conflict := &store.Conflict{}
	for _, c := range t.If {
		if item := m.newestLocked(c.Key); item.Revision != c.Revision {
			conflict.Items = append(conflict.Items, item)
		}
	}
	if len(conflict.Items) > 0 {
		return 0, conflict
	}
	for _, c := range t.Then {
		if c.Lease != 0 && m.leases[c.Lease] == nil {
			return 0, fmt.Errorf("%w: %s was to live by it", store.ErrLeaseLost, c.Key)
		}
	}
	return m.commitLocked(t.Then), nil
}

// Watch gives the changes after a revision.
func (s *Store) Watch(ctx context.Context, prefix string, after store.Revision) iter.Seq2[store.Changes, error] {
	return func(yield func(store.Changes, error) bool) {
		for {
			if err := s.reach(ctx); err != nil {
				yield(store.Changes{}, context.Cause(ctx))
				return
			}
			news, changed, err := s.memory.since(prefix, after)
			if err != nil {
				yield(store.Changes{}, err)
				return
			}
			for _, c := range news {
				if after = c.Revision; len(c.Items) > 0 && !yield(c, nil) {
					return
				}
			}
			if len(news) > 0 {
				continue
			}
			select {
			case <-changed:
			case <-ctx.Done():
			}
		}
	}
}

// since lists what happened after a revision, with the items of a prefix, and gives what is closed at the next change.
func (m *Memory) since(prefix string, after store.Revision) (news []store.Changes, changed chan struct{}, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if after < m.compacted || after > m.revision {
		return nil, nil, fmt.Errorf("%w: %d", store.ErrCompacted, after)
	}
	for _, c := range m.log[after-m.compacted:] {
		mine := store.Changes{Revision: c.Revision}
		for _, item := range c.Items {
			if strings.HasPrefix(item.Key, prefix) {
				mine.Items = append(mine.Items, item)
			}
		}
		news = append(news, mine)
	}
	return news, m.changed, nil
}

// Status looks at the memory.
func (s *Store) Status(context.Context) store.Status {
	s.mu.Lock()
	healthy := s.isLink
	s.mu.Unlock()
	m := s.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	status := store.Status{Kind: "memory", Where: "this process; forgotten at its end", Healthy: healthy, Since: s.started, Revision: m.revision, Bytes: m.bytes, InUse: m.bytes}
	for key := range m.keys {
		if m.newestLocked(key).Exists() {
			status.Keys++
		}
	}
	if !healthy {
		status.Problem = "cut off"
	}
	return status
}
