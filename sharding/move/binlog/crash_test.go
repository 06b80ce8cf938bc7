package binlog_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shunt/backend/monitor/mariadbtest"
	"shunt/sharding/move/binlog"
)

// scissors is a way to a server that can be cut at a point of the conversation.
type scissors struct {
	address string
	server  string
	// cut is asked for each piece on its way to the server, and says whether to cut before it gets there, or after.
	cut  atomic.Pointer[func(piece []byte) (before, after bool)]
	cuts atomic.Int32
}

func newScissors(t *testing.T, s *mariadbtest.Server) *scissors {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &scissors{address: l.Addr().String(), server: s.Address}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { p.carry(c) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); all.Wait() })
	return p
}

func (p *scissors) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		return
	}
	defer server.Close()
	answers := make(chan struct{})
	go func() {
		defer close(answers)
		_, _ = io.Copy(client, server)
		_ = client.Close()
	}()
	defer func() { _ = server.Close(); <-answers }()
	piece := make([]byte, 1<<20)
	for {
		n, err := client.Read(piece)
		if err != nil {
			return
		}
		var before, after bool
		if cut := p.cut.Load(); cut != nil {
			before, after = (*cut)(piece[:n])
		}
		if before || after {
			p.cut.Store(nil)
			p.cuts.Add(1)
		}
		if before {
			return
		}
		if after { // the server gets it, and its answer never comes
			_ = client.Close()
		}
		if _, err := server.Write(piece[:n]); err != nil {
			return
		}
		if after {
			time.Sleep(20 * time.Millisecond) // not needed, but lets the server finish more often than not
			return
		}
	}
}

// exactlyOnce cuts the connection to the destination at each point of a transaction. Rows without a key would be there twice, or not at all, if the
// Applier did not know what became of it.
func exactlyOnce(t *testing.T, p *pair) {
	w := p.world(t)
	w.both("CREATE TABLE shop.t (n INT)")
	w.begin()
	way := newScissors(t, w.to)
	plan := w.plan()
	plan.Endpoint.Address = way.address
	a := binlog.NewApplier(plan)
	ended := make(chan error, 1)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	go func() { ended <- a.Run(ctx) }()

	w.from.Exec("INSERT INTO shop.t VALUES (0)")
	await(t, func() bool { return a.Status().Changes == 1 })
	for _, point := range []struct {
		name, word    string
		before, after bool
	}{
		{"before the rows arrive", "INSERT INTO `shop`.`t`", true, false},
		{"when the rows are written", "INSERT INTO `shop`.`t`", false, true},
		{"before the commit arrives", "COMMIT", true, false},
		{"when the commit's answer is on its way", "COMMIT", false, true},
	} {
		cuts := way.cuts.Load()
		cut := func(piece []byte) (before, after bool) {
			if !bytes.Contains(piece, []byte(point.word)) {
				return false, false
			}
			return point.before, point.after
		}
		way.cut.Store(&cut)
		changes := a.Status().Changes
		w.from.Exec("BEGIN", "INSERT INTO shop.t VALUES (1)", "INSERT INTO shop.t VALUES (2), (3)", "UPDATE shop.t SET n = n + 1 WHERE n = 0 OR n > 100 LIMIT 1", "COMMIT")
		await(t, func() bool { return way.cuts.Load() > cuts })
		w.from.Exec("INSERT INTO shop.t VALUES (200)")
		await(t, func() bool { return a.Status().Changes > changes })
		if t.Failed() {
			t.Fatal(point.name)
		}
	}
	w.mark()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	w.same("t")
	if way.cuts.Load() != 4 {
		t.Errorf("the connection was cut %d times", way.cuts.Load())
	}
}

// followersAreServedWithoutGapOrDouble has followers that begin in the past, and one whose buffer is too small for how seldom it reads.
func followersAreServedWithoutGapOrDouble(t *testing.T, p *pair) {
	w := p.world(t)
	w.both("CREATE TABLE shop.t (id INT PRIMARY KEY AUTO_INCREMENT, filler VARCHAR(2000))")
	w.begin()
	w.stop()
	small := w.config()
	small.Buffer = 100 << 10
	small.Endpoint.Address = w.from.Socket
	w.newSource(small)
	begin := w.now()
	quick := w.follow(w.unit, begin)
	const rows = 400
	write := func() {
		for range rows / 20 {
			for range 20 {
				w.from.Exec("INSERT INTO shop.t (filler) VALUES (REPEAT('x', 1500))")
			}
		}
	}
	write()
	read := func(f *binlog.Follower, want int) (resume binlog.Position) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		for n := 0; n < want; {
			tx, err := f.Next(ctx)
			if err != nil {
				t.Fatalf("after %d of %d: %v", n, want, err)
			}
			n += len(tx.Changes)
			resume = tx.Position
		}
		return resume
	}
	read(quick, rows)
	late := w.follow(w.unit, begin) // begins in the past, with the present going on
	write()
	half := read(late, rows/2)
	other := w.follow(w.unit, half) // goes on where another was
	write()
	read(late, 3*rows-rows/2)
	read(other, 3*rows-rows/2)
	read(quick, 2*rows)
	for name, f := range map[string]*binlog.Follower{"quick": quick, "late": late, "other": other} {
		w.mark()
		if list, err := w.until(f); err != nil || len(list) != 0 {
			t.Errorf("%s: %d more transactions, error %v", name, len(list), err)
		}
	}
	await(t, func() bool { // of all that have caught up there is one connection
		return w.from.Value("SELECT COUNT(*) FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'") == "1"
	})
}
