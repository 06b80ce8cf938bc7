package mysql_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"shunt/mysql"
)

func TestErrorsHaveTheServersNumbersAndTexts(t *testing.T) {
	for _, c := range []struct {
		err  *mysql.Error
		want string
	}{
		{mysql.AccessDenied("bob", "10.0.0.1", true), "Error 1045 (28000): Access denied for user 'bob'@'10.0.0.1' (using password: YES)"},
		{mysql.AccessDenied("bob", "10.0.0.1", false), "Error 1045 (28000): Access denied for user 'bob'@'10.0.0.1' (using password: NO)"},
		{mysql.AccessDeniedNoPassword("root", "localhost"), "Error 1698 (28000): Access denied for user 'root'@'localhost'"},
		{mysql.DatabaseDenied("bob", "%", "shop"), "Error 1044 (42000): Access denied for user 'bob'@'%' to database 'shop'"},
		{mysql.UnknownDatabase("shop"), "Error 1049 (42000): Unknown database 'shop'"},
		{mysql.TooManyConnections(), "Error 1040 (08004): Too many connections"},
		{mysql.TooManyUserConnections("bob"), "Error 1203 (42000): User bob already has more than 'max_user_connections' active connections"},
		{mysql.UserLimitReached("bob", "max_user_connections", 5), "Error 1226 (42000): User 'bob' has exceeded the 'max_user_connections' resource (current value: 5)"},
		{mysql.HostNotAllowed(mysql.MariaDB, "h"), "Error 1130 (HY000): Host 'h' is not allowed to connect to this MariaDB server"},
		{mysql.HostNotAllowed(mysql.MySQL, "h"), "Error 1130 (HY000): Host 'h' is not allowed to connect to this MySQL server"},
		{mysql.HostBlocked(mysql.MariaDB, "h"), "Error 1129 (HY000): Host 'h' is blocked because of many connection errors; unblock with 'mariadb-admin flush-hosts'"},
		{mysql.HostBlocked(mysql.MySQL, "h"), "Error 1129 (HY000): Host 'h' is blocked because of many connection errors; unblock with 'mysqladmin flush-hosts'"},
		{mysql.AccountLocked(mysql.MariaDB, "bob", "h"), "Error 4151 (HY000): Access denied, this account is locked"},
		{mysql.AccountLocked(mysql.MySQL, "bob", "h"), "Error 3118 (HY000): Access denied for user 'bob'@'h'. Account is locked."},
		{mysql.PasswordExpiredLogin(mysql.MariaDB), "Error 1862 (HY000): Your password has expired. To log in you must change it using a client that supports expired passwords"},
		{mysql.PasswordExpiredLogin(mysql.MySQL), "Error 1862 (HY000): Your password has expired. To log in you must change it using a client that supports expired passwords."},
		{mysql.PasswordExpired(mysql.MariaDB), "Error 1820 (HY000): You must SET PASSWORD before executing this statement"},
		{mysql.PasswordExpired(mysql.MySQL), "Error 1820 (HY000): You must reset your password using ALTER USER statement before executing this statement."},
		{mysql.AuthModeNotSupported(mysql.MariaDB), "Error 1251 (08004): Client does not support authentication protocol requested by server; consider upgrading MariaDB client"},
		{mysql.NoDatabase(), "Error 1046 (3D000): No database selected"},
		{mysql.UnknownCommand(), "Error 1047 (08S01): Unknown command"},
		{mysql.BadHandshake(), "Error 1043 (08S01): Bad handshake"},
		{mysql.MalformedPacket(mysql.MariaDB), "Error 1835 (HY000): Malformed communication packet"},
		{mysql.MalformedPacket(mysql.MySQL), "Error 1835 (HY000): Malformed communication packet."},
		{mysql.PacketTooLarge(), "Error 1153 (08S01): Got a packet bigger than 'max_allowed_packet' bytes"},
		{mysql.PacketsOutOfOrder(), "Error 1156 (08S01): Got packets out of order"},
		{mysql.UnknownStatement("9", "mysqld_stmt_execute"), "Error 1243 (HY000): Unknown prepared statement handler (9) given to mysqld_stmt_execute"},
		{mysql.AbortedConnection(7, "shop", "bob", "h", "drained"), "Error 1184 (08S01): Aborted connection 7 to db: 'shop' user: 'bob' host: 'h' (drained)"},
		{mysql.ReadError(), "Error 1158 (08S01): Got an error reading communication packets"},
		{mysql.ReadTimeout(), "Error 1159 (08S01): Got timeout reading communication packets"},
		{mysql.WriteError(), "Error 1160 (08S01): Got an error writing communication packets"},
		{mysql.WriteTimeout(), "Error 1161 (08S01): Got timeout writing communication packets"},
		{mysql.ShuttingDown(), "Error 1053 (08S01): Server shutdown in progress"},
		{mysql.ConnectionKilled(mysql.MariaDB), "Error 1927 (70100): Connection was killed"},
		{mysql.ConnectionKilled(mysql.MySQL), "Error 3169 (HY000): Session was killed"},
		{mysql.QueryInterrupted(), "Error 1317 (70100): Query execution was interrupted"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestMessagesAreCutWhereServersCut(t *testing.T) {
	e := mysql.AccessDenied(strings.Repeat("é", 1000), "h", true)
	if len(e.Message) > 511 || len(e.Message) < 508 || !utf8.ValidString(e.Message) {
		t.Errorf("%d bytes, valid %v", len(e.Message), utf8.ValidString(e.Message))
	}
}

func TestErrorsAreComparedByNumber(t *testing.T) {
	err := fmt.Errorf("dialling: %w", &mysql.Error{Number: 1040, State: "HY000", Message: "Too many connections"})
	if !errors.Is(err, mysql.TooManyConnections()) {
		t.Error("the same number is not found")
	}
	if errors.Is(err, mysql.NoDatabase()) {
		t.Error("another number is found")
	}
}

func TestErrHasFiveCharactersOfState(t *testing.T) {
	for state, want := range map[string]string{"": "#HY000", "28000": "#28000", "28": "#28HY0", "280001": "#28000"} {
		e := mysql.Error{Number: 1, State: state, Message: "m"}
		if got := string(e.Append(nil, caps)[3:9]); got != want {
			t.Errorf("state %q is written as %q, want %q", state, got, want)
		}
	}
}

func TestMalformedErr(t *testing.T) {
	for _, packet := range []string{"", "\xff", "\xff\x01", "\x00\x01\x02"} {
		if e, err := mysql.ParseErr([]byte(packet), caps); !errors.Is(err, mysql.ErrMalformedPacket) {
			t.Errorf("%x: %v, %v", packet, e, err)
		}
	}
}

func TestMalformedOKAndEOF(t *testing.T) {
	for _, packet := range []string{"", "\x00", "\x00\x00\x00\x02\x00\x00", "\x05\x00\x00\x02\x00\x00\x00", "\x00\x00\x00\x02\x00\x00\x00\x05ab",
		"\x00\x00\x00\x02\x40\x00\x00\x00\x05ab", "\x00\xfb\x00\x02\x00\x00\x00"} {
		if ok, err := mysql.ParseOK([]byte(packet), caps); !errors.Is(err, mysql.ErrMalformedPacket) {
			t.Errorf("%x: %+v, %v", packet, ok, err)
		}
	}
	for _, packet := range []string{"", "\xfe", "\xfe\x00\x00\x02", "\xfe\x00\x00\x02\x00\x00", "\x00\x00\x00\x02\x00"} {
		if _, _, err := mysql.ParseEOF([]byte(packet)); !errors.Is(err, mysql.ErrMalformedPacket) {
			t.Errorf("%x: %v", packet, err)
		}
	}
}
