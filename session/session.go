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

// The consistencies.
const (
	Causal   Consistency = iota // after a write, a replica is asked only if it is known to have that write
	Eventual                    // any replica in service
	Sticky                      // after a write, the primary until the session ends or is reset
	Primary                     // always the primary
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

var consistencies = [...]string{"causal", "eventual", "sticky", "primary"}

func (c Consistency) String() string { return consistencies[c] }

// Facts is what routing may see of a session. The router gets a pointer to it for the length of one decision.
type Facts struct {
	Schema      string
	Consistency Consistency

	Pins       Pin
	PinCluster string // where the pinned connection is
	PinHost    string

	InTransaction bool // the server says so
	Autocommit    bool

	// Wrote is the newest transaction that this session has committed, per cluster; Blind lists the clusters where it wrote
	// without learning the transaction's GTID.
	Wrote []ClusterGTID
	Blind []string
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
	initial *State // what login gave, COM_RESET_CONNECTION goes back to it
	pins    pins

	status   mysql.Status
	insertID uint64 // what LAST_INSERT_ID() gives, or an OK packet's insert id while insertUnsure
	// insertUnsure: an OK packet names the id of a row whose id the statement gave itself, too, and then LAST_INSERT_ID() stays
	// what it was. Only the connection knows, so it is asked before it goes back.
	insertUnsure bool
	rowCount     int64
	foundRows    int64
	warnings     Warnings

	stmts  Statements
	cursor uint32  // the prepared statement with an open cursor; 0 for none
	ending outcome // what the answer in flight has shown so far
	parse  func(string) *statement.Statement

	defaultCollation func(string) (string, bool)
	Trackers
}

// Login is what a session starts with.
type Login struct {
	Schema      string
	Charset     string // of the client's collation: character_set_client and character_set_results
	Collation   string // collation_connection; both empty: the server's defaults
	Consistency Consistency
	Trackers    Trackers
	// Parse reads the inner text of PREPARE … FROM 'text'; nil leaves such texts unknown.
	Parse func(text string) *statement.Statement
	// DefaultCollation names the servers' default collation of a character set; nil leaves it unknown.
	DefaultCollation func(charset string) (string, bool)
}

// New makes the session of a client that has just logged in.
func New(login Login) *Session {
	s := &Session{}
	s.Start(login)
	return s
}

// Start makes the session as new, for COM_CHANGE_USER.
func (s *Session) Start(login Login) {
	state := Clean
	if login.Charset != "" {
		state = state.withVar("character_set_client", Quote(login.Charset)).
			withVar("character_set_results", Quote(login.Charset)).
			withVar("collation_connection", Quote(login.Collation))
	}
	initial := state
	*s = Session{
		state: state.WithSchema(login.Schema), initial: initial,
		status: mysql.StatusAutocommit, rowCount: -1, Trackers: login.Trackers, parse: login.Parse,
		defaultCollation: login.DefaultCollation,
	}
	s.facts.Consistency = login.Consistency
	s.refresh()
}

// ResetConnection forgets what COM_RESET_CONNECTION makes a server forget: all but the default database and the login's
// character set. What was written stays known, so that the next read is not stale. Prepared statements are dropped.
func (s *Session) ResetConnection() {
	facts, schema, initial := s.facts, s.state.Schema, s.initial
	*s = Session{
		state: initial.WithSchema(schema), initial: initial,
		status: mysql.StatusAutocommit, rowCount: -1, Trackers: s.Trackers, parse: s.parse,
		defaultCollation: s.defaultCollation,
	}
	s.facts = Facts{Consistency: facts.Consistency, Wrote: facts.Wrote, Blind: facts.Blind}
	s.refresh()
}

// Facts are what routing may see; valid until the session's next change.
func (s *Session) Facts() *Facts { return &s.facts }

// State is what another connection needs to look like this session's.
func (s *Session) State() *State { return s.state }

// Pins tells the reasons that hold the session to its connection.
func (s *Session) Pins() Pin { return s.pins.set }

// PinDetail describes the pins to a person, with the time since when there are any.
func (s *Session) PinDetail() (string, time.Time) { return s.pins.describe(), s.pins.since }

// UseSchema sets the default database of a session whose login was checked elsewhere.
func (s *Session) UseSchema(name string) {
	s.state = s.state.WithSchema(name)
	s.refresh()
}

// Status is what the server said last about transaction and autocommit.
func (s *Session) Status() mysql.Status { return s.status }

// InsertIDUnsure says that the connection has to be asked for LAST_INSERT_ID() before it goes back.
func (s *Session) InsertIDUnsure() bool { return s.insertUnsure }

// SetInsertID records what LAST_INSERT_ID() gave.
func (s *Session) SetInsertID(id uint64) { s.insertID, s.insertUnsure = id, false }

// InsertID is what LAST_INSERT_ID() gives.
func (s *Session) InsertID() uint64 { return s.insertID }

// RowCount is what ROW_COUNT() gives: -1 after a result set or an error.
func (s *Session) RowCount() int64 { return s.rowCount }

// FoundRows is what FOUND_ROWS() gives if the last SELECT had no SQL_CALC_FOUND_ROWS.
func (s *Session) FoundRows() int64 { return s.foundRows }

// Pinned notes on which server the connection is that the session keeps; empty strings when it keeps none.
func (s *Session) Pinned(cluster, host string) {
	s.facts.PinCluster, s.facts.PinHost = cluster, host
}

// Lost forgets what was lost with a broken server connection: the transaction and everything else that pinned.
func (s *Session) Lost() {
	s.pins.reset()
	s.status &^= mysql.StatusInTrans | mysql.StatusInTransReadonly
	s.Pinned("", "")
	s.refresh()
}

// refresh derives the facts from the rest.
func (s *Session) refresh() {
	s.facts.Schema = s.state.Schema
	s.facts.Pins = s.pins.set
	s.facts.InTransaction = s.status&mysql.StatusInTrans != 0
	s.facts.Autocommit = s.status&mysql.StatusAutocommit != 0
}

// noteWrite remembers the newest transaction committed on a cluster. Without a GTID the write is blind.
func (s *Session) noteWrite(cluster string, g topology.GTID, known bool) {
	if !known {
		for _, c := range s.facts.Blind {
			if c == cluster {
				return
			}
		}
		s.facts.Blind = append(s.facts.Blind, cluster)
		return
	}
	for i := range s.facts.Wrote {
		w := &s.facts.Wrote[i]
		if w.Cluster == cluster && w.GTID.Source == g.Source {
			w.GTID.Seq = max(w.GTID.Seq, g.Seq)
			return
		}
	}
	s.facts.Wrote = append(s.facts.Wrote, ClusterGTID{cluster, g})
}
