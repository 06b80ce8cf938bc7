package guard_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"shunt/backend/monitor/control"
	"shunt/backend/monitor/mariadbtest"
	"shunt/sharding/move/guard"
)

// server is one that is ready for moves.
type server struct {
	*mariadbtest.Server
	t *testing.T
}

func start(t *testing.T) *server {
	t.Helper()
	s := &server{Server: mariadbtest.Start(t), t: t}
	c := s.dial()
	for range 2 { // the second time there is nothing to do
		if err := guard.Install(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func (s *server) endpoint() control.Endpoint {
	return control.Endpoint{Address: s.Address, User: mariadbtest.User, Password: mariadbtest.Password}
}

func (s *server) dial(setup ...string) *control.Conn {
	s.t.Helper()
	c, err := control.Dial(s.t.Context(), s.endpoint(), setup...)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(c.Close)
	return c
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wants(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}

func TestGuard(t *testing.T) {
	s := start(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := s.dial()

	t.Run("the token only grows", func(t *testing.T) {
		_, err := guard.Read(ctx, c, "tokens")
		wants(t, err, guard.ErrMissing)
		wants(t, guard.Enter(ctx, c, "tokens", 5, guard.Forward, 1), guard.ErrMissing)
		for range 2 {
			state, err := guard.Take(ctx, c, "tokens", 5)
			must(t, err)
			if state != (guard.State{Token: 5, Phase: guard.Idle}) {
				t.Errorf("%+v", state)
			}
		}
		must(t, guard.Enter(ctx, c, "tokens", 5, guard.Forward, 9))
		must(t, guard.Enter(ctx, c, "tokens", 5, guard.Forward, 9))
		_, err = guard.Take(ctx, c, "tokens", 4)
		wants(t, err, guard.ErrSuperseded)
		state, err := guard.Take(ctx, c, "tokens", 6)
		must(t, err)
		if state != (guard.State{Token: 6, Phase: guard.Forward, Epoch: 9}) {
			t.Errorf("the new owner finds %+v", state)
		}
		wants(t, guard.Enter(ctx, c, "tokens", 5, guard.Abort, 9), guard.ErrSuperseded)
	})
	t.Run("progress, marker and journal are the owner's", func(t *testing.T) {
		const unit = "shop/ä ' \\"
		_, err := guard.Take(ctx, c, unit, 2)
		must(t, err)
		must(t, guard.Enter(ctx, c, unit, 2, guard.Forward, 1))
		_, ok, err := guard.ReadProgress(ctx, c, unit, "forward")
		if err != nil || ok {
			t.Errorf("there is progress: %v", err)
		}
		must(t, guard.Start(ctx, c, unit, 2, guard.Forward, "forward", "0-1-5"))
		_, err = c.Script(ctx, append(guard.Begin(unit, 2, guard.Forward), guard.Advance(unit, "forward", guard.Progress{Position: "0-1-9", Changes: 3, Bytes: 50}), "COMMIT")...)
		must(t, err)
		p, ok, err := guard.ReadProgress(ctx, c, unit, "forward")
		if want := (guard.Progress{Position: "0-1-9", Changes: 3, Bytes: 50}); err != nil || !ok || p != want {
			t.Errorf("progress %+v, error %v", p, err)
		}
		for range 2 { // also if nothing differs: each has an event
			gtid, err := guard.Mark(ctx, c, unit, 2, guard.Forward, 1)
			if err != nil || gtid != s.Value("SELECT @@gtid_binlog_pos") {
				t.Errorf("the marker is %q, the server's position %q; error %v", gtid, s.Value("SELECT @@gtid_binlog_pos"), err)
			}
		}
		must(t, guard.Journal(ctx, c, unit, 2, guard.Forward, 1, "gra"))
		must(t, guard.Journal(ctx, c, unit, 2, guard.Forward, 1, "paris"))
		if home := s.Value("SELECT GROUP_CONCAT(home) FROM shunt.move_journal"); home != "gra" {
			t.Errorf("home is %q", home)
		}
		wants(t, guard.Start(ctx, c, unit, 1, guard.Forward, "forward", ""), guard.ErrSuperseded)
		_, err = guard.Mark(ctx, c, unit, 1, guard.Forward, 1)
		wants(t, err, guard.ErrSuperseded)
		_, err = guard.Mark(ctx, c, unit, 2, guard.Sealed, 1)
		wants(t, err, guard.ErrPhase)
		wants(t, guard.Journal(ctx, c, "nobody", 2, guard.Forward, 1, "x"), guard.ErrMissing)
	})
	t.Run("a change of phase waits for those who apply, and shuts out the next", func(t *testing.T) {
		_, err := guard.Take(ctx, c, "waits", 1)
		must(t, err)
		must(t, guard.Enter(ctx, c, "waits", 1, guard.Forward, 1))
		applying := s.dial()
		_, err = applying.Script(ctx, guard.Begin("waits", 1, guard.Forward)...)
		must(t, err)
		both := s.dial()
		_, err = both.Script(ctx, append(guard.Begin("waits", 1, guard.Forward), "COMMIT")...)
		must(t, err) // two may apply at the same time

		sealed := make(chan error, 1)
		go func() { sealed <- guard.Enter(ctx, c, "waits", 1, guard.Sealed, 1) }()
		for s.Value("SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'") == "0" {
			select {
			case err := <-sealed:
				t.Fatalf("it did not wait: %v", err)
			case <-time.After(120 * time.Millisecond): // the server looks at its transactions anew when nobody has asked for a tenth of a second
			}
		}
		_, err = applying.Query(ctx, "COMMIT")
		must(t, err)
		must(t, <-sealed)
		_, err = applying.Script(ctx, append(guard.Begin("waits", 1, guard.Forward), "CREATE TABLE shunt.wrong (n INT)")...)
		wants(t, guard.Why(ctx, applying, "waits", 1, guard.Forward, err), guard.ErrPhase)
		if n := s.Value("SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 'wrong'"); n != "0" {
			t.Error("what came behind the guard was done")
		}
	})
	t.Run("a server that is read_only", func(t *testing.T) {
		_, err := guard.Take(ctx, c, "readonly", 1)
		must(t, err)
		s.Exec("GRANT READ_ONLY ADMIN ON *.* TO "+mariadbtest.User+"@'%'", "SET GLOBAL read_only = 1")
		defer s.Exec("REVOKE READ_ONLY ADMIN ON *.* FROM "+mariadbtest.User+"@'%'", "SET GLOBAL read_only = 0")
		may := s.dial() // it could write
		_, err = guard.Take(ctx, may, "readonly", 2)
		wants(t, err, guard.ErrReadOnly)
		wants(t, guard.Enter(ctx, may, "readonly", 1, guard.Open, 1), guard.ErrReadOnly)
		wants(t, guard.Journal(ctx, may, "readonly", 1, guard.Idle, 1, "x"), guard.ErrReadOnly)
		_, err = guard.Take(ctx, c, "readonly", 2)
		wants(t, err, guard.ErrReadOnly)
	})
	t.Run("hold", func(t *testing.T) { hold(t, s) })
	t.Run("a server that was not prepared", func(t *testing.T) {
		s.Exec("RENAME TABLE shunt.move_guard TO shunt.elsewhere")
		defer s.Exec("RENAME TABLE shunt.elsewhere TO shunt.move_guard")
		if _, err := guard.Read(ctx, c, "x"); err == nil || !strings.Contains(err.Error(), "Install") {
			t.Errorf("error %v", err)
		}
	})
}

func hold(t *testing.T, s *server) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	long := strings.Repeat("Shop", 40) + "/module" // its name is too long for a lock

	for _, unit := range []string{"shop", long} {
		old, err := guard.Acquire(ctx, s.endpoint(), unit, 10)
		must(t, err)
		_, err = old.Script(ctx, "CREATE TABLE IF NOT EXISTS shunt.mine (n INT)")
		must(t, err)
		must(t, guard.Enter(ctx, old.Conn(), unit, 10, guard.Forward, 1))

		// The old owner applies, too, and is stopped in the middle of a transaction.
		applying := s.dial()
		must(t, guard.Claim(ctx, applying, unit, 10))
		_, err = applying.Script(ctx, guard.Begin(unit, 10, guard.Forward)...)
		must(t, err)

		_, err = guard.Acquire(ctx, s.endpoint(), unit, 9)
		wants(t, err, guard.ErrSuperseded)
		must(t, old.Check(ctx)) // who is older has killed nobody

		next, err := guard.Acquire(ctx, s.endpoint(), unit, 11)
		must(t, err)
		if next.Found() != (guard.State{Token: 11, Phase: guard.Forward, Epoch: 1}) {
			t.Errorf("the new owner finds %+v", next.Found())
		}
		_, err = old.Script(ctx, "CREATE TABLE shunt.wrong (n INT)")
		wants(t, err, guard.ErrLostHold)
		if _, err := applying.Query(ctx, "COMMIT"); err == nil {
			t.Error("the old owner's transaction was committed")
		}
		wants(t, guard.Claim(ctx, s.dial(), unit, 10), guard.ErrSuperseded)

		again, err := guard.Acquire(ctx, s.endpoint(), unit, 11) // the same owner, started anew
		must(t, err)
		wants(t, next.Check(ctx), guard.ErrLostHold)
		must(t, again.Check(ctx))
		// A token that is raised without the lock makes the Hold worthless just so.
		_, err = guard.Take(ctx, s.dial(), unit, 12)
		must(t, err)
		_, err = again.Script(ctx, "CREATE TABLE shunt.wrong (n INT)")
		wants(t, err, guard.ErrSuperseded)
		for _, h := range []*guard.Hold{old, next, again} {
			h.Release()
		}
	}
	if n := s.Value("SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 'wrong'"); n != "0" {
		t.Error("a former owner has changed something")
	}
}
