package move

import "slices"

// State is where a move is. It is persisted before what it stands for is done, so that whoever takes over does it again.
type State string

// The states, in the order of a move that goes well; those behind Done are ways back.
const (
	// Planned: it was ordered. It waits for a slot, and for somebody to take it.
	Planned State = "planned"
	// Preflight: both servers are looked at, and nothing is changed. It ends here if something is in the way.
	Preflight State = "preflight"
	// Prepared: the home is written down where only discovery knew it; tables and accounts are made on the target, where the accounts have no right on the unit.
	Prepared State = "prepared"
	// Copying: the rows of one moment are copied. Whoever takes over in this state begins with Prepared anew.
	Copying State = "copying"
	// Catchup: what was changed since is applied on the target, in the order of the commits.
	Catchup State = "catchup"
	// Ready: the target is a moment behind, and the switch waits for its turn.
	Ready State = "ready"
	// Hold: proxies hold the statements of the unit back, and transactions come to their ends.
	Hold State = "hold"
	// Gated: the accounts lose their rights on the source, and the last event is written there.
	Gated State = "gated"
	// CaughtUp: the target applies up to that event, is compared, gets its triggers and counters, and is sealed.
	CaughtUp State = "caughtup"
	// Committed: the map names the target. From here on there is no way but forward.
	Committed State = "committed"
	// Opened: the accounts get their rights on the target, and statements go on there.
	Opened State = "opened"
	// Reversible: the source follows the target, until somebody orders the way back, or the end.
	Reversible State = "reversible"
	// Retiring: what is left on the source is dropped.
	Retiring State = "retiring"
	// Done: the unit is on the target alone.
	Done State = "done"

	// Reopening: a switch is given up before it was committed; the source is opened again. The copy stays.
	Reopening State = "reopening"
	// Aborting: the move is given up; all of it is taken back.
	Aborting State = "aborting"
	// Aborted: everything is as it was.
	Aborted State = "aborted"
)

// States are all of them, in order.
func States() []State {
	return []State{Planned, Preflight, Prepared, Copying, Catchup, Ready, Hold, Gated, CaughtUp, Committed, Opened, Reversible, Retiring, Done, Reopening, Aborting, Aborted}
}

// Next are the states that may follow on s.
func (s State) Next() []State {
	switch s {
	case Planned:
		return []State{Preflight, Aborting}
	case Preflight:
		return []State{Prepared, Aborting}
	case Prepared:
		return []State{Copying, Aborting}
	case Copying:
		return []State{Catchup, Prepared, Aborting}
	case Catchup:
		return []State{Ready, Prepared, Aborting}
	case Ready:
		return []State{Hold, Catchup, Prepared, Reversible, Aborting}
	case Hold:
		return []State{Gated, Reopening}
	case Gated:
		return []State{CaughtUp, Reopening}
	case CaughtUp:
		return []State{Committed, Reopening}
	case Committed:
		return []State{Opened}
	case Opened:
		return []State{Reversible}
	case Reversible:
		return []State{Ready, Retiring}
	case Retiring:
		return []State{Done}
	case Reopening:
		return []State{Catchup, Reversible, Aborting}
	case Aborting:
		return []State{Aborted}
	case Done, Aborted:
		return nil
	}
	return nil
}

// May says whether a move may go from s to next.
func (s State) May(next State) bool { return slices.Contains(s.Next(), next) }

// Ended says that nothing is to be done any more.
func (s State) Ended() bool { return s == Done || s == Aborted }

// Rests says that a move needs no slot: it waits for an order, or is over.
func (s State) Rests() bool { return s == Planned || s == Reversible || s.Ended() }

// Switching says that statements of the unit are held.
func (s State) Switching() bool {
	switch s {
	case Hold, Gated, CaughtUp, Committed, Opened, Reopening:
		return true
	}
	return false
}

// About tells people what is done in a state of a move that goes well; empty for the others.
func (s State) About() string {
	switch s {
	case Preflight:
		return "look at both servers, and end here if something is in the way"
	case Prepared:
		return "write the home down where only discovery knew it; make tables and accounts on the target"
	case Copying:
		return "copy the rows of one moment, and compare each batch"
	case Catchup:
		return "apply what was changed since, in the order of the commits, until the target is a moment behind"
	case Ready:
		return "wait for a turn to switch"
	case Hold:
		return "let statements of the database wait in the proxies, and transactions come to their ends"
	case Gated:
		return "take the accounts' rights on the source away, end what is left there, write the last event"
	case CaughtUp:
		return "apply up to that event, compare, make triggers and events, set counters"
	case Committed:
		return "name the target as the home, if nothing has changed: from here on there is no way but forward"
	case Opened:
		return "give the accounts their rights on the target, and let statements go on there"
	case Reversible:
		return "have the source follow the target, until ROLLBACK MOVE or FINISH MOVE"
	case Retiring:
		return "drop what is left on the source"
	case Planned, Done, Reopening, Aborting, Aborted:
	}
	return ""
}
