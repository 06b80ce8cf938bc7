package proxy

import (
	"errors"
	"strconv"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/topology"
)

// errBehind says that a replica did not get what the session wrote within the time a read may wait for that.
var errBehind = errors.New("the replica does not have the session's writes yet")

// dropped says that the statement's answer is not for the client.
func (a *relay) dropped() bool { return a.restore != nil || a.behind }

// appendWait adds the command that makes a replica wait until it has applied what the session needs on this cluster: what it wrote, what tokens say, and
// the plan's floor. It travels in the same write as the statement behind it.
//
// MASTER_GTID_WAIT looks at domain and sequence number, the server id between them does not matter
// (https://mariadb.com/kb/en/master_gtid_wait/); WAIT_FOR_EXECUTED_GTID_SET is MySQL's.
func (c *Client) appendWait(dst []byte, conn *backend.Conn, floor topology.Position) []byte {
	start := len(dst)
	dst = mysql.OpenQuery(dst, conn.Caps)
	if conn.Pool().Flavor() == topology.MariaDB {
		dst = append(dst, "SELECT MASTER_GTID_WAIT('"...)
	} else {
		dst = append(dst, "SELECT WAIT_FOR_EXECUTED_GTID_SET('"...)
	}
	dst = append(dst, c.needs(conn, floor).Text(conn.Pool().Flavor())...)
	dst = append(dst, "',"...)
	dst = strconv.AppendFloat(dst, c.server.config.ReadWait.Seconds(), 'f', 3, 64)
	dst = append(dst, ')')
	dst, _ = mysql.ClosePacket(dst, start, 0)
	return dst
}

// needs is all that the session's next read has to see on the cluster of a connection.
func (c *Client) needs(conn *backend.Conn, floor topology.Position) topology.Position {
	cluster, facts := conn.Pool().Cluster, c.session.Facts()
	p := floor
	for _, w := range facts.Wrote {
		if w.Cluster == cluster {
			p = p.Union(topology.Position{w.GTID.Source: {{Start: w.GTID.Seq, End: w.GTID.Seq}}})
		}
	}
	for _, f := range facts.Floor {
		if f.Cluster == cluster {
			p = p.Union(f.Position)
		}
	}
	return p
}

// waitNow has a replica wait in a round trip of its own, before a statement is prepared there that may be about what the session has just made.
func (c *Client) waitNow(conn *backend.Conn, floor topology.Position) error {
	c.answer.behind = false
	conn.SetWriteDeadline(time.Now().Add(ownWait))
	if _, err := conn.Write(c.appendWait(nil, conn, floor)); err != nil {
		return &notSent{err}
	}
	conn.ReadUntil(time.Now().Add(ownWait))
	rs, err := conn.ReadResult()
	var refusal *mysql.Error
	switch {
	case errors.As(err, &refusal), err == nil && !arrived(rs):
		return errBehind
	case err != nil:
		return &notSent{err}
	}
	return nil
}

// arrived reads the result of a wait: 0 means that the replica has the writes.
func arrived(rs mysql.ResultSet) bool {
	return len(rs.Rows) == 1 && len(rs.Rows[0]) == 1 && string(rs.Rows[0][0]) == "0"
}

// waited reads the answer to the wait, once it is there as a whole: 0 means that the replica has the writes.
func (c *Client) waited(conn *backend.Conn, j *job, p []byte) (int, error) {
	a := &c.answer
	var whole mysql.Response
	whole.Reset(mysql.ShapeResult)
	at := 0
	for !whole.Done() {
		n, ev, err := whole.Next(p[at:])
		at += n
		switch {
		case err != nil:
			a.broken = true
			return at, err
		case ev == mysql.NeedMore && !whole.Done():
			return 0, nil
		case ev == mysql.GotOK, ev == mysql.GotErr:
			at += whole.Control()
		}
	}
	rs, _, _, err := mysql.ParseResultSet(p[:at], conn.Caps)
	a.behind = err != nil || !arrived(rs)
	a.skip = 0
	a.begin(j)
	return at, nil
}
