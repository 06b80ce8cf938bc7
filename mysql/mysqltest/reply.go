package mysqltest

import (
	"net"

	"shunt/mysql"
)

// Reply writes the answer to one command. Packets are numbered by themselves. After a failed write the rest is silently
// left out and the connection ends with the handler.
type Reply struct {
	conn   *serverConn
	err    error
	hungUp bool
}

// OK sends an OK packet. A zero Status becomes StatusAutocommit.
func (w *Reply) OK(ok mysql.OK) {
	ok = autocommit(ok)
	w.Packet(ok.Append(nil, mysql.HeaderOK, w.conn.caps))
}

// Err sends an ERR packet.
func (w *Reply) Err(e *mysql.Error) { w.Packet(e.Append(nil, w.conn.caps)) }

// EOF sends what ends rows or column definitions in the form that the client wants: an EOF packet, or an OK packet with
// EOF's header. A zero Status becomes StatusAutocommit.
func (w *Reply) EOF(ok mysql.OK) {
	ok = autocommit(ok)
	if w.conn.caps.Has(mysql.CapDeprecateEOF) {
		w.Packet(ok.Append(nil, mysql.HeaderEOF, w.conn.caps))
	} else {
		w.Packet(mysql.AppendEOF(nil, ok.Warnings, ok.Status))
	}
}

// ResultSet sends a whole result set in the form that the client wants, in one write. A zero Status becomes
// StatusAutocommit.
func (w *Reply) ResultSet(rs mysql.ResultSet, end mysql.OK) {
	if w.err == nil {
		var out []byte
		out, w.conn.seq = rs.Append(nil, w.conn.seq, w.conn.caps, autocommit(end))
		w.Raw(out)
	}
}

// Value sends a result set of one text column, named as its only value.
func (w *Reply) Value(value string) {
	w.ResultSet(mysql.ResultSet{
		Columns: []mysql.ColumnDef{mysql.TextColumn(value)},
		Rows:    []mysql.Row{mysql.NewRow(value)},
	}, mysql.OK{})
}

// Packet sends one payload as it is, right or wrong, behind the right header.
func (w *Reply) Packet(payload []byte) {
	if w.err == nil {
		w.err = w.conn.write(payload)
	}
}

// Raw sends bytes as they are, headers and all; it does not count packets.
func (w *Reply) Raw(b []byte) {
	if w.err == nil {
		_, w.err = w.conn.Conn.Write(b)
	}
}

// Read reads the client's next packet: its file after a request for one, its reply after an authentication switch.
func (w *Reply) Read() ([]byte, error) {
	if w.err != nil {
		return nil, w.err
	}
	payload, err := w.conn.read()
	w.err = err
	return payload, err
}

// Await waits until ready closes, which is how a test makes an answer late. It returns false if the Server ends first;
// nothing need be sent then.
func (w *Reply) Await(ready <-chan struct{}) bool {
	select {
	case <-ready:
		return true
	case <-w.conn.ctx.Done():
		w.err = w.conn.ctx.Err()
		return false
	}
}

// Hangup closes the connection at once, after what was sent so far. Over TCP the client sees a reset if it has sent
// what nobody read, else an end.
func (w *Reply) Hangup() {
	w.hungUp = true
	_ = w.conn.Close()
}

// Reset closes the connection as a dying machine does: over TCP the client sees a reset, and what was sent may be lost.
func (w *Reply) Reset() {
	if tcp, ok := w.conn.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	w.Hangup()
}

// Conn is the connection's id, as its greeting said.
func (w *Reply) Conn() uint32 { return w.conn.id }

// Login is how the client logged in.
func (w *Reply) Login() mysql.Login { return w.conn.login }

// Capabilities are what both sides have.
func (w *Reply) Capabilities() mysql.Capability { return w.conn.caps }
