// Package control is the connection with which shunt itself asks a server something: the monitor's probes and
// heartbeats, the catalog's account and database lists. No client's statement ever runs on it.
//
// [Dial] gives a [Conn]; every call on it ends when its context does. What to ask and what the answer means is left to
// the rooms that use it.
package control

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/go-mysql-org/go-mysql/client"
	"github.com/go-mysql-org/go-mysql/mysql"

	"shunt/backend"
	"shunt/topology"
)

// Endpoint is a server and the account to log in with.
type Endpoint struct {
	Address  string // host:port, or the path of a unix socket
	User     string
	Password string
	Link     backend.Link // its TLS; compression is not worth it here
	// FoundRows lets an UPDATE count the rows that its condition finds, also those that have the new values already.
	FoundRows bool
}

// Conn is one connection to one server. One goroutine at a time may use it. After an error that is not the server's own
// (see [Code]) the connection is out of step and only [Conn.Close] is left.
type Conn struct {
	conn    *client.Conn
	wire    *wire
	version string
}

// Dial connects and logs in before ctx ends. The session is set to autocommit, since with a server default of
// autocommit=0 a connection that only reads would see its first snapshot for ever; each of setup runs after that. The
// caller closes the connection.
//
// go-mysql's own timeouts are of no use here: ConnectWithTimeout takes ten seconds whatever it is told (v1.16.0,
// client/conn.go), and its read timeout starts anew with every packet.
func Dial(ctx context.Context, e Endpoint, setup ...string) (*Conn, error) {
	c, err := dial(ctx, e, setup)
	if err != nil && e.Link.Optional && strings.Contains(err.Error(), noTLS) {
		e.Link.TLS = nil
		return dial(ctx, e, setup)
	}
	return c, err
}

// noTLS is in the text of go-mysql's error for a server without TLS (v1.16.0, client/auth.go); it has no value of its own.
const noTLS = "does not support TLS"

func dial(ctx context.Context, e Endpoint, setup []string) (*Conn, error) {
	if network(e.Address) == "unix" {
		e.Link.TLS = nil
	}
	socket, err := (&net.Dialer{}).DialContext(ctx, network(e.Address), e.Address)
	if err != nil {
		return nil, err
	}
	c := &Conn{wire: &wire{Conn: socket}}
	dialed := func(context.Context, string, string) (net.Conn, error) { return c.wire, nil }
	err = c.safely(ctx, func() (err error) {
		c.conn, err = client.ConnectWithDialer(ctx, network(e.Address), e.Address, e.User, e.Password, "", dialed, options(e)...)
		return err
	})
	if err != nil {
		_ = socket.Close()
		return nil, err
	}
	c.version = c.conn.GetServerVersion()
	for _, sql := range append([]string{"SET SESSION autocommit=1"}, setup...) {
		if _, err := c.Query(ctx, sql); err != nil {
			c.Close()
			return nil, fmt.Errorf("preparing the session with %q: %w", sql, err)
		}
	}
	return c, nil
}

func network(address string) string {
	if strings.HasPrefix(address, "/") {
		return "unix"
	}
	return "tcp"
}

// options turns on several statements in one packet, for [Conn.Script], and LOAD DATA LOCAL, for [Conn.Send], and names the connection in the server's
// performance_schema.
func options(e Endpoint) []client.Option {
	return []client.Option{func(c *client.Conn) error {
		c.SetAttributes(map[string]string{"program_name": "shunt"})
		if e.Link.TLS != nil {
			c.SetTLSConfig(backend.ForServer(e.Link.TLS, e.Address))
		}
		if e.FoundRows {
			if err := c.SetCapability(mysql.CLIENT_FOUND_ROWS); err != nil {
				return err
			}
		}
		// Without attributes of queries the text of a statement is all that COM_QUERY has, see [Conn.Send].
		c.UnsetCapability(mysql.CLIENT_QUERY_ATTRIBUTES)
		return errors.Join(c.SetCapability(mysql.CLIENT_MULTI_STATEMENTS), c.SetCapability(mysql.CLIENT_MULTI_RESULTS), c.SetCapability(mysql.CLIENT_LOCAL_FILES))
	}}
}

// Query runs one statement and returns its whole result, which is the caller's.
func (c *Conn) Query(ctx context.Context, sql string) (*mysql.Result, error) {
	results, err := c.Script(ctx, sql)
	if err != nil {
		return nil, err
	}
	return results[0], nil
}

// Script runs several statements in one round trip and returns their results in order. A server stops at the first
// statement that fails: then the results of those before it come back together with its error.
func (c *Conn) Script(ctx context.Context, statements ...string) ([]*mysql.Result, error) {
	var results []*mysql.Result
	var refused error
	err := c.safely(ctx, func() error {
		_, err := c.conn.ExecuteMultiple(strings.Join(statements, ";"), func(r *mysql.Result, err error) {
			if err != nil {
				refused = err
				return
			}
			results = append(results, r)
		})
		return errors.Join(err, refused)
	})
	if err == nil && len(results) != len(statements) {
		err = fmt.Errorf("%d statements sent, %d results received", len(statements), len(results))
	}
	return results, err
}

// Stream runs one statement and calls row for each row of its result, so that a result of any size needs the memory of
// one row. The values are only valid during the call; an error of row ends the statement and comes back, and the
// connection is then out of step.
func (c *Conn) Stream(ctx context.Context, sql string, row func([]mysql.FieldValue) error) error {
	return c.safely(ctx, func() error {
		var result mysql.Result
		return c.conn.ExecuteSelectStreaming(sql, &result, row, nil)
	})
}

// Close hangs up. It sends COM_QUIT first if that can be done at once, since servers count a silent end as an aborted
// client.
func (c *Conn) Close() {
	if c.wire.err == nil {
		_ = c.wire.SetDeadline(time.Now().Add(50 * time.Millisecond))
		_ = c.conn.Quit()
	}
	_ = c.wire.Close()
}

// ID is the server's number of this connection, as KILL wants it.
func (c *Conn) ID() uint32 { return c.conn.GetConnectionID() }

// Flavor says which kind of server this is, by the version in its greeting.
func (c *Conn) Flavor() topology.Flavor {
	if strings.Contains(strings.ToLower(c.version), "mariadb") {
		return topology.MariaDB
	}
	return topology.MySQL
}

// AtLeast says whether the server's version is the given one or newer. MariaDB puts "5.5.5-" in front of its version in
// the greeting, for old replicas (https://mariadb.com/kb/en/connection/); it is left out.
func (c *Conn) AtLeast(version string) bool {
	order, err := mysql.CompareServerVersions(strings.TrimPrefix(c.version, "5.5.5-"), version)
	return err == nil && order >= 0
}

// Peer is the IP address at the other end; empty for a unix socket.
func (c *Conn) Peer() string {
	if tcp, ok := c.wire.RemoteAddr().(*net.TCPAddr); ok {
		return tcp.IP.String()
	}
	return ""
}
