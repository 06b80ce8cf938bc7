package backend

import (
	"slices"
	"time"

	"shunt/netloop"
)

// A pipeline is a row of statements of several borrowers that were sent on one connection behind one another, without waiting for the answers in between. The server answers in the same
// order, and each borrower has the connection when it is the turn of its own: it is lent from one to the next. Server and proxy save most of what a statement costs them that way, which is
// waiting for it and being woken.
//
// Only reads are sent so that are known to be quick and need nothing of their connection before or afterwards (proxy/pipeline.go), and only while the server, or the loop, has more to do than
// it can (flow): otherwise a read has a connection of its own, and waits for nobody.
//
// All of it belongs to the event loop that the connection is on.

const (
	// mostExpected is how long a statement may be expected to wait behind others, as long as there may be more connections.
	mostExpected = 2 * time.Millisecond
	// mostInRow is how many statements a row has in all before the connection goes back to the pool; fewInRow, while somebody waits there.
	mostInRow, fewInRow = 256, 64
)

// Kind is what is known of a statement by those like it.
type Kind interface {
	// Quickest is about the least time in which an answer to one of them has begun lately; 0: not known.
	Quickest() time.Duration
	// KeepApart has none of them share a connection with others for a while: it has kept others waiting.
	KeepApart(until time.Time)
}

// ApartFor is how long those have connections for themselves that cannot share one after all.
const ApartFor = time.Second

// row is what a connection knows of the pipeline on it.
type row struct {
	of     *shelf        // that counts it among its leaders; nil: nobody may be sent behind its borrower
	behind []*Place      // in order; nil in it: one who has left
	all    int           // statements, since the connection was lent
	moved  time.Time     // when the borrower's was sent, or became the first
	kind   Kind          // of the borrower's
	first  time.Duration // what that is expected to take
	takes  time.Duration // … and those behind, all together
}

// Place is where a borrower stands whose statement was sent behind those of others: Behind them until the connection is handed over to it, or Lost with it. It stays where it is
// until then, or until Leave.
type Place struct {
	task  netloop.Task
	conn  *Conn
	kind  Kind
	takes time.Duration
	state placeState
}

type placeState uint8

const (
	nowhere placeState = iota
	behind
	first
	lost
)

// Taken says that a statement was sent, and that the borrower has not heard yet what has become of the connection.
func (p *Place) Taken() bool { return p.state != nowhere }

// Behind says that others' statements are still before this one.
func (p *Place) Behind() bool { return p.state == behind }

// Lost says that the connection was given up before it was the borrower's turn.
func (p *Place) Lost() bool { return p.state == lost }

// Moved is when the row came on last; zero if the borrower is not behind others.
func (p *Place) Moved() time.Time {
	if p.state != behind {
		return time.Time{}
	}
	return p.conn.row.moved
}

// Leave gives the place up, wherever it is. If the answer to the statement is still to come nobody reads it, so the connection is closed when its turn comes.
func (p *Place) Leave() {
	if p.state == behind {
		row := p.conn.row.behind
		row[slices.Index(row, p)] = nil
		p.conn.EndRow()
	}
	*p = Place{}
}

// Lead says that statements of others may be sent behind the one that the borrower has just sent.
func (c *Conn) Lead(task netloop.Task, kind Kind) {
	if c.row.of != nil || !task.Append(c.Conn, nil) {
		return
	}
	s := c.pool.shelfOf(task)
	s.leaders = append(s.leaders, c)
	takes := s.flow.takes(kind.Quickest())
	c.row = row{of: s, behind: c.row.behind, all: 1, moved: task.Now(), kind: kind, first: takes, takes: takes}
}

// Led says whether others have sent statements behind the borrower's.
func (c *Conn) Led() bool { return len(c.row.behind) > 0 }

// Crowded says that a quick read is better sent behind others than on a connection of its own.
func (p *Pool) Crowded(task netloop.Task) bool {
	s := p.shelfOf(task)
	return len(s.leaders) > 0 && s.flow.crowded(len(s.leaders))
}

// Leader gives a connection of somebody else's that a statement may be sent on behind his, the one where it will wait the least; nil if there is none. dry: there may be no more connections.
func (p *Pool) Leader(task netloop.Task, want *Want, dry bool) (best *Conn) {
	for _, c := range p.shelfOf(task).leaders {
		r := &c.row
		switch {
		case c.key != want.Key, c.Fingerprint != want.Fingerprint, want.NoSchema && c.Schema != "", c.full():
		case best != nil && r.takes >= best.row.takes:
		case !dry && r.takes <= mostExpected, dry && c.dry():
			best = c
		}
	}
	return best
}

// full says that the row on a connection is long enough, or has to end.
func (c *Conn) full() bool {
	return c.struck.Load() || c.spoilt.Load() || c.row.all >= mostInRow || c.row.all >= fewInRow && c.pool.wanted(c.owner)
}

// dry says that connections like this one are all in use, as far as is known without a lock.
func (c *Conn) dry() bool { return c.pool.dry.Load() || c.owner != nil && c.owner.dry.Load() }

// Follow sends a statement behind those of others, and takes a place there; false: that cannot be, and nothing was sent.
func (c *Conn) Follow(task netloop.Task, place *Place, packets []byte, kind Kind) bool {
	if !task.Append(c.Conn, packets) {
		return false
	}
	takes := c.row.of.flow.takes(kind.Quickest())
	*place = Place{task: task, conn: c, kind: kind, takes: takes, state: behind}
	c.row.behind = append(c.row.behind, place)
	c.row.all++
	c.row.takes += takes
	c.row.of.behind.Add(1)
	return true
}

// Quick says that a statement is one that may be sent behind others, or before them, as far as is known of those like it.
func (p *Pool) Quick(task netloop.Task, kind Kind) bool {
	return p.shelfOf(task).flow.takes(kind.Quickest()) > 0
}

// Answered tells how long the server took to begin its answer to a statement that had nobody before it.
func (c *Conn) Answered(task netloop.Task, took time.Duration, kind Kind) {
	if task.Append(c.Conn, nil) {
		c.pool.shelfOf(task).flow.answered(took, kind.Quickest())
	}
}

// GiveUp is Leave for one who has waited for too long: those like the statement that is being answered now are kept apart.
func (p *Place) GiveUp(now time.Time) {
	if p.state == behind {
		p.conn.row.kind.KeepApart(now.Add(ApartFor))
	}
	p.Leave()
}

// Strike notes that a KILL QUERY is on its way. What it hits may be the statement of somebody who is behind by then, so the connection is not handed on any more. It may be called from anywhere.
func (c *Conn) Strike() { c.struck.Store(true) }

// handOn gives the connection to the next one in the row; false: nobody reads what the server answers next, or it may not be an answer to what it was asked.
func (c *Conn) handOn(task netloop.Task) bool {
	r := &c.row
	next := r.behind[0]
	if next == nil || c.struck.Load() || c.spoilt.Load() {
		return false
	}
	r.behind = r.behind[:copy(r.behind, r.behind[1:])]
	r.takes -= r.first
	r.kind, r.first, r.moved = next.kind, next.takes, task.Now()
	next.state = first
	task.HandOver(c.Conn, next.task)
	return true
}

// EndRow has nobody else sent behind the borrower.
func (c *Conn) EndRow() {
	if s := c.row.of; s != nil {
		c.row.of = nil
		s.leaders = slices.DeleteFunc(s.leaders, func(other *Conn) bool { return other == c })
	}
}

// leaveRow ends the pipeline of a connection: nobody else is sent behind its borrower, and those who are hear that it is lost.
func (c *Conn) leaveRow() {
	c.EndRow()
	r := &c.row
	for i, p := range r.behind {
		if r.behind[i] = nil; p != nil {
			p.state = lost
			p.task.Unpark()
		}
	}
	*r = row{behind: r.behind[:0]}
}
