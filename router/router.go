// Package router decides where a statement goes. [Router.Plan] is a pure function of the statement's meaning, the session's facts, the
// shard map and the topology, dice included; the [Plan] it gives names a server, or says why the proxy has to answer, wait
// or refuse, and carries its reasons.
//
// It does no I/O, keeps no state and does not allocate for a plan that forwards. What a text means is statement's business, carrying out
// the plan is proxy's.
package router

import (
	"strings"
	"time"

	"shunt/session"
	"shunt/sharding"
	"shunt/statement"
	"shunt/topology"
)

// Scene is what all statements of a moment see alike.
type Scene struct {
	Map        *sharding.Map
	Topology   *topology.Snapshot
	Datacenter string // where this proxy stands: replicas there come first; empty: no preference
	Rules      *Rules // the operator's; nil for none
}

// World is what one statement sees of the rest: loaded once, so that all of its decisions agree.
type World struct {
	Scene
	// OnServer: the proxy must not answer itself, since the statement is only being prepared.
	OnServer bool
	// Wait is how long a read may wait on a replica for what its session wrote; 0: it may not.
	Wait time.Duration
	// Only is the cluster that the statement is for, whatever it names; empty: that is to be found out.
	Only string
	// OneServer: the answer has to be one server's, since it is passed on as it is.
	OneServer bool
	// Joined: what the statement needs from other clusters than Only has been brought there, to the primary.
	Joined bool
	// Held is whose writes wait; nil for nobody's. Touch is what the statement has to do with areas, and may be nil if none is held.
	Held  *Held
	Touch *Touch
	// Now is the time of the decision.
	Now time.Time
	// Transactions is what transactions may do on more than one cluster.
	Transactions Transactions
	// Keyed: the statement says which request it is part of.
	Keyed bool
	// PositionOf is the cluster whose primary was asked for its position for this very statement; empty for none. Position is the answer; nil: there was none.
	PositionOf string
	// Settled is the cluster whose primary was waited for until it showed all that its replicas had shown before this very statement; empty for none.
	Settled  string
	Position topology.Position
	// Avoid are servers that this very statement has just failed on; empty strings mean none.
	Avoid [4]string
}

// avoids says whether the statement has just failed on a server.
func (w *World) avoids(address string) bool {
	for _, a := range w.Avoid {
		if a == address {
			return true
		}
	}
	return false
}

// Router holds what does not change from statement to statement.
type Router struct {
	// SafeFunctions are stored functions that an operator has declared pure, lower case.
	SafeFunctions map[string]bool
}

// decision is a plan in the making.
type decision struct {
	Plan
	router   *Router
	st       *statement.Statement
	hint     *statement.Hint
	facts    *session.Facts
	world    *World
	dice     uint32
	reads    bool // a replica may answer
	fresh    bool // … one that is known to have the session's writes
	waits    bool // … or one that will have them soon
	now      bool // … or one that has what the primary has now
	level    session.Consistency
	unproven bool              // no replica can be known to have what the session has seen
	floor    topology.Position // what a replica must have beside that; nil for nothing
	pool     string            // the read pool whose replicas are looked at; empty: those in none

	split    []string          // what of it is where, if that is several clusters
	module   *sharding.Module  // the last one that a table of the statement is in; nil for none
	database string            // the last one whose home was asked for
	cluster  *topology.Cluster // what is known of Cluster, once that is settled
	fit      uint64            // which of its first 64 replicas fit
}

// Plan decides about one statement. dice is any random number.
//
// Each rule narrows the decision or settles it, and leaves a reason when it mattered; the first that settles ends. They are
// called by name and not from a list of functions, so that the decision stays on the stack.
func (r *Router) Plan(st *statement.Statement, hint *statement.Hint, facts *session.Facts, world *World, dice uint32) Plan {
	d := decision{router: r, st: st, hint: hint, facts: facts, world: world, dice: dice}
	_ = d.answer() || d.forbidden() || d.gather() || d.catalog() || d.everyPart() || d.shard() || d.hidden() || d.join() || d.heldArea() || d.pin() || d.role() || d.causal() || d.place() || d.primary()
	return d.Plan
}

func (d *decision) because(r Reason) {
	if int(d.n) < len(d.reasons) {
		d.reasons[d.n] = r
		d.n++
	}
}

func (d *decision) refuse(number uint16, state string, parts ...string) bool {
	d.Verdict = Refuse
	d.Error = refusal(number, state, strings.Join(parts, ""))
	return true
}
