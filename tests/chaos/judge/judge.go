// Package judge decides whether a recorded history is one that shunt may have made: whether every read saw what its session had a right to see,
// and whether every write had the fate that its client was told. It does no I/O; a [History] goes in, [Violation] values come out.
//
// # What is recorded
//
// The data are cells: rows that hold a version and the request that wrote it. A write adds one to the version in the database itself, under the
// row's lock, and the client is told the new one. The same statement writes a journal: one line per version of a cell, with its writer. A read
// gives version and writer of some cells.
//
// # Why reads are judged exactly
//
// A cell's versions are 0, 1, 2, … in the order in which the primary committed them, since each is made from the one before under a lock. A
// replica applies transactions whole and never an earlier change of a row after a later one, so what it shows of a cell is a version that the
// primary had at some time, and everything that it has of that cell is the versions up to it. So "this read shows what that event wrote or saw"
// is "its version is not lower", and comparing with the highest version that a session has a right to see, its floor, finds every stale read
// and nothing else. No order among cells and no clock is needed; versions alone decide. An event that wrote and whose outcome is not known
// raises no floor.
//
// The floors of a session are raised by four things, a kind of violation each: what it wrote, what it read, and what another session had written
// or read when it gave a token that this one continues with. The last two pass on through further tokens.
//
// # Why the fate of writes is judged exactly
//
// Every request has a number of its own, and the journal has it for each version. So a write that was acknowledged is there once, with the
// version that its client was told, one that was refused is not there, one whose outcome is unknown is there once or not at all; everything
// else is a violation. The journal has each cell's versions without a gap, and the cell itself has the last of them, or something is lost
// that nobody was told of.
//
// Where replication is asynchronous, a primary that dies takes with it what no replica had. Such writes are exempt if they are named in
// [History.Lost], which is to be made from evidence: the dead server's own journal less that of the one that was promoted. Versions that were
// lost may be given again; therefore a read tells the writer, and one that saw a lost write raises no floor.
//
// # What it costs
//
// Each event costs the cells that it touched. A token costs what its giver has learnt since it gave the last one to the same session. So a
// history is judged in linear time, times the number of sessions that share tokens at worst.
package judge

import (
	"slices"
	"time"
)

// Cell is a row at one version.
type Cell struct {
	Key     int
	Version int64 // how many times it had been written; 0 at the start
	Writer  int64 // the request that made this version; 0 at the start
}

// Outcome is what a client knows of its request.
type Outcome uint8

// The outcomes.
const (
	OK      Outcome = iota
	Refused         // nothing of it was applied: a rollback, or an error that says so
	Unknown         // the connection was lost, or an error left it open
)

func (o Outcome) String() string { return [...]string{"ok", "refused", "unknown"}[o] }

// Event is one request of one session: a statement, or a transaction as a whole. Its reads are those from before its own writes.
type Event struct {
	Session int
	Request int64 // from 1, of no other event
	// Invoked and Returned are on one clock for all sessions. A session's events lie one after the other.
	Invoked, Returned time.Duration
	Outcome           Outcome
	Read              []Cell
	Wrote             []Cell // Writer is not looked at; nor is Version unless Outcome is OK
	// After is the request of another session that had returned when that session gave the token this one continues with, from this event
	// on; 0 for none.
	After int64

	Kind, Via, Error string // for people: what sort of request, over which proxy, what the client heard
}

// History is all that is known of one run.
type History struct {
	Events []Event // of one session in their order; sessions may be mixed in any way
	// Journal and Rows are what the database held after the run.
	Journal, Rows []Cell
	// Lost are requests that are known to have died with their server. They may be in the journal or not, and no read needs to see them.
	Lost map[int64]bool
}

// Check judges the whole history. An error means that it is none: the judge was given what cannot have been recorded.
func (h *History) Check() ([]Violation, error) {
	byRequest, order, err := h.ordered()
	if err != nil {
		return nil, err
	}
	stale := h.judgeReads(byRequest, order)
	fates, err := h.judgeFates(byRequest)
	return append(stale, fates...), err
}

// ordered gives the place of each request, and the places of all events in an order in which no token comes before it was given.
func (h *History) ordered() (byRequest map[int64]int, order []int, err error) {
	byRequest, order = make(map[int64]int, len(h.Events)), make([]int, len(h.Events))
	last := map[int]int{}
	for i := range h.Events {
		e := &h.Events[i]
		order[i] = i
		if _, twice := byRequest[e.Request]; twice || e.Request <= 0 || e.Returned < e.Invoked {
			return nil, nil, malformed(e, "its number is not its own, or it returned before it began")
		}
		byRequest[e.Request] = i
		if before, ok := last[e.Session]; ok && h.Events[before].Returned > e.Invoked {
			return nil, nil, malformed(e, "it began before the last one of its session had returned")
		}
		last[e.Session] = i
	}
	for i := range h.Events {
		e := &h.Events[i]
		if giver, ok := byRequest[e.After]; e.After != 0 && (!ok || h.Events[giver].Returned > e.Invoked) {
			return nil, nil, malformed(e, "it continues with a token that nobody had given yet")
		}
	}
	// An event that gave a token had returned before the one that took it began, so it began before, too, or at the same instant. Then the one
	// that returned first is first.
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := &h.Events[a], &h.Events[b]
		if d := x.Invoked - y.Invoked; d != 0 {
			return int(d)
		}
		return int(x.Returned - y.Returned)
	})
	return byRequest, order, nil
}
