package moves

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

	"shunt/tests/cluster"
	"shunt/tests/front"
)

// fleet is three proxies with one store: the first has it and drives no moves, the others may have faults at named points.
type fleet struct {
	*world
	store  string // the address of the store
	stops  string // of the environment
	others []*front.Proxy
}

func newFleet(t *testing.T, opts ...cluster.Option) *fleet {
	w := newWorld(t, "", opts...)
	w.proxy.Stop()
	f := &fleet{world: w}
	folder := t.TempDir()
	mover := w.Accounts.Mover
	moves := fmt.Sprintf("moves: {account: {user: %s, password: %q}", mover.User, mover.Password)
	w.proxy = front.Start(t, w.Cluster, program, front.With(fmt.Sprintf("store: {embedded: %s}\n%s, drive: false}\n", folder, moves)))
	f.store = front.Forward(t, filepath.Join(folder, "etcd", "socket"))
	return f
}

// launch starts the proxies that drive moves, with a fault at a point; the file tells that it has struck.
func (f *fleet) launch(point, action string) (struck string) {
	f.t.Helper()
	struck = filepath.Join(f.t.TempDir(), "struck")
	mover := f.Accounts.Mover
	f.others = nil
	for range 2 {
		p := front.Launch(f.t, f.Cluster, program, front.With(fmt.Sprintf("store: {etcd: ['http://%s']}\nmoves: {account: {user: %s, password: %q}}\n", f.store, mover.User, mover.Password)),
			fmt.Sprintf("SHUNT_TEST_STOPS=%s=%s:%s", point, action, struck))
		p.AwaitReady()
		f.others = append(f.others, p)
	}
	return struck
}

// bury ends the proxies that drive moves, and has dead ones forgotten.
func (f *fleet) bury() {
	f.t.Helper()
	for _, p := range f.others {
		_ = p.Process.Process.Signal(syscall.SIGCONT)
		p.Crash()
	}
	f.proxy.Await("all others are silent", patience, func() bool { return len(f.proxy.Ask("SHOW PROXIES WHERE state = 'alive'")) == 0 })
	for _, row := range f.proxy.Ask("SHOW PROXIES WHERE state = 'silent'") {
		f.proxy.Ask("FORGET PROXY '" + row["proxy"] + "'")
	}
}

// dump writes what all proxies are doing into the log of a test that has failed.
func (f *fleet) dump() {
	if !f.t.Failed() {
		return
	}
	for _, p := range f.others {
		f.t.Logf("%s said:\n%s", p.Address, front.Tail(p.Log.String(), 40))
		req, err := http.NewRequest(http.MethodGet, "http://"+p.HTTP+"/debug/pprof/goroutine?debug=2", nil)
		if err != nil {
			continue
		}
		req.SetBasicAuth("admin", front.AdminPassword)
		answer, err := (&http.Client{Timeout: 5 * time.Second}).Do(req)
		if err != nil {
			continue // it is dead
		}
		text, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		for _, g := range strings.Split(string(text), "\n\n") {
			if strings.Contains(g, "sharding/move") {
				f.t.Logf("%s does:\n%s", p.Address, g)
			}
		}
	}
}

// strike waits for the fault, and has a stopped process go on after a while in which others have taken over.
func (f *fleet) strike(file, action string) {
	f.t.Helper()
	f.proxy.Await("the fault strikes", patience, func() bool { _, err := os.Stat(file); return err == nil })
	if action == "stop" {
		time.Sleep(8 * time.Second) // longer than any lease
		for _, p := range f.others {
			_ = p.Process.Process.Signal(syscall.SIGCONT)
		}
	}
}

// kill is an application that goes on when a proxy dies under it: with another connection, to whichever proxy answers.
type survivor struct {
	f       *fleet
	ended   atomic.Bool
	clients sync.WaitGroup

	mu      sync.Mutex
	told    map[[2]int]string // guarded by mu; by writer and number: ok, unknown, or the error
	refusal []error           // guarded by mu: errors that are no lost connections
	writes  atomic.Int64
}

func (f *fleet) survive(writers int) *survivor {
	s := &survivor{f: f, told: map[[2]int]string{}}
	for i := range writers {
		s.clients.Go(func() { s.write(i) })
	}
	f.t.Cleanup(func() { s.stop() })
	return s
}

func (s *survivor) stop() {
	s.ended.Store(true)
	s.clients.Wait()
}

// write leaves number after number, whatever becomes of them.
func (s *survivor) write(writer int) {
	var db *sql.DB
	for n := 1; !s.ended.Load(); n++ {
		if db == nil {
			db = s.connect(writer + n)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		_, err := db.ExecContext(ctx, "INSERT INTO posts (writer, n, body) VALUES (?, ?, 'x')", 100+writer, n)
		cancel()
		fate := "ok"
		if err != nil {
			fate = "unknown"
			_ = db.Close()
			db = nil
			var refused *mysql.MySQLError
			if errors.As(err, &refused) && refused.Number != 1053 && refused.Number != 9920 { // the proxy ends; the server was lost
				fate = time.Now().UTC().Format("15:04:05.000") + " " + err.Error()
			}
		}
		s.mu.Lock()
		s.told[[2]int{100 + writer, n}] = fate
		s.mu.Unlock()
		s.writes.Add(1)
		if err != nil {
			time.Sleep(20 * time.Millisecond)
		}
	}
	if db != nil {
		_ = db.Close()
	}
}

// connect goes to a proxy that answers.
func (s *survivor) connect(turn int) *sql.DB {
	all := append([]*front.Proxy{s.f.proxy}, s.f.others...)
	for i := 0; ; i++ {
		p := all[(turn+i)%len(all)]
		c, err := net.DialTimeout("tcp", p.Address, time.Second)
		if err == nil {
			_ = c.Close()
			db, err := s.f.web.Open(p.Address, s.f.database)
			if err == nil {
				db.SetMaxOpenConns(1)
				return db
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// more waits until some more has been written.
func (s *survivor) more() {
	s.f.t.Helper()
	goal := s.writes.Load() + 30
	s.f.proxy.Await("writers get on", patience, func() bool { return s.writes.Load() >= goal })
}

// judge compares what writers were told with what there is.
func (s *survivor) judge(home string) {
	s.f.t.Helper()
	s.stop()
	rows, err := s.f.Datacenter(home).Primary.DB().QueryContext(s.f.t.Context(), "SELECT writer, n, COUNT(*) FROM blog.posts WHERE writer >= 100 GROUP BY 1, 2")
	if err != nil {
		s.f.t.Fatal(err)
	}
	defer rows.Close()
	there := map[[2]int]int{}
	for rows.Next() {
		var writer, n, count int
		if err := rows.Scan(&writer, &n, &count); err != nil {
			s.f.t.Fatal(err)
		}
		there[[2]int{writer, n}] = count
	}
	lost, doubled, unknown, refused := 0, 0, 0, 0
	for id, fate := range s.told {
		switch {
		case fate == "ok" && there[id] == 0:
			lost++
		case there[id] > 1:
			doubled++
		case fate == "unknown":
			unknown++
		case fate != "ok":
			refused++
			if refused < 4 {
				s.f.t.Errorf("a writer was told: %s", fate)
			}
			if there[id] > 0 {
				s.f.t.Errorf("write %v was refused (%s), and is there", id, fate)
			}
		}
	}
	for id := range there {
		if _, tried := s.told[id]; !tried {
			s.f.t.Errorf("write %v was never tried, and is there", id)
		}
	}
	s.f.t.Logf("%d writes: %d unknown, %d refused, %d lost, %d doubled", len(s.told), unknown, refused, lost, doubled)
	if lost+doubled+refused > 0 {
		s.f.t.Errorf("%d lost, %d doubled, %d refused", lost, doubled, refused)
	}
}

// points are where faults strike: when a state was written down, and in the middle of steps. Those of first are passed once, before the first switch.
var first, each = []string{"preflight", "prepared", "copying", "catchup"},
	[]string{"ready", "hold", "gated", "gate closed", "caughtup", "sealed", "committed", "rights given", "opened", "reversible"}

// everywhere has all points struck; without it there is a sample.
var everywhere = flag.Bool("everywhere", false, "strike at every point of a move, not at a sample of them")

// sample is what is struck.
func sample(all []string, some ...string) []string {
	if *everywhere {
		return all
	}
	return some
}

// TestTheMoverDiesAnywhere: the proxy that drives a move is killed at each point, under load. Another one takes over: before the decision it goes back and tries
// again, after it goes on. Nothing that was acknowledged is lost, and nothing is there twice.
func TestTheMoverDiesAnywhere(t *testing.T) {
	faults(t, "kill", sample(append(append([]string{}, first...), each...), "copying", "gate closed", "committed"))
}

// TestTheMoverSleepsAnywhere: it stands still for longer than its lease, and goes on when another has taken over: it changes nothing any more.
func TestTheMoverSleepsAnywhere(t *testing.T) {
	faults(t, "stop", sample(append(append([]string{}, first...), each...), "gate closed"))
}

func faults(t *testing.T, action string, points []string) {
	f := newFleet(t)
	home, away := "paris", "gra"
	for _, point := range points {
		began := time.Now()
		struck := f.launch(point, action)
		t.Cleanup(func() { f.dump() })
		s := f.survive(4)
		s.more()
		switched := f.order(point, home, away)
		f.strike(struck, action)
		m := f.await("reversible")
		if m["to"] == away || switched {
			home, away = m["to"], m["from"]
		}
		s.more()
		s.judge(home)
		t.Logf("%s at %s: %s, took %v", action, point, describe(m), time.Since(began).Round(time.Millisecond))
		f.bury()
		if t.Failed() {
			t.FailNow()
		}
		f.on(home, "TRUNCATE blog.posts", "TRUNCATE blog.counts")
		f.t.Context()
	}
}

// order orders a move, or the way back of one that is reversible. A point of the first copy needs a new move.
func (f *fleet) order(point, home, away string) (switched bool) {
	f.t.Helper()
	fresh := len(f.proxy.Ask("SHOW MOVES")) == 0
	for _, p := range first {
		fresh = fresh || p == point
	}
	if fresh {
		if rows := f.proxy.Ask("SHOW MOVES WHERE status = 'reversible'"); len(rows) > 0 {
			f.proxy.Ask("FINISH MOVE blog")
			f.await("done")
		}
		f.proxy.Ask("MOVE DATABASE blog TO " + away)
		return true
	}
	f.proxy.Ask("ROLLBACK MOVE blog")
	return true
}
