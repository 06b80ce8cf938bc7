package monitor

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// beatWriter puts heartbeats on a primary. Only its beater's goroutine uses it.
type beatWriter interface {
	// write writes one heartbeat on the server at address, before ctx ends.
	write(ctx context.Context, address string, number uint64, stamp time.Time) error

	// close hangs up; the next write would connect again.
	close()
}

// beater writes one cluster's heartbeats for as long as it has several servers.
type beater struct {
	cluster           *clusterState
	stop              context.CancelFunc // nil until it runs
	interval, timeout time.Duration

	primary func() string // address of the primary as believed now; empty if there is none
	writer  beatWriter
	report  func(context.Context, beat, error)
	log     *slog.Logger
	turn    chan struct{} // capacity 1; has a token while a heartbeat is on its way, or while there are to be none
}

// maxBeatPause bounds the pause after heartbeats that failed.
const maxBeatPause = 5 * time.Second

func (b *beater) run(ctx context.Context) {
	defer b.writer.close()
	var number uint64
	failures := 0
	for rest(ctx, backoff(b.interval, failures, maxBeatPause)) {
		address := b.primary()
		if address == "" {
			failures = 0
			continue
		}
		if !b.begin() {
			continue
		}
		number++
		done := beat{number: number, sent: time.Now()}
		within, cancel := context.WithTimeout(ctx, b.timeout)
		err := b.writer.write(within, address, number, done.sent)
		cancel()
		<-b.turn
		if ctx.Err() != nil {
			return
		}
		done.acked = time.Now()
		b.report(ctx, done, err)
		failures = b.count(failures, address, err)
	}
}

// begin says whether a heartbeat may be written now.
func (b *beater) begin() bool {
	select {
	case b.turn <- struct{}{}:
		return true
	default:
		return false
	}
}

// hush waits until no heartbeat is on its way. None is written until release is called, which may be more than once.
func (b *beater) hush(ctx context.Context) (release func(), err error) {
	select {
	case b.turn <- struct{}{}:
		return sync.OnceFunc(func() { <-b.turn }), nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// count logs the first failure of a row of failures, and its end.
func (b *beater) count(failures int, address string, err error) int {
	switch {
	case err == nil && failures > 0:
		b.log.Info("heartbeat is written again", "server", address)
	case err != nil && failures == 0:
		b.log.Warn("heartbeat cannot be written; until it can, lag is what the servers say", "server", address, "error", err)
	}
	if err == nil {
		return 0
	}
	return failures + 1
}
