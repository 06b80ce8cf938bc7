package proxy

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"shunt/mysql"
	"shunt/router"
	"shunt/session"
	"shunt/statement"
)

// keepsAreas are the reasons for which a session that has written somewhere may still have something open there. Others keep its connection and concern no table
// that anybody else sees.
const keepsAreas = session.PinTransaction | session.PinTables | session.PinHandler | session.PinXA

// AreaHold is a hold of an area that somebody has asked for. Its methods may be called from anywhere.
type AreaHold struct {
	server *Server
	area   router.Area
	closed bool
	end    func()
}

// HoldArea makes statements that may write in an area wait from now on; limits.wait bounds that. Plain reads go on, and so do transactions that have touched the
// area before. closed: reads wait as well, since the area is about to live elsewhere, and connections that stand in it are given up.
func (s *Server) HoldArea(area router.Area, closed bool) *AreaHold {
	s.changeAreaHold(area, closed, 1)
	if closed && area.Module == "" { // the tables of a module are closed to everybody
		s.Pools.Forsake(area.Database)
	}
	return &AreaHold{s, area, closed, sync.OnceFunc(func() {
		s.changeAreaHold(area, closed, -1)
		s.gate.open() // who comes too late for that is woken by the monitor's next look at the servers
	})}
}

// readGrace is how long reads are waited for that run where it is about to be closed. Those that take longer are ended by the server, and asked again elsewhere if nothing
// of their answers has been passed on. Those of a module's tables the server itself waits for, when it renames them.
const readGrace = 150 * time.Millisecond

// Drain returns when no client has anything open in the area any more; or, when ctx is over, with an error that says who has.
func (h *AreaHold) Drain(ctx context.Context) error {
	began := time.Now()
	for {
		clients := h.server.openIn(h.area, h.closed)
		if len(clients) == 0 && (!h.closed || h.area.Module != "" || time.Since(began) > readGrace || !h.server.readIn(h.area.Database)) {
			return nil
		}
		select {
		case <-ctx.Done():
			return stillAtWork(h.area.String(), clients)
		case <-time.After(drainPoll):
		}
	}
}

// End lets statements go on. It may be called more than once.
func (h *AreaHold) End() { h.end() }

// areaHold is what is held, and how.
type areaHold struct {
	router.Area
	closed bool
}

// changeAreaHold replaces the set of what is held.
func (s *Server) changeAreaHold(area router.Area, closed bool, by int) {
	s.holds.mu.Lock()
	defer s.holds.mu.Unlock()
	if s.holds.areas == nil {
		s.holds.areas = map[areaHold]int{}
	}
	held := areaHold{area, closed}
	if s.holds.areas[held] += by; s.holds.areas[held] == 0 {
		delete(s.holds.areas, held)
	}
	s.showHoldsLocked()
}

// openIn are the clients that write in an area, or have something open there. Of one that is closed also those that have read there in a transaction that is open, and
// those whom something else keeps on a connection that stands in the database that moves: they cannot come along.
func (s *Server) openIn(area router.Area, closed bool) (found []*Client) {
	for _, c := range s.list() {
		touch := router.Touch{Open: listed(c.shown.areas.Load()), Seen: listed(c.shown.seen.Load()), Single: c.shown.single.Load(), Stands: c.stands()}
		open := slices.ContainsFunc(touch.Open, area.Meets)
		if closed && !open {
			open = touch.Stays(area)
		}
		if open {
			found = append(found, c)
		}
	}
	return found
}

// readIn says whether a statement runs whose session stands in a database.
func (s *Server) readIn(database string) bool {
	return slices.ContainsFunc(s.list(), func(c *Client) bool {
		p := c.shown.public.Load()
		return c.shown.now.state() == Active && p != nil && p.schema == database
	})
}

// stands is the default database of a connection on which something keeps the client that is no transaction; empty: nothing does.
func (c *Client) stands() string {
	if p := c.shown.public.Load(); p != nil && p.reasons&^(session.PinDiagnostics|session.PinTransaction) != 0 {
		return p.schema
	}
	return ""
}

// leavesArea says whether a connection is not to be kept, since it stands in a database that is closed.
func (s *Server) leavesArea(database string) bool {
	held := s.held.Load()
	return held != nil && database != "" && slices.ContainsFunc(held.Closed, func(a router.Area) bool { return a.Database == database && a.Module == "" })
}

// seeHeld has a statement see what is held.
func (c *Client) seeHeld(world *router.World, j *job) {
	world.Held, world.Touch = c.server.held.Load(), nil
	if world.Held != nil && len(world.Held.Areas)+len(world.Held.Closed) > 0 {
		world.Touch = c.touch(j)
	}
}

// touch is what a statement and its session have to do with areas. It is valid until the next call.
func (c *Client) touch(j *job) *router.Touch {
	executed := c.session.Behind(j.st)
	if executed == j.st {
		executed = nil
	}
	t := &c.touching
	t.Writes = router.Touches(t.Writes[:0], j.st, executed, c.session.Facts(), c.world.Map, false)
	t.Reads = router.Touches(t.Reads[:0], j.st, executed, c.session.Facts(), c.world.Map, true)
	t.Open, t.Seen = listed(c.shown.areas.Load()), listed(c.shown.seen.Load())
	t.Single, t.Stands = c.single(j.st), c.stands()
	return t
}

// single says whether the session is in a transaction that is on one server, or in a statement that begins one.
func (c *Client) single(st *statement.Statement) bool { return !c.tx.manages() && c.transacts(st) }

// transacts says whether a statement is in a transaction, or begins one.
func (c *Client) transacts(st *statement.Statement) bool {
	return c.session.Facts().InTransaction || c.session.Status()&mysql.StatusAutocommit == 0 || st.Kind == statement.Begin
}

// tell adds areas to those that the client shows to have open; false if it has told them already. What it shows first is mostly what it has shown the last time: kept.
func tell(shown *atomic.Pointer[[]router.Area], kept **[]router.Area, areas []router.Area) bool {
	before := listed(shown.Load())
	if len(before) == 0 && len(areas) > 0 && slices.Equal(listed(*kept), areas) {
		shown.Store(*kept)
		return true
	}
	all := before
	for _, area := range areas {
		if !slices.Contains(all, area) {
			all = append(slices.Clip(all), area)
		}
	}
	if len(all) == len(before) {
		return false
	}
	told := all
	if shown.Store(&told); len(before) == 0 {
		*kept = &told
	}
	return true
}

func listed(areas *[]router.Area) []router.Area {
	if areas == nil {
		return nil
	}
	return *areas
}
