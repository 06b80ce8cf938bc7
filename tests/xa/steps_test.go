package xa

import (
	"context"
	"fmt"
	"testing"
	"time"

	"shunt/tests/cluster"
)

func TestKilledAtEachStep(t *testing.T) { killedAtEachStep(t, newWorld(t)) }

func TestMySQLKilledAtEachStep(t *testing.T) { killedAtEachStep(t, newWorld(t, cluster.MySQL())) }

// point is a moment of the two phases, as it passes on the way to or from one of the servers.
type point struct {
	words string
	after bool
	ends  bool // the transaction commits whatever happens from then on
}

// killedAtEachStep kills shunt, the server, the other server, or the connection, whenever a statement of the two phases is about to reach a server, or was
// carried out and shunt has not heard so.
func killedAtEachStep(t *testing.T, w *world) {
	number, fates := 0, map[int]fate{}
	for _, p := range []point{{"XA PREPARE", false, false}, {"XA PREPARE", true, false}, {"XA COMMIT", false, true}, {"XA COMMIT", true, true}} {
		for i, on := range names {
			other := names[1-i]
			for _, victim := range []string{"shunt", on, other, "the connection"} {
				side := "before"
				if p.after {
					side = "after"
				}
				number++
				id := number
				t.Run(fmt.Sprintf("%s %s on %s, killed: %s", side, p.words, on, victim), func(t *testing.T) {
					fates[id] = w.in(t).killAt(id, p, on, victim)
					w.in(t).judge(fates)
					if done := w.transfers("paris")[fmt.Sprint(id)]; done != p.ends {
						t.Errorf("the transfer is there: %v, want %v", done, p.ends)
					}
				})
			}
		}
	}
	if commits := len(w.transfers("gra")); commits != number/2 {
		t.Errorf("%d of %d transfers are there", commits, number)
	}
}

// in is the same world for a test within the test. What it starts lives as long as the outer one.
func (w *world) in(t *testing.T) *story { return &story{world: w, t: t} }

// story is a test within the test.
type story struct {
	*world
	t *testing.T
}

func (s *story) judge(fates map[int]fate) {
	s.t.Helper()
	s.world.judge(fates)
	if s.world.t.Failed() {
		s.t.FailNow()
	}
}

// killAt makes one transfer, kills the victim at the point, brings it back, and says what the application was told.
func (s *story) killAt(id int, p point, on, victim string) fate {
	s.t.Helper()
	ctx := s.t.Context()
	conn, end, err := s.session(ctx)
	s.must(err)
	defer end()
	s.must(transfer(ctx, conn, id, id%accounts, id%accounts, 1))
	shunt := s.shunt()
	trap := s.taps[on].arm(p.words, p.after, func() {
		switch victim {
		case "shunt":
			shunt.Crash()
		case "the connection":
		default:
			_ = s.server(victim).Kill() // a server that lives on shows below
		}
	})
	answer := make(chan error, 1)
	go func() {
		_, err := conn.ExecContext(ctx, "COMMIT")
		answer <- err
	}()
	select {
	case <-trap.sprung:
	case <-time.After(patience):
		s.t.Fatal("nothing passed the tap")
	}
	s.revive(victim)
	err = <-answer
	s.settled()
	return fateOf(err)
}

// revive starts again what was killed, and waits until shunt uses it.
func (w *world) revive(victim string) {
	w.t.Helper()
	switch victim {
	case "shunt":
		w.startShunt()
	case "the connection":
	default:
		w.must(w.server(victim).Start(context.Background()))
		w.shunt().Await("shunt sees the server again", patience, func() bool {
			return len(w.shunt().Ask("SHOW SERVERS WHERE role = 'primary' AND state = 'up'")) == len(names)
		})
	}
}
