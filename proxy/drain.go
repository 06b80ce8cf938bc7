package proxy

import (
	"context"
	"time"
)

// drain ends the clients: idle ones at once, the others when they come to rest or the time is over.
func (s *Server) drain() {
	s.draining.Store(true)
	ctx, cancel := context.WithTimeout(context.Background(), s.config.Drain)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if s.endIdle() == 0 {
			break
		}
		select {
		case <-ctx.Done():
			s.endAll()
		case <-tick.C:
			continue
		}
		break
	}
	last, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	if err := s.Loop.Wait(last); err != nil {
		s.Log.Warn("some clients did not end in time", "left", len(s.Clients()))
	}
}

// endIdle ends clients that are in the middle of nothing, and counts those that are left.
func (s *Server) endIdle() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.clients {
		if state := c.shown.now.state(); state == Idle || state == Login {
			c.drainNow()
		}
	}
	return len(s.clients)
}

func (s *Server) endAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.clients {
		c.drainNow()
	}
}

func (c *Client) drainNow() {
	c.shown.killed.Store(killedByDrain)
	c.task.Interrupt()
}
