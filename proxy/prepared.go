package proxy

import (
	"encoding/binary"
	"errors"
	"strconv"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/session"
	"shunt/statement"
	"shunt/topology"
)

// maxLongData bounds what one statement's COM_STMT_SEND_LONG_DATA may pile up before its EXECUTE.
const maxLongData = 64 << 20

// stmtPrepare prepares on the server where the statement would run, for the answer's sake: parameter and column definitions. The client gets an
// id of ours; other connections prepare the text when they first need it.
func (c *Client) stmtPrepare(cmd command, sql []byte) error {
	st, hint := c.server.Parser.Parse(sql, c.mode())
	j := job{
		st: st, hint: hint, packets: cmd.packets, shape: mysql.ShapePrepare, prepare: true, started: c.task.Now(),
		stmt: &session.Stmt{Text: string(sql), Mode: c.mode(), Statement: st, Hint: session.KeepHint(hint)},
	}
	stmts := c.session.Stmts()
	stmts.Latest = nil
	if limit := c.server.config.Prepared; stmts.Len() >= limit {
		return c.sendError(mysql.TooManyPrepared(limit))
	}
	return c.execute(&j)
}

// prepared takes the first packet of the answer: the server's id is noted on the connection, the client gets the session's.
func (j *job) prepared(c *Client, conn *backend.Conn, payload []byte) {
	if c.answer.restore != nil {
		return
	}
	c.notePrepared(conn, c.prepareKey(j.behind(), false), binary.LittleEndian.Uint32(payload[1:]))
	j.stmt.Columns = int(binary.LittleEndian.Uint16(payload[5:]))
	j.stmt.Params = int(binary.LittleEndian.Uint16(payload[7:]))
	c.session.Stmts().Add(j.stmt)
	binary.LittleEndian.PutUint32(payload[1:], j.stmt.ID)
}

// notePrepared remembers a server's id; what falls out of the bound is closed on the server, which does not answer that.
func (c *Client) notePrepared(conn *backend.Conn, text backend.Prepare, id uint32) {
	if old, full := conn.Prepared.Put(text, id); full {
		_, _ = conn.Write(appendClose(nil, old)) // a broken connection shows at the next use
	}
}

// appendClose appends COM_STMT_CLOSE.
func appendClose(dst []byte, id uint32) []byte {
	return binary.LittleEndian.AppendUint32(append(dst, 5, 0, 0, 0, byte(mysql.ComStmtClose)), id)
}

// find gives the prepared statement that a command names in its first four bytes.
func (c *Client) find(body []byte, name string) (*session.Stmt, *mysql.Error) {
	if len(body) < 4 {
		return nil, mysql.MalformedPacket(c.flavor())
	}
	id := binary.LittleEndian.Uint32(body)
	if st := c.statement(id); st != nil {
		return st, nil
	}
	if c.serverFlavor == topology.MySQL {
		name = "mysql_stmt_precheck" // whatever the command
	}
	return nil, mysql.UnknownStatement(strconv.FormatUint(uint64(id), 10), name)
}

// statement finds a prepared statement by the id that a client names. MariaDB's clients execute what they have prepared last by id -1, without waiting
// for the answer to COM_STMT_PREPARE (https://mariadb.com/kb/en/com_stmt_execute/).
func (c *Client) statement(id uint32) *session.Stmt {
	if id == lastPrepared && c.serverFlavor == topology.MariaDB {
		return c.session.Stmts().Latest
	}
	return c.session.Stmts().Get(id)
}

const lastPrepared = 1<<32 - 1

// stmtExecute runs a prepared statement on whatever server its text calls for.
func (c *Client) stmtExecute(cmd command) error {
	st, refusal := c.find(cmd.payload[1:], "mysqld_stmt_execute")
	if refusal != nil {
		return c.sendError(refusal)
	}
	if st.LongTooBig {
		st.ClearLong()
		return c.sendError(mysql.NewError(ErrorLongData, "HY000", "shunt: more than %d MiB of long data for one statement", maxLongData>>20))
	}
	if cmd.payload[0] == byte(mysql.ComStmtBulkExecute) && !c.caps.Has(mysql.CapBulkOperations) {
		return c.sendError(mysql.NotInPreparedProtocol())
	}
	c.dropOwn(st)
	packets, refusal := c.withTypes(cmd, st)
	if refusal != nil {
		return c.sendError(refusal)
	}
	j := c.newJob(st.Statement, packets)
	j.hint, j.stmt = st.Hint, st
	err := c.execute(j)
	st.ClearLong()
	return err
}

// ready makes the connection know the statement, and puts the connection's id for it into the command.
func (c *Client) ready(j *job, conn *backend.Conn) error {
	id, ok := conn.Prepared.Get(c.keyOf(j, conn))
	if !ok && j.wait {
		if err := c.waitNow(conn, j.floor); err != nil {
			return err
		}
		j.wait = false
	}
	if from := c.carries(j.st, conn); !ok || from != c.state() && session.NeedsReset(from, c.state()) {
		var err error
		if id, err = c.prepareBehind(j, conn); err != nil {
			return err
		}
	}
	j.apart = c.keyOf(j, conn).Cursor
	setID(j.packets, id)
	if len(j.stmt.Long) > 0 {
		return c.sendLong(j, conn, id)
	}
	return nil
}

// behind is the text that the server prepares: the client's, or what asks temporary tables in its place.
func (j *job) behind() string {
	if j.named.text.Text != nil {
		return string(j.named.text.Text)
	}
	if j.moved != "" {
		return j.moved
	}
	return j.stmt.Text
}

// prepareKey says under what a connection keeps a text.
func (c *Client) prepareKey(text string, cursor bool) backend.Prepare {
	return backend.Prepare{Text: text, Context: c.state().PrepareContext(), Cursor: cursor}
}

// keyOf says under what a connection keeps the statement of a command. MySQL 9.7 ends the answer to an execution without a cursor by an OK packet in the place of the rows if the
// first execution of the statement had one; that looks like a row, so the client waits for the end for ever. So a statement whose first execution has a cursor, which may be
// another session's, is not the one that others find.
func (c *Client) keyOf(j *job, conn *backend.Conn) backend.Prepare {
	key := c.prepareKey(j.behind(), false)
	switch {
	case j.st == fetching:
		key.Cursor = c.cursorApart
	case conn.Pool().Flavor() == topology.MySQL && j.asksCursor():
		key.Cursor = !conn.Prepared.HasRun(key)
	}
	return key
}

// carried is the state that a connection carries; nil if that is not known.
func carried(conn *backend.Conn) *session.State {
	if conn.Fresh {
		return session.Clean
	}
	from, _ := conn.Carries.(*session.State)
	return from
}

// setID writes a server's statement id into the first packet of a command.
func setID(packets []byte, id uint32) {
	binary.LittleEndian.PutUint32(packets[mysql.HeaderLen+executeID:], id)
}

// prepareBehind prepares the text on a connection that does not know it, in one write with what makes the connection look like
// the session's.
func (c *Client) prepareBehind(j *job, conn *backend.Conn) (uint32, error) {
	packet, _ := mysql.AppendPacket(nil, 0, append([]byte{byte(mysql.ComStmtPrepare)}, j.behind()...))
	own := job{st: j.st, packets: packet, shape: mysql.ShapePrepare, prepare: true, started: j.started}
	skip, err := c.sendRestored(&own, conn)
	if err != nil {
		return 0, &notSent{err}
	}
	conn.ReadUntil(time.Now().Add(c.server.config.Wait))
	first, err := conn.ReadPrepared(skip, guardPassed)
	if isFull(err) && conn.Prepared.Len() > 0 {
		conn.Carries = c.state()
		first, err = c.prepareInstead(packet, conn)
	}
	if before := (*backend.SkippedError)(nil); errors.As(err, &before) {
		return 0, &notRestored{before.Refusal}
	}
	if err != nil {
		return 0, err
	}
	conn.Carries = c.state()
	c.notePrepared(conn, c.keyOf(j, conn), first)
	return first, nil
}

// isFull recognises ER_MAX_PREPARED_STMT_COUNT_REACHED: others have prepared so much on the server that there is no room for more.
func isFull(err error) bool {
	var refusal *mysql.Error
	return errors.As(err, &refusal) && refusal.Number == 1461
}

// prepareInstead prepares once more, in the place of everything else on the connection: an execution must not fail because of what we keep for later.
func (c *Client) prepareInstead(packet []byte, conn *backend.Conn) (uint32, error) {
	var train []byte
	for _, id := range conn.Prepared.Empty() {
		train = appendClose(train, id)
	}
	if _, err := conn.Write(append(train, packet...)); err != nil {
		return 0, &notSent{err}
	}
	return conn.ReadPrepared(0, guardPassed)
}

// sendLong sends the long parameters, which no server answers, in front of the execution.
func (c *Client) sendLong(j *job, conn *backend.Conn, id uint32) error {
	for param, data := range j.stmt.Long {
		if int(param) >= j.stmt.Params { // the server's statement fails from now on, for whoever has the same text next: MySQL keeps the error
			conn.Dirty = true
		}
		head := []byte{byte(mysql.ComStmtSendLongData), 0, 0, 0, 0, byte(param), byte(param >> 8)}
		binary.LittleEndian.PutUint32(head[1:], id)
		for first := true; first || len(data) > 0; first = false {
			piece := data[:min(len(data), longPiece)]
			data = data[len(piece):]
			packet, _ := mysql.AppendPacket(nil, 0, append(head[:len(head):len(head)], piece...))
			if _, err := conn.Write(packet); err != nil {
				return &notSent{err}
			}
		}
	}
	return nil
}

// longPiece is what one COM_STMT_SEND_LONG_DATA brings to a server, in bytes, whatever the client's pieces were: below every sensible
// max_allowed_packet, which bounds the command and not the parameter.
const longPiece = 512 << 10

// stmtLongData keeps a piece of a long parameter until EXECUTE. There is no answer, not even to a fault.
func (c *Client) stmtLongData(body []byte) error {
	if len(body) < 6 {
		return nil
	}
	if st := c.statement(binary.LittleEndian.Uint32(body)); st != nil {
		st.AddLong(binary.LittleEndian.Uint16(body[4:]), body[6:], maxLongData)
	}
	return nil
}

// stmtClose forgets the statement. Connections keep what they have prepared: another client may use the same text. There is no
// answer.
func (c *Client) stmtClose(body []byte) error {
	if len(body) >= 4 {
		st := c.statement(binary.LittleEndian.Uint32(body))
		if st == nil {
			return nil
		}
		if c.held != nil && c.session.CursorOf() == st.ID {
			c.closeCursor()
		}
		c.dropOwn(st)
		c.session.Stmts().Remove(st.ID)
	}
	return nil
}

// stmtReset forgets long data and closes the cursor.
func (c *Client) stmtReset(cmd command) error {
	st, refusal := c.find(cmd.payload[1:], "mysqld_stmt_reset")
	if refusal != nil {
		return c.sendError(refusal)
	}
	st.ClearLong()
	c.dropOwn(st)
	if c.held != nil && c.session.CursorOf() == st.ID {
		c.closeCursor()
	}
	return c.sendOK(1)
}

// stmtFetch takes rows from the cursor on the connection that holds it.
func (c *Client) stmtFetch(cmd command) error {
	st, refusal := c.find(cmd.payload[1:], "mysqld_stmt_fetch")
	if refusal != nil {
		return c.sendError(refusal)
	}
	if c.hasOwn(st) {
		return c.fetchOwn(cmd.payload)
	}
	if c.held == nil || c.session.CursorOf() != st.ID {
		return c.sendError(mysql.NewError(1421, "HY000", "The statement (%d) has no open cursor.", st.ID))
	}
	j := job{st: fetching, packets: cmd.packets, shape: mysql.ShapeRows, stmt: st, moved: c.cursorAs, started: c.task.Now()}
	err := c.execute(&j)
	if c.session.Status().Has(mysql.StatusLastRowSent) && c.held != nil {
		c.closeCursor()
	}
	return err
}

// fetching is the statement of COM_STMT_FETCH: it runs where the cursor is, and gives rows that FOUND_ROWS() does not count, as some SHOW statements do.
var fetching = &statement.Statement{Kind: statement.Show}

// closeCursor resets the statement on the server, which closes its cursor, and gives the connection back if nothing else pins.
func (c *Client) closeCursor() {
	conn := c.held
	st := c.session.Stmts().Get(c.session.CursorOf())
	c.session.CloseCursor()
	if st != nil {
		if id, ok := conn.Prepared.Get(c.prepareKey(c.cursorAs, c.cursorApart)); ok {
			if err := conn.ResetStmt(id, time.Now().Add(ownWait)); err != nil {
				_ = c.lostAfter(err, conn) // an interruption shows at the next wait
				return
			}
		}
	}
	c.publish()
	if c.session.Pins() == 0 {
		c.giveBack(conn)
	}
}
