package memstore

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"shunt/store"
)

// shortest is the least that a lease lasts, as with etcd.
const shortest = 2 * time.Second

// lease is the holder's side. Timers keep it alive, so that no goroutine is needed.
type lease struct {
	store *Store
	id    store.LeaseID
	ttl   time.Duration
	lost  chan struct{}

	mu    sync.Mutex
	until time.Time
	over  bool
	renew *time.Timer // the next time to keep it alive
	end   *time.Timer // when until is over
}

// Lease makes a lease.
func (s *Store) Lease(ctx context.Context, ttl time.Duration) (store.Lease, error) {
	if err := s.reach(ctx); err != nil {
		return nil, err
	}
	ttl = max(shortest, (ttl + time.Second - 1).Truncate(time.Second))
	l := &lease{store: s, ttl: ttl, lost: make(chan struct{}), until: time.Now().Add(ttl)}
	l.id = s.memory.grant(ttl)
	l.mu.Lock()
	l.renew, l.end = time.AfterFunc(ttl/3, l.keepAlive), time.AfterFunc(ttl, l.lose)
	l.mu.Unlock()
	s.mu.Lock()
	s.leases[l.id] = l
	closed := s.closed
	s.mu.Unlock()
	if closed {
		l.lose()
	}
	return l, nil
}

func (l *lease) ID() store.LeaseID     { return l.id }
func (l *lease) Lost() <-chan struct{} { return l.lost }

func (l *lease) Until() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.until
}

// keepAlive renews the lease, if the memory can be reached.
func (l *lease) keepAlive() {
	l.store.mu.Lock()
	reached := l.store.isLink
	l.store.mu.Unlock()
	if reached && !l.store.memory.keep(l.id, l.ttl) {
		l.lose()
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return
	}
	if reached {
		l.until = time.Now().Add(l.ttl)
		l.end.Reset(l.ttl)
	}
	l.renew.Reset(l.ttl / 3)
}

// lose tells the holder, once.
func (l *lease) lose() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return
	}
	l.over, l.until = true, time.Time{}
	l.renew.Stop()
	l.end.Stop()
	close(l.lost)
	l.store.mu.Lock()
	delete(l.store.leases, l.id)
	l.store.mu.Unlock()
}

func (l *lease) Release(ctx context.Context) error {
	l.lose()
	if err := l.store.reach(ctx); err != nil {
		return err
	}
	l.store.memory.expire(l.id)
	return nil
}

// grant makes a lease that expires unless it is kept.
func (m *Memory) grant(ttl time.Duration) store.LeaseID {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.nextLease++
	id := m.nextLease
	m.leases[id] = &expiry{keys: map[string]bool{}, timer: time.AfterFunc(ttl, func() { m.expire(id) })}
	return id
}

// keep puts a lease's end off; false if it has ended.
func (m *Memory) keep(id store.LeaseID, ttl time.Duration) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	l := m.leases[id]
	return l != nil && l.timer.Reset(ttl)
}

// expire ends a lease, and deletes its keys in one revision.
func (m *Memory) expire(id store.LeaseID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	l := m.leases[id]
	if l == nil {
		return
	}
	l.timer.Stop()
	var gone []store.Change
	for key := range l.keys {
		gone = append(gone, store.Delete(key))
	}
	slices.SortFunc(gone, func(a, b store.Change) int { return strings.Compare(a.Key, b.Key) })
	m.commitLocked(gone)
	delete(m.leases, id)
}

func (l *lease) String() string { return fmt.Sprintf("lease %d of %s", l.id, l.ttl) }
