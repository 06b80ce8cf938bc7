package move

import (
	"context"
	"errors"
	"time"

	"shunt/sharding/move/dns"
)

// Naming is what moves need to have the names of databases follow.
type Naming struct {
	Names dns.Names
	// Hostname is the name of a database; empty: it has none, or not any more.
	Hostname func(database string) string
	// Place is where clients of a cluster's databases connect to.
	Place func(cluster string) dns.Place
	// TTL is for how long resolvers may keep an answer while a database moves.
	TTL time.Duration
}

// NameState is how far a name is.
type NameState string

// The states of a name. It is written down before it is changed that it will be.
const (
	// NameAsWas: nothing was done.
	NameAsWas NameState = ""
	// NameLowering: it is known for how long resolvers keep it, and that is made shorter.
	NameLowering NameState = "lowering"
	// NameLowered: resolvers keep it no longer than the move wants.
	NameLowered NameState = "lowered"
	// NamePointing: it leads to the one cluster or to the other; whoever drives the move sees to it.
	NamePointing NameState = "pointing"
	// NamePointed: it leads to where the database is.
	NamePointed NameState = "pointed"
	// NameRestored: resolvers keep it for as long as before.
	NameRestored NameState = "restored"
	// NameForeign: somebody else has changed it. It is looked at again from time to time, in case that is taken back.
	NameForeign NameState = "foreign"
)

// Hostname is what a move knows of the name of its database.
type Hostname struct {
	Name    string        `json:"name"`
	State   NameState     `json:"state,omitempty"`
	Leads   string        `json:"leads"`           // the cluster it leads to, as far as moves have to do with it
	TTL     time.Duration `json:"ttl,omitempty"`   // before it is lowered, written down first; 0: there is nothing to restore
	Low     bool          `json:"low,omitempty"`   // resolvers keep it no longer than the move wants
	Moved   bool          `json:"moved,omitempty"` // it was changed to lead elsewhere
	Problem string        `json:"problem,omitempty"`
}

// naming is what a run does about the name. It belongs to the run's goroutine.
type naming struct {
	ended chan named // what is being done now ends here, capacity 1; nil: nothing is
	again time.Time  // when something that has failed is tried again
	wait  time.Duration
}

// named is what came of a change of a name.
type named struct {
	err    error
	change func(h *Hostname)
}

// The waits between tries to change a name, and how long the end of a move waits for the TTL alone.
const (
	firstNaming   = time.Second
	longestNaming = 30 * time.Second
	namingBound   = 5 * time.Second
	restoreBound  = time.Minute
)

// withName takes a step, and has the name of the database follow meanwhile. Nothing waits for a name but the end of a move: after it nobody would see to the name any more.
func (r *run) withName(ctx context.Context, step func(context.Context) error) error {
	waits, err := r.name(ctx)
	if err != nil {
		return err
	}
	if waits {
		r.rest(ctx, look)
		return r.renew(ctx)
	}
	return step(ctx)
}

// name notes what came of the last change of the name, and begins the next one if it is not as the state of the move wants it. waits: the move should not end yet.
func (r *run) name(ctx context.Context) (waits bool, err error) {
	n := r.engine.deps.Naming
	if n == nil || r.Module != "" {
		return false, nil
	}
	host := n.Hostname(r.Database)
	at, low, about := r.wantsName()
	if host == "" || !about {
		return false, nil
	}
	if err := r.noteName(ctx); err != nil {
		return false, err
	}
	h := Hostname{Name: host, Leads: r.From}
	if r.DNS != nil {
		h = *r.DNS
	}
	next, do := n.next(h, r.other(at), at, low)
	ends := r.State == Retiring || r.State == Aborting
	if do == nil {
		return ends && r.naming.ended != nil, nil
	}
	if r.naming.ended == nil && !r.now().Before(r.naming.again) {
		if err := r.changeName(ctx, next, do); err != nil {
			return false, err
		}
	}
	late := h.Leads == at && h.State != NamePointing && r.now().Sub(r.Since) > restoreBound
	return ends && !late && h.State != NameForeign, nil
}

// wantsName says to which cluster the name should lead in this state, and whether for a short time only; about: the state is about it at all.
func (r *run) wantsName() (at string, low, about bool) {
	switch r.State {
	case Prepared, Copying, Catchup, Ready:
		return r.From, true, true
	case Reversible:
		return r.To, true, true
	case Retiring:
		return r.To, false, true
	case Aborting:
		return r.From, false, r.DNS != nil
	case Planned, Preflight, Hold, Gated, CaughtUp, Committed, Opened, Done, Reopening, Aborted: // statements wait, or may not know yet where they go
	}
	return "", false, false
}

// other is the other cluster of the move.
func (r *run) other(cluster string) string {
	if cluster == r.From {
		return r.To
	}
	return r.From
}

// next is what has to be done to a name so that it leads to a cluster: the record before it is done, and the doing; nil: it is as it should be.
func (n *Naming) next(h Hostname, from, at string, low bool) (Hostname, func(context.Context) named) {
	switch {
	case h.Leads != at || h.State == NamePointing || h.State == NameForeign:
		h.State = NamePointing
		name, old, place := h.Name, n.Place(from), n.Place(at)
		return h, func(ctx context.Context) named {
			return named{n.Names.Point(ctx, name, old, place), func(h *Hostname) { h.State, h.Leads, h.Moved = NamePointed, at, true }}
		}
	case low && h.State == NameLowering:
		name := h.Name
		return h, func(ctx context.Context) named {
			return named{n.Names.SetTTL(ctx, name, n.TTL), func(h *Hostname) { h.lowered() }}
		}
	case low && !h.Low: // a move may have switched before there was time for that
		name := h.Name
		return h, func(ctx context.Context) named {
			before, err := n.Names.TTL(ctx, name)
			return named{err, func(h *Hostname) {
				if h.lowered(); before > n.TTL {
					h.State, h.TTL, h.Low = NameLowering, before, false
				}
			}}
		}
	case !low && h.TTL > 0:
		name, ttl := h.Name, h.TTL
		return h, func(ctx context.Context) named {
			return named{n.Names.SetTTL(ctx, name, ttl), func(h *Hostname) { h.State, h.TTL, h.Low = NameRestored, 0, false }}
		}
	}
	return h, nil
}

// lowered notes that resolvers keep the name for a short time.
func (h *Hostname) lowered() {
	if h.State, h.Low = NameLowered, true; h.Moved {
		h.State = NamePointed
	}
}

// changeName writes down what is to be done, and has it done beside the move.
func (r *run) changeName(ctx context.Context, next Hostname, do func(context.Context) named) error {
	if r.DNS == nil || *r.DNS != next {
		if err := r.save(ctx, func(m *Move) { m.DNS = &next }); err != nil {
			return err
		}
	}
	ended := make(chan named, 1)
	r.naming.ended = ended
	r.engine.group.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, namingBound)
		defer cancel()
		ended <- do(ctx)
		select {
		case r.woken <- struct{}{}:
		default:
		}
	})
	return nil
}

// noteName writes down what came of a change, if one has ended.
func (r *run) noteName(ctx context.Context) error {
	if r.naming.ended == nil || r.DNS == nil {
		return nil
	}
	var result named
	select {
	case result = <-r.naming.ended:
	default:
		return nil
	}
	r.naming.ended = nil
	h := *r.DNS
	if result.err == nil {
		result.change(&h)
		h.Problem, r.naming.wait, r.naming.again = "", 0, time.Time{}
	} else {
		h.Problem = result.err.Error()
		r.naming.wait = min(max(2*r.naming.wait, firstNaming), longestNaming)
		if errors.Is(result.err, dns.ErrForeign) {
			h.State, r.naming.wait = NameForeign, longestNaming
		}
		r.naming.again = r.now().Add(r.naming.wait)
		r.log.Warn("the name of a database could not be changed; nothing waits for it", "name", h.Name, "error", result.err, "again", r.naming.wait)
	}
	if h == *r.DNS {
		return nil
	}
	return r.save(ctx, func(m *Move) { m.DNS = &h })
}
