package move

import (
	"context"
	"fmt"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/guard"
)

// The connections of a run, on which definitions and accounts may be changed.

// held is the connection of a cluster on which definitions and accounts may be changed.
type held struct {
	*guard.Hold
	endpoint control.Endpoint
}

// at is the connection to a cluster's primary on which definitions and accounts may be changed. It stays open until it breaks, or the primary is another one.
func (r *run) at(ctx context.Context, cluster string) (*held, error) {
	endpoint, err := r.engine.deps.Primary(cluster)
	if err != nil {
		return nil, err
	}
	if h := r.holds[cluster]; h != nil {
		if h.endpoint.Address == endpoint.Address && h.Check(ctx) == nil {
			return h, nil
		}
		r.drop(cluster)
	}
	if err := r.engine.install(ctx, endpoint); err != nil {
		return nil, fmt.Errorf("cluster %s: making the tables of moves: %w", cluster, err)
	}
	h, err := guard.Acquire(ctx, endpoint, r.Name(), r.token(), "SET SESSION lock_wait_timeout=5", "SET SESSION innodb_lock_wait_timeout=5")
	if err != nil {
		r.engine.uninstalled(endpoint)
		return nil, fmt.Errorf("cluster %s: %w", cluster, err)
	}
	if r.holds == nil {
		r.holds = map[string]*held{}
	}
	r.holds[cluster] = &held{h, endpoint}
	return r.holds[cluster], nil
}

func (r *run) drop(cluster string) {
	if h := r.holds[cluster]; h != nil {
		h.Release()
	}
	delete(r.holds, cluster)
}

// both are the connections to the source and the target.
func (r *run) both(ctx context.Context) (from, to *held, err error) {
	if from, err = r.at(ctx, r.From); err == nil {
		to, err = r.at(ctx, r.To)
	}
	return from, to, err
}

// install makes the tables that moves need on a server, once as long as nothing is wrong there.
func (e *Engine) install(ctx context.Context, endpoint control.Endpoint) error {
	e.mu.Lock()
	done := e.installed[endpoint.Address]
	e.mu.Unlock()
	if done {
		return nil
	}
	conn, err := control.Dial(ctx, endpoint)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := guard.Install(ctx, conn); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.installed[endpoint.Address] = true
	return nil
}

func (e *Engine) uninstalled(endpoint control.Endpoint) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.installed, endpoint.Address)
}
