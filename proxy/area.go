package proxy

import (
	"context"
	"slices"
	"sync"
	"time"

	"shunt/router"
	"shunt/session"
)

// keepsAreas are the reasons for which a session that has written somewhere may still have something open there. Others keep its connection and concern no table
// that anybody else sees.
const keepsAreas = session.PinTransaction | session.PinTables | session.PinHandler | session.PinXA

// AreaHold is a hold of an area that somebody has asked for. Its methods may be called from anywhere.
type AreaHold struct {
	server *Server
	area   router.Area
	end    func()
}

// HoldArea makes statements that may write in an area wait from now on; limits.wait bounds that. Plain reads go on, and so do transactions that have touched the
// area before.
func (s *Server) HoldArea(area router.Area) *AreaHold {
	s.changeAreaHold(area, 1)
	return &AreaHold{s, area, sync.OnceFunc(func() {
		s.changeAreaHold(area, -1)
		s.gate.open() // who comes too late for that is woken by the monitor's next look at the servers
	})}
}

// Drain returns when no client has anything open in the area any more; or, when ctx is over, with an error that says who has.
func (h *AreaHold) Drain(ctx context.Context) error {
	for {
		writers := h.server.writersIn(h.area)
		if len(writers) == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return stillAtWork(h.area.String(), writers)
		case <-time.After(drainPoll):
		}
	}
}

// End lets statements go on. It may be called more than once.
func (h *AreaHold) End() { h.end() }

// changeAreaHold replaces the set of what is held.
func (s *Server) changeAreaHold(area router.Area, by int) {
	s.holds.mu.Lock()
	defer s.holds.mu.Unlock()
	if s.holds.areas == nil {
		s.holds.areas = map[router.Area]int{}
	}
	if s.holds.areas[area] += by; s.holds.areas[area] == 0 {
		delete(s.holds.areas, area)
	}
	s.showHoldsLocked()
}

// writersIn are the clients that write in an area, or have something open there.
func (s *Server) writersIn(area router.Area) (found []*Client) {
	for _, c := range s.list() {
		if slices.ContainsFunc(listed(c.shown.areas.Load()), area.Meets) {
			found = append(found, c)
		}
	}
	return found
}

// seeHeld has a statement see what is held.
func (c *Client) seeHeld(world *router.World, j *job) {
	world.Held, world.Touches, world.Entered = c.server.held.Load(), nil, nil
	if world.Held != nil && len(world.Held.Areas) > 0 {
		world.Touches, world.Entered = c.touch(j), listed(c.shown.areas.Load())
	}
}

// touch is where a statement may write. It is valid until the next call.
func (c *Client) touch(j *job) []router.Area {
	executed := c.session.Behind(j.st)
	if executed == j.st {
		executed = nil
	}
	c.touching = router.Touches(c.touching[:0], j.st, executed, c.session.Facts(), c.world.Map)
	return c.touching
}

// tellAreas says that the client writes in areas; false if it has said so already.
func (c *Client) tellAreas(touched []router.Area, said *[]router.Area) bool {
	all := listed(said)
	for _, area := range touched {
		if !slices.Contains(all, area) {
			all = append(slices.Clip(all), area)
		}
	}
	if len(all) == len(listed(said)) {
		return false
	}
	told := all
	c.shown.areas.Store(&told)
	return true
}

func listed(areas *[]router.Area) []router.Area {
	if areas == nil {
		return nil
	}
	return *areas
}
