package catalog

import (
	"context"
	"time"
)

// round is one reading of all clusters.
type round struct {
	done chan struct{} // closed after err is set
	err  error
}

// minPause is the least time between the beginnings of two rounds, however many logins fail.
const minPause = 200 * time.Millisecond

// Refresh reads all clusters anew, for a login that has failed or a database that nobody knows, and returns when that is
// done or ctx ends. The reading has begun after the call, so a password that was changed before is seen. However many
// call, rounds follow each other no faster than five a second and those who wait share one. Run must be running. The error
// names the clusters that could not be read; what was known of them stays.
func (c *Catalog) Refresh(ctx context.Context) error {
	r, err := c.ask()
	if err != nil {
		return err
	}
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Catalog) ask() (*round, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended != nil {
		return nil, c.ended
	}
	if c.next == nil {
		c.next = &round{done: make(chan struct{})}
	}
	select {
	case c.wake <- struct{}{}:
	default: // it will be woken already
	}
	return c.next, nil
}

func (c *Catalog) end(why error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = why
	c.answer(c.next, why)
}

// runRound reads for everybody who has asked until now.
func (c *Catalog) runRound(ctx context.Context) {
	c.mu.Lock()
	r := c.next
	c.next = nil
	select {
	case <-c.wake: // that call is answered by this round
	default:
	}
	c.mu.Unlock()
	c.answer(r, c.readAll(ctx))
}

func (c *Catalog) answer(r *round, err error) {
	if r != nil {
		r.err = err
		close(r.done)
	}
}

// pause waits for a call of Refresh, but at least the time least, and for the time most if there is none; false if ctx has
// ended.
func (c *Catalog) pause(ctx context.Context, least, most time.Duration) bool {
	for _, step := range []struct {
		wait time.Duration
		wake <-chan struct{}
	}{{least, nil}, {most - least, c.wake}} {
		timer := time.NewTimer(step.wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return false
		case <-step.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
	return true
}
