package console

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"shunt/admin"
	"shunt/mysql"
)

// session is one connection to the console. It belongs to its goroutine.
type session struct {
	console  *Console
	conn     net.Conn
	id       uint32
	login    mysql.Login
	caps     mysql.Capability
	database string // the default one: that of EXPLAIN ROUTE without FOR
	seq      byte   // the next packet's number
}

// answer is what a command gives: a table, or the news that it is done.
type answer struct {
	table    *admin.Table
	affected uint64
}

// done is the answer of what gives no rows.
var done = answer{}

// serve runs commands until the client quits or ctx ends.
func (s *session) serve(ctx context.Context) {
	for {
		s.arm(idleBound, writeBound)
		s.seq = 0
		packet, err := s.read()
		if errors.Is(err, mysql.ErrTooLarge) {
			s.seq = 1 // the answer to the packet whose rest nobody has read
			s.turnAway(mysql.PacketTooLarge())
			return
		}
		if err != nil || len(packet) == 0 || mysql.Command(packet[0]) == mysql.ComQuit {
			return
		}
		s.arm(idleBound, writeBound)
		if err := s.run(ctx, mysql.Command(packet[0]), string(packet[1:])); err != nil {
			return
		}
	}
}

// run answers one command. The error is that of the connection.
func (s *session) run(ctx context.Context, command mysql.Command, text string) error {
	switch command {
	case mysql.ComQuery:
		a, err := s.query(ctx, text)
		return s.reply(a, err)
	case mysql.ComInitDB:
		s.database = text
		return s.reply(done, nil)
	case mysql.ComResetConnection:
		s.database = s.login.Database
		return s.reply(done, nil)
	case mysql.ComPing:
		return s.reply(done, nil)
	case mysql.ComSetOption: // it is answered with the end of rows
		if s.caps.Has(mysql.CapDeprecateEOF) {
			return s.send(mysql.OK{Status: mysql.StatusAutocommit}.Append(nil, mysql.HeaderEOF, s.caps))
		}
		return s.send(mysql.AppendEOF(nil, 0, mysql.StatusAutocommit))
	case mysql.ComStatistics:
		return s.send([]byte("shunt " + s.console.service.Version() + " console"))
	case mysql.ComStmtPrepare:
		return s.reply(done, mysql.NewError(1295, "HY000", "The console has no prepared statements; send the command as text"))
	case mysql.ComStmtClose, mysql.ComStmtSendLongData:
		return nil // no client waits for an answer to these
	}
	return s.reply(done, mysql.UnknownCommand())
}

// reply sends what a command gave.
func (s *session) reply(a answer, err error) error {
	end := mysql.OK{Affected: a.affected, Status: mysql.StatusAutocommit}
	switch {
	case err != nil:
		return s.send(asRefusal(err).Append(nil, s.caps))
	case a.table == nil:
		return s.send(end.Append(nil, mysql.HeaderOK, s.caps))
	}
	out, _ := resultSet(*a.table).Append(nil, s.seq, s.caps, end)
	_, err = s.conn.Write(out)
	return err
}

// asRefusal is err as clients hear it.
func asRefusal(err error) *mysql.Error {
	var refusal *mysql.Error
	if errors.As(err, &refusal) {
		return refusal
	}
	return &mysql.Error{Number: 1105, State: "HY000", Message: err.Error()} // not cut: the faults of a configuration may be many
}

// resultSet is a table as the text protocol has it.
func resultSet(t admin.Table) mysql.ResultSet {
	var rs mysql.ResultSet
	for _, c := range t.Columns {
		column := mysql.TextColumn(c.Name)
		switch c.Kind {
		case admin.Whole:
			column = mysql.IntColumn(c.Name)
		case admin.Decimal:
			column = mysql.IntColumn(c.Name)
			column.Type, column.Decimals = mysql.TypeDouble, 0x1f
		case admin.Words, admin.Truth, admin.List:
		}
		if !c.Null {
			column.Flags |= mysql.FlagNotNull
		}
		rs.Columns = append(rs.Columns, column)
	}
	for _, values := range t.Rows {
		row := make(mysql.Row, len(values))
		for i, v := range values {
			if v != nil {
				row[i] = []byte(admin.Text(v))
			}
		}
		rs.Rows = append(rs.Rows, row)
	}
	return rs
}

// arm bounds the next reads and writes. Setting a deadline fails only on a closed connection, and then they fail, too.
func (s *session) arm(read, write time.Duration) {
	now := time.Now()
	_ = s.conn.SetReadDeadline(now.Add(read))
	_ = s.conn.SetWriteDeadline(now.Add(write))
}

func (s *session) read() ([]byte, error) {
	payload, seq, err := mysql.ReadPacket(s.conn, nil, maxStatement)
	if err != nil {
		return nil, fmt.Errorf("reading from the client: %w", err)
	}
	s.seq = seq + 1
	return payload, nil
}

func (s *session) send(payload []byte) error {
	var out []byte
	out, s.seq = mysql.AppendPacket(nil, s.seq, payload)
	_, err := s.conn.Write(out)
	return err
}
