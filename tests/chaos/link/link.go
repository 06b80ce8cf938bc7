// Package link is a network link that can be made bad: a relay between TCP connections, in this process, which delays, loses, stalls and cuts.
//
// A [Link] listens on an address of its own and passes everything on to its target. What is on its way when a fault begins suffers from it, too.
// Losing a packet does to a TCP connection what a retransmission does: nothing is missing, but it and all behind it come later.
package link

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"time"
)

// retransmission is how long a sender waits before it sends a lost packet again: the least that Linux takes, and twice as long each further time.
const retransmission = 200 * time.Millisecond

// Link is one such link. All methods may be called by anybody at any time.
type Link struct {
	listener net.Listener
	target   string

	mu      sync.Mutex
	delay   time.Duration
	loss    float64
	down    bool
	flowing chan struct{} // closed while bytes flow
	pairs   map[*pair]struct{}
}

// pair is a client's connection and the one to the target that belongs to it.
type pair struct{ client, target *net.TCPConn }

// New makes a link to target, a host:port. It listens at once; Run does the rest.
func New(target string) (*Link, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l := &Link{listener: listener, target: target, flowing: make(chan struct{}), pairs: map[*pair]struct{}{}}
	close(l.flowing)
	return l, nil
}

// Address is where the link listens.
func (l *Link) Address() string { return l.listener.Addr().String() }

// Run passes bytes on until ctx ends, then cuts all connections and returns.
func (l *Link) Run(ctx context.Context) {
	defer context.AfterFunc(ctx, func() { _ = l.listener.Close() })()
	var group sync.WaitGroup
	for {
		client, err := l.listener.Accept()
		if err != nil {
			break
		}
		group.Go(func() { l.serve(ctx, client.(*net.TCPConn)) })
	}
	l.Cut()
	group.Wait()
}

// SetDelay makes bytes of both directions arrive so much later. A round trip takes twice as long.
func (l *Link) SetDelay(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.delay = d
}

// SetLoss makes the link lose packets, each with this probability, from 0 to less than 1.
func (l *Link) SetLoss(probability float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.loss = probability
}

// Stall makes everything stand still, connections included, as when every packet is lost.
func (l *Link) Stall() {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.flowing:
		l.flowing = make(chan struct{})
	default:
	}
}

// Flow ends a Stall: what had stood still arrives.
func (l *Link) Flow() {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.flowing:
	default:
		close(l.flowing)
	}
}

// Cut resets all connections; what is on its way is gone. New ones may be made at once.
func (l *Link) Cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for p := range l.pairs {
		p.cut()
	}
}

// SetDown has connections reset as soon as they are made, and cuts those that are there.
func (l *Link) SetDown(down bool) {
	l.mu.Lock()
	l.down = down
	l.mu.Unlock()
	if down {
		l.Cut()
	}
}

// cut ends both connections with a reset, as a router does that has forgotten them.
func (p *pair) cut() {
	for _, c := range []*net.TCPConn{p.client, p.target} {
		_ = c.SetLinger(0)
		_ = c.Close()
	}
}

// serve connects a client to the target and passes on until one of them has gone. A connection is not made while everything stands still.
func (l *Link) serve(ctx context.Context, client *net.TCPConn) {
	ctx, end := context.WithCancel(ctx)
	defer end()
	refuse := func() { (&pair{client, client}).cut() }
	if !l.awaitFlow(ctx) || l.isDown() {
		refuse()
		return
	}
	target, err := (&net.Dialer{}).DialContext(ctx, "tcp", l.target)
	if err != nil {
		refuse()
		return
	}
	p := &pair{client, target.(*net.TCPConn)}
	l.mu.Lock()
	l.pairs[p] = struct{}{}
	l.mu.Unlock()
	stop := context.AfterFunc(ctx, p.cut)
	defer stop()
	var group sync.WaitGroup
	for _, ends := range [][2]*net.TCPConn{{p.client, p.target}, {p.target, p.client}} {
		group.Go(func() {
			if err := l.pass(ctx, ends[0], ends[1]); err != nil {
				p.cut()
				end()
			}
		})
	}
	group.Wait()
	_, _ = p.client.Close(), p.target.Close() // not cut: the last bytes may not have been sent yet
	l.mu.Lock()
	delete(l.pairs, p)
	l.mu.Unlock()
}

func (l *Link) isDown() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.down
}

// awaitFlow waits while everything stands still. It is false if ctx ends before.
func (l *Link) awaitFlow(ctx context.Context) bool {
	for {
		l.mu.Lock()
		flowing := l.flowing
		l.mu.Unlock()
		select {
		case <-flowing:
			return true
		case <-ctx.Done():
			return false
		}
	}
}

// late says how long what is sent now will be on its way.
func (l *Link) late() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	late := l.delay
	for again := retransmission; l.loss > 0 && rand.Float64() < l.loss; again *= 2 {
		late += again
	}
	return late
}

// packet is some bytes on their way, and when they arrive.
type packet struct {
	bytes []byte
	due   time.Time
}

// pass passes on what one side sends, in its order, until that side has no more. Its end arrives like a packet.
func (l *Link) pass(ctx context.Context, from, to *net.TCPConn) error {
	way := make(chan packet, 256)
	var failed error
	var group sync.WaitGroup
	ctx, end := context.WithCancel(ctx)
	defer end()
	group.Go(func() {
		defer end()
		failed = l.deliver(ctx, way, to)
	})
	err := l.take(ctx, from, way)
	close(way)
	group.Wait()
	return errors.Join(err, failed)
}

// take reads what one side sends and puts it on its way.
func (l *Link) take(ctx context.Context, from *net.TCPConn, way chan<- packet) error {
	buffer := make([]byte, 16<<10)
	due := time.Time{}
	for {
		n, err := from.Read(buffer)
		if at := time.Now().Add(l.late()); at.After(due) {
			due = at // nothing overtakes
		}
		select {
		case way <- packet{append([]byte(nil), buffer[:n]...), due}:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if err != nil {
			if err == io.EOF {
				return nil
			}
			return err
		}
	}
}

// deliver hands packets over when they are due, and closes its side of the connection after the last one.
func (l *Link) deliver(ctx context.Context, way <-chan packet, to *net.TCPConn) error {
	for p := range way {
		select {
		case <-time.After(time.Until(p.due)):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if !l.awaitFlow(ctx) {
			return context.Cause(ctx)
		}
		if _, err := to.Write(p.bytes); err != nil {
			return err
		}
	}
	return to.CloseWrite()
}
