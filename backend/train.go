package backend

import (
	"time"

	"shunt/mysql"
)

// Send writes statements of our own, one command each, in one write. Each is answered by one OK or ERR packet, which [Conn.ReadOK] reads. until bounds
// the write, and the reads that follow.
func (c *Conn) Send(until time.Time, statements ...string) error {
	var train []byte
	for _, sql := range statements {
		train = append(train, mysql.AppendQuery(nil, c.Caps, sql)...)
	}
	return c.SendBytes(until, train)
}

// SendBytes is Send for commands that are put together already.
func (c *Conn) SendBytes(until time.Time, train []byte) error {
	c.SetWriteDeadline(until)
	if _, err := c.Conn.Write(train); err != nil {
		return err
	}
	c.ReadUntil(until)
	return nil
}

// ReadOK reads one answer without rows. A server's error comes as *mysql.Error, with which the connection stays usable; after any other error it must be
// discarded. What is returned is the caller's.
func (c *Conn) ReadOK() (mysql.OK, error) {
	raw, err := c.readAnswer(mysql.ShapeSimple)
	if err != nil {
		return mysql.OK{}, err
	}
	payload := raw[mysql.HeaderLen:]
	if !mysql.IsErr(payload) {
		return mysql.ParseOK(payload, c.Caps)
	}
	refusal, err := mysql.ParseErr(payload, c.Caps)
	if err != nil {
		return mysql.OK{}, err
	}
	return mysql.OK{}, refusal
}
