package mysql_test

import (
	"bytes"
	"net"
	"strings"
	"testing"

	gomysql "github.com/go-mysql-org/go-mysql/mysql"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
)

// ed25519Salt is 32 bytes of a server's.
var ed25519Salt = []byte("0123456789abcdef0123456789ABCDEF")

func publicOf(t *testing.T, password string) [32]byte {
	t.Helper()
	public, err := mysql.Ed25519Public([]byte(password))
	if err != nil {
		t.Fatal(err)
	}
	return public
}

func TestEd25519SignatureIsWhatOthersCompute(t *testing.T) {
	for _, password := range []string{"", "a", password, strings.Repeat("long ", 100), "päss"} {
		signature, err := mysql.Ed25519Sign(ed25519Salt, []byte(password))
		if err != nil {
			t.Fatal(err)
		}
		want, err := gomysql.CalcEd25519Password(ed25519Salt, password)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(signature[:], want) {
			t.Errorf("%q: got %x, want %x", password, signature, want)
		}
		if !mysql.Ed25519Verify(signature[:], ed25519Salt, publicOf(t, password)) {
			t.Errorf("%q: the right signature is refused", password)
		}
	}
}

// The stored form is that of MariaDB's own documentation of the plugin
// (https://mariadb.com/kb/en/authentication-plugin-ed25519/), for the password "secret".
func TestEd25519StoredFormIsTheServers(t *testing.T) {
	const stored = "ZIgUREUg5PVgQ6LskhXmO+eZLS0nC8be6HPjYWR4YJY"
	if got := mysql.FormatEd25519Public(publicOf(t, "secret")); got != stored {
		t.Errorf("got %s, want %s", got, stored)
	}
	public, err := mysql.ParseEd25519Public(stored)
	if err != nil || public != publicOf(t, "secret") {
		t.Errorf("read as %x, %v", public, err)
	}
}

func TestEd25519Refuses(t *testing.T) {
	right, err := mysql.Ed25519Sign(ed25519Salt, []byte(password))
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(right[:])
	flipped[63] ^= 1
	for name, signature := range map[string][]byte{
		"none":          nil,
		"a short one":   right[:63],
		"a long one":    append(bytes.Clone(right[:]), 0),
		"one bit wrong": flipped,
		"nothing in it": make([]byte, 64),
	} {
		if mysql.Ed25519Verify(signature, ed25519Salt, publicOf(t, password)) {
			t.Errorf("%s is taken", name)
		}
	}
	if mysql.Ed25519Verify(right[:], ed25519Salt, publicOf(t, "wrong")) {
		t.Error("another password's is taken")
	}
	if mysql.Ed25519Verify(right[:], ed25519Salt[:31], publicOf(t, password)) {
		t.Error("another salt's is taken")
	}
	if mysql.Ed25519Verify(right[:], ed25519Salt, [32]byte{1: 0xff, 31: 0xff}) {
		t.Error("a key that is no point takes it")
	}
}

func TestParseEd25519PublicRefuses(t *testing.T) {
	for _, stored := range []string{
		"", "short", strings.Repeat("A", 42), strings.Repeat("A", 44), strings.Repeat("A", 42) + "=", strings.Repeat("A", 42) + "B",
		strings.Repeat("-", 43), strings.Repeat("A", 42) + "\n", "*" + strings.Repeat("A", 40),
	} {
		if public, err := mysql.ParseEd25519Public(stored); err == nil || public != [32]byte{} {
			t.Errorf("%q is %x, %v", stored, public, err)
		}
	}
}

func TestMariaDBLetsInWithEd25519(t *testing.T) {
	m := mysqltest.StartMariaDB(t)
	admin := dial(t, m, m.Options())
	query(t, admin, "INSTALL SONAME 'auth_ed25519'")
	for _, password := range []string{"secret", "a password of more than thirty-two bytes, which is hashed"} {
		query(t, admin, "CREATE OR REPLACE USER ed IDENTIFIED VIA ed25519 USING PASSWORD('"+password+"')")
		stored, err := admin.Value("SELECT authentication_string FROM mysql.user WHERE User = 'ed' AND plugin = '" + mysql.StoredEd25519 + "'")
		if err != nil {
			t.Fatal(err)
		}
		if got := mysql.FormatEd25519Public(publicOf(t, password)); got != stored {
			t.Errorf("%q: the server stores %q, we would %q", password, stored, got)
		}
		if header := ed25519Login(t, m, "ed", password); header != mysql.HeaderOK {
			t.Errorf("%q: the server answers with %#x", password, header)
		}
		if header := ed25519Login(t, m, "ed", password+"!"); header != mysql.HeaderErr {
			t.Errorf("%q and one more: the server answers with %#x", password, header)
		}
	}
	query(t, admin, "CREATE OR REPLACE USER ed IDENTIFIED VIA ed25519 USING PASSWORD('')")
	if header := ed25519Login(t, m, "ed", ""); header != mysql.HeaderErr {
		t.Errorf("an account without a key: the server answers with %#x", header)
	}
}

// ed25519Login logs in, and gives the first byte of the server's verdict.
func ed25519Login(t *testing.T, m mysqltest.MariaDB, user, password string) byte {
	t.Helper()
	conn, err := net.Dial("tcp", m.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	read := func() []byte {
		packet, _, err := mysql.ReadPacket(conn, nil, 1<<16)
		if err != nil || len(packet) == 0 {
			t.Fatalf("the server says %q, %v", packet, err)
		}
		return packet
	}
	write := func(seq byte, payload []byte) {
		out, _ := mysql.AppendPacket(nil, seq, payload)
		if _, err := conn.Write(out); err != nil {
			t.Fatal(err)
		}
	}
	greeting, err := mysql.ParseGreeting(read())
	if err != nil {
		t.Fatal(err)
	}
	login := mysql.Login{Capabilities: mysqltest.ClientCapabilities & greeting.Capabilities, User: user, AuthPlugin: mysql.PluginNative, Collation: 45}
	write(1, login.Append(nil))
	change, err := mysql.ParseAuthSwitch(read())
	if err != nil || change.Plugin != mysql.PluginEd25519 || len(change.Data) != mysql.Ed25519SaltLen {
		t.Fatalf("the server switches to %q with %d bytes, %v", change.Plugin, len(change.Data), err)
	}
	signature, err := mysql.Ed25519Sign(change.Data, []byte(password))
	if err != nil {
		t.Fatal(err)
	}
	write(3, signature[:])
	return read()[0]
}
