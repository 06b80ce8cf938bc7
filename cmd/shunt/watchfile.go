package main

import (
	"context"
	"os"
	"time"

	"shunt/admin"
)

// lookEvery is how often the configuration file is looked at. A file that is being written changes between two looks.
const lookEvery = time.Second

// stamp tells versions of a file apart.
type stamp struct {
	changed time.Time
	size    int64
}

// stampOf is the stamp of a file; zero if there is none.
func stampOf(file string) stamp {
	info, err := os.Stat(file)
	if err != nil {
		return stamp{}
	}
	return stamp{info.ModTime(), info.Size()}
}

// reloadOnChange reloads when the file is another than the one that was read last, and has stayed so for a while, until ctx ends. A file that
// is refused is not read again before it changes.
func (h *house) reloadOnChange(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	before := *h.stamp.Load()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := stampOf(h.file)
		settled := now == before
		before = now
		if settled && now != *h.stamp.Load() && now != (stamp{}) {
			h.reloadFor(ctx, admin.Actor{Face: "file"})
		}
	}
}
