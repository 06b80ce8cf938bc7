// Package etcdstore keeps a store in etcd: in one inside this process, with a folder of its own and no open port, or in a cluster of several.
// A [Store] is the same for both.
//
// [New] claims the folder and starts nothing; Run starts etcd, or connects to the cluster, and keeps it so: requests wait meanwhile, up to
// their contexts' ends. An embedded etcd that gives up, because its disk is full or broken, does not end the process. It is started again, if
// it can be ended: where it gave up in the middle of a write to its file it cannot, and the store is away until the process is restarted.
//
// It leaves the backup and the housekeeping of a cluster to those who run it.
package etcdstore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"shunt/store"
)

// Store is a store in etcd. Its methods are those of store.Store, and work while Run does.
type Store struct {
	config  store.Config
	log     *slog.Logger
	folder  *folder // nil with a cluster
	metrics *metrics

	mu       sync.Mutex
	engine   *engine       // nil while there is none
	ready    chan struct{} // closed while there is an engine
	closed   bool          // Run has ended
	stuck    bool          // something of etcd still has files of the folder open
	watching context.Context
	forget   context.CancelCauseFunc // ends all watches, because the store is another one than before
	health   health
	cramped  atomic.Bool // there is too little room on the disk for changes

	doubts  chan struct{}  // capacity 1: a member of several may stand still
	keeping sync.WaitGroup // the goroutines that keep leases alive
}

// engine is a client that can be asked, and what is behind it.
type engine struct {
	client     *clientv3.Client
	ctx        context.Context // ends with the engine
	cancel     context.CancelFunc
	gaveUp     <-chan struct{} // closed when an embedded etcd will not answer any more; nil with a cluster
	why        func() string   // it gave up
	defragment func() error    // makes the file of an embedded etcd smaller
	close      func() error    // returns when nothing of it runs any more; errStuck when that is hopeless
}

// over says whether it cannot be asked any more.
func (e *engine) over() bool {
	select {
	case <-e.gaveUp:
		return true
	default:
		return e.ctx.Err() != nil
	}
}

var _ store.Store = (*Store)(nil)

// New makes a store of a configuration with a folder or addresses. It claims the folder; ErrFolder if that is not possible. Nothing runs yet.
// If Run is never called, Close gives the folder back.
func New(c store.Config, log *slog.Logger) (*Store, error) {
	s := &Store{config: c.WithDefaults(), log: log, ready: make(chan struct{}), doubts: make(chan struct{}, 1)}
	s.metrics = newMetrics(s)
	s.watching, s.forget = context.WithCancelCause(context.Background())
	s.health.since = time.Now()
	if len(c.Etcd) > 0 {
		return s, nil
	}
	var err error
	s.folder, err = claim(c.Embedded)
	return s, err
}

// Close ends watches and leases' upkeep, and gives the folder back. Run does that, too, at its end.
func (s *Store) Close() {
	s.mu.Lock()
	before := s.closed
	s.closed = true
	s.forget(errClosed)
	s.mu.Unlock()
	s.keeping.Wait()
	if s.folder != nil && !before && !s.stuck {
		s.folder.release()
	}
}

// How long Run waits before it starts an etcd again that gave up.
const (
	firstPause   = 100 * time.Millisecond
	longestPause = 10 * time.Second
)

// Run works until ctx ends. Leases are not released by that: who holds one does it before.
func (s *Store) Run(ctx context.Context) error {
	defer s.Close()
	for pause := firstPause; ctx.Err() == nil; pause = min(2*pause, longestPause) {
		e, err := s.start(ctx)
		switch {
		case err == nil:
			pause = firstPause
			err = s.serve(ctx, e)
			s.health.set(err)
			err = errors.Join(err, e.close())
		case ctx.Err() != nil:
			return nil
		}
		if errors.Is(err, errStuck) {
			s.wait(ctx, err)
			return nil
		}
		if ctx.Err() == nil {
			s.health.set(err)
			s.log.Error("the store does not work; it is tried again", "store", s.where(), "error", err, "after", pause)
		}
		sleep(ctx, pause)
	}
	return nil
}

// errStuck is an etcd that gave up and does not end. It keeps its files, so there cannot be another one in this process.
var errStuck = errors.New("the embedded etcd does not end; restart shunt to use the store again")

// wait has requests hear what is wrong until ctx ends, and keeps the folder for as long as the process lives.
func (s *Store) wait(ctx context.Context, stuck error) {
	s.health.set(stuck)
	s.log.Error("the store is away until shunt is restarted", "store", s.where(), "error", stuck)
	<-ctx.Done()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stuck = true
}

func (s *Store) start(ctx context.Context) (*engine, error) {
	if s.folder == nil {
		return s.dial(ctx)
	}
	return s.embed(ctx)
}

// serve lets requests have the engine, and looks after it until it or ctx ends.
func (s *Store) serve(ctx context.Context, e *engine) error {
	s.mu.Lock()
	s.engine = e
	close(s.ready)
	s.mu.Unlock()
	s.log.Info("the store is open", "store", s.where())
	defer func() {
		s.mu.Lock()
		s.engine, s.ready = nil, make(chan struct{})
		s.mu.Unlock()
	}()
	look, clean := time.NewTicker(lookEvery), time.NewTicker(cleanEvery)
	defer look.Stop()
	defer clean.Stop()
	for s.look(ctx, e); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-e.gaveUp:
			return errors.New(e.why())
		case <-look.C:
			s.look(ctx, e)
			if s.left(e) {
				s.doubt()
			}
		case <-s.doubts:
			s.sift(ctx, e)
		case <-clean.C:
			s.clean(ctx, e)
		}
	}
}

// errClosed is why watches end when the store does.
var errClosed = fmt.Errorf("%w: it was closed", store.ErrUnavailable)

// current gives the engine, and waits for one.
func (s *Store) current(ctx context.Context) (*engine, error) {
	for {
		s.mu.Lock()
		e, ready, closed := s.engine, s.ready, s.closed
		s.mu.Unlock()
		switch {
		case closed:
			return nil, errClosed
		case e != nil && !e.over():
			return e, nil
		case e != nil:
			ready = nil // it is about to go; look again soon
		}
		select {
		case <-ready:
		case <-time.After(firstPause):
		case <-ctx.Done():
			return nil, s.away(ctx)
		}
	}
}

// away is the error of a request that ended before there was an engine.
func (s *Store) away(ctx context.Context) error {
	if problem := s.health.problem(); problem != "" {
		return fmt.Errorf("%w: %s (%w)", store.ErrUnavailable, problem, context.Cause(ctx))
	}
	return fmt.Errorf("%w: it is starting (%w)", store.ErrUnavailable, context.Cause(ctx))
}

// ask makes a request with a bounded context, which ends with the engine, too. What was asked may have been done, whatever the error.
func (s *Store) ask(ctx context.Context, request func(context.Context, *engine) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	e, err := s.current(ctx)
	if err != nil {
		return err
	}
	return s.try(ctx, e, request)
}

// read makes a request that changes nothing, and so can be made again, until its time is over.
func (s *Store) read(ctx context.Context, request func(context.Context, *engine) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	for {
		e, err := s.current(ctx)
		if err != nil {
			return err
		}
		if err = s.try(ctx, e, request); !late(err) || ctx.Err() != nil {
			return err
		}
	}
}

func (s *Store) try(ctx context.Context, e *engine, request func(context.Context, *engine) error) error {
	bound := s.config.Timeout
	if len(s.config.Etcd) > 1 {
		bound /= tries
	}
	ctx, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	defer context.AfterFunc(e.ctx, cancel)()
	err := request(ctx, e)
	if err != nil && e.ctx.Err() != nil {
		return fmt.Errorf("%w: %s went away meanwhile", store.ErrUnavailable, s.where())
	}
	if err = s.translate(ctx, err); late(err) {
		s.doubt()
	}
	return err
}

func (s *Store) where() string {
	if s.folder != nil {
		return s.folder.path
	}
	return fmt.Sprint(s.config.Etcd)
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
