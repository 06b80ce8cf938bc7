package e2e

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shunt/backend/monitor/mariadbtest"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
)

// TestPasswordsOfOtherPlugins: accounts whose stored hash does not open the server's door for us log in all the same: the client tells the password under our
// RSA key or inside TLS, once; a changed password works at once, the old one does not.
func TestPasswordsOfOtherPlugins(t *testing.T) {
	certificate := mysqltest.NewCertificate(t)
	cert, key := files(t, certificate)
	s := mariadbtest.Start(t)
	s.Exec("INSTALL SONAME 'auth_ed25519'", "CREATE USER curve@'%' IDENTIFIED VIA ed25519 USING PASSWORD('first')", "CREATE USER plain@'%' IDENTIFIED BY 'plain'",
		"CREATE USER two@'%' IDENTIFIED VIA ed25519 USING PASSWORD('two') OR mysql_native_password USING PASSWORD('two')")
	p := before(t, s, fmt.Sprintf(", tls: {cert: %q, key: %q}", cert, key), "")
	curve := mysqltest.Options{User: "curve", Password: "first"}
	encrypted, scramble, clear := curve, curve, curve
	encrypted.TLS, scramble.Plugin, clear.TLS, clear.Plugin = certificate.Client(), mysql.PluginCachingSHA2, certificate.Client(), mysql.PluginClear
	for name, o := range map[string]mysqltest.Options{"RSA": curve, "TLS": encrypted, "a scramble first": scramble, "in clear inside TLS": clear} {
		for range 2 { // the second time nobody needs the password
			if got := logIn(t, p.Address, o); got != "curve@%" {
				t.Errorf("%s: %s", name, got)
			}
		}
		o.Password = "wrong"
		if got := logIn(t, p.Address, o); !strings.Contains(got, "1045") {
			t.Errorf("%s with a wrong password: %s", name, got)
		}
		o.Password = ""
		if got := logIn(t, p.Address, o); !strings.Contains(got, "1045") {
			t.Errorf("%s without a password: %s", name, got)
		}
	}
	inClear := curve
	inClear.Plugin = mysql.PluginClear
	if got := logIn(t, p.Address, inClear); got != "curve@%" { // shunt asks for another plugin instead of taking it
		t.Errorf("a client that begins in clear without TLS: %s", got)
	}
	if got := logIn(t, p.Address, mysqltest.Options{User: "two", Password: "two"}); got != "two@%" {
		t.Errorf("an account with two plugins: %s", got)
	}
	client := raw(t, p.Address, mysqltest.Options{User: "plain", Password: "plain"})
	if err := client.ChangeUser(curve); err != nil || said(client, "SELECT CURRENT_USER()") != "curve@%" {
		t.Errorf("COM_CHANGE_USER: %v", err)
	}
	if err := client.ChangeUser(mysqltest.Options{User: "plain", Password: "plain"}); err != nil || said(client, "SELECT CURRENT_USER()") != "plain@%" {
		t.Errorf("COM_CHANGE_USER back: %v", err)
	}
	s.Exec("ALTER USER curve@'%' IDENTIFIED VIA ed25519 USING PASSWORD('second')")
	curve.Password = "second"
	if got := logIn(t, p.Address, curve); got != "curve@%" {
		t.Errorf("with the new password: %s", got)
	}
	curve.Password = "first"
	if got := logIn(t, p.Address, curve); !strings.Contains(got, "1045") {
		t.Errorf("with the old password: %s", got)
	}
}

// number is that of a MySQL error; 0 for other errors and for none.
func number(err error) uint16 {
	var refusal *mysql.Error
	if errors.As(err, &refusal) {
		return refusal.Number
	}
	return 0
}

// balanced is a connection of a load balancer that says with header for whom it speaks.
func balanced(t *testing.T, address, header string) (*mysqltest.Client, error) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := conn.Write([]byte(header)); err != nil {
		t.Fatal(err)
	}
	return mysqltest.Login(conn, mysqltest.Options{User: "app", Password: "app"})
}

// TestProxyProtocol: from the networks that are listed a client has the address that its balancer says, in the account tables and on the console, with
// either version of the header or without one; from elsewhere a header is refused.
func TestProxyProtocol(t *testing.T) {
	s := mariadbtest.Start(t)
	s.Exec("CREATE USER app@'127.0.0.1' IDENTIFIED BY 'app'", "CREATE USER app@'10.1.2.%' IDENTIFIED BY 'app'")
	trusting, strict := before(t, s, ", proxy_protocol: [127.0.0.0/8]", ""), before(t, s, ", proxy_protocol: [192.0.2.0/24]", "")
	v1 := "PROXY TCP4 192.0.2.7 127.0.0.1 4711 3306\r\n"
	for name, header := range map[string]string{"version 1": v1, "version 2": v2("192.0.2.7", 4711)} {
		if _, err := balanced(t, trusting.Address, header); number(err) != 1045 || !strings.Contains(err.Error(), "'app'@'192.0.2.7'") {
			t.Errorf("%s, for an address without an account: %v", name, err)
		}
		if _, err := balanced(t, strict.Address, header); number(err) != 9914 {
			t.Errorf("%s from an address that is not listed: %v, want 9914", name, err)
		}
	}
	for name, header := range map[string]string{"without a header": "", "a health check": "PROXY UNKNOWN\r\n", "version 2, local": local} {
		c, err := balanced(t, trusting.Address, header)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := said(c, "SELECT USER()"); got != "app@127.0.0.1" {
			t.Errorf("%s: USER() is %s", name, got)
		}
	}
	// The account that shunt's own connection has behind is another: told, not guessed.
	if c, err := balanced(t, trusting.Address, "PROXY TCP4 10.1.2.3 127.0.0.1 4711 3306\r\n"); err != nil {
		t.Error(err)
	} else if got := said(c, "SELECT 1"); !strings.Contains(got, "9913") {
		t.Errorf("an account that shunt's own address does not have: %s", got)
	}
	if _, err := balanced(t, trusting.Address, "PROXY TCP4 nonsense\r\n"); err == nil {
		t.Error("a header that is none was accepted")
	}
}

// local is a header of version 2 that says that nobody is behind it.
const local = "\r\n\r\n\x00\r\nQUIT\n\x20\x00\x00\x00"

// v2 is a header of version 2 for a client of TCP over IPv4.
func v2(address string, port uint16) string {
	b := []byte("\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0C")
	b = append(append(b, net.ParseIP(address).To4()...), 127, 0, 0, 1)
	return string(binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, port), 3306))
}

// TestListeners: several addresses and a unix socket side by side, each with its own settings.
func TestListeners(t *testing.T) {
	s := mariadbtest.Start(t)
	s.Exec("CREATE USER app@'%' IDENTIFIED BY 'app'", "CREATE USER app@localhost IDENTIFIED BY 'app'")
	dir, err := os.MkdirTemp("", "shunt")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket, second := filepath.Join(dir, "s"), freePorts(t, 1)[0]
	p := before(t, s, fmt.Sprintf(", compression: off}\n  - {address: %q, compression: zlib}\n  - {address: %q", second, socket), "")
	for network, address := range map[string]string{"tcp": p.Address, "tcp4": second, "unix": socket} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		c, err := mysqltest.Login(conn, mysqltest.Options{User: "app", Password: "app"})
		if err != nil {
			t.Fatalf("%s: %v", address, err)
		}
		want := mysql.CapCompress | mysql.CapZstdCompression
		switch address {
		case p.Address:
			want = 0
		case second:
			want = mysql.CapCompress
		}
		if got := c.Greeting.Capabilities & (mysql.CapCompress | mysql.CapZstdCompression); got != want {
			t.Errorf("%s offers %v, want %v", address, got, want)
		}
	}
	client, err := exec.LookPath("mariadb")
	if err != nil {
		t.Fatal("the mariadb client is missing: make deps-test")
	}
	out, err := exec.Command(client, "--no-defaults", "--protocol=socket", "--socket="+socket, "-uapp", "-papp", "-NBe", "SELECT USER()").CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "app@localhost" {
		t.Errorf("over the socket: %s, %v", out, err)
	}
}
