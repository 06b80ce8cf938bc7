package proxy

import (
	"errors"

	"shunt/backend"
	"shunt/mysql"
	"shunt/topology"
)

// event handles what the walk stopped at: p[from:at] is not passed on yet, a control packet, if any, begins at `at`. It returns
// where the next stretch that passes as it is begins, and where the walk goes on.
func (c *Client) event(conn *backend.Conn, j *job, p []byte, from, at int, ev mysql.Event) (int, int, error) {
	a := &c.answer
	end := at + a.resp.Control()
	if a.definitions.holding {
		c.assemble(p[from:at])
		from = at
		before := a.resp.Seq
		c.defined(j)
		if ev == mysql.GotOK || ev == mysql.GotErr { // behind them right away, where a cursor was opened, and numbered already
			p[at+3] += a.resp.Seq - before
		}
	}
	switch ev {
	case mysql.ColumnsEnd, mysql.DefinitionsOK:
		if !c.caps.Has(mysql.CapDeprecateEOF) {
			c.assemble(p[from:at])
			c.putEOF(a.resp.Seq+1, 0, c.status())
			a.eof = len(c.out) - 2
			a.resp.Shift++
			from = at
		}
		if j.prepare && (j.counts || a.named.names != nil) && !a.resp.Done() {
			c.holdBack()
		}
		if a.heldRows() {
			c.assemble(p[from:at])
			a.named.rows.rows, from = len(c.out), at
		}
		return from, at, nil
	case mysql.GotOK:
		return c.okEvent(conn, j, p, from, at, end)
	case mysql.GotErr:
		return c.errEvent(conn, j, p, from, at, end)
	case mysql.GotFile:
		if err := c.pour(p[from:end]); err != nil {
			return end, end, err
		}
		return end, end, c.sendFile(conn, j)
	case mysql.GotCount:
		c.assemble(p[from:end])
		c.beginRows(end - at)
		if j.counts {
			c.putCount(j, end-at)
		}
		if a.named.names != nil {
			c.holdBack()
		}
		return end, end, nil
	case mysql.GotPrepared:
		j.prepared(c, conn, p[at+mysql.HeaderLen:end])
		if (j.counts || a.named.names != nil) && !a.resp.Done() {
			c.assemble(p[from:end])
			c.holdBack()
			from = end
		}
		return from, end, nil
	}
	return from, end, nil
}

// endRows puts the rows that are held back, and p behind them, which ends before the control packet, into the words of applications. refused says that an error was
// put in place of the answer.
func (c *Client) endRows(j *job, p, control []byte) (refused bool) {
	a := &c.answer
	c.assemble(p)
	left, err := c.renameRows(j.stmt != nil)
	var refusal *mysql.Error
	if errors.As(err, &refusal) {
		c.session.Err(refusal.Number)
		c.putError(a.named.rows.seq, refusal)
		return true
	}
	a.resp.Shift -= left
	a.resp.Seq -= left
	control[3] -= left
	return false
}

// errEvent passes an ERR packet on, but for what only a replica says.
func (c *Client) errEvent(conn *backend.Conn, j *job, p []byte, from, at, end int) (int, int, error) {
	a := &c.answer
	if a.dropped() {
		return from, end, nil
	}
	e, err := mysql.ParseErr(p[at+mysql.HeaderLen:end], mysql.CapProtocol41)
	if err == nil && leaving(e.Number) && !a.passed && len(c.out) == 0 {
		return from, end, errElsewhere
	}
	if err == nil && c.demoted(conn, j, e) && !a.passed && len(c.out) == 0 {
		return from, end, &demotedError{e}
	}
	if err == nil && !a.passed && len(c.out) == 0 {
		if shut := c.closed(j, e); shut != nil {
			return from, end, shut
		}
	}
	c.session.Err(numberOf(e))
	if a.heldRows() {
		a.named.rows.holding = false
	}
	if err == nil && e.Number == errorSyntax && a.named.names != nil {
		c.abroad.wrong = a.named.text
	}
	renamed := err == nil && toldBack(e, a.named.names, &a.named.text)
	if a.silent {
		a.refusal = e
	}
	if err == nil && e.Number == interrupted && a.timeout.struck {
		c.assemble(p[from:at])
		c.putError(a.resp.Seq, c.timedOut(conn))
		return end, end, nil
	}
	if renamed {
		c.assemble(p[from:at])
		c.putError(a.resp.Seq, e)
		return end, end, nil
	}
	if err != nil || e.Number != readOnlyServer || !c.session.Status().Has(mysql.StatusInTransReadonly) {
		return from, end, nil
	}
	refusal := mysql.ReadOnlyTransaction()
	if conn.Pool().Flavor() == topology.MySQL {
		refusal.Message += "."
	}
	c.assemble(p[from:at])
	c.putError(a.resp.Seq, refusal)
	return end, end, nil
}

// readOnlyServer is ER_OPTION_PREVENTS_STATEMENT: a replica says so before it looks at the transaction, which the primary would have done.
const readOnlyServer = 1290

// leaving lists what a server says on its way down: ER_SERVER_SHUTDOWN, ER_CONNECTION_KILLED.
func leaving(number uint16) bool { return number == 1053 || number == 1927 }

// okEvent passes an OK packet on in the client's own dialect: as it is where that is the same, as an EOF packet to clients of the
// old protocol, without trackers that the client did not ask for.
func (c *Client) okEvent(conn *backend.Conn, j *job, p []byte, from, at, end int) (int, int, error) {
	a := &c.answer
	payload := p[at+mysql.HeaderLen : end]
	ok, err := parseEnd(payload, conn.Caps)
	if err != nil {
		a.broken = true
		return from, end, err
	}
	if a.dropped() {
		return end, end, nil
	}
	rows := payload[0] == mysql.HeaderEOF
	if a.heldRows() && rows {
		if c.endRows(j, p[from:at], p[at:end]) {
			return end, end, nil
		}
		from = at
	}
	sent := ok.Track
	if a.named.names != nil && len(ok.Track) > 0 {
		ok.Track = logicalTracks(ok.Track, a.named.names)
	}
	same := len(ok.Track) == len(sent) && (len(sent) == 0 || &ok.Track[0] == &sent[0])
	a.track = c.session.OK(conn.Pool().Flavor(), &ok, rows && a.resp.HadRows(), a.resp.Rows, a.track[:0])
	if c.request.key != "" || c.session.Token {
		c.announce(conn, j, &ok)
	}
	if a.stale = a.stale && !c.session.Failed(); a.stale && ok.Warnings == 0 {
		ok.Warnings = 1
	}
	if rows && !c.caps.Has(mysql.CapDeprecateEOF) {
		if a.eof > 0 {
			status := ok.Status &^ (mysql.StatusSessionStateChanged | mysql.StatusLastRowSent)
			c.out[a.eof], c.out[a.eof+1] = byte(status), byte(status>>8)
			a.eof = 0
		}
		c.assemble(p[from:at])
		if c.serverFlavor == topology.MySQL || !c.session.StateChanged() { // MySQL says it in OK packets only
			ok.Status &^= mysql.StatusSessionStateChanged
		}
		if a.outs = c.serverFlavor == topology.MySQL && ok.Status.Has(mysql.StatusPSOutParams); a.outs {
			ok.Status &^= mysql.StatusPSOutParams | mysql.StatusMoreResults
		}
		c.putEOF(a.resp.Seq, ok.Warnings, ok.Status)
		return end, end, nil
	}
	if a.outs { // where no EOF packet is to be said, MySQL sends this OK packet in its place
		return end, end, nil
	}
	if !a.stale && len(ok.Info) == 0 && len(ok.Track) == 0 || !a.stale && same && c.caps.Has(mysql.CapSessionTrack) && len(ok.Track) == len(a.track) {
		return from, end, nil
	}
	c.assemble(p[from:at])
	if ok.Track = a.track; len(a.track) == 0 {
		ok.Status &^= mysql.StatusSessionStateChanged
	}
	start := len(c.out)
	c.out = ok.Append(mysql.OpenPacket(c.out), payload[0], c.caps)
	c.out, _ = mysql.ClosePacket(c.out, start, a.resp.Seq)
	return end, end, nil
}

// parseEnd reads an OK packet, or an EOF packet of five bytes where a server still sends one (COM_SET_OPTION).
func parseEnd(payload []byte, caps mysql.Capability) (mysql.OK, error) {
	if mysql.IsEOF(payload) {
		warnings, status, err := mysql.ParseEOF(payload)
		return mysql.OK{Warnings: warnings, Status: status}, err
	}
	return mysql.ParseOK(payload, caps)
}

// assemble appends bytes that pass as they are to what is assembled already.
func (c *Client) assemble(p []byte) {
	if c.out == nil {
		c.lendOut()
	}
	c.out = append(c.out, p...)
}

// putEOF assembles an EOF packet.
func (c *Client) putEOF(seq byte, warnings uint16, status mysql.Status) {
	start := len(c.out)
	c.out = mysql.AppendEOF(mysql.OpenPacket(c.out), warnings, status)
	c.out, _ = mysql.ClosePacket(c.out, start, seq)
}

// putError assembles an error in the place of a server's.
func (c *Client) putError(seq byte, e *mysql.Error) {
	start := len(c.out)
	c.out = e.Append(mysql.OpenPacket(c.out), c.caps)
	c.out, _ = mysql.ClosePacket(c.out, start, seq)
}
