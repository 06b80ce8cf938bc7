package etcdstore

import (
	"context"
	"errors"
	"sync"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"shunt/store"
)

// lease is kept alive by a goroutine of its own.
type lease struct {
	store *Store
	id    clientv3.LeaseID
	ttl   time.Duration
	held  context.Context // ends when the lease is lost
	drop  context.CancelFunc

	mu    sync.Mutex
	until time.Time
	over  bool
	end   *time.Timer // when until is over: that must be told even while a request hangs
}

// shortest is the least that etcd lets a lease last with our timing.
const shortest = 2 * time.Second

// Lease makes a lease.
func (s *Store) Lease(ctx context.Context, ttl time.Duration) (store.Lease, error) {
	seconds := int64((max(ttl, shortest) + time.Second - 1) / time.Second)
	l := &lease{store: s}
	l.held, l.drop = context.WithCancel(context.WithoutCancel(ctx))
	var asked time.Time
	err := s.ask(ctx, func(ctx context.Context, e *engine) error {
		asked = time.Now()
		granted, err := e.client.Grant(ctx, seconds)
		if err == nil {
			l.id, l.ttl = granted.ID, time.Duration(granted.TTL)*time.Second
		}
		return err
	})
	if err != nil {
		l.drop()
		return nil, err
	}
	l.until = asked.Add(l.ttl)
	l.end = time.AfterFunc(time.Until(l.until), l.lose)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		l.lose()
		return nil, errClosed
	}
	context.AfterFunc(s.watching, l.lose) // closed, or another store, which has no such lease
	s.keeping.Go(l.keepAlive)
	return l, nil
}

func (l *lease) ID() store.LeaseID     { return store.LeaseID(l.id) }
func (l *lease) Lost() <-chan struct{} { return l.held.Done() }

func (l *lease) Until() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.until
}

// keepAlive renews the lease three times in its life, and more often while that fails.
func (l *lease) keepAlive() {
	for pause := l.ttl / 3; l.held.Err() == nil; {
		sleep(l.held, pause)
		asked := time.Now()
		ttl, err := l.renew()
		switch {
		case err == nil:
			l.extend(asked.Add(ttl))
			pause = l.ttl / 3
		case errors.Is(err, store.ErrLeaseLost):
			l.lose()
		default:
			pause = l.ttl / 10
		}
	}
}

func (l *lease) renew() (ttl time.Duration, err error) {
	ctx, cancel := context.WithTimeout(l.held, l.ttl/3)
	defer cancel()
	err = l.store.ask(ctx, func(ctx context.Context, e *engine) error {
		answer, err := e.client.KeepAliveOnce(ctx, l.id)
		if err == nil {
			ttl = time.Duration(answer.TTL) * time.Second
		}
		return err
	})
	return ttl, err
}

func (l *lease) extend(until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.over {
		l.until = until
		l.end.Reset(time.Until(until))
	}
}

// lose tells the holder, once.
func (l *lease) lose() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.over {
		l.over, l.until = true, time.Time{}
		l.end.Stop()
		l.drop()
	}
}

func (l *lease) Release(ctx context.Context) error {
	l.lose()
	err := l.store.ask(ctx, func(ctx context.Context, e *engine) error {
		_, err := e.client.Revoke(ctx, l.id)
		return err
	})
	if errors.Is(err, store.ErrLeaseLost) {
		return nil // it had ended by itself
	}
	return err
}
