package backend_test

import (
	"bytes"
	"io"
	"net"
	"testing"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/netloop"
)

// secret is what no server must hear outside of TLS.
const secret = "the password itself"

// FuzzLogin logs in at a server that greets as it likes, with any plugin, and says anything behind that: script holds its packets, each behind a byte that is
// its length. The login ends, and however it does, the password has not been sent in clear.
func FuzzLogin(f *testing.F) {
	const ok = "\x00\x00\x00\x02\x00\x00\x00"
	account := "\x01\x01"
	for _, c := range []struct {
		plugin  string
		packets []string
	}{
		{mysql.PluginNative, []string{ok, ok, account}},
		{mysql.PluginNative, []string{"\xff\x15\x04#28000Access denied"}},
		{mysql.PluginCachingSHA2, []string{"\x01\x03", ok}},
		{mysql.PluginCachingSHA2, []string{"\x01\x04", "\x01-----BEGIN PUBLIC KEY-----", ok}},
		{mysql.PluginCachingSHA2, []string{"\x01", "\x01\x02", "\x01\x05"}},
		{mysql.PluginNative, []string{"\xfemysql_clear_password\x00", ok}},
		{mysql.PluginNative, []string{"\xfedialog\x00\x04Password: ", "\x04Again: ", ok}},
		{mysql.PluginDialog, []string{"\x04Password: ", ok}},
		{mysql.PluginClear, []string{"\xfemysql_clear_password\x00", ok}},
		{mysql.PluginClear, []string{"\x05"}},
		{mysql.PluginNative, []string{"\xfeclient_ed25519\x0012345678901234567890123456789012", ok}},
		{mysql.PluginNative, []string{"\xfeclient_ed25519\x00short"}},
		{mysql.PluginNative, []string{"\xfe"}},
		{mysql.PluginNative, []string{"\xfecaching_sha2_password\x0012345678901234567890\x00", "\x01\x04", "\xfedialog\x00"}},
		{"nobody_knows_this", []string{"\xfemysql_native_password\x0012345678901234567890\x00", ok, ok}},
		{mysql.PluginNative, []string{"", ok}},
		{mysql.PluginNative, []string{ok, ok, "\x01", "\x03def\x00\x00\x00\x01c\x00\x0c\x2d\x00\x04\x00\x00\x00\xfd\x00\x00\x00\x00\x00", "\x05app@%", "\xfe\x00\x00\x02\x00\x00\x00"}},
	} {
		var script []byte
		for _, p := range c.packets {
			script = append(append(script, byte(len(p))), p...)
		}
		f.Add(uint64(mysqltest.ServerCapabilities), c.plugin, script, false)
	}
	f.Add(uint64(0), "", []byte("\xff\x10\x04Too many connections"), true)
	f.Add(uint64(0), "", []byte("\x0a5.5.5-10.11\x00"), true)
	once, _ := mysql.NativeHash([]byte(secret))
	who := backend.Credentials{User: "app", Account: "app@%", SHA1: &once, Password: []byte(secret)}
	f.Fuzz(func(t *testing.T, caps uint64, plugin string, script []byte, raw bool) {
		greeting := script
		if !raw {
			greeting = mysql.Greeting{ServerVersion: "11.4.2-MariaDB", ConnectionID: 7, Capabilities: mysql.Capability(caps) &^ mysql.CapSSL, AuthPlugin: plugin}.Append(nil)
		}
		said, _ := mysql.AppendPacket(nil, 0, greeting)
		if !raw {
			said = append(said, packetsOf(script)...)
		}
		address, heard := saying(t, said)
		conn, err := backend.Connect(netloop.NewTask(), address, backend.Link{}, &who, time.Now().Add(time.Minute))
		if err == nil {
			conn.Quit()
		}
		if got := <-heard; bytes.Contains(got, []byte(secret)) {
			t.Fatalf("the password was sent in clear, to %q: %q", said, got)
		}
	})
}

// packetsOf cuts a script into packets, numbered as a server does between the client's. The first that is asked after the login begins anew.
func packetsOf(script []byte) (packets []byte) {
	for number := byte(2); len(script) > 0 && int(script[0]) < len(script); number += 2 {
		n := int(script[0])
		packets, _ = mysql.AppendPacket(packets, number, script[1:1+n])
		if n > 0 && script[1] == mysql.HeaderOK {
			number = 255 // so that the next is 1
		}
		script = script[1+n:]
	}
	return packets
}

// saying is a server that says something to the one that comes, and then no more; and what it hears.
func saying(t *testing.T, said []byte) (address string, heard <-chan []byte) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	all := make(chan []byte, 1)
	go func() {
		defer close(all)
		nc, err := l.Accept()
		if err != nil {
			return // the test is over
		}
		defer nc.Close()
		_, _ = nc.Write(said) // the other side may have gone
		_ = nc.(*net.TCPConn).CloseWrite()
		got, _ := io.ReadAll(nc) // until the other side goes, however
		all <- got
	}()
	return l.Addr().String(), all
}
