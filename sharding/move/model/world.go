// Package model goes through everything that can happen to a move: every order in which movers, proxies, servers, clients and the store can take their steps, with
// each of them stopped, cut off or dead at any moment. Its tests find no state in which the promises of a move are broken; and a state, with the way to it, as soon as any of
// the guards is taken away.
//
// A world is a few writes, two movers, two proxies and two servers, and a bound for each fault. The explorer knows nothing of moves. What a mover does is a table of
// actions by [move.State], in the order of the code of package move; each action is what nobody can see half of: a statement on a server, a transaction of the store. Every
// change of state is checked against [move.State.May].
//
// The model is written by hand. What is in it and what is not is told in docs/decisions/0057; whoever changes the order of steps in package move changes it here.
package model

import "shunt/sharding/move"

// The servers.
const (
	source = iota // where the unit is at first
	target
)

// bounds of what a state can hold.
const (
	mostWrites = 3
	longestLog = 8
)

// guard is one of the things that make a move safe. A world can be without some.
type guard uint32

const (
	// holdGuard: statements about grants and definitions go over one connection, which has the unit's lock and the highest token, and which a new owner ends.
	holdGuard guard = 1 << iota
	// rowGuard: a transaction that applies changes looks at the token and phase of the guard's row.
	rowGuard
	// grantGate: the accounts have no rights on the source any more, and nothing is open there, when the marker is written.
	grantGate
	// sessionGuard: sessions that stand in the unit are ended after the grants were taken.
	sessionGuard
	// markerGuard: the stream ends at the marker, and not at a position that was read before.
	markerGuard
	// commitGuard: the decision demands that record and owner are what they were.
	commitGuard
	// proxyHold: proxies hold statements back from before the gate until after the decision.
	proxyHold
	// togetherGuard: rows and progress are one transaction.
	togetherGuard
	// releaseGuard: proxies let go on a map that has the decision.
	releaseGuard
	// closedTarget: accounts have no rights on the target before it is opened.
	closedTarget

	// The guards below are those that the model found missing in the code: docs/decisions/0057 tells of them.

	// letInGuard: the gate also waits for statements that were let in before the grants were taken and have locked nothing yet.
	letInGuard
	// copyGuard: the rows of the copy are written under the guard's row, too.
	copyGuard
	// pinGuard: only the owner writes the home down, or takes it back.
	pinGuard
	// freshRelease: a hold is released on the map of this switch, not of the one before.
	freshRelease
	// endOnMap: the hold of a switch that was given up is released on a map, too, and not just taken away.
	endOnMap
	// reopenAlone: the source is reopened when the target is away.
	reopenAlone
	// openAlone: the target is opened when the source is away.
	openAlone
)

// world says what there is and how often things may happen.
type world struct {
	without guard
	writes  int
	found   bool // the home is known by discovery alone at first
	copied  bool // it begins when the copy is there, and nothing has gone wrong so far
	// What may go wrong, how often.
	losses      uint8 // an owner is silent for longer than its lease, and knows nothing of it
	deaths      uint8 // a mover dies
	cuts        uint8 // the second proxy does not count as alive when holds are awaited, and is: it is cut off from the store, or stopped
	proxyDeaths uint8 // a proxy dies with what it has sent under way
	serverDowns uint8 // a server goes away for good
	// What may be ordered, how often.
	rollbacks, finishes uint8
	tries               uint8 // switches that are given up before the move is
	copies              uint8 // copies begun
	// redo lets a copy be found worthless at any time, and slow lets a switch take too long.
	redo, slow bool
	// doors has statements take two steps to lock what they write, or to go into the unit: the rights are looked at first.
	doors bool
	// compares has the unit compared as a whole before the target is sealed, as small ones are. Without that it has to be right as well.
	compares bool
	// What is looked for.
	homes, data, comfort, writable bool
}

func (w *world) has(g guard) bool { return w.without&g == 0 }

// record is what the store has of a move.
type record struct {
	state                                                uint8 // an index of move.States
	from, epoch, switches, tries, attempt                uint8
	origin, decided                                      uint8 // 0: none; else 1 + a position, and a count of decisions
	rollback, finish, reopen, open, held, pinned, strand bool
}

// to is where the unit goes.
func (r *record) to() uint8 { return 1 - r.from }

// state is all there is. It is compared as a whole, so what does not matter any more is set to zero.
type state struct {
	// The store.
	rec                 record
	owner, tokens       uint8 // of the owner's key, 0: there is none; and how many were given out
	entry, ver          uint8 // the home that is written down: 0 none, else 1 + a server; and how many decisions were made
	hold, release       uint8 // the epoch of the hold, 0: there is none; and 1 + the decision whose map ends it, 0: not yet
	acks                [2]uint8
	servers             [2]server
	movers              [2]mover
	proxies             [2]proxy
	writes              [mostWrites]write
	losses, deaths      uint8
	cuts, proxyDeaths   uint8
	serverDowns         uint8
	rollbacks, finishes uint8
	wrong               wrong // found while a step was taken
}

// server is what one of the servers has of the unit.
type server struct {
	down, there, open   bool // away for good; has the tables; the accounts have their rights
	may                 bool // for the invariants: applications may write, since no marker was written after it was opened
	token, phase, epoch uint8
	progress            uint8 // 1 + how many events of the other's log are applied
	n                   uint8
	log                 [longestLog]event
	rows                [mostWrites]uint8 // how often each write is there
}

// event is an entry of a binary log: 1 + a write; with applied, one that a move brought; a marker, and its epoch.
type event uint8

const (
	applied  event = 0x10
	markerOf event = 0x80
)

// append adds to the log. One that is full is noticed as something that is wrong.
func (s *server) append(e event) {
	if s.n < longestLog {
		s.log[s.n] = e
	}
	s.n++
}

// The phases of the guard's row.
const (
	idle uint8 = iota
	forward
	sealed
	opened
	reverse
	aborted
)

// link is a mover's connection to a server on which definitions and grants may be changed.
type link uint8

const (
	none  link = iota
	asked      // the guard's token was read, and was not higher
	alive
	dead // ended by somebody else
)

// The states of an applier.
const (
	off     uint8 = iota
	claimed       // it was seen to be the owner's; the connection that applies is not ended yet
	at            // it applies, from pos on
	half          // without togetherGuard: rows are written and the progress is not
	ended         // the marker was applied
)

// The states of a decision that was sent to the store.
const (
	unsent  uint8 = iota
	flying        // the record is as it was
	stale         // it is not
	done          // it was made
	refused       // it was not
)

// mover is what a proxy knows that drives the move.
type mover struct {
	runs     bool
	fresh    bool // the record is as it was read
	deadline bool // it began the switch that is under way
	made     bool // the target's tables
	token    uint8
	at       uint8 // which action of its state comes next
	rec      record
	links    [2]link
	// the applier
	applier, pos, reads, epoch, phase uint8
	end                               uint8 // without markerGuard: where its stream ends
	// the copy
	copyAt   uint8 // 1 + the position of the snapshot
	copyRows uint8 // a bit for each write
	decision uint8
}

// proxy is what one knows, and what of it others can see.
type proxy struct {
	dead  bool
	entry uint8 // the home as its map has it
	ver   uint8 // decisions that its map knows
	hold  uint8 // the epoch of the hold in force here
}

// The states of a write.
const (
	unwritten uint8 = iota
	goingIn         // not sent yet; a USE was let in that takes its session into the unit
	standing        // not sent yet; its session stands in the unit, and keeps the rights it had
	letIn           // the server has looked at the rights
	written         // rows are locked and written, and the transaction is open
	acked
	failed
	unknown
)

// open says whether a write has a transaction, or is about to.
func (w *write) open() bool { return w.is == letIn || w.is == written }

// entering says whether its session has gone into the unit, and nothing was sent yet.
func (w *write) entering() bool { return w.is == goingIn || w.is == standing }

// write is one transaction of an application, with one row that tells it from all others.
type write struct{ is, on uint8 }

// wrong is what a step did that it must not.
type wrong uint8

const (
	fine wrong = iota
	late
	offTable
	epochBack
	refusal
)

// first is the state that everything begins with.
func (w *world) first() state {
	s := state{losses: w.losses, deaths: w.deaths, cuts: w.cuts, proxyDeaths: w.proxyDeaths, serverDowns: w.serverDowns, rollbacks: w.rollbacks, finishes: w.finishes}
	s.rec.epoch = 1
	s.servers[source] = server{there: true, open: true, may: true}
	if !w.found {
		s.entry = 1 + source
	}
	for i := range s.proxies {
		s.proxies[i].entry = s.entry
	}
	if w.writes < 2 && w.cuts == 0 { // nobody would notice the second one
		s.proxies[1] = proxy{dead: true}
	}
	for w.copied && s.rec.state != catchup {
		w.movers(&s, func(t step[state]) {
			if t.kind == itself && t.next.rec.attempt <= 1 {
				s = t.next
			}
		})
	}
	return s
}

// home is where an entry says that the unit is; 2: nobody knows.
func (s *state) home(entry uint8) uint8 {
	switch a, b := s.servers[source].there, s.servers[target].there; {
	case entry > 0:
		return entry - 1
	case a && !b:
		return source
	case b && !a:
		return target
	}
	return 2
}

// indexOf is a state as records have it.
func indexOf(s move.State) uint8 {
	for i, other := range move.States() {
		if other == s {
			return uint8(i)
		}
	}
	return 255
}
