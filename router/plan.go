package router

import (
	"shunt/mysql"
	"shunt/topology"
)

// Verdict is the kind of a decision.
type Verdict uint8

// The verdicts.
const (
	Forward Verdict = iota // to Host
	Answer                 // the proxy answers itself
	Hold                   // nobody may take it now: wait for another snapshot, plan again
	Refuse                 // Error
	Gather                 // ask each of Clusters, and make one answer of theirs
	Locate                 // ask Host, the primary, for its position, put it into World, plan again
	Combine                // bring the tables, which are on Clusters, to one of them, and plan for that
	Settle                 // wait until Host, the primary, shows all that its replicas have shown, put that into World, plan again
	Spread                 // each of Clusters carries it out, one after the other; the last one's answer is the client's
)

func (v Verdict) String() string {
	return [...]string{"forward", "answer", "hold", "refuse", "gather", "locate", "combine", "settle", "spread"}[v]
}

// Plan is where a statement goes, and why.
type Plan struct {
	Verdict  Verdict
	Cluster  string
	Clusters []string       // Gather, Combine, Spread
	Role     topology.Role  // the role that Host serves the statement in
	Host     *topology.Host // Forward
	Error    *mysql.Error   // Refuse, and Hold: what the client hears if the wait is over
	// Again: the statement may be asked of another server as long as nothing of its answer was passed on.
	Again bool
	// Wait: Host is not known to have what the session needs (what it wrote, session.Facts.Floor, and Floor here); it is asked to wait for that before it
	// reads.
	Wait  bool
	Floor topology.Position
	// Scarce: the primary answers only because no replica is in service, so not too many may ask it at a time. Stale: the answer may be older than
	// reads.max_lag allows.
	Scarce, Stale bool
	// Untracked: later reads may be older than this one, or cannot be, since the cluster has one server only.
	Untracked bool

	reasons [8]Reason
	n       uint8
}

// Reasons are the steps that led to the plan, in order.
func (p *Plan) Reasons() []Reason { return p.reasons[:p.n] }

// Reason is one step of a decision.
type Reason uint8

// The reasons; their texts are in EXPLAIN ROUTE and docs/reference/console.md.
const (
	NoReason         Reason = iota
	PlainRead               // nothing in it writes, locks or leaves state
	OnlySettings            // it only sets what shunt can put on any connection
	Writes                  // it writes
	LocksRows               // it locks rows
	NotPure                 // it calls something that is not known to be pure
	LeavesState             // it leaves something in its connection, or needs what is there
	NeedsPrimary            // it asks what only the primary knows
	NotUnderstood           // the parser does not know it
	OpensTransaction        // a transaction that may write
	ReadOnlyTx              // a READ ONLY transaction
	Pinned                  // the session is pinned to its connection
	AutocommitOff           // autocommit is off: every statement is part of a transaction
	HintPrimary             // a hint asks for the primary
	HintReplica             // a hint asks for a replica
	HintIgnored             // a hint asks for a replica, but the statement is no plain read
	WantsPrimary            // consistency is primary
	StickyWrite             // consistency is sticky, and the session has written
	BlindWrite              // the session wrote without a GTID: no replica can be known to have it
	CausalOK                // the replica is known to have what the session has to see
	CausalBehind            // no replica is known to have what the session has to see
	CausalWait              // a replica waits for that, then reads
	NoReplica               // no replica is in service
	Near                    // replicas of this datacenter come first
	ByWeight                // chosen by weight
	NoPrimary               // the cluster has no primary now
	ProxyKnows              // only the proxy knows the answer
	ByDatabase              // the cluster is the home of its databases
	ByModule                // the cluster is that of a module that its tables are in
	ByDefault               // it names no database: the default cluster
	AnyServer               // no replica is in service, the primary serves reads
	SafeByOperator          // the operator declared its functions safe
	InPool                  // the session's reads are given to a pool
	PoolOut                 // none of its servers is in service
	WorksWithLocks          // a READ ONLY transaction of a session that uses GET_LOCK
	SameReplica             // the session has read there before
	SeenMore                // it has read on a server that only the primary is known not to be behind of
	StaleRead               // no replica is in service, and the account may read what is old
	Gathers                 // what it lists is spread over several clusters
	WritesHeld              // somebody holds the writes of the cluster
	GlobalRead              // the tables' consistency is causal-global
	Joins                   // its tables are on several clusters
	Joined                  // they have been brought to one
	Spreads                 // each cluster that has a part of the database carries it out
	OpensBranch             // the open transaction begins on the cluster
	AreaHeld                // somebody holds the writes of its database or module
	reasons
)

var reasonTexts = [reasons]string{
	NoReason:         "",
	PlainRead:        "plain read: nothing in it writes, locks or leaves state",
	OnlySettings:     "settings only: any server can check them",
	Writes:           "it writes",
	LocksRows:        "it locks rows",
	NotPure:          "it calls a function that is not known to be pure",
	LeavesState:      "it leaves something in its connection or needs what is there, so it runs where the session can stay",
	NeedsPrimary:     "it asks what only the primary knows",
	NotUnderstood:    "the parser does not know this syntax, so it may write",
	OpensTransaction: "it opens a transaction that may write",
	ReadOnlyTx:       "a READ ONLY transaction stays on one replica",
	Pinned:           "the session is pinned to its connection",
	AutocommitOff:    "autocommit is off, so it is part of a transaction",
	HintPrimary:      "a hint asks for the primary",
	HintReplica:      "a hint asks for a replica",
	HintIgnored:      "the hint for a replica is ignored: this is no plain read",
	WantsPrimary:     "consistency is primary",
	StickyWrite:      "consistency is sticky and the session has written",
	BlindWrite:       "the session wrote something that has no GTID, so no replica can be known to have it",
	CausalOK:         "the replica is known to have what the session has to see",
	CausalBehind:     "no replica is known to have what the session has to see yet",
	CausalWait:       "the replica first waits for what the session has to see; if that takes too long the primary is asked",
	NoReplica:        "no replica is in service",
	Near:             "replicas of this datacenter come first",
	ByWeight:         "chosen among the replicas by weight",
	NoPrimary:        "the cluster has no primary now",
	ProxyKnows:       "the proxy knows the answer",
	ByDatabase:       "the cluster is the home of its database",
	ByModule:         "its tables are a module that lives on this cluster",
	ByDefault:        "it names no database, so the default cluster",
	AnyServer:        "the primary serves it",
	SafeByOperator:   "the operator declared its functions safe",
	InPool:           "the account's or the database's reads are given to a pool of replicas",
	PoolOut:          "no replica of the pool is in service",
	WorksWithLocks:   "the session works with GET_LOCK, which is for the primary",
	SameReplica:      "the session stays on the replica that it has read on, so that it does not go back in time",
	SeenMore:         "the session has just read what no replica is known to have, so only the primary does not go back in time",
	StaleRead:        "no replica is in service, and the account rather reads what is old than ask the primary",
	Gathers:          "what it lists is spread over several clusters: each is asked, and one answer is made of theirs",
	WritesHeld:       "writes to the cluster are held for a moment",
	Joins:            "its tables are on several clusters: the smaller part is copied to where the larger one is",
	Joined:           "tables of other clusters were copied to this one for it",
	Spreads:          "the database has modules: each cluster that has a part of it carries the statement out, its home last",
	OpensBranch:      "the open transaction begins on this cluster, where it may write",
	AreaHeld:         "writes to its database or module are paused",
	GlobalRead:       "consistency is causal-global: a replica must have what the primary has now",
}

func (r Reason) String() string { return reasonTexts[r] }
