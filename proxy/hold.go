package proxy

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"shunt/router"
	"shunt/session"
	"shunt/topology"
)

// holds are the clusters whose primaries get no new writes for now, and the areas that get none.
type holds struct {
	mu    sync.Mutex
	count map[string]int   // guarded by mu: how many hold each cluster
	areas map[areaHold]int // guarded by mu: … and each area
}

// drainPoll is how often Hold looks whether the last writer has gone, which is short beside everything else that happens meanwhile.
const drainPoll = time.Millisecond

// Hold makes statements for a cluster's primary wait from now on, as those wait for which there is no primary (limits.wait bounds that): all but plain reads, and
// the statements of sessions that have a transaction open, or something else that keeps their connection. It returns when none of these is left and no write
// runs any more; or, with an error that says who is still there, when ctx is over, and then nothing is held. release ends the hold; it may be called more than
// once. It may be called from anywhere.
func (s *Server) Hold(ctx context.Context, cluster string) (release func(), err error) {
	s.changeHold(cluster, 1)
	release = sync.OnceFunc(func() {
		s.changeHold(cluster, -1)
		s.gate.open() // who comes too late for that is woken by the monitor's next look at the servers
	})
	for {
		writers := s.writers(cluster)
		if len(writers) == 0 {
			return release, nil
		}
		select {
		case <-ctx.Done():
			release()
			return nil, stillAtWork("cluster "+cluster, writers)
		case <-time.After(drainPoll):
		}
	}
}

// changeHold replaces the set of what is held.
func (s *Server) changeHold(cluster string, by int) {
	s.holds.mu.Lock()
	defer s.holds.mu.Unlock()
	if s.holds.count == nil {
		s.holds.count = map[string]int{}
	}
	if s.holds.count[cluster] += by; s.holds.count[cluster] == 0 {
		delete(s.holds.count, cluster)
	}
	s.showHoldsLocked()
}

// showHoldsLocked shows statements what is held.
func (s *Server) showHoldsLocked() {
	held := &router.Held{Clusters: slices.Sorted(maps.Keys(s.holds.count))}
	for h := range s.holds.areas {
		if h.closed {
			held.Closed = append(held.Closed, h.Area)
		} else {
			held.Areas = append(held.Areas, h.Area)
		}
	}
	if len(held.Clusters)+len(held.Areas)+len(held.Closed) == 0 {
		held = nil
	}
	s.held.Store(held)
}

// HeldClusters are the clusters whose writes are held now.
func (s *Server) HeldClusters() []string {
	if held := s.held.Load(); held != nil {
		return held.Clusters
	}
	return nil
}

// writers are the clients that write on a cluster's primary, or have something open there.
func (s *Server) writers(cluster string) (found []*Client) {
	for _, c := range s.list() {
		if on := c.shown.writes.Load(); on != nil && slices.Contains(*on, cluster) {
			found = append(found, c)
		}
	}
	return found
}

func stillAtWork(what string, writers []*Client) error {
	return fmt.Errorf("%s still has %s; SHOW PINS lists them, KILL ends one", what, describeWriters(writers))
}

// describeWriters names some of them.
func describeWriters(writers []*Client) string {
	const most = 5
	var names []string
	for _, c := range writers[:min(most, len(writers))] {
		what := "a statement that writes"
		if p := c.shown.public.Load(); p != nil && p.pins != "" {
			what = p.pins
		}
		names = append(names, fmt.Sprintf("client %d (%s)", c.id, what))
	}
	slices.Sort(names)
	text := fmt.Sprintf("%d clients at work: %s", len(writers), strings.Join(names, ", "))
	if len(writers) > most {
		text += " …"
	}
	return text
}

// enterWrite lets a statement that is not a plain read onto a primary, and any one of a transaction onto any server: what a transaction has read it goes on reading there. false: that is held,
// and it has to be planned anew. Who holds sets the hold first and looks for clients then; we say what we have open first and look for the hold then; so one of the two sees the other.
func (c *Client) enterWrite(plan *router.Plan, j *job) bool {
	if (plan.Again || plan.Role != topology.Primary) && !c.transacts(j.st) {
		return true
	}
	if j.prepare || c.world.Topology.Clusters[plan.Cluster] == nil { // the last: it is held on a server that has left
		return true
	}
	touch, news := c.touch(j), false
	c.before = showed{writes: c.shown.writes.Load(), areas: c.shown.areas.Load(), seen: c.shown.seen.Load()}
	if plan.Role == topology.Primary && !plan.Again {
		news = c.tellCluster(plan.Cluster, c.before.writes)
	}
	c.shown.single.Store(touch.Single) // before the areas, which say that something is open
	news = tell(&c.shown.areas, &c.kept.areas, touch.Writes) || news
	news = tell(&c.shown.seen, &c.kept.seen, touch.Reads) || news
	if c.before.some = news; !news {
		return true
	}
	held := c.server.held.Load()
	if !held.Stops(plan.Cluster, j.st, c.session.Facts(), touch) { // as the router says, or it would be planned for ever
		return true
	}
	c.untell()
	c.world.Held, c.world.Touch = held, touch
	return false
}

// showed is what a client has shown to have open: before a statement that shows more (some; otherwise it has shown nothing that was not), or when it had nothing open the last time. What was shown is
// never changed, so it may be shown again.
type showed struct {
	some        bool
	writes      *[]string
	areas, seen *[]router.Area
}

// untell takes back what the statement in hand has shown to have open: it has nothing there.
func (c *Client) untell() {
	c.shown.writes.Store(c.before.writes)
	c.shown.areas.Store(c.before.areas)
	c.shown.seen.Store(c.before.seen)
}

// tellCluster says that the client writes on a cluster; false if it has said so already.
func (c *Client) tellCluster(cluster string, said *[]string) bool {
	if said == nil {
		if c.kept.writes == nil || (*c.kept.writes)[0] != cluster {
			c.kept.writes = &[]string{cluster}
		}
		c.shown.writes.Store(c.kept.writes)
		return true
	}
	if slices.Contains(*said, cluster) {
		return false
	}
	all := append([]string{cluster}, *said...)
	c.shown.writes.Store(&all)
	return true
}

// leaveWrite ends that, unless something keeps the session where it is.
func (c *Client) leaveWrite() {
	if c.away {
		return
	}
	if c.shown.writes.Load() != nil && (c.held == nil || c.session.Pins()&^session.PinDiagnostics == 0) {
		c.shown.writes.Store(nil)
	}
	if (c.shown.areas.Load() != nil || c.shown.seen.Load() != nil) && (c.held == nil || c.session.Pins()&keepsAreas == 0) {
		c.shown.areas.Store(nil)
		c.shown.seen.Store(nil)
	}
}
