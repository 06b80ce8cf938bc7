package monitor

import (
	"context"
	"time"

	"shunt/backend/monitor/control"
)

const (
	// attempts is how often a server that nobody listens at is dialed before it counts as gone, redial the pause between.
	attempts = 3
	redial   = 100 * time.Millisecond

	// maxPause bounds the pause after probes that failed.
	maxPause = time.Second

	// kickDelay makes many reports of a broken connection one probe, and bounds how often they can cause one.
	kickDelay = 10 * time.Millisecond
)

// watcher probes one server for as long as it is to be watched.
type watcher struct {
	host              *hostState
	stop              context.CancelFunc // nil until it runs
	address           string
	prober            prober
	interval, timeout time.Duration
	kick              chan struct{} // capacity 1; asks for a probe now
	report            func(context.Context, observation)
}

// kickNow asks for a probe now. It may be called from anywhere and does not wait.
func (w *watcher) kickNow() {
	select {
	case w.kick <- struct{}{}:
	default: // one is asked for already
	}
}

func (w *watcher) run(ctx context.Context) {
	defer w.prober.close()
	failures := 0
	for {
		o := w.look(ctx)
		if ctx.Err() != nil {
			return
		}
		w.report(ctx, o)
		if o.err == nil {
			failures = 0
		} else {
			failures++
		}
		if !w.pause(ctx, backoff(w.interval, failures, maxPause)) {
			return
		}
	}
}

// look probes once. If nobody listens, which a server that has just been restarted looks like too, it tries again at
// once, so that one observation can say that the server is gone.
func (w *watcher) look(ctx context.Context) observation {
	var o observation
	for attempt := range attempts {
		if attempt > 0 && !rest(ctx, redial) {
			return o
		}
		o = w.probe(ctx)
		if o.err == nil || !control.Gone(o.err) {
			return o
		}
	}
	o.gone = true
	return o
}

func (w *watcher) probe(ctx context.Context) observation {
	ctx, cancel := context.WithTimeout(ctx, w.timeout)
	defer cancel()
	o := observation{began: time.Now()}
	o.facts, o.err = w.prober.probe(ctx)
	o.took = time.Since(o.began)
	return o
}

// pause waits until the next probe is due or asked for; false if ctx has ended.
func (w *watcher) pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	case <-w.kick:
		return rest(ctx, kickDelay)
	}
}

// rest waits; false if ctx has ended.
func rest(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// backoff doubles the pause with each failure in a row, up to limit or the pause itself.
func backoff(pause time.Duration, failures int, limit time.Duration) time.Duration {
	if failures == 0 || pause >= limit {
		return pause
	}
	return min(pause<<min(failures-1, 20), limit)
}
