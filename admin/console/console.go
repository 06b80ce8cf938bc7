// Package console is the SQL face of admin: a port of its own that speaks the MySQL protocol, so that any MySQL client can ask a
// running shunt what it does and order it about. [Console] listens and serves; a command is a file, commands.go has the table
// of them.
//
// What an operation means and gives is [shunt/admin.Service]'s; the console parses the few words of its own language, filters and sorts
// rows, and answers the questions that clients ask of any server when they log in. Nothing of it is on the path of the clients'
// statements, so it uses plain sockets and a goroutine per connection.
package console

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"shunt/admin"
	"shunt/mysql"
)

// Config says where the console listens and who may use it.
type Config struct {
	Address  string // host:port
	Password string // of User; nobody is let in while it is empty
}

// User is the only account of the console.
const User = "admin"

const (
	maxSessions  = 100
	loginBound   = 10 * time.Second
	idleBound    = 8 * time.Hour // the servers' own default of wait_timeout
	writeBound   = time.Minute
	maxStatement = 1 << 20 // bytes
	// firstID is the connection id of the first session, far above those of the proxy's clients: a client program that is interrupted
	// sends KILL QUERY with its own connection's id, and that must not hit somebody else.
	firstID = 1 << 31
)

// Console is the admin port. Make it with [New], start it with [Console.Run].
type Console struct {
	config    Config
	service   *admin.Service
	log       *slog.Logger
	lastID    atomic.Uint32
	sessions  sync.WaitGroup
	places    chan struct{} // one per session that may be open
	listening chan struct{} // closed once the port is open
	listener  net.Listener  // set before listening is closed
}

// New makes a console that does not listen yet.
func New(config Config, service *admin.Service, log *slog.Logger) *Console {
	return &Console{
		config: config, service: service, log: log, places: make(chan struct{}, maxSessions), listening: make(chan struct{}),
	}
}

// Listening is closed once the port is open; Addr tells which.
func (c *Console) Listening() <-chan struct{} { return c.listening }

// Addr is where the console listens. Only after Listening is closed.
func (c *Console) Addr() net.Addr { return c.listener.Addr() }

// Run listens and serves until ctx ends, which is no error; then all sessions are closed. To be called once.
func (c *Console) Run(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.config.Address)
	if err != nil {
		return fmt.Errorf("opening the console (admin.console): %w", err)
	}
	c.listener = listener
	close(c.listening)
	defer c.sessions.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, func() { _ = listener.Close() })() // ends Accept; there is nothing to lose
	for {
		conn, err := listener.Accept()
		if ctx.Err() != nil {
			if err == nil {
				_ = conn.Close() // nobody serves it any more
			}
			return nil
		}
		if err != nil {
			c.log.Warn("the console could not accept a connection", "error", err)
			pause(ctx)
			continue
		}
		c.sessions.Go(func() { c.welcome(ctx, conn) })
	}
}

// pause keeps a lasting failure to accept (too many open files) from turning into a busy loop.
func pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(100 * time.Millisecond):
	}
}

// welcome serves one connection to its end, if there is a place for it.
func (c *Console) welcome(ctx context.Context, conn net.Conn) {
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })() // ends whatever the session waits for
	s := &session{console: c, conn: conn, id: firstID + c.lastID.Add(1) - 1}
	select {
	case c.places <- struct{}{}:
		defer func() { <-c.places }()
	default:
		s.turnAway(mysql.TooManyConnections())
		return
	}
	if err := s.logIn(); err != nil {
		c.log.Warn("a login to the console failed", "from", conn.RemoteAddr().String(), "user", s.login.User, "error", err)
		return
	}
	s.serve(ctx)
}
