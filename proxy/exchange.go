package proxy

import (
	"errors"

	"shunt/backend"
	"shunt/mysql"
	"shunt/netloop"
	"shunt/router"
	"shunt/session"
	"shunt/statement"
)

// exchange sends what makes the connection look like the session's, and the statement, in one write, and passes the
// answer on: here, or in goOn (errAway).
func (c *Client) exchange(j *job, plan *router.Plan, conn *backend.Conn) error {
	j.wait, j.floor, j.stale = plan.Wait, plan.Floor, plan.Stale || j.copies != nil && j.copies.warning != ""
	if j.answer != nil {
		*j.answer = answer{caps: conn.Caps, most: j.answer.most}
	}
	c.answer.start(j) // nothing has come yet: the connection may break before the statement is sent
	if j.stmt != nil && !j.prepare {
		if err := c.ready(j, conn); err != nil {
			return beforeSending(err)
		}
	}
	skip, err := c.sendRestored(j, conn)
	if err != nil {
		return &notSent{err}
	}
	conn.Unused = conn.Unused && j.prepare
	c.session.Begin(j.st)
	c.answer.expect(j, skip)
	c.bound(j)
	if err := c.arm(conn); err != nil {
		return err
	}
	if j.quick && skip == 0 {
		conn.Lead(c.task, j.digest)
	}
	if c.goAway(j, plan, conn) {
		return errAway
	}
	return c.receive(j, conn)
}

// receive passes the answer to what was sent on.
func (c *Client) receive(j *job, conn *backend.Conn) error {
	if err := c.pump(conn, j); err != nil && c.answer.restore == nil {
		var unsent *netloop.UnsentError
		if errors.As(err, &unsent) {
			return &notSent{err}
		}
		return err
	}
	if c.answer.restore != nil {
		return &notRestored{c.answer.restore}
	}
	if c.answer.behind {
		return errBehind
	}
	return nil
}

// notSent: not all of the statement has been taken by the connection, so the server cannot have run it.
type notSent struct{ error }

func (e *notSent) Unwrap() error { return e.error }

// beforeSending marks an error that came before the statement itself was sent, unless it is the server's word or a KILL.
func beforeSending(err error) error {
	var refusal *mysql.Error
	var before *notRestored
	if errors.As(err, &refusal) || errors.As(err, &before) || errors.Is(err, netloop.ErrInterrupted) || errors.Is(err, errBehind) {
		return err
	}
	return &notSent{err}
}

// notRestored: the server refused what should have made the connection look like the session's; the statement was not run, or
// (a plain read) its answer was dropped.
type notRestored struct{ refusal *mysql.Error }

func (e *notRestored) Error() string { return e.refusal.Error() }

// sendRestored writes restoration and statement, and says how many answers come before the statement's.
func (c *Client) sendRestored(j *job, conn *backend.Conn) (skip int, err error) {
	conn.SetWriteDeadline(j.started.Add(c.server.config.Write))
	extra, lacks := "", statement.Effects(0)
	if !j.prepare {
		extra = c.session.InsertIDItem(j.st)
		lacks = c.session.Lacks(j.st, extra != "")
	}
	packets := c.packetsFor(j, conn)
	if conn.Sandbox || extra == "" && lacks == 0 && !j.wait && c.suits(j, conn) {
		_, err = conn.Write(packets)
		return 0, err
	}
	c.lendOut()
	r := c.restoration(j, conn, extra, lacks)
	if r.Reset {
		conn.WasReset()
	}
	if j.wait {
		r.Bytes = c.appendWait(r.Bytes, conn, j.floor)
		r.Answers++
	}
	if len(packets) <= bufferSize {
		c.out = append(r.Bytes, packets...)
		_, err = conn.Write(c.out)
	} else if _, err = conn.Write(r.Bytes); err == nil {
		_, err = conn.Write(packets)
	}
	c.out = c.out[:0]
	return r.Answers, err
}

// suits says that a connection is as the session is.
func (c *Client) suits(j *job, conn *backend.Conn) bool {
	return !conn.Fresh && c.carries(j.st, conn).Serves(c.state())
}

// packetsFor is the command in the form that the connection wants: COM_QUERY begins with attributes or does not. It is as the client sent it, but for
// statements of our own and for a server of another version than the one that greeted, which gets the text alone.
func (c *Client) packetsFor(j *job, conn *backend.Conn) []byte {
	if j.named.names != nil {
		if packets := j.renamedPackets(conn.Caps, conn.Caps.Has(mysql.CapQueryAttributes) == c.caps.Has(mysql.CapQueryAttributes)); packets != nil {
			return packets
		}
	}
	if j.text == nil || !j.silent && conn.Caps.Has(mysql.CapQueryAttributes) == c.caps.Has(mysql.CapQueryAttributes) {
		return j.packets
	}
	start := mysql.OpenQuery(nil, conn.Caps)
	packets, _ := mysql.ClosePacket(append(start, j.text...), 0, 0)
	return packets
}

func (c *Client) restoration(j *job, conn *backend.Conn, extra string, lacks statement.Effects) session.Restoration {
	from := c.carries(j.st, conn)
	state := c.state()
	conn.Fresh = false
	conn.Carries, conn.Fingerprint = nil, 0 // until the answers show that it took
	if state.Schema != "" {
		conn.Schema = state.Schema // whatever comes of it: who has no default database must not get this connection
	}
	link := session.Link{
		Baseline: backend.Baseline(conn.Pool().Flavor()) + loginSettings(conn.Key().Caps), Attributes: conn.Caps.Has(mysql.CapQueryAttributes),
		MultiStatements: conn.Key().Caps.Has(mysql.CapMultiStatements),
	}
	r := session.Restore(c.out, from, state, link, writes(j) && c.held == nil, extra)
	if lacks != 0 {
		c.session.Prime(&r, lacks, link)
	}
	return r
}

// loginSettings are the settings that a server makes at login of what the client can do. A reset takes them away.
func loginSettings(caps mysql.Capability) (items string) {
	if caps.Has(mysql.CapIgnoreSpace) {
		items += ",sql_mode=CONCAT_WS(',',NULLIF(@@sql_mode,''),'IGNORE_SPACE')"
	}
	if caps.Has(mysql.CapInteractive) {
		items += ",wait_timeout=@@global.interactive_timeout"
	}
	return items
}

// writes says whether running the statement on a connection that is not as it should be would do harm.
func writes(j *job) bool {
	if j.st.Plain || j.prepare {
		return false
	}
	switch j.st.Kind {
	case statement.Set, statement.Use, statement.Begin, statement.Commit, statement.Rollback, statement.Show, statement.Describe, statement.Diagnostics:
		return false
	}
	return true
}
