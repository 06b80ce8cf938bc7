package monitor

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"
)

// pen writes heartbeats as slowly as it is told.
type pen struct {
	slow    time.Duration
	written []time.Time
}

func (p *pen) write(context.Context, string, uint64, time.Time) error {
	time.Sleep(p.slow)
	p.written = append(p.written, time.Now())
	return nil
}

func (*pen) close() {}

// TestHush: it returns when the heartbeat on its way has arrived, none is written until release, and they go on after it.
func TestHush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &pen{slow: 30 * time.Millisecond}
		b := &beater{
			interval: 100 * time.Millisecond, timeout: time.Second, primary: func() string { return "db1:3306" }, writer: p,
			report: func(context.Context, beat, error) {}, log: slog.New(slog.DiscardHandler), turn: make(chan struct{}, 1),
		}
		ctx, end := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { b.run(ctx); close(ended) }()
		time.Sleep(110 * time.Millisecond) // the first is on its way
		start := time.Now()
		release, err := b.hush(ctx)
		if err != nil || time.Since(start) != 20*time.Millisecond || len(p.written) != 1 {
			t.Errorf("%v after %v, %d written", err, time.Since(start), len(p.written))
		}
		brief, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		if _, err := b.hush(brief); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("hushed twice: %v", err)
		}
		if len(p.written) != 1 {
			t.Errorf("%d were written", len(p.written))
		}
		release()
		release()
		time.Sleep(time.Second)
		if len(p.written) < 5 {
			t.Errorf("only %d were written afterwards", len(p.written))
		}
		end()
		<-ended
	})
}
