package lab

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"

	"shunt/topology"
)

// logName is the file in a server's folder with all that it wrote to stdout and stderr.
const logName = "server.log"

// Server is one server of a lab. Its exported fields do not change once Up or Open has returned. The verbs that start and
// end it are for one goroutine at a time; all else may be called by many.
type Server struct {
	Name       string
	Datacenter string
	Role       topology.Role `json:"-"` // at the lab's start; a later promotion does not show here
	ID         uint32        // @@server_id
	Address    string        // 127.0.0.1:port
	Socket     string        // path of its unix socket
	Dir        string        // its folder: my.cnf, server.log, data

	lab  *Lab
	root driver.Connector // the root account over Socket

	mu      sync.Mutex
	process *process // the one last seen; nil if none was looked for yet
	db      *sql.DB  // made at first use
}

// PID is the id of the server's process; 0 if it is not running. It is right even if another process has restarted it.
func (s *Server) PID() int {
	if p := s.find(); p != nil {
		return p.pid
	}
	return 0
}

// LogFile is the path of the file with all that the server wrote to stdout and stderr, over all its starts.
func (s *Server) LogFile() string { return s.path(logName) }

// DB gives connections as root over the server's socket. The lab owns it: Close and Down close it. Connections that broke
// because the server was killed are replaced by themselves.
func (s *Server) DB() *sql.DB {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		s.db = sql.OpenDB(s.root)
		s.db.SetMaxIdleConns(2)
	}
	return s.db
}

// Exec runs a statement as root.
func (s *Server) Exec(ctx context.Context, query string, args ...any) error {
	if _, err := s.DB().ExecContext(ctx, query, args...); err != nil {
		return fmt.Errorf("%s: %w", s.Name, err)
	}
	return nil
}

// Start starts a server that is not running and returns when it answers. A replica goes on replicating by itself.
func (s *Server) Start(ctx context.Context) error {
	if pid := s.PID(); pid != 0 {
		return fmt.Errorf("%s is running already, process %d", s.Name, pid)
	}
	if err := os.Remove(s.Socket); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	// The option that names the file must come first. The data directory is on the command line so that the process can be
	// recognised by it.
	args := []string{"--defaults-file=" + s.path("my.cnf"), "--datadir=" + s.path("data")}
	p, err := spawn(s.path("data"), s.path(logName), s.lab.Binaries.Server, append(args, userArgument()...)...)
	if err != nil {
		return fmt.Errorf("starting %s: %w", s.Name, err)
	}
	s.mu.Lock()
	s.process = p
	s.mu.Unlock()
	if err := s.waitAnswer(ctx, p); err != nil {
		return errors.Join(err, p.kill())
	}
	return nil
}

// waitAnswer waits until the server takes a login and answers it.
func (s *Server) waitAnswer(ctx context.Context, p *process) error {
	ctx, cancel := context.WithTimeoutCause(ctx, startBound, fmt.Errorf("no answer after %v", startBound))
	defer cancel()
	tick := time.NewTicker(2 * pollPeriod)
	defer tick.Stop()
	for {
		last := s.DB().PingContext(ctx)
		if last == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-p.reaped:
			return fmt.Errorf("%s ended while starting; %s says:\n%s", s.Name, s.LogFile(), s.LogTail(12))
		case <-ctx.Done():
			return fmt.Errorf("%s does not start: %w (last: %w); %s says:\n%s", s.Name, context.Cause(ctx), last, s.LogFile(), s.LogTail(12))
		}
	}
}

// LogTail is the end of the server's log: at most so many lines, for error messages.
func (s *Server) LogTail(lines int) string {
	text, err := os.ReadFile(s.LogFile())
	if err != nil {
		return err.Error()
	}
	return lastLines(text, lines)
}

// Kill ends the server with SIGKILL, as a crash would, and waits for its end. Killing one that is not running is no error.
func (s *Server) Kill() error {
	if p := s.find(); p != nil {
		return p.kill()
	}
	return nil
}

// Stop shuts the server down cleanly and waits for its end; if that takes too long, it is killed. Stopping one that is not
// running is no error.
func (s *Server) Stop() error {
	s.close() // MySQL would wait for an idle connection
	if p := s.find(); p != nil {
		return p.end(context.Background(), stopBound)
	}
	return nil
}

// Pause freezes the server (SIGSTOP) and returns when it stands still: its connections stay open and nothing answers, as
// with a machine that hangs.
func (s *Server) Pause() error { return s.now((*process).pause) }

// Continue lets a paused server go on.
func (s *Server) Continue() error {
	return s.now(func(p *process) error { return p.signal(syscall.SIGCONT) })
}

// now does something to the running process.
func (s *Server) now(do func(*process) error) error {
	p := s.find()
	if p == nil {
		return fmt.Errorf("%s is not running", s.Name)
	}
	if err := do(p); err != nil {
		return fmt.Errorf("%s: %w", s.Name, err)
	}
	return nil
}

// find returns the server's process, nil if it is not running.
func (s *Server) find() *process {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process != nil && s.process.running() {
		return s.process
	}
	s.process = nil
	if found, err := processesOf(s.Dir); err == nil && len(found) > 0 {
		s.process = found[0]
	}
	return s.process
}

// close gives back the connections. A farewell that a dead server does not hear is no error.
func (s *Server) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db != nil {
		_ = s.db.Close()
		s.db = nil
	}
}

func (s *Server) path(name string) string { return filepath.Join(s.Dir, name) }

func (s *Server) setPort(port int) {
	s.Address = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}

func (s *Server) port() int {
	_, port, _ := net.SplitHostPort(s.Address)
	n, _ := strconv.Atoi(port) // setPort wrote it
	return n
}
