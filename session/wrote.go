package session

import (
	"slices"
	"time"

	"shunt/mysql"
	"shunt/statement"
	"shunt/topology"
)

// ledger is what the transaction that is open, or the statement in hand, has written so far.
type ledger struct {
	critical bool // something that later reads have to see
	exempt   bool // something that they need not see
}

// Wrote is one write of a session as others may have to know it.
type Wrote struct {
	Cluster string
	GTID    topology.GTID // zero: the write is blind
}

// noteWrites remembers the commit that this answer reported. A write whose answer names no transaction is blind, unless it
// changed nothing or is still inside a transaction. exempt says that nothing that the statement itself writes has to be seen by later reads.
func (s *Session) noteWrites(st *statement.Statement, cluster string, exempt bool) {
	s.ledger.note(st, exempt)
	switch {
	case s.ending.hasGTID:
		s.commit(cluster, s.ending.gtid)
	case s.status&mysql.StatusInTrans != 0:
	case s.blind(st, exempt):
		s.commit(cluster, topology.GTID{})
	default:
		s.ledger = ledger{} // rolled back, or nothing was written
	}
}

// Committing tells what the answer observed so far has committed that later reads have to see, before [Session.End] takes it in: others may have to
// know before the client does.
func (s *Session) Committing(st *statement.Statement, cluster string, exempt bool) (w Wrote, some bool) {
	after := s.ledger
	after.note(st, exempt)
	switch {
	case s.ending.hasGTID:
		w = Wrote{cluster, s.ending.gtid}
	case s.blind(st, exempt):
		w = Wrote{Cluster: cluster}
	default:
		return w, false
	}
	return w, after.counts()
}

// note takes in what a statement writes.
func (l *ledger) note(st *statement.Statement, exempt bool) {
	if wrote := MayWrite(st); wrote && exempt {
		l.exempt = true
	} else if wrote {
		l.critical = true
	}
}

// counts says whether the transaction has written anything that later reads have to see. One of which nothing is known to be exempt has: what wrote may have
// been a routine.
func (l *ledger) counts() bool { return l.critical || !l.exempt }

// blind says whether the answer is that of a write that names no transaction.
func (s *Session) blind(st *statement.Statement, exempt bool) bool {
	return s.status&mysql.StatusInTrans == 0 && !s.ending.failed && !exempt && mayWriteBlind(st) && (s.ending.affected > 0 || st.Kind != statement.Update)
}

// commit closes the ledger.
func (s *Session) commit(cluster string, g topology.GTID) {
	counts := s.ledger.counts()
	s.ledger = ledger{}
	if !counts {
		return
	}
	s.stick(cluster)
	s.news = append(s.news, Wrote{cluster, g})
	s.NoteWrite(cluster, g)
	if g != (topology.GTID{}) {
		s.unsee(cluster)
	}
}

// NoteWrite makes a write one that the session's reads have to see: its own, or one of its request. Without a GTID it is blind.
func (s *Session) NoteWrite(cluster string, g topology.GTID) {
	if g == (topology.GTID{}) {
		if !slices.Contains(s.facts.Blind, cluster) {
			s.facts.Blind = append(s.facts.Blind, cluster)
		}
		return
	}
	s.doubt(cluster)
	for i := range s.facts.Wrote {
		w := &s.facts.Wrote[i]
		if w.Cluster == cluster && w.GTID.Source == g.Source {
			w.GTID.Seq = max(w.GTID.Seq, g.Seq)
			return
		}
	}
	s.facts.Wrote = append(s.facts.Wrote, ClusterGTID{cluster, g})
}

// stick notes that the request has made a critical write.
func (s *Session) stick(cluster string) { s.Stick(cluster, time.Now()) }

// Stick notes when the request has made a critical write, on whatever connection.
func (s *Session) Stick(cluster string, at time.Time) {
	for i := range s.facts.Stuck {
		if stuck := &s.facts.Stuck[i]; stuck.Cluster == cluster {
			stuck.At = at
			return
		}
	}
	s.facts.Stuck = append(s.facts.Stuck, ClusterTime{cluster, at})
}

// News are the critical writes that the session has committed since it was asked last. They are the caller's until the session's next statement.
func (s *Session) News() []Wrote {
	news := s.news
	s.news = s.news[:0]
	return news
}

// MayWrite says whether a statement writes, or may do so.
func MayWrite(st *statement.Statement) bool {
	for i := range st.Tables {
		if st.Tables[i].Write {
			return true
		}
	}
	switch st.Kind {
	case statement.Call, statement.Unknown, statement.DDL, statement.Account, statement.Load, statement.Execute, statement.Multi, statement.XA, statement.Do:
		return true
	}
	return st.Effects.Has(statement.Impure)
}

// mayWriteBlind lists what writes so that somebody may read it on a replica. Updates of no rows, and deletes of none, write
// nothing and are no news.
func mayWriteBlind(st *statement.Statement) bool {
	for i := range st.Tables {
		if st.Tables[i].Write {
			return st.Kind != statement.Delete && st.Kind != statement.LockTables
		}
	}
	return false
}
