package monitor

import (
	"testing"
	"time"
)

// at is a moment of the tests' day, in milliseconds.
func at(ms int) time.Time { return time.Unix(1_000_000, 0).Add(time.Duration(ms) * time.Millisecond) }

func millis(n int) time.Duration { return time.Duration(n) * time.Millisecond }

// steady are heartbeats first to last, sent each 100ms from at(0) on for the first, acknowledged after 5ms.
func steady(first, last uint64) *beats {
	var b beats
	for n := first; n <= last; n++ {
		sent := int(n-first) * 100
		b.add(beat{n, at(sent), at(sent + 5)})
	}
	return &b
}

func TestLag(t *testing.T) {
	behind := func(d time.Duration) []link { return []link{{behind: d, behindKnown: true}} }
	for _, test := range []struct {
		name    string
		beats   *beats
		applied uint64 // 0: no row
		links   []link
		at      int // the links were read 100ms before
		lag     time.Duration
		known   bool
	}{
		{"the newest is applied", steady(1, 10), 10, nil, 950, 0, true},
		{"a newer one than is known here", steady(1, 10), 11, nil, 950, 0, true},
		{"the last one is on its way", steady(1, 10), 9, nil, 903, millis(3), true},
		{"far behind", steady(1, 100), 40, nil, 9950, millis(9905 - 4000), true},
		{"not written yet when the probe began", steady(1, 10), 9, nil, 890, 0, true},
		{"the servers' whole seconds do not count while heartbeats go on", steady(1, 10), 10, behind(time.Hour), 950, 0, true},
		{"the primary died with its last heartbeat", steady(1, 10), 9, nil, 60_000, millis(5), true},
		{"it died and the replica was late", steady(1, 100), 50, nil, 600_000, millis(9905 - 5000), true},
		{"heartbeats stopped, the servers say more", steady(1, 10), 10, behind(7 * time.Second), 60_000, 7 * time.Second, true},
		{"heartbeats stopped, the servers say less", steady(1, 100), 50, behind(0), 60_000, millis(9905 - 5000), true},
		{"no row, the servers say it", steady(1, 10), 0, behind(3 * time.Second), 950, 3 * time.Second, true},
		{"no row, and the servers do not know", steady(1, 10), 0, []link{{}}, 950, 0, false},
		{"no heartbeat at all", &beats{}, 0, behind(time.Second), 950, time.Second, true},
		{"the latest of several links", &beats{}, 0, append(behind(time.Second), behind(2*time.Second)...), 950, 2 * time.Second, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := facts{beat: test.applied, linksRead: at(test.at - 100)}
			lag, known := test.beats.lag(f, test.links, at(test.at))
			if lag != test.lag || known != test.known {
				t.Errorf("lag %v, known %v, want %v, %v", lag, known, test.lag, test.known)
			}
		})
	}
}

func TestAnOldReplicationStatusSaysNothing(t *testing.T) {
	f := facts{linksRead: at(0)}
	if lag, known := (&beats{}).lag(f, []link{{behindKnown: true}}, at(0).Add(staleStatus+1)); known {
		t.Errorf("lag %v", lag)
	}
}

// A replica can be further behind than the heartbeats that are kept: then its row's own stamp counts.
func TestForgottenHeartbeats(t *testing.T) {
	b := steady(1, 5000)
	if len(b.list) >= 2*keptBeats {
		t.Fatalf("%d heartbeats are kept", len(b.list))
	}
	newest := b.list[len(b.list)-1]
	if lag := b.behind(3, at(200), newest.acked); lag != newest.acked.Sub(at(200)) {
		t.Errorf("lag %v", lag)
	}
	if lag := b.behind(4999, at(200), newest.acked); lag != millis(5) {
		t.Errorf("lag %v", lag)
	}
}
