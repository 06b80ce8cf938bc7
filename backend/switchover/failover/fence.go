package failover

import (
	"context"
	"fmt"
	"strings"
	"time"

	"shunt/backend/switchover"
	"shunt/topology"
)

// deposed is an old primary that has been replaced while it was dead.
type deposed struct {
	address   string
	since     switchover.Facts // of its successor, just before that became the primary
	link      switchover.Link  // by which the successor replicated from it
	successor string
	taken     time.Time // when it was replaced
	next      time.Time // when it is to be dialed
	errant    bool      // it has what nobody else has; it is kept read_only, and a person has to decide
}

// fence makes old primaries that have come back read_only, before anything else is asked of them, and joins them if they
// have nothing of their own.
func (e *Engine) fence(ctx context.Context, c *cluster, t *topology.Cluster, now time.Time) {
	for address, d := range c.deposed {
		if d.over(t) {
			delete(c.deposed, address)
			continue
		}
		if t.Primary != nil {
			d.follow(t.Primary.Address)
		}
		if !d.due(t, now) {
			continue
		}
		joined, err := e.fenceOne(ctx, c, d)
		switch {
		case joined:
			delete(c.deposed, address)
			e.metrics.returned(c.name, "joined")
			e.deps.Log.Warn("an old primary has come back and is a replica now", "cluster", c.name, "server", address, "primary", d.successor)
		case err != nil:
			c.tell(e.deps.Log, "an old primary has come back", err.Error())
		}
	}
}

// over says whether there is nothing to fence any more: it is a replica, or somebody has made it the primary again.
func (d *deposed) over(t *topology.Cluster) bool {
	for _, h := range t.Hosts {
		if h.Address == d.address && h.State == topology.Up && h.Role == topology.Replica {
			return true
		}
	}
	return t.Primary != nil && t.Primary.Address == d.address
}

// follow notes that another server has become the primary since. What the old one may have stays what it was.
func (d *deposed) follow(primary string) {
	if primary != d.successor {
		d.successor, d.since.Reported = primary, false
	}
}

// due says whether to look at it now. One that is fenced and waits for a person is looked at when it is writable again.
//
// Right after it was replaced it is dialed with every look: mostly so it is read_only before the monitor counts it as up.
// Later that is done less often, and writes may wait for a moment when it comes back.
func (d *deposed) due(t *topology.Cluster, now time.Time) bool {
	if !d.errant {
		if now.Before(d.next) {
			return false
		}
		if d.next = now; now.Sub(d.taken) > often {
			d.next = now.Add(seldom)
		}
		return true
	}
	for _, h := range t.Hosts {
		if h.Address == d.address {
			return h.State == topology.Up && !h.ReadOnly
		}
	}
	return false
}

const (
	often  = 10 * time.Minute       // for so long every look dials
	seldom = 500 * time.Millisecond // between two dials after that
)

// fenceOne dials an old primary; that it does not answer is no error.
func (e *Engine) fenceOne(ctx context.Context, c *cluster, d *deposed) (joined bool, err error) {
	within, cancel := context.WithTimeout(ctx, fenceBound)
	defer cancel()
	s, err := e.deps.Dial(within, c.name, d.address)
	if err != nil {
		return false, nil //nolint:nilerr // it is still dead
	}
	defer s.Close()
	within, cancel = context.WithTimeout(context.WithoutCancel(ctx), stepBound)
	defer cancel()
	if err := s.SetModes(within, switchover.Closed(), time.Second); err != nil {
		return false, fmt.Errorf("%s is NOT fenced: SET GLOBAL read_only = 1 on it (%w)", d.address, err)
	}
	e.deps.Look(d.address)
	facts, err := s.Facts(within)
	if err != nil {
		return false, fmt.Errorf("%s is read_only, and could not be asked what it has: %w", d.address, err)
	}
	if len(facts.Links) > 0 {
		return false, fmt.Errorf("%s is read_only, and has a replication link already", d.address)
	}
	beyond, err := beyond(facts, d.since)
	if err != nil {
		return false, err
	}
	if len(beyond) > 0 {
		if !d.errant {
			e.metrics.returned(c.name, "errant")
		}
		d.errant = true
		return false, fmt.Errorf("%s is read_only and stays so: it has transactions that %s has not (%s). Save what is needed of them, then "+
			"make it a replica anew from a copy of %s", d.address, d.successor, strings.Join(beyond, ", "), d.successor)
	}
	name, _ := switchover.NameOf(d.successor, d.since, d.address, d.link.Source())
	err = s.Follow(within, switchover.Following{Source: name, As: e.deps.Replication(c.name), Like: d.link})
	if err == nil {
		err = switchover.AwaitLink(within, s, d.address, "", name)
	}
	if err != nil {
		d.errant = true // once is enough; a person has to look
		e.metrics.returned(c.name, "failed")
		return false, fmt.Errorf("%s is read_only, and does not become a replica: %w", d.address, err)
	}
	return true, nil
}

// beyond lists what the old primary has and its successor had not when it took over. What the successor has now would say
// nothing in MariaDB: there it goes on counting where it stood.
func beyond(old, since switchover.Facts) ([]string, error) {
	mine, err := topology.ParsePosition(old.Flavor, old.Has)
	if err != nil {
		return nil, err
	}
	theirs, err := topology.ParsePosition(since.Flavor, since.Has)
	if err != nil {
		return nil, err
	}
	return mine.Beyond(theirs), nil
}
