package backend

import (
	"encoding/binary"
	"io"
	"sync/atomic"
	"time"
	"unique"

	"shunt/mysql"
	"shunt/netloop"
)

// Conn is one connection to a server, logged in. It belongs to the task that borrowed it until that gives it back with
// [Conn.Release] or [Conn.Discard]; no lock protects it.
type Conn struct {
	netloop.Conn
	pool  *Pool
	key   unique.Handle[Key]
	owner *owner // the account that it counts for; nil beside the pool
	bin   *bin   // where it lay last; nil if it never did. The lock of the bin's shelf guards what is in it.

	// ID is the server's id of the connection, for KILL.
	ID uint32
	// Greeting is what the server said of itself.
	Greeting mysql.Greeting
	// Caps are the capabilities in force.
	Caps mysql.Capability

	// Carries is what the last borrower left on the connection, nil if that is not known and the next one must reset it;
	// Fingerprint and Schema are derived from it for the pool's choice.
	Carries     any
	Fresh       bool // straight from login: nothing was ever set on it
	Unused      bool // nothing of a client's has run on it since its login, or since it was reset
	Fingerprint uint64
	Schema      string
	// Copies are temporary tables in the connection that are not the session's, to be dropped before it is given back: qualified names, in backticks.
	Copies []string
	// Dirty: the connection has something that Carries does not tell; when it is given back it has to be reset.
	Dirty bool

	// Sandbox: the account's password had expired at login, the server takes nothing but SET until there is a new one (error 1820). The
	// session that gets such a connection keeps it, and the pool does not.
	Sandbox bool

	// Prepared are the statements prepared on this connection.
	Prepared Prepared

	spoilt     atomic.Bool
	struck     atomic.Bool // by a KILL QUERY, since it was lent
	row        row
	born, used time.Time
	waitUntil  time.Time // the read deadline in force, set by Patience
	epoch      uint64    // of the pool when it was opened
	in         []byte    // bytes read and not yet consumed, for the simple exchanges below
	buf        []byte
}

// Key says which connections are alike: of one account, with the same protocol flags.
type Key struct {
	User    string
	Account string
	Caps    mysql.Capability // those of KeyCaps that the client has
}

// KeyCaps are the capabilities of a client that change what a server answers, so the server connection must have the same.
// CLIENT_DEPRECATE_EOF and CLIENT_SESSION_TRACK are not among them: every server connection has both, and the relay translates. Nor is
// MariaDB's CACHE_METADATA: a server leaves out the definitions that it has sent on the same connection, which may not be those that the client has.
const KeyCaps = mysql.CapFoundRows | mysql.CapNoSchema | mysql.CapIgnoreSpace | mysql.CapLocalFiles | mysql.CapMultiStatements |
	mysql.CapMultiResults | mysql.CapPSMultiResults | mysql.CapInteractive | mysql.CapODBC | mysql.CapQueryAttributes |
	mysql.CapProgress | mysql.CapExtendedMetadata | mysql.CapBulkUnitResults

// Address is the server's.
func (c *Conn) Address() string { return c.pool.Address }

// Pool is where the connection came from.
func (c *Conn) Pool() *Pool { return c.pool }

// SetKey notes that the borrower has changed what the connection is good for (COM_SET_OPTION).
func (c *Conn) SetKey(k unique.Handle[Key]) { c.key = k }

// Key says what the connection is good for.
func (c *Conn) Key() Key { return c.key.Value() }

// Release gives the connection back. Its last answer has been read to the end; Carries, Fingerprint and Schema are right.
//
// In a pipeline the next one has it then.
func (c *Conn) Release(task netloop.Task) {
	switch {
	case !c.Led():
		c.leaveRow()
		c.struck.Store(false)
		c.pool.put(task, c)
	case !c.handOn(task):
		c.Discard(task)
	}
}

// Discard closes the connection: it broke, or its state is beyond repair.
func (c *Conn) Discard(task netloop.Task) {
	c.leaveRow()
	c.pool.discard(task, c)
}

// Patience bounds the wait of the next read to about d from now, between d and 2d: a deadline that is far enough away is left as it is, since
// setting one costs more.
func (c *Conn) Patience(now time.Time, d time.Duration) {
	if c.waitUntil.Sub(now) < d {
		c.waitUntil = now.Add(2 * d)
		c.SetReadDeadline(c.waitUntil)
	}
}

// PatienceUntil is Patience with an end that is not overstepped.
func (c *Conn) PatienceUntil(now time.Time, d time.Duration, end time.Time) {
	if c.waitUntil.Sub(now) < d || c.waitUntil.After(end) {
		if c.waitUntil = now.Add(2 * d); c.waitUntil.After(end) {
			c.waitUntil = end
		}
		c.SetReadDeadline(c.waitUntil)
	}
}

// Spoil says that nobody is to have the connection after its present borrower: a KILL may still be on its way to it. It may be called from anywhere.
func (c *Conn) Spoil() { c.spoilt.Store(true) }

// Query runs one statement of our own and reads its answer as a whole; small ones only. A server's error comes as *mysql.Error, with
// which the connection stays usable; after any other error it must be discarded.
func (c *Conn) Query(sql string, until time.Time) (mysql.ResultSet, error) {
	c.SetWriteDeadline(until)
	if _, err := c.Conn.Write(mysql.AppendQuery(nil, c.Caps, sql)); err != nil {
		return mysql.ResultSet{}, err
	}
	c.ReadUntil(until)
	return c.ReadResult()
}

// ReadUntil bounds reads by a deadline of the caller's.
func (c *Conn) ReadUntil(until time.Time) {
	c.waitUntil = until
	c.SetReadDeadline(until)
}

// ReadResult reads one whole answer, for exchanges of our own; errors as those of Query.
func (c *Conn) ReadResult() (mysql.ResultSet, error) {
	raw, err := c.readAnswer(mysql.ShapeResult)
	if err != nil {
		return mysql.ResultSet{}, err
	}
	rs, _, _, err := mysql.ParseResultSet(raw, c.Caps)
	return rs, err
}

// Ping runs COM_PING and gives the server's status flags, which an error packet does not tell. It sets ROW_COUNT() to 0.
func (c *Conn) Ping(until time.Time) (mysql.Status, error) {
	c.SetWriteDeadline(until)
	if _, err := c.Conn.Write([]byte{1, 0, 0, 0, byte(mysql.ComPing)}); err != nil {
		return 0, err
	}
	c.ReadUntil(until)
	raw, err := c.readAnswer(mysql.ShapeSimple)
	if err != nil {
		return 0, err
	}
	ok, err := mysql.ParseOK(raw[mysql.HeaderLen:], c.Caps)
	return ok.Status, err
}

// Reset runs COM_RESET_CONNECTION: an open transaction is rolled back, locks and temporary tables go.
func (c *Conn) Reset(until time.Time) error {
	c.SetWriteDeadline(until)
	if _, err := c.Conn.Write([]byte{1, 0, 0, 0, byte(mysql.ComResetConnection)}); err != nil {
		return err
	}
	c.ReadUntil(until)
	c.WasReset()
	raw, err := c.readAnswer(mysql.ShapeSimple)
	if err != nil {
		return err
	}
	if mysql.IsErr(raw[mysql.HeaderLen:]) {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// WasReset notes that COM_RESET_CONNECTION was sent: nothing is prepared on the connection any more, and nothing left of what has run on it.
func (c *Conn) WasReset() {
	c.Prepared.Clear()
	c.Unused = true
}

// Quit closes an idle connection with a good-bye, so that the server does not count it among the aborted ones. The few bytes always fit into
// the socket's buffer; whether they arrive changes nothing.
func (c *Conn) Quit() {
	c.Prepared.Clear()
	c.SetWriteDeadline(time.Now().Add(time.Second))
	_, _ = c.Conn.Write([]byte{1, 0, 0, 0, byte(mysql.ComQuit)})
	_ = c.Conn.Close()
}

// readAnswer reads the packets of one answer.
func (c *Conn) readAnswer(shape mysql.Shape) ([]byte, error) {
	var r mysql.Response
	r.Reset(shape)
	var answer []byte
	for !r.Done() {
		n, ev, err := r.Next(c.in)
		if err != nil {
			return nil, err
		}
		if ev > mysql.ColumnsEnd && ev != mysql.DefinitionsOK {
			n += r.Control()
		}
		answer = append(answer, c.in[:n]...)
		c.in = c.in[n:]
		if ev == mysql.NeedMore && !r.Done() {
			if err := c.fill(); err != nil {
				return nil, err
			}
		}
	}
	return answer, nil
}

// readPacket reads one packet's payload, for the login. It is valid until the next call.
func (c *Conn) readPacket() (payload []byte, seq byte, err error) {
	for {
		if len(c.in) >= mysql.HeaderLen {
			length, seq := mysql.Header(c.in)
			if length > 1<<20 {
				return nil, 0, mysql.ErrMalformed
			}
			if len(c.in) >= mysql.HeaderLen+length {
				payload = c.in[mysql.HeaderLen : mysql.HeaderLen+length]
				c.in = c.in[mysql.HeaderLen+length:]
				return payload, seq, nil
			}
		}
		if err := c.fill(); err != nil {
			return nil, 0, err
		}
	}
}

// fill reads more bytes behind those not consumed yet.
func (c *Conn) fill() error {
	if len(c.in) == 0 {
		if c.buf == nil {
			c.buf = make([]byte, 2048)
		}
		n, err := c.Conn.Read(c.buf)
		c.in = c.buf[:n:n]
		return err
	}
	more := make([]byte, len(c.in)+4096)
	copy(more, c.in)
	n, err := c.Conn.Read(more[len(c.in):])
	c.in = more[: len(c.in)+n : len(c.in)+n]
	return err
}

// rest drops the small buffer once the login is over; whatever came behind the login's end is a fault of the server.
func (c *Conn) rest() error {
	if len(c.in) > 0 {
		return mysql.ErrMalformed
	}
	c.in, c.buf = nil, nil
	return nil
}

// ReadSkipped reads `skip` answers that are an OK each. An error among them, but for number `passed`, comes as a [SkippedError]; the connection is then to be
// discarded.
func (c *Conn) ReadSkipped(skip int, passed uint16) error {
	for range skip {
		raw, err := c.readAnswer(mysql.ShapeSimple)
		if err != nil {
			return err
		}
		if mysql.IsErr(raw[mysql.HeaderLen:]) {
			e, err := mysql.ParseErr(raw[mysql.HeaderLen:], c.Caps)
			if err != nil {
				return err
			}
			if e.Number != passed {
				return &SkippedError{e}
			}
		}
	}
	return nil
}

// ReadPrepared reads the answer to COM_STMT_PREPARE behind `skip` answers to other commands, and gives the server's id of the statement. An
// error among the skipped answers, but for number `passed`, comes as a [SkippedError]; the connection is then to be discarded.
func (c *Conn) ReadPrepared(skip int, passed uint16) (uint32, error) {
	if err := c.ReadSkipped(skip, passed); err != nil {
		return 0, err
	}
	raw, err := c.readAnswer(mysql.ShapePrepare)
	if err != nil {
		return 0, err
	}
	payload := raw[mysql.HeaderLen:]
	if mysql.IsErr(payload) {
		e, err := mysql.ParseErr(payload, c.Caps)
		if err != nil {
			return 0, err
		}
		return 0, e
	}
	return binary.LittleEndian.Uint32(payload[1:]), nil
}

// ResetStmt runs COM_STMT_RESET, which closes the statement's cursor.
func (c *Conn) ResetStmt(id uint32, until time.Time) error {
	packet := []byte{5, 0, 0, 0, byte(mysql.ComStmtReset), 0, 0, 0, 0}
	binary.LittleEndian.PutUint32(packet[5:], id)
	c.SetWriteDeadline(until)
	if _, err := c.Conn.Write(packet); err != nil {
		return err
	}
	c.ReadUntil(until)
	raw, err := c.readAnswer(mysql.ShapeSimple)
	if err == nil && mysql.IsErr(raw[mysql.HeaderLen:]) {
		err = io.ErrUnexpectedEOF
	}
	return err
}
