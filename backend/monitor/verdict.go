package monitor

import (
	"fmt"
	"time"

	"shunt/topology"
)

// health is what the probes of one host have come to. A value; [health.after] gives the next one.
type health struct {
	state     topology.State
	good, bad int       // probes in a row that ended so; one of them is 0
	failing   time.Time // when the first of the bad ones began
	err       error     // how the last of them ended; nil after a good one
}

// after is the health once o has been seen. A host is up with its first good probe, but for one that was down, which
// needs several. It is down when nobody listens there, or when several probes have failed over at least the time that one
// may take: errors that come back at once would otherwise be several within moments.
func (h health) after(o observation, c Config) health {
	if o.err == nil {
		h.good, h.bad, h.err = h.good+1, 0, nil
		if h.state != topology.Down || h.good >= c.UpAfter {
			h.state = topology.Up
		}
		return h
	}
	if h.bad == 0 {
		h.failing = o.began
	}
	h.good, h.bad, h.err = 0, h.bad+1, o.err
	lasted := o.began.Add(o.took).Sub(h.failing)
	if o.gone || h.bad >= c.DownAfter && lasted >= c.Timeout {
		h.state = topology.Down
	}
	return h
}

// standing is all that decides whether reads may go to a host.
type standing struct {
	use        topology.Use
	health     health
	role       topology.Role
	roleless   string // why it has no role
	links      []link // by which a replica replicates
	hasPrimary bool   // its cluster has one
	lag        time.Duration
	lagKnown   bool
	wasServing bool
}

// inService gives the verdict, and the reason if it is no. The reason does not change while nothing changes, so it has no
// figures that move.
func (s standing) inService(maxLag time.Duration) (ok bool, reason string) {
	switch {
	case s.use == topology.Off:
		return false, "turned off (use: off)"
	case s.health.state == topology.Unprobed:
		return false, s.unprobed()
	case s.health.state == topology.Down:
		return false, fmt.Sprintf("down: %v", s.health.err)
	case s.role == topology.NoRole:
		return false, s.roleless
	case s.use != topology.Serve:
		return false, fmt.Sprintf("takes no reads (use: %s)", s.use)
	case s.role == topology.Primary:
		return true, "" // a primary is never out for a lag of its own
	}
	return s.replicaInService(maxLag)
}

func (s standing) unprobed() string {
	if s.health.err != nil {
		return fmt.Sprintf("no probe has succeeded yet: %v", s.health.err)
	}
	return "not probed yet"
}

// replicaInService judges a replica that answers. Without a primary there is nothing to replicate from: then a stopped
// link does no harm, and what counts is what the replica already has.
func (s standing) replicaInService(maxLag time.Duration) (ok bool, reason string) {
	if reason := stoppedThread(s.links); reason != "" && s.hasPrimary {
		return false, reason
	}
	if !s.lagKnown && !s.hasPrimary {
		return true, "" // nothing newer can be read anywhere
	}
	if !s.lagKnown {
		return false, "its lag is not known: no heartbeat has come and its Seconds_Behind is NULL"
	}
	limit := maxLag
	if !s.wasServing {
		limit = maxLag / 2
	}
	if maxLag == 0 || s.lag <= limit {
		return true, ""
	}
	if s.lag > maxLag {
		return false, fmt.Sprintf("lags more than %v", maxLag)
	}
	return false, fmt.Sprintf("has lagged, serves again below %v", limit)
}

func stoppedThread(links []link) string {
	for _, l := range links {
		for _, t := range []struct {
			name string
			thread
		}{{"SQL", l.sql}, {"IO", l.io}} {
			if !t.stopped {
				continue
			}
			reason := fmt.Sprintf("its replication %s thread is stopped", t.name)
			if t.err != "" {
				reason += ": " + t.err
			}
			return reason
		}
	}
	return ""
}
