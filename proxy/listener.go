package proxy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"time"

	"shunt/netloop"
)

// listener is a socket with its policy.
type listener struct {
	net.Listener
	Listen
}

// listen opens all listeners or none.
func (s *Server) listen() ([]*listener, error) {
	var open []*listener
	for _, l := range s.config.Listen {
		nl, err := listenOne(l.Address)
		if err != nil {
			for _, o := range open {
				_ = o.Close() // the error to tell is the one below
			}
			return nil, fmt.Errorf("listening on %s: %w", l.Address, err)
		}
		open = append(open, &listener{nl, l})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range open {
		s.addrs = append(s.addrs, o.Addr())
	}
	return open, nil
}

func listenOne(address string) (net.Listener, error) {
	if !strings.HasPrefix(address, "/") {
		return net.Listen("tcp", address)
	}
	if err := removeStaleSocket(address); err != nil {
		return nil, err
	}
	return net.Listen("unix", address)
}

// removeStaleSocket removes the socket file that a killed process left, unless somebody still listens on it.
func removeStaleSocket(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode()&os.ModeSocket == 0 {
		return fmt.Errorf("%s exists and is no socket", path)
	}
	if c, err := net.DialTimeout("unix", path, time.Second); err == nil {
		_ = c.Close() // it was only a look
		return fmt.Errorf("%s: %w", path, syscall.EADDRINUSE)
	}
	return os.Remove(path)
}

// accept lets clients in until ctx ends.
func (s *Server) accept(ctx context.Context, l *listener) error {
	ended := make(chan error, 1)
	s.Loop.Go(func(task netloop.Task) {
		stop := context.AfterFunc(ctx, task.Interrupt)
		defer stop()
		ended <- s.acceptAll(ctx, task, l)
	})
	return <-ended
}

// acceptAll starts a task for each client until ctx ends.
func (s *Server) acceptAll(ctx context.Context, task netloop.Task, l *listener) error {
	for {
		nc, err := task.Accept(l.Listener)
		if ctx.Err() != nil {
			if err == nil {
				_ = nc.Close() // too late
			}
			return nil
		}
		if err != nil {
			if !errors.Is(err, syscall.EMFILE) && !errors.Is(err, syscall.ENFILE) && !errors.Is(err, syscall.ECONNABORTED) {
				return fmt.Errorf("accepting on %s: %w", l.Address, err)
			}
			s.Log.Warn("a client could not be accepted; raise the limit of open files if it says so", "error", err)
			_ = task.Park(time.Now().Add(50 * time.Millisecond)) // until others have gone
			continue
		}
		s.Loop.Go(func(task netloop.Task) { s.welcome(task, nc, l) })
	}
}
