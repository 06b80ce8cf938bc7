package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

const (
	startBound = time.Minute      // for one server to answer, crash recovery included
	upBound    = 5 * time.Minute  // for a whole lab, on a slow disk
	downBound  = 30 * time.Second // for all servers to end after a failed Up
)

// Up builds and starts a lab and returns when its replicas replicate. It refuses a folder that a running lab uses
// (ErrRunning) and cleans up after a dead one. If it fails or ctx is cancelled, all that it started is ended and the folder
// removed.
//
// The servers live until Down, or until the calling process ends, however it ends: a lab does not outlive who started it.
func Up(ctx context.Context, opts Options) (*Lab, error) {
	l, err := plan(opts)
	if err != nil {
		return nil, err
	}
	if err := l.up(ctx, opts.Dir); err != nil {
		return nil, err
	}
	return l, nil
}

func (l *Lab) up(ctx context.Context, dir string) (err error) {
	unlock, err := l.claim(dir)
	if err != nil {
		return err
	}
	defer unlock()
	defer func() {
		if err == nil {
			return
		}
		after, cancel := context.WithTimeout(context.WithoutCancel(ctx), downBound)
		defer cancel()
		err = errors.Join(err, l.destroy(after))
	}()
	ctx, cancel := context.WithTimeoutCause(ctx, upBound, fmt.Errorf("the lab was not up after %v", upBound))
	defer cancel()

	if err := l.settle(); err != nil {
		return err
	}
	l.log.Info("making a data directory", "server", l.Binaries.Server, "version", l.Binaries.Version)
	template, err := l.makeTemplate(ctx)
	if err != nil {
		return fmt.Errorf("making a data directory: %w", err)
	}
	if err := each(l.Servers(), func(s *Server) error { return s.birth(ctx, template) }); err != nil {
		return err
	}
	if err := os.RemoveAll(template); err != nil {
		return err
	}
	if err := l.save(); err != nil { // a port may have changed
		return err
	}
	for _, c := range l.Datacenters {
		if err := each(c.Replicas, func(s *Server) error { return s.replicateFrom(ctx, c.Primary) }); err != nil {
			return err
		}
	}
	return nil
}

// birth gives a server its data directory and starts it. Its port was free when it was chosen; if somebody took it
// since, others are tried.
func (s *Server) birth(ctx context.Context, template string) error {
	if err := os.MkdirAll(s.path("tmp"), 0o700); err != nil {
		return err
	}
	if err := os.CopyFS(s.path("data"), os.DirFS(template)); err != nil {
		return fmt.Errorf("copying the data directory: %w", err)
	}
	for attempt := 1; ; attempt++ {
		if err := s.writeSettings(); err != nil {
			return err
		}
		err := s.Start(ctx)
		if err == nil {
			s.lab.log.Info("server is up", "name", s.Name, "address", s.Address, "role", s.Role.String(), "pid", s.PID())
			return nil
		}
		if attempt == 3 || !strings.Contains(err.Error(), "Address already in use") {
			return err
		}
		port, perr := freePort(0, nil)
		if perr != nil {
			return perr
		}
		s.setPort(port)
		if err := os.Remove(s.path(logName)); err != nil {
			return err
		}
	}
}
