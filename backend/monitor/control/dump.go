package control

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"
)

// ErrEnded says that the server has ended a dump of its binary log: it shuts down, or another one asks with the same
// server_id.
var ErrEnded = errors.New("the server has ended the dump of its binary log; does somebody else use this server_id?")

// Dump sends a command that the server answers with a stream of events, COM_BINLOG_DUMP or COM_BINLOG_DUMP_GTID, and calls
// event for each. The bytes are event's to keep. It returns when ctx ends, when event returns an error, when the server
// ends the stream or answers with an error, or when nothing has come for as long as silence. The connection is good for nothing afterwards:
// whoever called it closes it. Nothing is ever sent back, so the server never counts it as a semi-sync replica.
func (c *Conn) Dump(ctx context.Context, command byte, arguments []byte, silence time.Duration, event func([]byte) error) error {
	err := c.safely(ctx, func() error {
		c.conn.ResetSequence()
		packet := append(make([]byte, 4, 5+len(arguments)), command) // go-mysql writes the header into the first four
		if err := c.conn.WritePacket(append(packet, arguments...)); err != nil {
			return err
		}
		for {
			// In this order: who cancels ctx sets a deadline in the past, which the next line must not undo unseen.
			_ = c.wire.SetReadDeadline(time.Now().Add(silence))
			if err := ctx.Err(); err != nil {
				return err
			}
			packet, err := c.conn.ReadPacket()
			if err != nil {
				return err
			}
			if err := c.dumped(packet, event); err != nil {
				return err
			}
		}
	})
	c.wire.note(ErrEnded)
	return err
}

// dumped tells an event from the end of the stream.
func (c *Conn) dumped(packet []byte, event func([]byte) error) error {
	switch {
	case len(packet) == 0:
		return errMalformed
	case packet[0] == mysql.OK_HEADER:
		return event(packet[1:])
	case packet[0] == mysql.ERR_HEADER:
		return c.conn.HandleErrorPacket(packet)
	case packet[0] == mysql.EOF_HEADER:
		return ErrEnded
	}
	return fmt.Errorf("%w (a dump of a binary log with a packet of kind %d)", errMalformed, packet[0])
}
