package compress_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"shunt/compress"
	"shunt/mysql"
	"shunt/netloop"
)

// relay is a proxy of the simplest kind: it lets client and server log in with each other, and says to each side whether there is
// compression. Behind the login it passes bytes on, so that each side sees what this package makes of the other's bytes.
type relay struct {
	server     string // its address
	codecs     *compress.Codecs
	algorithm  compress.Algorithm
	front      bool // the client's end is compressed
	back       bool // the server's end is compressed
	loop       netloop.Loop
	failures   chan error
	listenAddr string
}

// start listens until the test ends. Its tasks run on loop.
func (r *relay) start(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r.listenAddr, r.codecs, r.failures = l.Addr().String(), compress.NewCodecs(), make(chan error, 100)
	accepting := make(chan struct{})
	go func() {
		defer close(accepting)
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			r.loop.Go(func(task netloop.Task) {
				client := task.Attach(nc)
				defer client.Close()
				if err := r.serve(task, client); err != nil {
					r.failures <- err
				}
			})
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-accepting
		if err := r.loop.Wait(t.Context()); err != nil && t.Context().Err() == nil {
			t.Errorf("the relay does not end: %v", err)
		}
		close(r.failures)
		for err := range r.failures {
			t.Errorf("the relay: %v", err)
		}
	})
}

func (r *relay) flag() mysql.Capability {
	if r.algorithm == compress.Zstd {
		return mysql.CapZstdCompression
	}
	return mysql.CapCompress
}

func (r *relay) serve(task netloop.Task, client netloop.Conn) error {
	server, err := task.Dial("tcp", r.server, time.Now().Add(20*time.Second))
	if err != nil {
		return err
	}
	defer server.Close()
	if err := r.logIn(client, server); err != nil {
		return fmt.Errorf("the login: %w", err)
	}
	if r.front {
		client = r.codecs.Wrap(client, compress.AsServer, r.algorithm, 0)
	}
	if r.back {
		server = r.codecs.Wrap(server, compress.AsClient, r.algorithm, 0)
	}
	return shuttle(client, server)
}

// logIn passes greeting and login on, with the flag of compression as this end has it, and what follows up to an OK packet.
func (r *relay) logIn(client, server netloop.Conn) error {
	payload, _, err := mysql.ReadPacket(server, nil, 1<<16)
	if err != nil {
		return err
	}
	hello, err := mysql.ParseGreeting(payload)
	if err != nil {
		return err
	}
	if r.back && !hello.Capabilities.Has(r.flag()) {
		return errors.New("the server does not offer the compression")
	}
	hello.Capabilities = hello.Capabilities&^(mysql.CapSSL|mysql.CapCompress|mysql.CapZstdCompression) | when(r.front, r.flag())
	if err := put(client, 0, hello.Append(nil)); err != nil {
		return err
	}
	payload, seq, err := mysql.ReadPacket(client, nil, 1<<16)
	if err != nil {
		return err
	}
	login, err := mysql.ParseLogin(payload)
	if err != nil {
		return err
	}
	if r.front && !login.Capabilities.Has(r.flag()) {
		return errors.New("the client does not want the compression")
	}
	login.Capabilities = login.Capabilities&^(mysql.CapCompress|mysql.CapZstdCompression) | when(r.back, r.flag())
	login.ZstdLevel = 3
	if err := put(server, seq, login.Append(nil)); err != nil {
		return err
	}
	for from, to := server, client; ; from, to = to, from {
		payload, seq, err := mysql.ReadPacket(from, nil, 1<<16)
		if err != nil {
			return err
		}
		if err := put(to, seq, payload); err != nil {
			return err
		}
		if from == server && (payload[0] == mysql.HeaderOK || payload[0] == mysql.HeaderErr) {
			return nil
		}
		if from == server && len(payload) == 2 && payload[0] == mysql.HeaderAuthMore && payload[1] == mysql.SHA2FastOK {
			from, to = to, from // OK follows at once
		}
	}
}

func when(yes bool, c mysql.Capability) mysql.Capability {
	if yes {
		return c
	}
	return 0
}

func put(to netloop.Conn, seq byte, payload []byte) error {
	out, _ := mysql.AppendPacket(nil, seq, payload)
	_, err := to.Write(out)
	return err
}

// shuttle passes bytes on in both directions until the client has gone. It reads from one side until that has nothing, which a timeout
// tells, and then from the other.
func shuttle(client, server netloop.Conn) error {
	pool := netloop.NewBuffers(16 << 10)
	for from, to := client, server; ; {
		from.SetReadDeadline(time.Now().Add(200 * time.Microsecond))
		buf, n, err := from.ReadLease(pool)
		switch {
		case errors.Is(err, netloop.ErrTimeout):
			from, to = to, from
			continue
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		_, err = to.Write(buf[:n])
		pool.Put(buf)
		if err != nil {
			return err
		}
	}
}
