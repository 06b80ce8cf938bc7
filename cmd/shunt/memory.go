package main

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// collectAt is how much garbage there may be, in percent of what is in use: statements make next to none, so collecting it early costs nothing, and what logins have left behind does not
	// stay beside thousands of idle clients.
	collectAt = 50
	// worthIt is how much garbage is worth a collection, in bytes. Where little is in use, logins and moves would have it collected many times a second otherwise.
	worthIt = 32 << 20
)

// collectEarly has garbage collected by these rules, unless GOGC says otherwise.
func collectEarly(live uint64) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage(live))
	}
}

// garbage is how much there may be before it is collected, in percent of what is in use.
func garbage(live uint64) int { return int(max(collectAt, worthIt*100/max(live, 1<<20))) }

const (
	// spareMemory is how much unused memory is worth a collection to give it back, in bytes.
	spareMemory = 8 << 20
	// tidyPause is how far apart such collections are at least.
	tidyPause = 10 * time.Second
)

// giveBack gives memory back to the system once a storm of clients is over. The Go runtime would do that over many minutes, and only after the
// next collection, which a proxy that allocates nothing has no other reason for.
func giveBack(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var before, known uint64
	var tidied time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-tick.C:
			spare, live := spareNow()
			if spare > spareMemory && spare <= before+before/8 && now.Sub(tidied) > tidyPause { // it does not grow any more
				debug.FreeOSMemory()
				tidied = now
				spare, live = spareNow()
			}
			before = spare
			if live > known+known/4 || live < known-known/4 { // each change stops all goroutines for a moment
				collectEarly(live)
				known = live
			}
		}
	}
}

// spareNow is how much memory is free and not given back, or was allocated since the last collection, which most likely is garbage; and how much is in use.
func spareNow() (spare, live uint64) {
	samples := []metrics.Sample{{Name: "/memory/classes/heap/free:bytes"}, {Name: "/memory/classes/heap/objects:bytes"}, {Name: "/gc/heap/live:bytes"}}
	metrics.Read(samples)
	free, objects, live := samples[0].Value.Uint64(), samples[1].Value.Uint64(), samples[2].Value.Uint64()
	return free + max(objects, live) - live, live
}
