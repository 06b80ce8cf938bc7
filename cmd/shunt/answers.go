package main

import (
	"context"
	"time"

	"shunt/backend/monitor"
)

// compareEvery is how often the monitor hears how fast the replicas answer.
const compareEvery = time.Second

// compare tells the monitor how fast the replicas answer, until ctx ends.
func (h *house) compare(ctx context.Context) {
	before := h.server.AnswerTimes()
	tick := time.NewTicker(compareEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := h.server.AnswerTimes()
		window := make(map[string]monitor.Answers, len(now))
		for server, times := range now {
			count, typical := times.Since(before[server])
			window[server] = monitor.Answers{Count: count, Typical: typical}
		}
		before = now
		h.monitor.Answered(ctx, window)
	}
}
