package control

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"

	"github.com/go-mysql-org/go-mysql/mysql"
)

// Room is how many bytes [Conn.Send] wants free at the beginning of a text: the packet's header and the command.
const Room = 5

// Outcome is what a statement without rows was answered with.
type Outcome struct {
	Affected uint64
	Warnings int
}

// Replies are what [Conn.Send] tells while it reads. Those that are not needed may be nil.
type Replies struct {
	// Columns begins the result of statement n, which counts from 0.
	Columns func(n, columns int) error
	// Row gets a row as the text protocol has it. The bytes are only valid during the call.
	Row func(row []byte) error
	// Done ends statement n.
	Done func(n int, o Outcome) error
	// File gives what a LOAD DATA LOCAL INFILE wants. put sends a piece, whose first four bytes are for the packet's header; a piece without more than them
	// is not sent.
	File func(n int, put func([]byte) error) error
}

var errNoFile = errors.New("the server wants a file, and the statement names none")

// Send runs the statements of a text, which begins behind Room bytes, without decoding anything: for those who carry rows from one server to another. The text
// is changed on its way. An error of a callback leaves the connection out of step, one of the server does not.
func (c *Conn) Send(ctx context.Context, text []byte, r Replies) error {
	return c.safely(ctx, func() error {
		c.conn.ResetSequence()
		text[Room-1] = mysql.COM_QUERY
		if err := c.conn.WritePacket(text); err != nil {
			return err
		}
		return c.replies(r)
	})
}

// replies reads the results of all statements.
func (c *Conn) replies(r Replies) error {
	var packet bytes.Buffer
	for n := 0; ; n++ {
		if err := c.next(&packet); err != nil {
			return err
		}
		first := packet.Bytes()
		if first[0] == mysql.LocalInFile_HEADER {
			if err := c.file(n, r.File); err != nil {
				return err
			}
			if err := c.next(&packet); err != nil {
				return err
			}
			first = packet.Bytes()
		}
		o, status := okay(first)
		if first[0] != mysql.OK_HEADER {
			var err error
			if status, err = c.rows(n, r, &packet); err != nil {
				return err
			}
			o = Outcome{}
		}
		if r.Done != nil {
			if err := r.Done(n, o); err != nil {
				return err
			}
		}
		if status&mysql.SERVER_MORE_RESULTS_EXISTS == 0 {
			return nil
		}
	}
}

// next reads a packet; one that is an error is returned as such.
func (c *Conn) next(packet *bytes.Buffer) error {
	packet.Reset()
	if err := c.conn.ReadPacketTo(packet); err != nil {
		return err
	}
	b := packet.Bytes()
	if len(b) == 0 {
		return io.ErrUnexpectedEOF
	}
	if b[0] == mysql.ERR_HEADER && len(b) >= 9 {
		return &mysql.MyError{Code: binary.LittleEndian.Uint16(b[1:]), State: string(b[4:9]), Message: string(b[9:])}
	}
	return nil
}

// okay reads an OK packet.
func okay(b []byte) (o Outcome, status uint16) {
	if b[0] != mysql.OK_HEADER && b[0] != mysql.EOF_HEADER {
		return o, 0
	}
	affected, _, n := mysql.LengthEncodedInt(b[1:])
	_, _, m := mysql.LengthEncodedInt(b[1+n:])
	at := b[1+n+m:]
	return Outcome{affected, int(binary.LittleEndian.Uint16(at[2:]))}, binary.LittleEndian.Uint16(at)
}

// rows reads a result behind its first packet, which has the number of columns. A row that begins with the byte of an EOF packet has a value of more than 16 MiB.
func (c *Conn) rows(n int, r Replies, packet *bytes.Buffer) (status uint16, err error) {
	columns, _, _ := mysql.LengthEncodedInt(packet.Bytes())
	if r.Columns != nil {
		if err := r.Columns(n, int(columns)); err != nil {
			return 0, err
		}
	}
	for range columns {
		if err := c.next(packet); err != nil {
			return 0, err
		}
	}
	for between := true; ; between = false {
		if err := c.next(packet); err != nil {
			return 0, err
		}
		b := packet.Bytes()
		switch {
		case b[0] != mysql.EOF_HEADER || len(b) >= mysql.MaxPayloadLen:
			if r.Row != nil {
				if err := r.Row(b); err != nil {
					return 0, err
				}
			}
		case len(b) == 5 && between: // it ends the columns of a server that knows no other way
		case len(b) == 5:
			return binary.LittleEndian.Uint16(b[3:]), nil
		default:
			_, status = okay(b)
			return status, nil
		}
	}
}

// file sends what the server asked for, and the empty packet that ends it.
func (c *Conn) file(n int, give func(int, func([]byte) error) error) error {
	if give == nil {
		_ = c.conn.WritePacket(make([]byte, 4))
		return errNoFile
	}
	err := give(n, func(piece []byte) error {
		if len(piece) <= 4 {
			return nil
		}
		return c.conn.WritePacket(piece)
	})
	if err != nil {
		return err
	}
	return c.conn.WritePacket(make([]byte, 4))
}

// Cell takes the first value off a row of the text protocol; null says that it is NULL. The value is part of the row.
func Cell(row []byte) (value []byte, null bool, rest []byte, err error) {
	if len(row) > 0 && row[0] < 0xfb { // most values are short
		if end := 1 + int(row[0]); end <= len(row) {
			return row[1:end], false, row[end:], nil
		}
	}
	value, null, n, err := mysql.LengthEncodedString(row)
	if err != nil {
		return nil, false, nil, errMalformed
	}
	return value, null, row[n:], nil
}
