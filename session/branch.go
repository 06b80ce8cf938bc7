package session

import (
	"shunt/mysql"
	"shunt/statement"
	"shunt/topology"
)

// Branch is one cluster's part of the open transaction.
type Branch struct {
	Cluster string
	// Host is where its connection is, while the session uses that of another branch; empty for the one in use.
	Host string
	// Wrote: it has, or may have, written something.
	Wrote bool
	// XA: it was opened with XA START, so that it can take part in a two-phase commit.
	XA bool
}

// branching are the pins with which a transaction can go on on another cluster: what else there is would stay behind.
const branching = PinTransaction | PinDiagnostics

// MayBranch says whether the session has a transaction open, and nothing else that keeps it where it is, so that it may open a branch elsewhere.
func (f *Facts) MayBranch() bool {
	return f.Pins&PinTransaction != 0 && f.Pins&^branching&^f.Spent == 0
}

// InWriting says whether a transaction is open that may write.
func (f *Facts) InWriting() bool { return f.InTransaction && !f.ReadOnly }

// Branch gives the transaction's branch on a cluster; nil if it has none there.
func (f *Facts) Branch(cluster string) *Branch {
	for i := range f.Branches {
		if f.Branches[i].Cluster == cluster {
			return &f.Branches[i]
		}
	}
	return nil
}

// Defer notes that the proxy has answered a BEGIN itself: the transaction opens its branches as it touches clusters. atomic says that these are opened
// with XA START.
func (s *Session) Defer(st *statement.Statement, atomic bool) {
	s.Begin(st)
	s.status |= mysql.StatusInTrans
	s.pins.drop(PinDiagnostics)
	s.pins.add(PinTransaction)
	s.pins.releaseTables()
	s.facts.Atomic, s.facts.Branches = atomic, s.facts.Branches[:0]
	s.refresh()
}

// Open notes that the transaction has a branch now on a cluster, on the connection in use.
func (s *Session) Open(cluster string, xa bool) {
	s.branch(cluster).XA = xa
	s.facts.Atomic = s.facts.Atomic && xa
	s.status |= mysql.StatusInTrans
	s.pins.add(PinTransaction)
	s.refresh()
}

// branch finds the transaction's branch on a cluster, or makes it.
func (s *Session) branch(cluster string) *Branch {
	if b := s.facts.Branch(cluster); b != nil {
		return b
	}
	s.facts.Branches = append(s.facts.Branches, Branch{Cluster: cluster})
	return &s.facts.Branches[len(s.facts.Branches)-1]
}

// Sleep notes that the session leaves the connection in use to go on in another branch. What only that connection knows has been asked by now.
func (s *Session) Sleep() {
	if b := s.facts.Branch(s.facts.PinCluster); b != nil {
		b.Host = s.facts.PinHost
	}
	s.pins.drop(PinDiagnostics)
	s.facts.PinCluster, s.facts.PinHost, s.facts.PinReplica = "", "", false
	s.elsewhere() // but for sequences, each of which is on the cluster of one branch
	s.refresh()
}

// Wake notes that the connection of a branch is in use again.
func (s *Session) Wake(cluster string, host string, replica bool) {
	s.branch(cluster).Host = ""
	s.facts.PinCluster, s.facts.PinHost, s.facts.PinReplica = cluster, host, replica
	s.refresh()
}

// EndTransaction notes that the proxy has ended the transaction on all clusters. What else keeps the connection in use goes on.
func (s *Session) EndTransaction() {
	s.status &^= mysql.StatusInTrans | mysql.StatusInTransReadonly
	s.pins.drop(PinTransaction | PinDiagnostics)
	if s.pins.shots == shotTransaction { // it was for the transaction
		s.pins.shots = 0
		s.pins.settleShots()
	}
	s.ledger = ledger{}
	if len(s.facts.Branches) > 1 {
		s.sequences.leave()
	}
	s.noBranches()
	s.refresh()
}

func (s *Session) noBranches() { s.facts.Branches, s.facts.Atomic = s.facts.Branches[:0], false }

// noteBranch notes after a statement on a cluster what the open transaction has there. If a transaction over several clusters has ended on one of them,
// the proxy ends it on the others.
func (s *Session) noteBranch(st *statement.Statement, cluster string) {
	if s.pins.set&PinTransaction == 0 {
		return
	}
	if !s.ending.failed && st.Effects.Any(statement.TxBegin|statement.TxEnd|statement.TxChain|statement.ImplicitCommit) {
		s.noBranches() // another one than before
	}
	b := s.branch(cluster)
	b.Wrote = b.Wrote || MayWrite(st) && (!s.ending.failed || mayHaveTaken(st) || st.Kind == statement.Multi)
}

// endBranch notes that the transaction has ended where it was open last. Others are the proxy's to end, and so is a branch of XA, which waits for that.
func (s *Session) endBranch() {
	if len(s.facts.Branches) == 1 && !s.facts.Branches[0].XA {
		s.noBranches()
	}
}

// Commits takes in what the end of a branch has committed: what the answer's trackers tell of its GTID. Without one it has written nothing, unless there was
// no answer: then untold says that it may have. It is to be called for each branch before [Session.EndTransaction].
func (s *Session) Commits(cluster string, flavor topology.Flavor, track []byte, untold bool) (w Wrote, some bool) {
	var g topology.GTID
	for e, err := range mysql.Tracks(track) {
		if err != nil {
			break
		}
		if e.Kind == mysql.TrackGTIDs || e.Kind == mysql.TrackSystemVariable && string(e.Name) == "last_gtid" {
			if parsed, ok := topology.ParseGTID(flavor, string(e.Value)); ok {
				g = parsed
			}
		}
	}
	if g == (topology.GTID{}) && !untold || !s.ledger.counts() {
		return Wrote{}, false
	}
	kept := s.ledger
	s.commit(cluster, g)
	s.ledger = kept // the other branches' writes are as critical
	return Wrote{cluster, g}, true
}

// NextTransaction says whether all that keeps the session on its connection is a SET TRANSACTION, which is for the next one.
func (s *Session) NextTransaction() bool {
	return s.pins.set&^PinDiagnostics == PinOneShot && s.pins.shots == shotTransaction
}

// TakeNextTransaction notes that the proxy sets it itself where the transaction begins; the connection in use is to be reset.
func (s *Session) TakeNextTransaction() {
	s.pins.shots &^= shotTransaction
	s.pins.settleShots()
	s.refresh()
}
