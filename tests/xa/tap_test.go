package xa

import (
	"bytes"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// tap stands between shunt and a server, and watches for one statement.
type tap struct {
	listener net.Listener
	target   string
	armed    atomic.Pointer[trap]
	all      sync.WaitGroup

	mu    sync.Mutex
	ended bool    // guarded by mu
	wires []*wire // guarded by mu
}

// trap is what happens once a statement passes.
type trap struct {
	words  string
	after  bool   // the server has answered it, and shunt has not heard that
	spring func() // what happens then; the connection is cut afterwards
	sprung chan struct{}
}

func newTap(t *testing.T, target string) *tap {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &tap{listener: listener, target: target}
	p.all.Go(p.accept)
	t.Cleanup(func() {
		_ = listener.Close()
		p.end()
		p.all.Wait()
	})
	return p
}

func (p *tap) address() string { return p.listener.Addr().String() }

// arm sets a trap for the next statement with these words.
func (p *tap) arm(words string, after bool, spring func()) *trap {
	t := &trap{words: words, after: after, spring: spring, sprung: make(chan struct{})}
	p.armed.Store(t)
	return t
}

// end cuts everything that is open.
func (p *tap) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
	for _, w := range p.wires {
		w.cut()
	}
}

// keep notes a connection; false if there are to be no more.
func (p *tap) keep(w *wire) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wires = append(p.wires, w)
	return !p.ended
}

func (p *tap) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil {
			_ = client.Close()
			continue
		}
		w := &wire{tap: p, client: client, server: server}
		if !p.keep(w) {
			w.cut()
		}
		p.all.Go(w.up)
		p.all.Go(w.down)
	}
}

// wire is one connection through the tap.
type wire struct {
	tap            *tap
	client, server net.Conn

	mu      sync.Mutex
	waiting *trap // guarded by mu: for this many answers of the server
	left    int   // guarded by mu
	tail    []byte
}

func (w *wire) cut() {
	_ = w.client.Close()
	_ = w.server.Close()
}

// up passes on what shunt sends. Its commands of a transaction's end come in one write each.
func (w *wire) up() {
	defer w.cut()
	buf := make([]byte, 64<<10)
	for {
		n, err := w.client.Read(buf)
		if err != nil {
			return
		}
		t := w.tap.armed.Load()
		if t != nil && bytes.Contains(buf[:n], []byte(t.words)) && w.tap.armed.CompareAndSwap(t, nil) {
			if !t.after {
				t.spring()
				close(t.sprung)
				return
			}
			w.mu.Lock()
			w.waiting, w.left, w.tail = t, commands(buf[:n]), nil
			w.mu.Unlock()
		}
		if _, err := w.server.Write(buf[:n]); err != nil {
			return
		}
	}
}

// down passes on what the server answers, but for what a trap waits for.
func (w *wire) down() {
	defer w.cut()
	buf := make([]byte, 64<<10)
	for {
		n, err := w.server.Read(buf)
		if err != nil {
			return
		}
		if w.holds(buf[:n]) {
			continue
		}
		if _, err := w.client.Write(buf[:n]); err != nil {
			return
		}
	}
}

// holds says whether an answer is not passed on; with the last one that is waited for, the trap springs.
func (w *wire) holds(p []byte) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.waiting == nil {
		return false
	}
	w.tail = append(w.tail, p...)
	if commands(w.tail) >= w.left {
		t := w.waiting
		t.spring()
		close(t.sprung)
		w.cut()
	}
	return true
}

// commands counts whole packets.
func commands(p []byte) (n int) {
	for len(p) >= 4 {
		size := 4 + int(p[0]) + int(p[1])<<8 + int(p[2])<<16
		if len(p) < size {
			break
		}
		p, n = p[size:], n+1
	}
	return n
}
