package main

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// collectEarly has garbage collected when it is half of what is in use, not as much, unless GOGC says otherwise: statements make next to none, so that costs
// nothing, and what logins have left behind does not stay beside thousands of idle clients.
func collectEarly() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}

const (
	// spareMemory is how much unused memory is worth a collection to give it back, in bytes.
	spareMemory = 32 << 20
	// tidyPause is how far apart such collections are at least.
	tidyPause = 10 * time.Second
)

// giveBack gives memory back to the system once a storm of clients is over. The Go runtime would do that over many minutes, and only after the
// next collection, which a proxy that allocates nothing has no other reason for.
func giveBack(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var before uint64
	var tidied time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-tick.C:
			spare := spareNow()
			if spare > spareMemory && spare <= before+before/8 && now.Sub(tidied) > tidyPause { // it does not grow any more
				debug.FreeOSMemory()
				tidied, spare = now, spareNow()
			}
			before = spare
		}
	}
}

// spareNow is how much memory is free and not given back, or was allocated since the last collection, which most likely is garbage.
func spareNow() uint64 {
	samples := []metrics.Sample{{Name: "/memory/classes/heap/free:bytes"}, {Name: "/memory/classes/heap/objects:bytes"}, {Name: "/gc/heap/live:bytes"}}
	metrics.Read(samples)
	free, objects, live := samples[0].Value.Uint64(), samples[1].Value.Uint64(), samples[2].Value.Uint64()
	return free + max(objects, live) - live
}
