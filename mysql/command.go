package mysql

// Command is the first byte of what a client sends: what it asks the server to do.
//
// Reference: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_command_phase.html.
type Command byte

// The commands. The ones marked internal are refused when a client sends them.
const (
	ComSleep                           Command = 0x00 // internal
	ComQuit                            Command = 0x01
	ComInitDB                          Command = 0x02
	ComQuery                           Command = 0x03
	ComFieldList                       Command = 0x04
	ComCreateDB                        Command = 0x05
	ComDropDB                          Command = 0x06
	ComRefresh                         Command = 0x07
	ComShutdown                        Command = 0x08
	ComStatistics                      Command = 0x09
	ComProcessInfo                     Command = 0x0a
	ComConnect                         Command = 0x0b // internal
	ComProcessKill                     Command = 0x0c
	ComDebug                           Command = 0x0d
	ComPing                            Command = 0x0e
	ComTime                            Command = 0x0f // internal
	ComDelayedInsert                   Command = 0x10 // internal
	ComChangeUser                      Command = 0x11
	ComBinlogDump                      Command = 0x12
	ComTableDump                       Command = 0x13
	ComConnectOut                      Command = 0x14 // internal
	ComRegisterSlave                   Command = 0x15
	ComStmtPrepare                     Command = 0x16
	ComStmtExecute                     Command = 0x17
	ComStmtSendLongData                Command = 0x18
	ComStmtClose                       Command = 0x19
	ComStmtReset                       Command = 0x1a
	ComSetOption                       Command = 0x1b
	ComStmtFetch                       Command = 0x1c
	ComDaemon                          Command = 0x1d // internal
	ComBinlogDumpGTID                  Command = 0x1e // MySQL
	ComResetConnection                 Command = 0x1f
	ComClone                           Command = 0x20 // MySQL 8.0
	ComSubscribeGroupReplicationStream Command = 0x21 // MySQL 8.0
	ComStmtBulkExecute                 Command = 0xfa // MariaDB 10.2
)

// String is the protocol's name in lower case, as in metrics; "unknown" for any byte that is no command.
func (c Command) String() string {
	switch c {
	case ComSleep:
		return "sleep"
	case ComQuit:
		return "quit"
	case ComInitDB:
		return "init_db"
	case ComQuery:
		return "query"
	case ComFieldList:
		return "field_list"
	case ComCreateDB:
		return "create_db"
	case ComDropDB:
		return "drop_db"
	case ComRefresh:
		return "refresh"
	case ComShutdown:
		return "shutdown"
	case ComStatistics:
		return "statistics"
	case ComProcessInfo:
		return "process_info"
	case ComConnect:
		return "connect"
	case ComProcessKill:
		return "process_kill"
	case ComDebug:
		return "debug"
	case ComPing:
		return "ping"
	case ComTime:
		return "time"
	case ComDelayedInsert:
		return "delayed_insert"
	case ComChangeUser:
		return "change_user"
	case ComBinlogDump:
		return "binlog_dump"
	case ComTableDump:
		return "table_dump"
	case ComConnectOut:
		return "connect_out"
	case ComRegisterSlave:
		return "register_slave"
	case ComStmtPrepare:
		return "stmt_prepare"
	case ComStmtExecute:
		return "stmt_execute"
	case ComStmtSendLongData:
		return "stmt_send_long_data"
	case ComStmtClose:
		return "stmt_close"
	case ComStmtReset:
		return "stmt_reset"
	case ComSetOption:
		return "set_option"
	case ComStmtFetch:
		return "stmt_fetch"
	case ComDaemon:
		return "daemon"
	case ComBinlogDumpGTID:
		return "binlog_dump_gtid"
	case ComResetConnection:
		return "reset_connection"
	case ComClone:
		return "clone"
	case ComSubscribeGroupReplicationStream:
		return "subscribe_group_replication_stream"
	case ComStmtBulkExecute:
		return "stmt_bulk_execute"
	default:
		return "unknown"
	}
}
