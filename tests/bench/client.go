package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"shunt/lab"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
)

// client is one connection of the driver. It asks and counts what comes back, and looks at no more of it than it must, so that the machine's
// time goes to those who are measured. One goroutine at a time may use it.
type client struct {
	conn net.Conn
	in   *bufio.Reader
	out  []byte
	caps mysql.Capability
}

// clientCapabilities are those of PHP's mysqlnd and of libmariadb that matter here. Answers end with EOF packets, as theirs do.
const clientCapabilities = mysql.CapLongPassword | mysql.CapLongFlag | mysql.CapProtocol41 | mysql.CapTransactions | mysql.CapSecureConnection |
	mysql.CapMultiResults | mysql.CapPluginAuth

// patience bounds what is not bounded otherwise: connecting, an answer.
const patience = 60 * time.Second

// dial connects and logs in. buffer is how much is read at once, in bytes; until is when the client gives up whatever it does.
func dial(ctx context.Context, address string, account lab.Account, database string, buffer int, until time.Time) (*client, error) {
	dialer := net.Dialer{Deadline: until}
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	known, err := mysqltest.Login(conn, mysqltest.Options{
		User: account.User, Password: account.Password, Database: database, Capabilities: clientCapabilities, Plugin: mysql.PluginNative,
	})
	if err == nil {
		err = conn.SetDeadline(until)
	}
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("logging in to %s: %w", address, err)
	}
	return &client{conn: conn, in: bufio.NewReaderSize(conn, buffer), caps: known.Capabilities}, nil
}

// close says goodbye and closes the connection.
func (c *client) close() {
	_, _ = c.conn.Write([]byte{1, 0, 0, 0, byte(mysql.ComQuit)})
	_ = c.conn.Close()
}

// query sends a statement and reads its answer to the end.
func (c *client) query(text []byte) (answer, error) {
	c.out = append(mysql.OpenPacket(c.out[:0]), byte(mysql.ComQuery))
	c.out, _ = mysql.ClosePacket(append(c.out, text...), 0, 0)
	if _, err := c.conn.Write(c.out); err != nil {
		return answer{}, err
	}
	return c.read()
}

// answer is what is counted of an answer: its rows, its bytes with packet headers, and the first packet of a row, valid until the next query.
type answer struct {
	rows  int
	bytes int
	first []byte
}

// read reads one answer: OK, ERR, or columns, EOF, rows, EOF.
func (c *client) read() (a answer, err error) {
	ends := 0
	for packet := 0; ; packet++ {
		head, length, err := c.peek()
		if err != nil {
			return a, err
		}
		a.bytes += 4 + length
		isEOF := head == mysql.HeaderEOF && length < 9
		switch {
		case head == mysql.HeaderErr:
			return a, c.refusal(length)
		case packet == 0 && head == mysql.HeaderOK:
			return a, c.skip(length)
		case isEOF:
			ends++
		case ends == 1:
			a.rows++
			if a.first == nil && length <= c.in.Size() {
				packet, err := c.in.Peek(length)
				if err != nil {
					return a, err
				}
				a.first = append([]byte{}, packet...)
			}
		}
		if err := c.skip(length); err != nil || ends == 2 {
			return a, err
		}
	}
}

// peek reads the header of a packet and looks at its first byte. Packets of 16 MB and more, which go on in the next one, are not for this client.
func (c *client) peek() (head byte, length int, err error) {
	header, err := c.in.Peek(5)
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return 0, 0, err
	}
	length, _ = mysql.Header(header)
	head = header[4]
	return head, length, c.skip(4)
}

func (c *client) skip(n int) error {
	_, err := c.in.Discard(n)
	return err
}

func (c *client) refusal(length int) error {
	packet := make([]byte, length)
	if _, err := io.ReadFull(c.in, packet); err != nil {
		return err
	}
	refused, err := mysql.ParseErr(packet, c.caps)
	if err != nil {
		return err
	}
	return refused
}
