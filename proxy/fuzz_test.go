package proxy_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/netloop/looptest"
	"shunt/proxy"
)

// door is a proxy whose front door is fuzzed. Its clients are coroutines, so that one that never ended would show.
type door struct {
	*triangle
	served  atomic.Int64 // commands that have reached a server
	unknown atomic.Int64 // of these, those about something that it does not know
}

// doorAccounts are those that may try to come in. None has an empty password.
var doorAccounts = []string{"native", "sha2", "ed", "locked", "nobody"}

// doorPlugins are those that a client may say it answers for.
var doorPlugins = []string{"", mysql.PluginNative, mysql.PluginCachingSHA2, mysql.PluginEd25519, mysql.PluginClear, mysql.PluginDialog, mysql.PluginOld}

// openDoor starts a proxy whose servers answer by a handler.
func openDoor(f *testing.F, handler func(d *door) mysqltest.Handler) *door {
	loop := looptest.New()
	ctx, cancel := context.WithCancel(context.Background())
	turned := make(chan struct{})
	go func() { defer close(turned); loop.Run(ctx) }()
	f.Cleanup(func() { cancel(); <-turned })
	accounts := accountsOf()
	delete(accounts, "empty")
	public, err := mysql.Ed25519Public([]byte("secret"))
	if err != nil {
		f.Fatal(err)
	}
	accounts["ed"] = proxy.Account{Name: "ed@%", Plugin: mysql.PluginEd25519, Stored: mysql.FormatEd25519Public(public)}
	d := &door{}
	answer := handler(d)
	server := func() *mysqltest.Server {
		return &mysqltest.Server{Handler: func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
			d.served.Add(1)
			answer(cmd, payload, w)
		}}
	}
	d.triangle = newTriangle(f, setup{loop: loop, accounts: accounts, primary: server(), replica: server(), proxy: func(c *proxy.Config) {
		c.Listen[0].ProxyProtocol = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		c.Listen[0].Compression = mysql.CapCompress | mysql.CapZstdCompression
	}})
	return d
}

// FuzzHandshake has a client say anything in the place of its login (raw), or log in with whatever capabilities, account, plugin and reply, and say
// anything behind that; an empty reply stands for the right one. However it goes on, the proxy meets no fault of its own and lets go of the client
// once that says no more, and without the right reply it hears no OK, and no server hears of it.
func FuzzHandshake(f *testing.F) {
	every := uint64(mysqltest.ClientCapabilities | mysql.CapCompress)
	query, _ := mysql.AppendPacket(nil, 0, []byte("\x03SELECT 1"))
	f.Add(every, uint8(0), uint8(1), []byte{}, query, false)
	f.Add(every, uint8(1), uint8(2), []byte{}, []byte("\x01\x00\x00\x03\x02"), false)
	f.Add(every, uint8(2), uint8(3), bytes.Repeat([]byte{7}, 64), []byte{}, false)
	f.Add(uint64(0), uint8(0), uint8(0), []byte{}, []byte("PROXY TCP4 203.0.113.7 10.0.0.1 56324 3306\r\n\x05\x00\x00\x01login"), true)
	d := openDoor(f, func(*door) mysqltest.Handler { return answering("server") })
	f.Fuzz(func(t *testing.T, caps uint64, account, plugin uint8, reply, rest []byte, raw bool) {
		before := d.served.Load()
		nc, err := net.Dial("tcp", d.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		if err := nc.SetDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		greeting, _, err := mysql.ReadPacket(nc, nil, 1<<16)
		if err != nil {
			t.Fatalf("there is no greeting: %v", err)
		}
		said, right := rest, false
		if !raw {
			var login []byte
			login, right = loginOf(t, greeting, caps, account, plugin, reply)
			said = append(login, rest...)
		}
		_, _ = nc.Write(said) // it may be cut off at any time
		_ = nc.(*net.TCPConn).CloseWrite()
		heard, err := io.ReadAll(nc)
		if timedOut(err) {
			t.Fatalf("the proxy does not let go of a client that says no more")
		}
		if !right && admits(heard) {
			t.Fatalf("a client without a password is told %x", heard)
		}
		if text := d.faults.String(); text != "" {
			d.faults.forget()
			t.Fatalf("the proxy met a fault of its own: %s", text)
		}
		if served := d.served.Load() - before; served > 0 && !right {
			t.Fatalf("a client without a password was served %d commands", served)
		}
	})
}

// loginOf makes a login to a greeting, and says whether its password is right.
func loginOf(t *testing.T, greeting []byte, caps uint64, account, plugin uint8, reply []byte) (packet []byte, right bool) {
	hello, err := mysql.ParseGreeting(greeting)
	if err != nil {
		t.Fatal(err)
	}
	l := mysql.Login{
		Capabilities: mysql.Capability(caps) | mysql.CapProtocol41 | mysql.CapSecureConnection, User: doorAccounts[int(account)%len(doorAccounts)],
		AuthPlugin: doorPlugins[int(plugin)%len(doorPlugins)], AuthData: reply, Collation: 45,
	}
	if len(reply) == 0 {
		once, twice := mysql.NativeHash([]byte("secret"))
		scramble := mysql.NativeScramble(hello.Salt[:], once, twice)
		l.AuthData, right = scramble[:], l.User == "native"
	}
	packet, _ = mysql.AppendPacket(nil, 1, l.Append(nil))
	return packet, right
}

// admits says whether one of the packets that a client has heard is an OK.
func admits(stream []byte) bool {
	for len(stream) > 0 {
		payload, _, rest, err := mysql.CutPacket(stream)
		if err != nil {
			return false
		}
		if len(payload) > 0 && payload[0] == mysql.HeaderOK {
			return true
		}
		stream = rest
	}
	return false
}

func timedOut(err error) bool {
	var failed net.Error
	return errors.As(err, &failed) && failed.Timeout()
}
