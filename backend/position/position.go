// Package position asks primaries how far they are. [Positions.Ask] gives a position that has everything that anybody was told to be committed before
// it was called; [Positions.Settle] waits until a primary itself shows all that its replicas may have shown before. All who ask a primary the same within
// the same moment share one question, so that many cost it no more than one.
//
// What the answers are good for is the router's business; following the replicas' positions is the monitor's.
package position

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"shunt/backend/monitor/control"
	"shunt/netloop"
	"shunt/topology"
)

// Positions asks the primaries of some clusters.
type Positions struct {
	askers, settlers map[string]*asker // by cluster; not changed once they are made
}

// New makes a Positions for clusters that asks the server that endpoint names as a cluster's primary. timeout bounds one question, dialling included.
func New(clusters []string, endpoint func(cluster string) (control.Endpoint, error), timeout time.Duration) *Positions {
	p := &Positions{askers: map[string]*asker{}, settlers: map[string]*asker{}}
	for _, name := range clusters {
		p.askers[name] = newAsker(read, name, endpoint, timeout)
		p.settlers[name] = newAsker(awaitShown, name, endpoint, timeout)
	}
	return p
}

// Run answers until ctx ends.
func (p *Positions) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, all := range []map[string]*asker{p.askers, p.settlers} {
		for _, a := range all {
			group.Go(func() error { a.run(ctx); return nil })
		}
	}
	return group.Wait()
}

// Ask gives the position of a cluster's primary as it is some time between the call and its return. The error says why there is none within the time, or
// is netloop.ErrInterrupted.
func (p *Positions) Ask(task netloop.Task, cluster string, until time.Time) (topology.Position, error) {
	return p.askers[cluster].wait(task, cluster, until)
}

// Settle returns once a cluster's primary shows everything that any server of the cluster has shown before the call. The error says why that is not known
// within the time, or is netloop.ErrInterrupted.
func (p *Positions) Settle(task netloop.Task, cluster string, until time.Time) error {
	_, err := p.settlers[cluster].wait(task, cluster, until)
	return err
}

// wait asks and waits for the answer. a is nil for a cluster that is not known.
func (a *asker) wait(task netloop.Task, cluster string, until time.Time) (topology.Position, error) {
	if a == nil {
		return nil, fmt.Errorf("cluster %s is not configured", cluster)
	}
	r := a.join(task)
	for !r.done.Load() {
		if err := task.Park(until); err != nil && !r.done.Load() {
			if errors.Is(err, netloop.ErrTimeout) {
				err = fmt.Errorf("the primary of cluster %s did not tell its position in time", cluster)
			}
			return nil, err
		}
	}
	return r.position, r.err
}

// question is what is asked; some have a position for an answer.
type question func(context.Context, *control.Conn) (topology.Position, error)

// asker asks one cluster's primary one question, again and again.
type asker struct {
	question question
	cluster  string
	endpoint func(cluster string) (control.Endpoint, error)
	timeout  time.Duration

	mu    sync.Mutex
	some  *sync.Cond // of mu: somebody waits for the next round, or it is over
	next  *round     // guarded by mu: whose question is not asked yet; nil if nobody waits
	ended bool       // guarded by mu

	conn    *control.Conn // of run alone; nil: to be dialled
	address string        // of conn
}

// round is one question and those who wait for its answer.
type round struct {
	waiting  []netloop.Task // guarded by the asker's mutex until the question is asked
	position topology.Position
	err      error
	done     atomic.Bool // then position and err stay as they are
}

func newAsker(ask question, cluster string, endpoint func(cluster string) (control.Endpoint, error), timeout time.Duration) *asker {
	a := &asker{question: ask, cluster: cluster, endpoint: endpoint, timeout: timeout}
	a.some = sync.NewCond(&a.mu)
	return a
}

// join waits for the next question, which is not asked yet: an answer to one that is may be too old.
func (a *asker) join(task netloop.Task) *round {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.next == nil {
		a.next = &round{}
	}
	a.next.waiting = append(a.next.waiting, task)
	a.some.Signal()
	return a.next
}

// run asks for as long as somebody wants to know.
func (a *asker) run(ctx context.Context) {
	defer a.hangUp()
	defer context.AfterFunc(ctx, a.end)()
	for r := a.take(); r != nil; r = a.take() {
		r.position, r.err = a.ask(ctx)
		r.done.Store(true)
		for _, task := range r.waiting {
			task.Unpark()
		}
	}
}

// take waits for the next round; nil: it is over.
func (a *asker) take() *round {
	a.mu.Lock()
	defer a.mu.Unlock()
	for a.next == nil && !a.ended {
		a.some.Wait()
	}
	r := a.next
	if a.ended {
		return nil // who waits has a time limit of its own
	}
	a.next = nil
	return r
}

func (a *asker) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ended = true
	a.some.Broadcast()
}

// ask asks once, on the connection that is there or on a new one.
func (a *asker) ask(ctx context.Context) (topology.Position, error) {
	ctx, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	to, err := a.endpoint(a.cluster)
	if err != nil {
		return nil, err
	}
	if a.conn != nil && a.address != to.Address {
		a.hangUp()
	}
	if a.conn == nil {
		if a.conn, err = control.Dial(ctx, to); err != nil {
			return nil, err
		}
		a.address = to.Address
	}
	position, err := a.question(ctx, a.conn)
	if err != nil {
		a.hangUp()
		return nil, fmt.Errorf("the position of %s: %w", to.Address, err)
	}
	return position, nil
}

func (a *asker) hangUp() {
	if a.conn != nil {
		a.conn.Close()
		a.conn = nil
	}
}
