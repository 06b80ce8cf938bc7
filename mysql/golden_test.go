package mysql_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shunt/mysql"
)

// The golden packets were captured on the wire: from MariaDB 10.11.19 as a server, from the mariadb client (libmariadb
// 3.3.20), PHP's mysqlnd and go-sql-driver as clients. What MySQL alone sends is built from its documentation.

// unhex reads hex digits with white space between them.
func unhex(t testing.TB, digits string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(digits), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// golden checks that a packet reads as want, and that want is written as that packet again.
func golden[T any](t *testing.T, packet string, want T, parse func([]byte) (T, error), appendTo func(T, []byte) []byte) {
	t.Helper()
	payload := unhex(t, packet)
	got, err := parse(payload)
	if err != nil {
		t.Fatalf("parsing: %v", err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("parsed wrongly (-want +got):\n%s", diff)
	}
	written := appendTo(want, []byte("before"))
	if diff := cmp.Diff("before"+string(payload), string(written)); diff != "" {
		t.Errorf("written wrongly (-want +got):\n%s", diff)
	}
}

const (
	greetingMariaDB = `0a 352e352e352d31302e31312e31392d4d6172696144422d302b646562313275312d6c6f6700 06000000 4b34606869555070 00
		fef7 08 0200 ff81 15 000000000000 1d000000 64262f56432f607755224a2e00 6d7973716c5f6e61746976655f70617373776f726400`
	greetingMySQL = `0a 382e302e333900 08000000 4142434445464748 00 ffff ff 0200 ffdf 15 00000000000000000000
		494a4b4c4d4e4f505152535400 63616368696e675f736861325f70617373776f726400`
)

var salt = [mysql.SaltLen]byte([]byte("ABCDEFGHIJKLMNOPQRST"))

func TestGreetingOfMariaDBHasExtendedCapabilitiesInsteadOfLongPassword(t *testing.T) {
	golden(t, greetingMariaDB, mysql.Greeting{
		ServerVersion: "5.5.5-10.11.19-MariaDB-0+deb12u1-log",
		ConnectionID:  6,
		Salt:          [mysql.SaltLen]byte([]byte("K4`hiUPpd&/VC/`wU\"J.")),
		Capabilities: 0x81fff7fe | mysql.CapProgress | mysql.CapBulkOperations | mysql.CapExtendedMetadata |
			mysql.CapCacheMetadata,
		Collation:  8,
		Status:     mysql.StatusAutocommit,
		AuthPlugin: mysql.PluginNative,
	}, mysql.ParseGreeting, mysql.Greeting.Append)
}

func TestGreetingOfMySQL(t *testing.T) {
	golden(t, greetingMySQL, mysql.Greeting{
		ServerVersion: "8.0.39",
		ConnectionID:  8,
		Salt:          salt,
		Capabilities:  0xdfffffff,
		Collation:     255,
		Status:        mysql.StatusAutocommit,
		AuthPlugin:    mysql.PluginCachingSHA2,
	}, mysql.ParseGreeting, mysql.Greeting.Append)
}

const (
	loginMariaDBClient = `8ca2bf00 00001000 21 00000000000000000000000000000000000000 1d000000 61707000
		14 a6f879550b811efb0d9969bf56699fdad6b8f188 73686f7000 6d7973716c5f6e61746976655f70617373776f726400
		7f 035f6f73054c696e75780c5f636c69656e745f6e616d650a6c69626d617269616462045f7069640532383430300f5f636c69656e745f76657273696f6e
		06332e332e3230095f706c6174666f726d067838365f36340c70726f6772616d5f6e616d65056d7973716c0c5f7365727665725f686f7374
		093132372e302e302e31`
	loginPHP = `8da21a00 000000c0 2d 0000000000000000000000000000000000000000000000 61707000
		14 13cb56196dbac5d6cd7fd3fab7f64c37ff19d4a2 73686f7000 6d7973716c5f6e61746976655f70617373776f726400
		2c 0c5f636c69656e745f6e616d65076d7973716c6e640c5f7365727665725f686f7374093132372e302e302e31`
	loginGo = `8da23a01 00000000 2d 0000000000000000000000000000000000000000000000 61707000
		20 6676d7f1a7eaf16308167f11be23f491162522831aa8d1ae3d64dd520a0bf9f3 73686f7000
		63616368696e675f736861325f70617373776f726400 59 0c5f636c69656e745f6e616d650f476f2d4d7953514c2d447269766572035f6f73056c696e7578
		095f706c6174666f726d05616d643634045f7069640532383230380c5f7365727665725f686f7374093132372e302e302e31`
	changeUserPHP = `11 626f6200 14 79e31c4d919873fbff741f5e64902016be3fe489 643200 2d00 6d7973716c5f6e61746976655f70617373776f726400
		2c 0c5f636c69656e745f6e616d65076d7973716c6e640c5f7365727665725f686f7374093132372e302e302e31`
)

const phpCapabilities = mysql.CapLongPassword | mysql.CapLongFlag | mysql.CapConnectWithDB | mysql.CapLocalFiles | mysql.CapProtocol41 |
	mysql.CapTransactions | mysql.CapSecureConnection | mysql.CapMultiResults | mysql.CapPluginAuth | mysql.CapConnectAttrs

func attributes(pairs ...string) (block []byte) {
	for i := 0; i < len(pairs); i += 2 {
		block = mysql.AppendAttribute(block, pairs[i], pairs[i+1])
	}
	return block
}

func TestLoginOfTheMariaDBClientHasExtendedCapabilities(t *testing.T) {
	golden(t, loginMariaDBClient, mysql.Login{
		Capabilities: 0xbfa28c | mysql.CapProgress | mysql.CapBulkOperations | mysql.CapExtendedMetadata | mysql.CapCacheMetadata,
		MaxPacket:    1 << 20,
		Collation:    33,
		User:         "app",
		AuthData:     unhex(t, "a6f879550b811efb0d9969bf56699fdad6b8f188"),
		Database:     "shop",
		AuthPlugin:   mysql.PluginNative,
		Attributes: attributes("_os", "Linux", "_client_name", "libmariadb", "_pid", "28400", "_client_version", "3.3.20",
			"_platform", "x86_64", "program_name", "mysql", "_server_host", "127.0.0.1"),
	}, mysql.ParseLogin, mysql.Login.Append)
}

func TestLoginOfPHPHasNoLenencAuthData(t *testing.T) {
	golden(t, loginPHP, mysql.Login{
		Capabilities: phpCapabilities,
		MaxPacket:    0xc0000000,
		Collation:    45,
		User:         "app",
		AuthData:     unhex(t, "13cb56196dbac5d6cd7fd3fab7f64c37ff19d4a2"),
		Database:     "shop",
		AuthPlugin:   mysql.PluginNative,
		Attributes:   attributes("_client_name", "mysqlnd", "_server_host", "127.0.0.1"),
	}, mysql.ParseLogin, mysql.Login.Append)
}

func TestLoginOfGoWithCachingSHA2(t *testing.T) {
	golden(t, loginGo, mysql.Login{
		Capabilities: phpCapabilities | mysql.CapPluginAuthLenenc | mysql.CapDeprecateEOF,
		Collation:    45,
		User:         "app",
		AuthData:     unhex(t, "6676d7f1a7eaf16308167f11be23f491162522831aa8d1ae3d64dd520a0bf9f3"),
		Database:     "shop",
		AuthPlugin:   mysql.PluginCachingSHA2,
		Attributes: attributes("_client_name", "Go-MySQL-Driver", "_os", "linux", "_platform", "amd64", "_pid", "28208",
			"_server_host", "127.0.0.1"),
	}, mysql.ParseLogin, mysql.Login.Append)
}

func TestChangeUserOfPHP(t *testing.T) {
	golden(t, changeUserPHP, mysql.ChangeUser{
		User:       "bob",
		AuthData:   unhex(t, "79e31c4d919873fbff741f5e64902016be3fe489"),
		Database:   "d2",
		Collation:  45,
		AuthPlugin: mysql.PluginNative,
		Attributes: attributes("_client_name", "mysqlnd", "_server_host", "127.0.0.1"),
	}, func(p []byte) (mysql.ChangeUser, error) { return mysql.ParseChangeUser(p, phpCapabilities) },
		func(c mysql.ChangeUser, dst []byte) []byte { return c.Append(dst, phpCapabilities) })
}

const (
	authSwitch     = `fe 6d7973716c5f6e61746976655f70617373776f726400 4142434445464748494a4b4c4d4e4f5051525354 00`
	authMoreFastOK = `01 03`
)

func TestAuthSwitch(t *testing.T) {
	want := mysql.SwitchTo(mysql.PluginNative, salt)
	golden(t, authSwitch, want, mysql.ParseAuthSwitch, mysql.AuthSwitch.Append)
	if got, ok := want.Salt(); !ok || got != salt {
		t.Errorf("its salt is %q, %v", got, ok)
	}
}

func TestAuthSwitchToTheOldestPluginIsABareByte(t *testing.T) {
	s, err := mysql.ParseAuthSwitch([]byte{0xfe})
	if err != nil || s.Plugin != mysql.PluginOld {
		t.Errorf("got %+v, %v", s, err)
	}
	if _, ok := s.Salt(); ok {
		t.Error("it has a salt")
	}
}

func TestAuthMore(t *testing.T) {
	golden(t, authMoreFastOK, mysql.AuthMore{Data: []byte{mysql.SHA2FastOK}}, mysql.ParseAuthMore, mysql.AuthMore.Append)
}
