package mysqltest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"

	"shunt/mysql"
)

// Handler answers one command of a client. Payload is what follows the command byte (the text of a COM_QUERY); it is
// the handler's to keep. A handler that writes nothing gives no answer. Handlers of several connections run at the same
// time; those of one connection run one after the other. COM_QUIT does not come here: it ends the connection.
type Handler func(cmd mysql.Command, payload []byte, w *Reply)

// Server is a scripted server. Fill its fields before the first connection; the zero value lets everybody in and
// answers OK to everything.
type Server struct {
	Handler Handler // nil: OK to everything that has an answer

	// Greeting is the first packet of each connection. Fields left zero are filled in: a MariaDB version,
	// ServerCapabilities, a fresh salt and connection id for each connection.
	Greeting       mysql.Greeting
	RefuseGreeting *mysql.Error // sent in place of the greeting

	Plugin      string            // the authentication plugin of all accounts; empty: mysql_native_password
	Passwords   map[string]string // passwords by user; nil: everyone is let in with anything
	FullAuth    bool              // caching_sha2_password: the cache is empty, the password itself is asked for
	RefuseLogin *mysql.Error      // the answer to every login, right or wrong
	LoginOK     mysql.OK          // the answer to a login that is let in; a zero Status becomes StatusAutocommit

	TLS  *tls.Config                  // offered if set
	Wrap func(conn net.Conn) net.Conn // put around each new connection, such as a FaultyConn; nil: nothing

	record record
	rsa    rsaKey
}

// Start listens on a free port of 127.0.0.1 and serves until the test ends. It returns the address.
func (s *Server) Start(t testing.TB) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("starting a scripted server: %v", err)
	}
	s.run(t, func(ctx context.Context) error { return s.Serve(ctx, l) })
	return l.Addr().String()
}

// Pipe serves one connection in memory until the test ends, and returns the client's end.
func (s *Server) Pipe(t testing.TB) net.Conn {
	t.Helper()
	client, server := net.Pipe()
	s.run(t, func(ctx context.Context) error {
		_ = s.ServeConn(ctx, server) // what a client did wrong is for its test to see
		return nil
	})
	return client
}

// run has f running until the test ends.
func (s *Server) run(t testing.TB, f func(ctx context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("scripted server: %v", err)
		}
	})
}

// Serve serves the connections that l accepts until ctx ends, and then closes them all, and l. It returns ctx's error,
// or the listener's.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	var conns sync.WaitGroup
	defer conns.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, func() { _ = l.Close() })()
	for {
		conn, err := l.Accept()
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return ctx.Err()
		default:
			return fmt.Errorf("accepting: %w", err)
		}
		conns.Go(func() { _ = s.ServeConn(ctx, conn) })
	}
}

// ServeConn serves one connection until the client ends it, the handler hangs up, or ctx ends, and closes it. The error
// is for tests of the protocol itself: nil after COM_QUIT and Hangup.
func (s *Server) ServeConn(ctx context.Context, conn net.Conn) error {
	if s.Wrap != nil {
		conn = s.Wrap(conn)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	c := &serverConn{Conn: conn, server: s, ctx: ctx, id: s.record.open()}
	defer s.record.close()
	if s.Greeting.ConnectionID != 0 {
		c.id = s.Greeting.ConnectionID
	}
	if err := c.logIn(); err != nil {
		return err
	}
	return c.commands()
}

// serverConn is one connection of a Server.
type serverConn struct {
	net.Conn
	server *Server
	ctx    context.Context
	id     uint32
	login  mysql.Login
	caps   mysql.Capability // of both sides
	seq    byte             // the next packet's number
}

// commands runs the client's commands, one after the other.
func (c *serverConn) commands() error {
	for {
		c.seq = 0
		packet, err := c.read()
		if err != nil {
			return err
		}
		if len(packet) == 0 {
			return errors.New("a command without its first byte")
		}
		cmd, payload := mysql.Command(packet[0]), packet[1:]
		c.server.record.request(Request{Conn: c.id, Command: cmd, Payload: payload})
		if cmd == mysql.ComQuit {
			return nil
		}
		w := &Reply{conn: c}
		c.handler()(cmd, payload, w)
		if w.hungUp {
			return nil
		}
		if w.err != nil {
			return w.err
		}
	}
}

func (c *serverConn) handler() Handler {
	if c.server.Handler != nil {
		return c.server.Handler
	}
	return func(cmd mysql.Command, _ []byte, w *Reply) {
		if cmd != mysql.ComStmtClose && cmd != mysql.ComStmtSendLongData {
			w.OK(mysql.OK{})
		}
	}
}

// read reads the client's next packet into memory of its own.
func (c *serverConn) read() ([]byte, error) {
	payload, seq, err := mysql.ReadPacket(c.Conn, nil, maxPacket)
	if err != nil {
		return nil, err
	}
	c.seq = seq + 1
	return payload, nil
}

// write writes payload as the next packet.
func (c *serverConn) write(payload []byte) error {
	var out []byte
	out, c.seq = mysql.AppendPacket(nil, c.seq, payload)
	_, err := c.Conn.Write(out)
	return err
}
