package binlog_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"shunt/sharding/move/binlog"
	"shunt/topology"
)

func position(t *testing.T, text string) binlog.Position {
	t.Helper()
	p, err := binlog.ParsePosition(topology.MariaDB, text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func aUnitWithoutChangesComesAlong(t *testing.T, p *pair) {
	w := p.world(t)
	w.both("CREATE TABLE other.t (id INT)", "CREATE TABLE shop.t (id INT)")
	f := w.follow(w.unit, w.now())
	for range 50 {
		w.from.Exec("INSERT INTO other.t VALUES (1)")
	}
	goal := w.now()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		tx, err := f.Next(ctx)
		if err != nil || len(tx.Changes) > 0 {
			t.Fatalf("%d changes, error %v", len(tx.Changes), err)
		}
		if tx.Position.Contains(goal) {
			break
		}
	}
}

// A change connects again; what the source does elsewhere is noted from time to time, so that it may purge its logs.
func nobodyIsConnectedForAUnitWithoutChanges(t *testing.T, p *pair) {
	w := p.world(t)
	w.both("CREATE TABLE other.t (id INT)", "CREATE TABLE shop.t (id INT)")
	w.begin()
	plan := w.plan()
	plan.Rest, plan.Keep = 10*time.Millisecond, 50*time.Millisecond
	a := binlog.NewApplier(plan)
	ended := make(chan error, 1)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	go func() { ended <- a.Run(ctx) }()
	connected := func() string {
		return w.to.Value("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = IS_USED_LOCK('shunt:shop:apply')")
	}
	for n := range 3 {
		w.from.Exec("INSERT INTO shop.t VALUES (1)")
		await(t, func() bool { return w.to.Value("SELECT COUNT(*) FROM shop.t") == strconv.Itoa(n+1) })
		await(t, func() bool { return connected() == "0" })
	}
	w.from.Exec("INSERT INTO other.t VALUES (1)")
	goal := w.now()
	await(t, func() bool {
		return position(t, w.to.Value("SELECT position FROM shunt.move_progress WHERE unit = 'shop'")).Contains(goal)
	})
	w.mark()
	if err := <-ended; err != nil || !a.Status().CaughtUp {
		t.Errorf("error %v, caught up %v", err, a.Status().CaughtUp)
	}
}

// whatIsReservedComesWithoutAnotherConnection: what is committed between Reserve and the position is not told, what comes after it is; with an own connection only if it was too much.
func whatIsReservedComesWithoutAnotherConnection(t *testing.T, p *pair) {
	w := p.world(t)
	w.both("CREATE TABLE shop.t (id INT, pad LONGTEXT)")
	for _, c := range []struct {
		name  string
		pad   int
		alone bool
	}{{"little", 10, true}, {"more than is kept", 3 << 20, false}} {
		t.Run(c.name, func(t *testing.T) {
			f := w.source.Reserve(t.Context(), w.unit)
			defer f.Close()
			insert := func(id int) {
				w.from.Exec(fmt.Sprintf("INSERT INTO shop.t VALUES (%d, REPEAT('x', %d))", id, c.pad))
			}
			insert(1)
			insert(2)
			at := w.now()
			insert(3)
			insert(4)
			before := w.from.Value("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE COMMAND = 'Binlog Dump'")
			f.Begin(at)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			for n := 0; n < 2; {
				tx, err := f.Next(ctx)
				if err != nil {
					t.Fatal(err)
				}
				n += len(tx.Changes)
				if len(tx.Changes) > 0 && !strings.Contains(tx.GTID, "-") {
					t.Errorf("a transaction is called %q", tx.GTID)
				}
			}
			if after := w.from.Value("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE COMMAND = 'Binlog Dump'"); c.alone && after != before {
				t.Errorf("%s connections read the log, it were %s", after, before)
			}
			insert(5)
			for {
				tx, err := f.Next(ctx)
				if err != nil {
					t.Fatal(err)
				}
				if len(tx.Changes) == 1 {
					break
				}
			}
		})
	}
}

func positionsThatCannotBeHad(t *testing.T, p *pair) {
	w := p.world(t)
	w.both("CREATE TABLE shop.t (id INT)")
	past := w.now()
	w.from.Exec("INSERT INTO shop.t VALUES (1)", "FLUSH BINARY LOGS", "INSERT INTO shop.t VALUES (2)", "FLUSH BINARY LOGS", "INSERT INTO shop.t VALUES (3)")
	var last string
	var size int
	if err := w.from.Open("root", "").QueryRow("SHOW BINLOG STATUS").Scan(&last, &size, new(string), new(string)); err != nil {
		t.Fatal(err)
	}
	logs := w.from.Open("root", "")
	await(t, func() bool { // the log may be needed for recovery until a checkpoint
		w.from.Exec("PURGE BINARY LOGS TO '" + last + "'")
		var name string
		err := logs.QueryRow("SHOW BINARY LOGS").Scan(&name, &size)
		return err == nil && name == last
	})
	for name, after := range map[string]binlog.Position{
		"purged":               past,
		"ahead of the server":  position(t, "0-1-100000"),
		"of another history":   position(t, "0-4711-3"),
		"of nothing, at first": position(t, ""),
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			var err error
			for f := w.follow(w.unit, after); err == nil; {
				_, err = f.Next(ctx)
			}
			if !errors.Is(err, binlog.ErrLost) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func aSourceThatDies(t *testing.T, p *pair) {
	w := p.world(t)
	w.both("CREATE TABLE shop.t (id INT)")
	w.begin()
	f := w.follow(w.unit, w.now())
	want := 0
	for range 2 {
		for range 20 {
			w.from.Exec("INSERT INTO shop.t VALUES (1)")
			want++
		}
		w.from.Kill()
		w.from.Run()
	}
	w.mark()
	list, err := w.until(f)
	if err != nil || len(list) != want {
		t.Errorf("%d transactions of %d, error %v", len(list), want, err)
	}
}

func TestPositions(t *testing.T) {
	const u, v = "3e11fa47-71ca-11e1-9e33-c80aa9429562", "4e11fa47-71ca-11e1-9e33-c80aa9429562"
	for _, c := range []struct {
		flavor   topology.Flavor
		in, want string
	}{
		{topology.MariaDB, "", ""},
		{topology.MariaDB, "1-2-5, 0-1-100", "0-1-100,1-2-5"},
		{topology.MariaDB, "10-1-1,9-1-1;9-1-1", "9-1-1,10-1-1;9-1-1"},
		{topology.MySQL, "4E11FA47-71CA-11E1-9E33-C80AA9429562:3,\n" + u + ":7-9:1-5:6", u + ":1-9," + v + ":3"},
		{topology.MySQL, u + ":1-5:tag:1-3:7", u + ":1-5," + u + ":tag:1-3:7"},
		{topology.MySQL, u + ":9:3-4:1", u + ":1:3-4:9"},
	} {
		p, err := binlog.ParsePosition(c.flavor, c.in)
		if err != nil || p.String() != c.want {
			t.Errorf("%q is %q, want %q; error %v", c.in, p, c.want, err)
		}
	}
	for _, bad := range []string{"x", u, u + ":", u + ":0", u + ":5-3", u + ":1-x", "0-1-5"} {
		if p, err := binlog.ParsePosition(topology.MySQL, bad); err == nil {
			t.Errorf("%q is taken for %q", bad, p)
		}
	}
	for _, c := range []struct {
		a, b string
		want bool
	}{{u + ":1-9", u + ":2-3:9", true}, {u + ":1-9", u + ":10", false}, {u + ":1-3:5", u + ":3-5", false}, {u + ":1", v + ":1", false}, {u + ":1", "", true}} {
		a, _ := binlog.ParsePosition(topology.MySQL, c.a)
		b, _ := binlog.ParsePosition(topology.MySQL, c.b)
		if a.Contains(b) != c.want {
			t.Errorf("%s contains %s: %v", c.a, c.b, !c.want)
		}
	}
}
