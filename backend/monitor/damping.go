package monitor

import (
	"fmt"
	"time"
)

const (
	// flapWindow and flapChanges say when a server flaps: it went out of service or came back so often within so long. One
	// that is restarted once does so twice.
	flapWindow  = time.Minute
	flapChanges = 3

	// A server that flaps stays out for firstPenalty when it would come back, then for twice as long each time, up to
	// maxPenalty. The penalty halves with each flapWindow in which it stays as it is.
	firstPenalty = 5 * time.Second
	maxPenalty   = 2 * time.Minute
)

// damping keeps a replica out that goes out of service and comes back again and again: each time costs its clients
// connections and caches. It is told what the verdict would be without it. A value; [damping.after] gives the next one.
type damping struct {
	told    bool        // a verdict has been told
	ok      bool        // the last one
	changes []time.Time // of the verdict, those within flapWindow of the last one; oldest first, never changed
	penalty time.Duration
	until   time.Time // it stays out until then
}

// after is the damping once the verdict is ok at a moment; a verdict that is the same changes nothing.
func (d damping) after(ok bool, now time.Time) damping {
	switch {
	case !d.told:
		return damping{told: true, ok: ok}
	case ok == d.ok:
		return d
	}
	d.penalty = d.decayed(now)
	d.ok, d.changes = ok, append(within(d.changes, now), now)
	if !ok {
		return d
	}
	switch {
	case d.penalty > 0:
		d.penalty = min(2*d.penalty, maxPenalty)
	case len(d.changes) >= flapChanges:
		d.penalty = firstPenalty
	}
	d.until = now.Add(d.penalty)
	return d
}

// decayed is what is left of the penalty.
func (d damping) decayed(now time.Time) time.Duration {
	since := d.until
	if n := len(d.changes); n > 0 && d.changes[n-1].After(since) {
		since = d.changes[n-1]
	}
	left := d.penalty >> min(max(now.Sub(since), 0)/flapWindow, 30)
	if left < firstPenalty {
		return 0
	}
	return left
}

// within copies those changes that are not too old.
func within(changes []time.Time, now time.Time) (recent []time.Time) {
	for _, at := range changes {
		if now.Sub(at) < flapWindow {
			recent = append(recent, at)
		}
	}
	return recent
}

// holds says whether the server has to stay out, and why.
func (d damping) holds(now time.Time) (bool, string) {
	if !d.ok || !now.Before(d.until) {
		return false, ""
	}
	return true, fmt.Sprintf("flapping: %d changes in %v, back in %v", len(d.changes), flapWindow, d.until.Sub(now).Round(time.Second))
}
