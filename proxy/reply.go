package proxy

import (
	"time"

	"shunt/mysql"
)

// lendOut takes a buffer for packets of our own making, if there is none yet.
func (c *Client) lendOut() {
	if c.out == nil {
		c.out = c.server.buffers.Get()
	}
	c.out = c.out[:0]
}

// returnOut gives it back; between commands a client holds none.
func (c *Client) returnOut() {
	if c.out != nil {
		c.server.buffers.Put(c.out)
		c.out = nil
	}
}

// sendPacket sends one packet of our own to the client.
func (c *Client) sendPacket(seq byte, payload []byte) error {
	c.lendOut()
	c.out, _ = mysql.AppendPacket(c.out, seq, payload)
	return c.flush()
}

// flush writes what was assembled, in one write.
func (c *Client) flush() error {
	if c.session != nil { // the login has a deadline of its own
		c.armWrite()
	}
	_, err := c.conn.Write(c.out)
	c.out = c.out[:0]
	return err
}

// status is what answers of our own say about the session.
func (c *Client) status() mysql.Status {
	if c.session == nil {
		return mysql.StatusAutocommit
	}
	return c.session.Status() & (mysql.StatusInTrans | mysql.StatusAutocommit | mysql.StatusNoBackslashEscapes |
		mysql.StatusInTransReadonly | mysql.StatusAnsiQuotes)
}

func (c *Client) sendOK(seq byte) error {
	if c.session != nil {
		c.session.Acknowledged()
	}
	return c.sendPacket(seq, mysql.OK{Status: c.status()}.Append(nil, mysql.HeaderOK, c.caps))
}

// sendError answers a command with an error; the connection goes on.
func (c *Client) sendError(e *mysql.Error) error {
	if c.session != nil {
		c.session.Refused(e)
	}
	return c.sendPacket(1, e.Append(nil, c.caps))
}

// refuse sends an error before the connection is closed; nobody can be told if that fails.
func (c *Client) refuse(seq byte, e *mysql.Error) {
	c.conn.SetWriteDeadline(time.Now().Add(time.Second))
	_ = c.sendPacket(seq, e.Append(nil, c.caps))
}

// patience is how long a wait for a server goes on before the client is looked after: one that has vanished needs no answer.
const patience = time.Second
