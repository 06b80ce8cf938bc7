package proxy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"shunt/mysql"
	"shunt/statement"
	"shunt/topology"
)

// run carries out one command. The error ends the client.
func (c *Client) run(cmd command) error { return c.ended(c.dispatch(cmd)) }

// ended lets go of what a command needed that is over.
func (c *Client) ended(err error) error {
	if err != errAway {
		c.shown.doing.end()
		c.returnOut()
	}
	return err
}

// dispatch finds what carries a command out.
func (c *Client) dispatch(cmd command) error {
	if len(cmd.payload) == 0 {
		return mysql.MalformedPacket(c.flavor())
	}
	c.command = mysql.Command(cmd.payload[0])
	if c.command != mysql.ComQuery && c.command != mysql.ComStmtExecute { // those are told with their texts
		c.shown.doing.begin(c.command, c.task.Now())
	}
	if cmd.packets[3] != 0 {
		return mysql.PacketsOutOfOrder()
	}
	body := cmd.payload[1:]
	switch c.command {
	case mysql.ComQuery:
		return c.query(cmd)
	case mysql.ComStmtExecute:
		return c.stmtExecute(cmd)
	case mysql.ComStmtBulkExecute:
		if c.serverFlavor == topology.MySQL {
			return c.sendError(mysql.UnknownCommand())
		}
		return c.stmtExecute(cmd)
	case mysql.ComStmtPrepare:
		return c.stmtPrepare(cmd, body)
	case mysql.ComStmtClose:
		return c.stmtClose(body)
	case mysql.ComStmtReset:
		return c.stmtReset(cmd)
	case mysql.ComStmtFetch:
		return c.stmtFetch(cmd)
	case mysql.ComStmtSendLongData:
		return c.stmtLongData(body)
	case mysql.ComInitDB:
		return c.initDB(cmd, string(body))
	case mysql.ComPing:
		return c.sendOK(1)
	case mysql.ComQuit:
		return errQuit
	case mysql.ComFieldList:
		return c.fieldList(cmd, body)
	case mysql.ComStatistics:
		return c.statistics()
	case mysql.ComSetOption:
		return c.setOption(body)
	case mysql.ComProcessKill:
		if len(body) < 4 {
			return c.sendError(mysql.MalformedPacket(c.flavor()))
		}
		return c.kill(uint64(binary.LittleEndian.Uint32(body)), false)
	case mysql.ComResetConnection:
		return c.resetConnection()
	case mysql.ComChangeUser:
		return c.changeUser(cmd)
	case mysql.ComDebug, mysql.ComRefresh, mysql.ComShutdown:
		return c.forward(cmd, administration, mysql.ShapeSimple)
	case mysql.ComProcessInfo:
		return c.processInfo()
	case mysql.ComRegisterSlave:
		return c.forward(cmd, replication, mysql.ShapeSimple)
	case mysql.ComBinlogDump, mysql.ComBinlogDumpGTID:
		return c.dumpBinlog(cmd)
	}
	return c.sendError(mysql.UnknownCommand())
}

func (c *Client) query(cmd command) error {
	q, err := mysql.ParseQuery(cmd.payload, c.caps)
	if err != nil {
		return c.sendError(mysql.MalformedPacket(c.flavor()))
	}
	st, hint := c.server.Parser.Parse(q.Text, c.mode())
	if q.Attributes > 0 {
		mysql.QueryAttributes(cmd.payload, func(name, value []byte) { hintFrom(&hint, name, value) })
	}
	j := c.newJob(st, cmd.packets)
	j.hint, j.text = hint, q.Text
	return c.execute(j)
}

// newJob is the client's job for a statement. What is left of another one is cleared away first; a client that has rested has none.
func (c *Client) newJob(st *statement.Statement, packets []byte) *job {
	j := &c.job
	if j.st != nil {
		*j = job{}
	}
	j.st, j.packets, j.shape, j.started = st, packets, mysql.ShapeResult, c.task.Now()
	return j
}

// mode is what of the session's sql_mode changes how text is read; the server's status flags tell, where it has such flags.
func (c *Client) mode() statement.Mode {
	var m statement.Mode
	if s := c.session.Status(); s.Has(mysql.StatusNoBackslashEscapes) {
		m |= statement.NoBackslashEscapes
	}
	if c.session.AnsiQuotes() {
		m |= statement.AnsiQuotes
	}
	return m
}

// initDB changes the default database; a server checks that it is there and may be used.
func (c *Client) initDB(cmd command, name string) error {
	st := &statement.Statement{Kind: statement.Use, Databases: []string{name}}
	return c.execute(&job{st: st, packets: cmd.packets, shape: mysql.ShapeSimple, started: c.task.Now()})
}

// checkDatabase asks a server whether the database of a login is there and may be used by the account, and makes it the session's. A
// right answer is remembered for a while: a PHP page logs in for every request.
func (c *Client) checkDatabase(name string) error {
	if c.server.admitted.knows(c.account, name) {
		c.session.UseSchema(name)
		return nil
	}
	st := &statement.Statement{Kind: statement.Use, Databases: []string{name}}
	packet, _ := mysql.AppendPacket(nil, 0, append([]byte{byte(mysql.ComInitDB)}, name...))
	err := c.execute(&job{st: st, packets: packet, shape: mysql.ShapeSimple, started: c.task.Now(), silent: true})
	if err == nil {
		c.server.admitted.add(c.account, name)
	}
	return err
}

// fieldList lists a table's columns: an old command, still used by the mysql client for completion.
func (c *Client) fieldList(cmd command, body []byte) error {
	table := body
	for i, b := range body {
		if b == 0 {
			table = body[:i]
			break
		}
	}
	st := &statement.Statement{Kind: statement.Show, Plain: true, Tables: []statement.Table{{Name: string(table)}}}
	return c.execute(&job{st: st, packets: cmd.packets, shape: mysql.ShapeFields, started: c.task.Now()})
}

// statistics answers COM_STATISTICS about the proxy, in the servers' form.
func (c *Client) statistics() error {
	up := time.Since(c.server.started).Seconds()
	n := c.server.metrics.questions.Load()
	return c.sendPacket(1, fmt.Appendf(nil, "Uptime: %d  Threads: %d  Questions: %d  Slow queries: 0  Opens: 0  Open tables: 0  Queries per second avg: %.3f",
		int64(up), len(c.server.Clients()), n, float64(n)/max(up, 1)))
}

// setOption turns several statements per query on or off. The next server connection has the flag.
func (c *Client) setOption(body []byte) error {
	if len(body) < 2 {
		return c.sendError(mysql.MalformedPacket(c.flavor()))
	}
	switch binary.LittleEndian.Uint16(body) {
	case 0:
		c.caps |= mysql.CapMultiStatements
	case 1:
		c.caps &^= mysql.CapMultiStatements
	default:
		return c.sendError(mysql.UnknownCommand())
	}
	if err := c.settleLinger(nothing); err != nil {
		return err
	}
	if c.held != nil {
		return c.passOption(body)
	}
	return c.sendEOF()
}

// passOption tells the connection that the session keeps.
func (c *Client) passOption(body []byte) error {
	packet, _ := mysql.AppendPacket(nil, 0, append([]byte{byte(mysql.ComSetOption)}, body[:2]...))
	c.held.SetKey(c.key())
	return c.execute(&job{st: nothing, packets: packet, shape: mysql.ShapeSimple, started: c.task.Now()})
}

// sendEOF ends COM_SET_OPTION as servers do: an EOF packet, or an OK packet with its header.
func (c *Client) sendEOF() error {
	if c.caps.Has(mysql.CapDeprecateEOF) {
		return c.sendPacket(1, mysql.OK{Status: c.status()}.Append(nil, mysql.HeaderEOF, c.caps))
	}
	return c.sendPacket(1, mysql.AppendEOF(nil, 0, c.status()))
}

// resetConnection makes the session as after login, but for the default database.
func (c *Client) resetConnection() error {
	c.drop()
	c.owed, c.request = nil, membership{}
	c.session.ResetConnection()
	c.publish()
	return c.sendOK(1)
}

// changeUser logs the client in anew. Whatever the outcome, the old session's state is gone.
func (c *Client) changeUser(cmd command) error {
	change, err := mysql.ParseChangeUser(cmd.payload, c.caps)
	if err != nil {
		return mysql.MalformedPacket(c.flavor())
	}
	c.drop()
	c.owed = nil
	before := c.account
	cl := &claim{user: change.User, plugin: change.AuthPlugin, reply: append([]byte(nil), change.AuthData...), seq: cmd.seq, database: change.Database, read: c.in.next,
		attributes: ownAttributes(change.Attributes)}
	if err := c.enter(cl, change.Collation); err != nil {
		return c.userKept(c.loginFailed(cl.seq+1, err))
	}
	c.server.dismiss(before)
	c.server.metrics.login("ok")
	return c.sendOK(cl.seq + 1)
}

// userKept goes on after COM_CHANGE_USER was refused and the client has heard so: MySQL closes the connection, MariaDB lets the old user
// go on with a session that is reset.
func (c *Client) userKept(err error) error {
	var refusal *mysql.Error
	if !errors.As(err, &refusal) || c.serverFlavor == topology.MySQL {
		return errQuit
	}
	c.session.ResetConnection()
	c.publish()
	return nil
}

// nothing is the statement of commands that do nothing to the session.
var nothing = &statement.Statement{Kind: statement.Empty}
