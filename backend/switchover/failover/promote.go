package failover

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"shunt/backend/switchover"
	"shunt/topology"
)

// attempt is one try to replace a primary.
type attempt struct {
	engine  *Engine
	cluster *cluster

	mu      sync.Mutex
	servers map[string]switchover.Server // guarded by mu while they are dialed
	facts   map[string]switchover.Facts  // the same
	locked  bool                         // the same: another shunt is at work somewhere
}

func (a *attempt) close() {
	for _, s := range a.servers {
		s.Close()
	}
}

// gather asks all servers but the primary, at the same time.
func (a *attempt) gather(ctx context.Context, t *topology.Cluster, downFor time.Duration) Evidence {
	e := Evidence{Primary: a.cluster.primary, DownFor: downFor, Datacenter: a.cluster.datacenter}
	for _, h := range t.Hosts {
		if h.Address != a.cluster.primary && h.Use != topology.Off {
			e.Replicas = append(e.Replicas, Replica{Address: h.Address, Use: h.Use, Weight: h.Weight, Datacenter: h.Datacenter})
		}
	}
	var all sync.WaitGroup
	for i := range e.Replicas {
		all.Go(func() {
			if err := a.ask(ctx, &e.Replicas[i]); err != nil {
				e.Replicas[i].Fault = err.Error()
			}
		})
	}
	all.Wait()
	e.State = stateOf(a.engine.deps.Snapshot().Clusters[a.cluster.name], a.cluster.primary) // by now it may have come back
	return e
}

// ask fills in what a server says.
func (a *attempt) ask(ctx context.Context, r *Replica) error {
	ctx, cancel := context.WithTimeout(ctx, askBound)
	defer cancel()
	a.mu.Lock()
	s := a.servers[r.Address]
	a.mu.Unlock()
	if s == nil {
		var err error
		if s, err = a.engine.deps.Dial(ctx, a.cluster.name, r.Address); err != nil {
			return err
		}
		if free, err := s.Lock(ctx); err != nil || !free {
			s.Close()
			a.mu.Lock()
			defer a.mu.Unlock()
			a.locked = a.locked || err == nil
			return errors.Join(errLocked, err)
		}
	}
	facts, err := s.Facts(ctx)
	a.mu.Lock()
	a.servers[r.Address], a.facts[r.Address] = s, facts
	a.mu.Unlock()
	if err != nil {
		return err
	}
	if r.Has, err = topology.ParsePosition(facts.Flavor, facts.Has); err != nil {
		return err
	}
	link, found := a.linkOf(facts)
	if found {
		received, err := topology.ParsePosition(facts.Flavor, link.Received)
		if err != nil {
			return err
		}
		r.Has = r.Has.With(received)
	}
	r.Reached, r.Sight, r.Unfit = true, sightOf(link, found), unfit(facts, link, found)
	return nil
}

// errLocked says that another shunt is at work. What a replica says is only read under its lock, so that two do not act on
// the same evidence.
var errLocked = errors.New("another shunt changes the roles of servers here now")

// linkOf is the link to the dead primary.
func (a *attempt) linkOf(f switchover.Facts) (switchover.Link, bool) {
	for _, l := range f.Links {
		if l.LeadsTo(a.cluster.primary, &switchover.Facts{ServerID: a.cluster.serverID}) {
			return l, true
		}
	}
	return switchover.Link{}, false
}

// Errors of the client library begin at 2000: the link was not refused, it found nobody.
const firstClientError, lastClientError = 2000, 2999

// sightOf reads what a link says about its source. A thread that a person has stopped says nothing.
func sightOf(l switchover.Link, found bool) Sight {
	switch {
	case !found:
		return Blind
	case l.IO == "Yes":
		return Connected
	case l.IO == "No" && (l.IOErrno < firstClientError || l.IOErrno > lastClientError):
		return Blind
	}
	return Lost
}

func unfit(f switchover.Facts, l switchover.Link, found bool) string {
	switch missing := f.Lacking(); {
	case !found:
		return "has no link to the old primary"
	case len(f.Links) > 1:
		return "has several replication links"
	case missing != "":
		return ": " + missing
	case !l.GTID:
		return "does not replicate by GTID"
	case l.SQL != "Yes":
		return "does not apply: " + l.SQLError
	case l.Delay > 0:
		return fmt.Sprintf("replicates %d s late on purpose", l.Delay)
	case len(l.Filters) > 0:
		return "does not have all data: " + strings.Join(l.Filters, ", ")
	}
	return f.Unfit()
}

// carryOut makes the replica with the most the primary. First no replica may fetch any more, so that a primary that comes
// back in the middle is followed by nobody, and what each has is final.
func (a *attempt) carryOut(ctx context.Context, e Evidence) (promoted string, err error) {
	a.stopReceiving(ctx, e)
	sure := make([]Replica, 0, len(e.Replicas))
	for _, r := range e.Replicas {
		if r.Reached {
			again := r
			if err := a.ask(ctx, &again); err != nil {
				again.Reached, again.Fault = false, err.Error()
			}
			sure = append(sure, again)
		}
	}
	e.Replicas = sure
	verdict := Choose(e)
	if verdict.Promote == "" {
		err = errors.New(verdict.Reason)
	} else {
		err = a.promote(ctx, verdict.Promote)
	}
	if err != nil {
		a.startAgain(ctx, e)
		return "", err
	}
	a.repoint(ctx, e, verdict.Promote)
	within, cancel := context.WithTimeout(ctx, stepBound)
	defer cancel()
	if err := a.engine.roles.AwaitPrimary(within, a.cluster.name, verdict.Promote, verdict.Promote); err != nil {
		return verdict.Promote, err // it is the primary all the same
	}
	return verdict.Promote, nil
}

func (a *attempt) stopReceiving(ctx context.Context, e Evidence) {
	a.each(ctx, e, "", func(ctx context.Context, s switchover.Server, l switchover.Link) error {
		return s.StopReceiving(ctx, l.Name)
	})
}

// startAgain lets replicas look for the old primary as before.
func (a *attempt) startAgain(ctx context.Context, e Evidence) {
	a.each(ctx, e, "", func(ctx context.Context, s switchover.Server, l switchover.Link) error { return s.Start(ctx, l.Name) })
}

// repoint lets the others follow the new primary. One that does not is logged; it does not keep the cluster without a
// primary.
func (a *attempt) repoint(ctx context.Context, e Evidence, to string) {
	link, _ := a.linkOf(a.facts[to])
	at, _ := switchover.NameOf(to, a.facts[to], a.cluster.primary, link.Source())
	a.each(ctx, e, to, func(ctx context.Context, s switchover.Server, l switchover.Link) error {
		if err := s.Repoint(ctx, l.Name, at); err != nil {
			return err
		}
		return switchover.AwaitLink(ctx, s, at.String(), l.Name, at)
	})
}

// each does something with all links that have lost the primary, but for one server's.
func (a *attempt) each(ctx context.Context, e Evidence, but string, do func(context.Context, switchover.Server, switchover.Link) error) {
	var all sync.WaitGroup
	for _, r := range e.Replicas {
		link, found := a.linkOf(a.facts[r.Address])
		if !r.Reached || !found || r.Address == but {
			continue
		}
		all.Go(func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepBound)
			defer cancel()
			if err := do(ctx, a.servers[r.Address], link); err != nil {
				a.engine.deps.Log.Warn("failover: a replica does not do as it is told", "cluster", a.cluster.name, "server", r.Address, "error", err)
			}
		})
	}
	all.Wait()
}

// promote lets a replica apply all that it has fetched, and makes it writable.
func (a *attempt) promote(ctx context.Context, address string) error {
	s := a.servers[address]
	link, _ := a.linkOf(a.facts[address])
	within, cancel := context.WithTimeout(ctx, applyBound)
	defer cancel()
	if link.Received != "" {
		reached, err := s.Reach(within, link.Received, applyBound)
		if err == nil && !reached {
			err = fmt.Errorf("%s did not apply what it has fetched within %v", address, applyBound)
		}
		if err != nil {
			return err
		}
	}
	// From here on it is finished even if shunt is told to end.
	within, cancel = context.WithTimeout(context.WithoutCancel(ctx), stepBound)
	defer cancel()
	if err := s.Stop(within, link.Name); err != nil {
		return err
	}
	since, err := s.Facts(within)
	if err != nil {
		return err
	}
	if err := s.Forget(within, link.Name); err != nil {
		return err
	}
	if err := s.SetModes(within, switchover.Open(), stepBound); err != nil {
		return fmt.Errorf("%w; %s has no link any more: make it writable, or a replica again", err, address)
	}
	a.cluster.deposed[a.cluster.primary] = &deposed{address: a.cluster.primary, since: since, link: link, successor: address, taken: time.Now()}
	return nil
}
