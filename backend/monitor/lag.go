package monitor

import (
	"sort"
	"time"
)

// beats are the acknowledged heartbeats of one cluster, oldest first. Numbers and times grow.
type beats struct {
	list    []beat
	dropped bool // older ones have been forgotten
}

// keptBeats bounds the memory of one cluster's heartbeats: at the default pace, the last minute and a half at least.
const keptBeats = 1024

func (b *beats) add(next beat) {
	b.list = append(b.list, next)
	if len(b.list) >= 2*keptBeats {
		b.list = append([]beat(nil), b.list[len(b.list)-keptBeats:]...)
		b.dropped = true
	}
}

// silence is how long no heartbeat may be acknowledged before they count as stopped.
const silence = 2 * time.Second

// beating says whether heartbeats are being written.
func (b *beats) beating(now time.Time) bool {
	return len(b.list) > 0 && now.Sub(b.list[len(b.list)-1].acked) <= silence
}

// behind says how old the oldest heartbeat is that a replica has not applied, seen from the moment at when its row showed
// the number applied, which this proxy had stamped so; 0 if it has the newest.
//
// Age is counted up to the newest heartbeat: when no more are acknowledged, because the primary is dead or not writable,
// there is nothing newer that the replica could have missed, and a last heartbeat that died with the primary must not
// take all of its replicas out of service.
func (b *beats) behind(applied uint64, stamp, at time.Time) time.Duration {
	missing := sort.Search(len(b.list), func(i int) bool { return b.list[i].number > applied })
	if missing == len(b.list) {
		return 0
	}
	since := b.list[missing].sent
	if missing == 0 && b.dropped {
		since = stamp // forgotten; the row itself remembers, by the wall clock
	}
	if newest := b.list[len(b.list)-1].acked; at.After(newest) {
		at = newest
	}
	return max(0, at.Sub(since))
}

// lag says how late a replica is, from its heartbeat row and, as a second opinion, from what the servers say in whole
// seconds. known is false if neither tells. The second opinion counts where the row is missing (it may be filtered out of
// the replication, or the replica is so far behind that the row has not come) and while no heartbeats are written.
func (b *beats) lag(f facts, links []link, at time.Time) (lag time.Duration, known bool) {
	if f.beat != 0 {
		lag, known = b.behind(f.beat, f.stamp, at), true
	}
	if known && b.beating(at) {
		return lag, true
	}
	if at.Sub(f.linksRead) > staleStatus {
		return lag, known
	}
	for _, l := range links {
		if l.behindKnown {
			lag, known = max(lag, l.behind), true
		}
	}
	return lag, known
}

// staleStatus is the age at which a replication status that could not be read again says nothing about lag any more.
const staleStatus = 5 * time.Second
