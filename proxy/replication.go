package proxy

import (
	"shunt/mysql"
	"shunt/statement"
)

// administration is the statement of the old administrative commands (COM_REFRESH, COM_DEBUG …): they go to the primary, and the server
// decides whether the account may.
var administration = &statement.Statement{Kind: statement.Admin}

// replication is the statement of a replica's commands. The session stays on the connection from then on, since the server keeps there
// what the replica has said of itself.
var replication = &statement.Statement{Kind: statement.Admin, Effects: statement.LeavesState}

// forward hands a command to a server as it is.
func (c *Client) forward(cmd command, st *statement.Statement, shape mysql.Shape) error {
	return c.execute(&job{st: st, packets: cmd.packets, shape: shape, started: c.task.Now()})
}

// dumpBinlog takes COM_BINLOG_DUMP and COM_BINLOG_DUMP_GTID: the server sends events, packets with a zero in front, until one of the two goes, or, if
// that was asked for, until there are no more. That is the form of rows that end with EOF or ERR.
//
// Semi-synchronous replication is turned off for the stream: the replica's acknowledgements would have to travel against the answer, and a primary that
// waits for one that never comes stops writing for its rpl_semi_sync_master_timeout.
//
// Reference: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_replication.html.
func (c *Client) dumpBinlog(cmd command) error {
	if err := c.ask("SET @rpl_semi_sync_slave=NULL,@rpl_semi_sync_replica=NULL"); err != nil {
		return c.replyOrEnd(err, &job{})
	}
	return c.forward(cmd, replication, mysql.ShapeRows)
}

// ask runs a statement of our own as if the client had sent it, but the client hears nothing of it. A server's refusal is the error.
func (c *Client) ask(sql string) error {
	st, _ := c.server.Parser.Parse([]byte(sql), c.mode())
	return c.execute(&job{st: st, packets: mysql.AppendQuery(nil, 0, sql), text: []byte(sql), shape: mysql.ShapeResult, started: c.task.Now(), silent: true})
}
