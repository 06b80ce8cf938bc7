package router

import (
	"slices"

	"shunt/session"
	"shunt/statement"
)

// Held is what gets no new writes for now. Immutable; the nil one holds nothing.
type Held struct {
	Clusters []string // whose primaries get none
	Areas    []Area
	Closed   []Area // that get no reads either: they are about to live elsewhere
}

// Touch is what a statement has to do with areas, and what its session has open.
type Touch struct {
	Writes, Reads []Area // of the statement; Reads has what it writes, too
	Open, Seen    []Area // of the session: where it has written, and where it has read in its transaction
	// Single: the session's transaction is on one server, and cannot go on to another one.
	Single bool
	// Stands is the database in which a connection stands that something other than a transaction keeps for the session: it cannot come along. Empty: there is none.
	Stands string
}

// within are the areas that matter to a closed one: for a transaction that cannot follow a module elsewhere all those of its database.
func (t *Touch) within(closed Area) func(Area) bool {
	if t.Single && closed.Module != "" {
		return func(a Area) bool { return a.Database == closed.Database }
	}
	return closed.Meets
}

// Stays says whether the session has something that a closed area has to wait for, so that it goes on to its end: open in the area, or with a transaction that cannot follow a
// module elsewhere also in what else there is of its database; or a connection that stands in the database. Who is waited for must not wait.
func (t *Touch) Stays(closed Area) bool {
	if t.Stands != "" && t.Stands == closed.Database && closed.Module == "" {
		return true
	}
	in := t.within(closed)
	return slices.ContainsFunc(t.Open, in) || slices.ContainsFunc(t.Seen, in)
}

// Holds says whether a statement waits while writes are held: all that may change data or keep others from it, now or later.
func Holds(st *statement.Statement) bool {
	if st.Plain {
		return false
	}
	switch st.Kind {
	case statement.Show, statement.Describe, statement.Use, statement.Set, statement.Diagnostics, statement.Empty, statement.Commit, statement.Rollback,
		statement.Deallocate, statement.Kill, statement.UnlockTables:
		return false
	}
	return true
}

// Stops says whether a statement for a cluster's primary has to wait until writes are let go on. What keeps a session on its connection goes on to its end: that
// is what is waited for.
func (h *Held) Stops(cluster string, st *statement.Statement, facts *session.Facts, touch *Touch) bool {
	if h == nil {
		return false
	}
	_, area := h.area(touch)
	return area || h.stopsCluster(cluster, st, facts)
}

func (h *Held) stopsCluster(cluster string, st *statement.Statement, facts *session.Facts) bool {
	if !h.cluster(cluster) {
		return false
	}
	if facts.InWriting() && facts.MayBranch() && facts.PinCluster != cluster && facts.Branch(cluster) == nil { // a branch would begin
		return true
	}
	return Holds(st) && (facts.PinHost == "" || facts.Pins&^session.PinDiagnostics == 0)
}

func (h *Held) cluster(name string) bool { return h != nil && slices.Contains(h.Clusters, name) }

// area finds a held area that is touched and that the session has nothing open in.
func (h *Held) area(touch *Touch) (Area, bool) {
	if h == nil || touch == nil {
		return Area{}, false
	}
	for _, held := range h.Areas {
		if slices.ContainsFunc(touch.Writes, held.Meets) && !slices.ContainsFunc(touch.Open, held.Meets) {
			return held, true
		}
	}
	for _, held := range h.Closed {
		if slices.ContainsFunc(touch.Reads, touch.within(held)) && !touch.Stays(held) {
			return held, true
		}
	}
	return Area{}, false
}

// isHeld settles what has to wait.
func (d *decision) isHeld() bool {
	if d.world.OnServer || !d.world.Held.Stops(d.Cluster, d.st, d.facts, d.world.Touch) {
		return false
	}
	d.because(WritesHeld)
	d.Verdict = Hold
	return true
}

// heldArea settles what has to wait because of where it writes, whatever keeps its session on its connection.
func (d *decision) heldArea() bool {
	if d.world.Held == nil || d.world.OnServer && len(d.world.Held.Closed) == 0 { // preparing writes nothing; where it is closed it cannot be done
		return false
	}
	if _, held := d.world.Held.area(d.world.Touch); !held {
		return false
	}
	d.because(AreaHeld)
	d.Verdict = Hold
	return true
}

// HoldError is what a client hears when the wait of a Hold is over, or may not begin because as many wait as may (crowded).
func (p *Plan) HoldError(w *World, waited string, crowded bool) error {
	number, why := p.holdReason(w)
	if crowded {
		return refusal(number, "HY000", why+", and as many statements wait as limits.held and limits.held_bytes allow; nothing of the statement was run")
	}
	return refusal(number, "HY000", why+"; waited "+waited+"; nothing of the statement was run")
}

func (p *Plan) holdReason(w *World) (number uint16, why string) {
	if area, held := w.Held.area(w.Touch); held {
		return ErrorHeld, "writes to " + area.String() + " are paused (by an operator, or a move; SHOW PAUSES in the console)"
	}
	if w.Held.cluster(p.Cluster) {
		return ErrorHeld, "writes to cluster " + p.Cluster + " are held (a switchover, or an operator)"
	}
	problem := "no primary was found"
	if c := w.Topology.Clusters[p.Cluster]; c != nil && c.Problem != "" {
		problem = c.Problem
	}
	return ErrorNoPrimary, "cluster " + p.Cluster + " has no primary (" + problem + ")"
}
