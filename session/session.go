// Package session remembers what one client has set up, what pins it to its server connection, and what another connection
// needs to look the same. A [Session] belongs to its client's task alone and needs no lock.
//
// The servers' status flags and session trackers are the truth ([Session.Observe]); a statement's effects, known from its text,
// fill in what servers do not report (GET_LOCK, user variables). What a session has is split in two: its [State] can be put
// on any connection ([Restore]); everything else is a [Pin]. Running the commands is the business of proxy and backend.
package session

import (
	"time"

	"shunt/mysql"
	"shunt/statement"
	"shunt/topology"
)

// Consistency says how fresh a session's reads must be.
type Consistency uint8

// The consistencies. docs/consistency.md says what each promises.
const (
	Causal       Consistency = iota // never older than what the session has written and read: a replica is asked only if it is known to have that
	Eventual                        // any replica in service
	Sticky                          // after a critical write, the primary until the request ends
	Primary                         // always the primary
	CausalGlobal                    // never older than what anybody was told to be written before
)

// ParseConsistency reads the word of a hint or of config.yaml.
func ParseConsistency(word string) (Consistency, bool) {
	for c, name := range consistencies {
		if word == name {
			return Consistency(c), true
		}
	}
	return Causal, false
}

var consistencies = [...]string{"causal", "eventual", "sticky", "primary", "causal-global"}

func (c Consistency) String() string { return consistencies[c] }

// strictness orders the consistencies by what they ask of a server.
var strictness = [...]uint8{Eventual: 0, Sticky: 1, Causal: 2, CausalGlobal: 3, Primary: 4}

// Stricter is the one of two consistencies that asks more of a server.
func (c Consistency) Stricter(d Consistency) Consistency {
	if strictness[d] > strictness[c] {
		return d
	}
	return c
}

// Facts is what routing may see of a session. The router gets a pointer to it for the length of one decision.
type Facts struct {
	User        string // the name that the client has logged in with
	Schema      string
	Consistency Consistency // the account's, or what the session has chosen
	Chosen      bool        // … by its variable shunt_consistency; then no rule holds

	// Scarcity is what becomes of its reads while no replica is in service.
	Scarcity Scarcity
	// Pool is the pool of replicas that its reads are given to; nil: the replicas that are in none.
	Pool *topology.ReadPool

	Pins       Pin
	Spent      Pin    // those of them that the open transaction has used up
	PinCluster string // where the pinned connection is
	PinHost    string
	PinReplica bool // … which was a replica's when it was borrowed

	InTransaction bool // the server says so
	ReadOnly      bool // … and that it is READ ONLY
	// Branches are the clusters that the open transaction has touched, in the order in which it did. Atomic: it commits on all or none of them.
	Branches   []Branch
	Atomic     bool
	Autocommit bool

	// Here tells which questions about the last statements (the Uses… effects) the connection in use answers rightly by itself. WarningsKnown:
	// the proxy knows the warnings.
	Here          statement.Effects
	WarningsKnown bool
	// Gone are questions that have no answer inside a larger statement any more, Torn those that have none beside ROW_COUNT().
	Gone, Torn statement.Effects
	// UserVars and UserBytes are how many user variables the session has, and how long they are as SQL.
	UserVars, UserBytes int
	// UsesLocks: the session has called GET_LOCK, or was about to.
	UsesLocks bool
	// sequences is the session's own; nil: it has none.
	sequences *sequences

	// Wrote is the newest transaction that this session has committed, per cluster; Blind lists the clusters where it wrote
	// without learning the transaction's GTID. Writes that are not critical are not among them.
	Wrote []ClusterGTID
	Blind []string
	// Stuck is when the present request last made a critical write, per cluster.
	Stuck []ClusterTime
	// Seen is where the session has read since it last wrote, per cluster.
	Seen []Seen
	// Ahead are the clusters whose primary may not show yet what the session knows of.
	Ahead []string
	// Floor is what else its reads must have, per cluster: positions that tokens brought.
	Floor []ClusterPosition
}

// ClusterTime is a moment, and the cluster that it is about.
type ClusterTime struct {
	Cluster string
	At      time.Time
}

// ClusterGTID is a transaction and where it was committed.
type ClusterGTID struct {
	Cluster string
	GTID    topology.GTID
}

// Session is what one client has set up.
type Session struct {
	facts   Facts
	state   *State
	initial *State // what COM_RESET_CONNECTION goes back to
	pins    pins

	status mysql.Status
	flavor topology.Flavor // of the server that answered last
	last

	standard Consistency // of sessions of this account that choose none
	ledger   ledger
	news     []Wrote // see News

	stmts  Statements
	cursor uint32 // the prepared statement with an open cursor; 0 for none

	sequences sequences
	ending    outcome // what the answer in flight has shown so far
	parse     func(string) *statement.Statement

	defaultCollation func(string) (string, bool)
	pool             func(string) *topology.ReadPool
	Trackers
}

// Login is what a session starts with.
type Login struct {
	User        string
	Schema      string
	Charset     string // of the client's collation: character_set_client and character_set_results
	Collation   string // collation_connection; both empty: the server's defaults
	Consistency Consistency
	Scarcity    Scarcity
	Trackers    Trackers
	// Parse reads the inner text of PREPARE … FROM 'text'; nil leaves such texts unknown.
	Parse func(text string) *statement.Statement
	// DefaultCollation names the servers' default collation of a character set; nil leaves it unknown.
	DefaultCollation func(charset string) (string, bool)
	// Pool tells which pool of replicas the reads are given to while a default database is in use; nil: to none.
	Pool func(schema string) *topology.ReadPool
	// Reset is the collation that COM_RESET_CONNECTION goes back to, and ResetCharset its character set; empty: the login's.
	Reset, ResetCharset string
}

// New makes the session of a client that has just logged in.
func New(login Login) *Session {
	s := &Session{}
	s.Start(login)
	return s
}

// Start makes the session as new, for COM_CHANGE_USER.
func (s *Session) Start(login Login) {
	state := inCharset(login.Charset, login.Collation)
	initial := state
	if login.Reset != "" {
		initial = inCharset(login.ResetCharset, login.Reset)
	}
	*s = Session{
		state: state.WithSchema(login.Schema), initial: initial,
		status: mysql.StatusAutocommit, Trackers: login.Trackers, parse: login.Parse, standard: login.Consistency,
		defaultCollation: login.DefaultCollation, pool: login.Pool, ending: outcome{st: noStatement},
	}
	s.facts.User, s.facts.Consistency, s.facts.Scarcity = login.User, login.Consistency, login.Scarcity
	s.choosePool()
	s.refresh()
}

// inCharset is the state behind a login, or a reset, that brings a character set; both empty: none.
func inCharset(charset, collation string) *State {
	if charset == "" {
		return Clean
	}
	return Clean.withVar("character_set_client", Quote(charset)).
		withVar("character_set_results", Quote(charset)).
		withVar("collation_connection", Quote(collation)).
		withResults(collation)
}

// ResetConnection forgets what COM_RESET_CONNECTION makes a server forget: all but the default database and, in MariaDB, the login's
// character set. What was written stays known, so that the next read is not stale. Prepared statements are dropped.
func (s *Session) ResetConnection() {
	facts, schema, initial := s.facts, s.state.Schema, s.initial
	*s = Session{
		state: initial.WithSchema(schema), initial: initial,
		status: mysql.StatusAutocommit, last: last{foundRows: s.foundRows}, Trackers: s.Trackers, parse: s.parse, standard: s.standard,
		defaultCollation: s.defaultCollation, pool: s.pool, ending: outcome{st: noStatement},
	}
	s.facts = Facts{
		User: facts.User, Schema: facts.Schema, Pool: facts.Pool, Consistency: s.standard, Scarcity: facts.Scarcity,
		Wrote: facts.Wrote, Blind: facts.Blind, Seen: facts.Seen, Ahead: facts.Ahead, Floor: facts.Floor, UsesLocks: facts.UsesLocks,
	}
	s.refresh()
}

// Facts are what routing may see; valid until the session's next change.
func (s *Session) Facts() *Facts { return &s.facts }

// State is what another connection needs to look like this session's.
func (s *Session) State() *State { return s.state }

// Pins tells the reasons that hold the session to its connection.
func (s *Session) Pins() Pin { return s.pins.set }

// PinChanges is another number whenever the description of the pins has changed while the reasons stayed the same.
func (s *Session) PinChanges() uint32 { return s.pins.changes }

// PinDetail describes the pins to a person, with the time since when there are any.
func (s *Session) PinDetail() (string, time.Time) { return s.pins.describe(), s.pins.since }

// UseSchema sets the default database of a session whose login was checked elsewhere.
func (s *Session) UseSchema(name string) {
	s.state = s.state.WithSchema(name)
	s.refresh()
}

// Status is what the server said last about transaction and autocommit.
func (s *Session) Status() mysql.Status { return s.status }

// Pinned notes on which server the connection is that the session keeps; empty strings when it keeps none any more.
func (s *Session) Pinned(cluster, host string, replica bool) {
	s.facts.PinCluster, s.facts.PinHost, s.facts.PinReplica = cluster, host, replica
	if host == "" {
		s.sequences.leave()
		s.elsewhere()
		s.refreshLast()
	}
}

// Lost forgets what was lost with a broken server connection: the transaction and everything else that pinned.
func (s *Session) Lost() {
	s.pins.reset()
	s.status &^= mysql.StatusInTrans | mysql.StatusInTransReadonly
	s.noBranches()
	s.Pinned("", "", false)
	s.refresh()
}

// refresh derives the facts from the rest.
func (s *Session) refresh() {
	if s.facts.Schema != s.state.Schema {
		s.choosePool()
	}
	s.facts.InTransaction = s.status&mysql.StatusInTrans != 0
	s.facts.ReadOnly = s.status&mysql.StatusInTransReadonly != 0
	if s.facts.Pins, s.facts.Spent = s.pins.set, 0; s.facts.InTransaction && s.pins.shots == shotTransaction {
		s.facts.Spent = PinOneShot
	}
	s.facts.Autocommit = s.status&mysql.StatusAutocommit != 0
	s.facts.sequences = &s.sequences
	s.refreshLast()
}

// refreshLast derives what depends on the connection in use.
func (s *Session) refreshLast() {
	s.facts.UserVars, s.facts.UserBytes = len(s.state.User)+len(s.unread), s.state.bytes
	s.facts.Here = s.here
	s.facts.WarningsKnown = s.warnings.Count == 0 || s.warnings.Saved != nil
	s.facts.Gone, s.facts.Torn = s.gone()
}

// choosePool follows the default database, which the pool may depend on.
func (s *Session) choosePool() {
	s.facts.Schema = s.state.Schema
	if s.pool != nil {
		s.facts.Pool = s.pool(s.state.Schema)
	}
}

// UseLocks notes that the session works with GET_LOCK: its READ ONLY transactions go to the primary from now on, where locks are.
func (s *Session) UseLocks() { s.facts.UsesLocks = true }

// noStatement is the statement of a session that has sent none yet.
var noStatement = &statement.Statement{}
