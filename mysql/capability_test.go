package mysql_test

import (
	"testing"

	gomysql "github.com/go-mysql-org/go-mysql/mysql"

	"shunt/mysql"
)

func TestCapabilitiesHaveTheProtocolsValues(t *testing.T) {
	for ours, theirs := range map[mysql.Capability]uint32{
		mysql.CapLongPassword:              gomysql.CLIENT_LONG_PASSWORD,
		mysql.CapConnectWithDB:             gomysql.CLIENT_CONNECT_WITH_DB,
		mysql.CapProtocol41:                gomysql.CLIENT_PROTOCOL_41,
		mysql.CapSSL:                       gomysql.CLIENT_SSL,
		mysql.CapSecureConnection:          gomysql.CLIENT_SECURE_CONNECTION,
		mysql.CapMultiStatements:           gomysql.CLIENT_MULTI_STATEMENTS,
		mysql.CapPluginAuth:                gomysql.CLIENT_PLUGIN_AUTH,
		mysql.CapPluginAuthLenenc:          gomysql.CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA,
		mysql.CapCanHandleExpiredPasswords: gomysql.CLIENT_CAN_HANDLE_EXPIRED_PASSWORDS,
		mysql.CapSessionTrack:              gomysql.CLIENT_SESSION_TRACK,
		mysql.CapDeprecateEOF:              gomysql.CLIENT_DEPRECATE_EOF,
		mysql.CapQueryAttributes:           gomysql.CLIENT_QUERY_ATTRIBUTES,
		mysql.CapRememberOptions:           gomysql.CLIENT_REMEMBER_OPTIONS,
	} {
		if ours != mysql.Capability(theirs) {
			t.Errorf("%s is %#x, want %#x", ours, uint64(ours), theirs)
		}
	}
	if mysql.CapBulkOperations != 1<<34 || mysql.CapBulkUnitResults != 1<<37 {
		t.Error("MariaDB's capabilities are shifted")
	}
}

func TestFlagsHaveNames(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{mysql.Capability(0).String(), "0"},
		{(mysql.CapLongPassword | mysql.CapSSL | mysql.CapBulkUnitResults).String(), "LONG_PASSWORD|SSL|BULK_UNIT_RESULTS"},
		{mysql.Capability(1 << 40).String(), "0x10000000000"},
		{(mysql.StatusInTrans | mysql.StatusMoreResults | mysql.StatusAnsiQuotes).String(), "IN_TRANS|MORE_RESULTS_EXISTS|ANSI_QUOTES"},
		{mysql.Status(4).String(), "0x4"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

func TestStatusHasAllOrNot(t *testing.T) {
	s := mysql.StatusInTrans | mysql.StatusAutocommit
	if !s.Has(mysql.StatusInTrans) || !s.Has(s) || s.Has(mysql.StatusInTrans|mysql.StatusDBDropped) {
		t.Error("Has is wrong")
	}
}

func TestCommandsHaveTheProtocolsValuesAndNames(t *testing.T) {
	for _, c := range []struct {
		command mysql.Command
		value   byte
		name    string
	}{
		{mysql.ComQuit, gomysql.COM_QUIT, "quit"},
		{mysql.ComQuery, gomysql.COM_QUERY, "query"},
		{mysql.ComChangeUser, gomysql.COM_CHANGE_USER, "change_user"},
		{mysql.ComStmtPrepare, gomysql.COM_STMT_PREPARE, "stmt_prepare"},
		{mysql.ComStmtExecute, gomysql.COM_STMT_EXECUTE, "stmt_execute"},
		{mysql.ComStmtFetch, gomysql.COM_STMT_FETCH, "stmt_fetch"},
		{mysql.ComBinlogDumpGTID, gomysql.COM_BINLOG_DUMP_GTID, "binlog_dump_gtid"},
		{mysql.ComResetConnection, gomysql.COM_RESET_CONNECTION, "reset_connection"},
		{mysql.ComStmtBulkExecute, 0xfa, "stmt_bulk_execute"},
	} {
		if byte(c.command) != c.value || c.command.String() != c.name {
			t.Errorf("%s is %#x, want %s and %#x", c.command, byte(c.command), c.name, c.value)
		}
	}
}

func TestEveryCommandHasANameOfItsOwn(t *testing.T) {
	names := map[string]int{}
	for b := range 256 {
		names[mysql.Command(b).String()]++
	}
	for name, count := range names {
		if name != "unknown" && count != 1 {
			t.Errorf("%d commands are named %s", count, name)
		}
	}
	if known := 256 - names["unknown"]; known != 0x22+1 {
		t.Errorf("%d commands have a name", known)
	}
}
