package switchover

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shunt/backend/switchover"
	"shunt/lab"
	"shunt/tests/cluster"
	"shunt/topology"
)

func TestAnyFailureIsUndone(t *testing.T) { anyFailureIsUndone(t, started(t, nil)) }

func TestMySQLAnyFailureIsUndone(t *testing.T) {
	anyFailureIsUndone(t, started(t, nil, cluster.MySQL()))
}

// anyFailureIsUndone makes each step fail, by a real cause where there is one, and finds all servers as they were, with no
// transaction lost and replication running.
func anyFailureIsUndone(t *testing.T, h *house) {
	one, two, three := h.cluster.Server("paris-1"), h.cluster.Server("paris-2"), h.cluster.Server("paris-3")
	h.table(one)
	for _, c := range []struct {
		name string
		at   switchover.Step
		why  string // in the error
		set  func(t *testing.T) (mend func())
	}{
		{"a transaction does not end", switchover.StepHold, "client 7", func(*testing.T) func() {
			h.gate.fail = errors.New("client 7 is in a transaction")
			return func() { h.gate.fail = nil }
		}},
		{"a long statement keeps the primary from being read_only", switchover.StepReadOnly, "did not end in time", func(t *testing.T) func() {
			return h.longStatement(t, one)
		}},
		{"read_only fails", switchover.StepReadOnly, "broken", h.breaking(one, "SetModes true")},
		{"the position cannot be read", switchover.StepCatchUp, "broken", h.breaking(one, "Position#2")},
		{"the target does not catch up", switchover.StepCatchUp, "broken", h.breaking(two, "Reach#2")},
		{"the link does not stop", switchover.StepStopLink, "broken", h.breaking(two, "Stop")},
		{"the replication password is wrong", switchover.StepRepoint, "does not replicate", func(*testing.T) func() {
			right := h.account
			h.account.Password = "wrong"
			return func() { h.account = right }
		}},
		{"the old primary does not follow", switchover.StepRepoint, "broken", h.breaking(one, "Follow")},
		{"the old primary follows, and its answer is lost", switchover.StepRepoint, "broken", h.breaking(one, "Follow after")},
		{"another replica is not repointed", switchover.StepRepoint, "broken", h.breaking(three, "Repoint")},
		{"another replica is repointed, and its answer is lost", switchover.StepRepoint, "broken", h.breaking(three, "Repoint after")},
		{"an account that passes read_only writes", switchover.StepPromote, "passes read_only", h.sneaking(one)},
		{"the link is not forgotten", switchover.StepPromote, "broken", h.breaking(two, "Forget")},
		{"the link is forgotten, and the answer is lost", switchover.StepPromote, "broken", h.breaking(two, "Forget after")},
		{"it does not become writable", switchover.StepPromote, "broken", h.breaking(two, "SetModes false")},
		{"it becomes writable, and the answer is lost", switchover.StepPromote, "broken", h.breaking(two, "SetModes false after")},
	} {
		t.Run(c.name, func(t *testing.T) {
			h.T = t
			before := h.standings()
			mend := c.set(t)
			report, err := h.engine.Switch(t.Context(), switchover.Order{Cluster: "paris", To: two.Address})
			mend()
			h.wrap = nil
			var failure *switchover.Failure
			if !errors.As(err, &failure) || failure.At != c.at || report.Result != switchover.TakenBack || !strings.Contains(err.Error(), c.why) {
				t.Fatalf("error %v, result %v\n%s", err, report.Result, told(report))
			}
			h.awaitStandings(before)
			h.exec(one, "INSERT INTO shop.t (v) VALUES (2)")
			h.equal(one)
		})
	}
	h.T = t
	t.Log(told(h.to(two)))
	h.equal(two)
}

// TestAServerThatDiesInTheMiddle: the target dies while it is to catch up; the rest is undone and writes go on. Then the old
// primary dies when it is read_only: what a person has to do is named, and nothing hangs.
func TestAServerThatDiesInTheMiddle(t *testing.T) {
	h := started(t, nil)
	one, two, three := h.cluster.Server("paris-1"), h.cluster.Server("paris-2"), h.cluster.Server("paris-3")
	h.table(one)
	before := h.standings()
	h.dying(two, "Stop")
	report, err := h.engine.Switch(t.Context(), switchover.Order{Cluster: "paris", To: two.Address})
	if err == nil || report.Result != switchover.Broken || !strings.Contains(err.Error(), "START REPLICA on "+two.Address) {
		t.Errorf("error %v, result %v\n%s", err, report.Result, told(report))
	}
	h.wrap = nil
	h.exec(one, "INSERT INTO shop.t (v) VALUES (2)")
	if err := two.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.awaitStandings(before)
	h.equal(one)

	h.await("paris-3 serves", func(c *topology.Cluster) bool { return c.Primary != nil && c.Hosts[2].InService })
	h.dying(one, "Position#2")
	report, err = h.engine.Switch(t.Context(), switchover.Order{Cluster: "paris", To: three.Address})
	if err == nil || report.Result != switchover.Broken || !strings.Contains(err.Error(), one.Address+" may be read_only") {
		t.Errorf("error %v, result %v\n%s", err, report.Result, told(report))
	}
}

// dying kills a server when it is told something.
func (h *house) dying(s *lab.Server, verb string) {
	h.wrap = func(address string, real switchover.Server) switchover.Server {
		if address != s.Address {
			return real
		}
		return &breaking{Server: real, verb: verb, calls: map[string]int{}, fatal: func() { kill(h.T, s) }}
	}
}

// awaitStandings waits until all servers are as before: links need a moment to connect.
func (h *house) awaitStandings(before map[string]standing) {
	h.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		diff := cmp.Diff(before, h.standings())
		if diff == "" {
			return
		}
		if time.Now().After(deadline) {
			h.Fatalf("(-before +after):\n%s", diff)
		}
	}
}

// longStatement runs a write that outlasts the pause, on a connection of its own.
func (h *house) longStatement(t *testing.T, s *lab.Server) (mend func()) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	started := value(t, s, "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'ALTER%'")
	lock, err := s.DB().Conn(ctx) // an open transaction, which the ALTER waits for while it has the locks that read_only waits for
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{"BEGIN", "SELECT * FROM shop.t LIMIT 1"} {
		if _, err := lock.ExecContext(ctx, statement); err != nil {
			t.Fatal(err)
		}
	}
	go func() {
		defer close(ended)
		_, _ = s.DB().ExecContext(ctx, "ALTER TABLE shop.t COMMENT 'x'")
	}()
	for value(t, s, "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'ALTER%'") == started {
		time.Sleep(10 * time.Millisecond)
	}
	return func() {
		_, _ = lock.ExecContext(ctx, "ROLLBACK")
		_ = lock.Close()
		<-ended
		cancel()
	}
}

// breaking makes a server fail once: before it does what it is told, or after it ("Stop after"); the nth time ("Position#2").
func (h *house) breaking(s *lab.Server, verb string) func(*testing.T) func() {
	return func(*testing.T) func() {
		h.wrap = func(address string, real switchover.Server) switchover.Server {
			if address != s.Address {
				return real
			}
			return &breaking{Server: real, verb: verb, calls: map[string]int{}}
		}
		return func() {}
	}
}

// sneaking writes on the old primary as root just before the new one is promoted.
func (h *house) sneaking(s *lab.Server) func(*testing.T) func() {
	return func(t *testing.T) func() {
		h.wrap = func(address string, real switchover.Server) switchover.Server {
			if address != s.Address {
				return real
			}
			return &breaking{Server: real, calls: map[string]int{}, followed: func() {
				if h.mysql() { // nobody passes super_read_only
					h.exec(s, "SET GLOBAL super_read_only = 0")
					defer h.exec(s, "SET GLOBAL super_read_only = 1")
				}
				h.exec(s, "INSERT INTO shop.t (v) VALUES (3)")
			}}
		}
		return func() {}
	}
}

// breaking is a server that fails once.
type breaking struct {
	switchover.Server
	verb     string
	calls    map[string]int
	failed   bool
	followed func()
	fatal    func() // what happens when it fails
}

var errBroken = errors.New("broken")

// do runs an order, or fails before or after it.
func (b *breaking) do(verb string, run func() error) error {
	b.calls[verb]++
	nth := verb
	if b.calls[verb] == 2 {
		nth = verb + "#2"
	}
	switch {
	case b.failed:
	case b.verb == verb || b.verb == nth:
		b.failed = true
		if b.fatal != nil {
			b.fatal()
		}
		return errBroken
	case b.verb == verb+" after":
		b.failed = true
		return errors.Join(run(), errBroken)
	}
	return run()
}

func (b *breaking) Position(ctx context.Context) (position string, err error) {
	err = b.do("Position", func() (err error) { position, err = b.Server.Position(ctx); return err })
	return position, err
}

func (b *breaking) Reach(ctx context.Context, position string, within time.Duration) (reached bool, err error) {
	err = b.do("Reach", func() (err error) { reached, err = b.Server.Reach(ctx, position, within); return err })
	return reached, err
}

func (b *breaking) SetModes(ctx context.Context, m switchover.Modes, within time.Duration) error {
	verb := "SetModes false"
	if m.ReadOnly {
		verb = "SetModes true"
	}
	return b.do(verb, func() error { return b.Server.SetModes(ctx, m, within) })
}

func (b *breaking) Stop(ctx context.Context, link string) error {
	return b.do("Stop", func() error { return b.Server.Stop(ctx, link) })
}

func (b *breaking) Repoint(ctx context.Context, link string, to switchover.Source) error {
	return b.do("Repoint", func() error { return b.Server.Repoint(ctx, link, to) })
}

func (b *breaking) Follow(ctx context.Context, f switchover.Following) error {
	return b.do("Follow", func() error {
		err := b.Server.Follow(ctx, f)
		if b.followed != nil {
			b.followed()
			b.followed = nil
		}
		return err
	})
}

func (b *breaking) Forget(ctx context.Context, link string) error {
	return b.do("Forget", func() error { return b.Server.Forget(ctx, link) })
}
