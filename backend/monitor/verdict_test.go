package monitor

import (
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"

	"shunt/topology"
)

// TestHealth replays sequences of probes, 100ms apart, with the default configuration. Each letter is a probe: "." is
// good, "e" fails at once, "t" fails after its timeout of a second, "x" found nobody listening. The line below has the
// state after each: "?" unprobed, "U" up, "D" down.
func TestHealth(t *testing.T) {
	for _, test := range []struct {
		name, probes, states string
	}{
		{"one good probe is enough at first", ".", "U"},
		{"one lost probe changes nothing", "..t..", "UUUUU"},
		{"two neither", "..tt..tt..", "UUUUUUUUUU"},
		{"three timeouts are down", "..ttt", "UUUUD"},
		{"a host that never answers is down too", "ttt", "??D"},
		{"nobody listening is down at once", "..x", "UUD"},
		{"and at first", "x", "D"},
		{"back after two good probes", "x..", "DDU"},
		{"one good probe among bad ones does not bring it back", "x.t.t.e..", "DDDDDDDDU"},
		{"errors that come at once have to last a second", "..eeeeeeeeeee", "UUUUUUUUUUUUD"},
		{"a good one begins the count anew", "..eeeeeeeeee.eeeeeeeeeee", "UUUUUUUUUUUUUUUUUUUUUUUD"},
		{"a slow host that loses every second probe stays up", ".t.t.t.t.t", "UUUUUUUUUU"},
		{"a host that refuses every second time flaps", "x..x..x..", "DDUDDUDDU"},
		{"one that is lost again before it is back stays down", "ttt.ttt.ttt..", "??DDDDDDDDDDU"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var h health
			var states strings.Builder
			now := time.Unix(1_000_000, 0)
			for _, probe := range test.probes {
				o := observation{began: now}
				switch probe {
				case 'e':
					o.err = errors.New("too many connections")
				case 't':
					o.err, o.took = errors.New("timeout"), time.Second
				case 'x':
					o.err, o.gone = syscall.ECONNREFUSED, true
				}
				h = h.after(o, DefaultConfig())
				states.WriteByte("?UD"[h.state])
				now = now.Add(o.took + 100*time.Millisecond)
			}
			if states.String() != test.states {
				t.Errorf("probes %s\nstates %s\nwant   %s", test.probes, states.String(), test.states)
			}
		})
	}
}

func up() health { return health{state: topology.Up, good: 1} }

// serving is a replica that is well. Tests spoil it.
func serving() standing {
	return standing{
		health: up(), role: topology.Replica, links: []link{{host: "db1", port: "3306"}},
		hasPrimary: true, lagKnown: true, wasServing: true,
	}
}

func TestInService(t *testing.T) {
	for _, test := range []struct {
		name  string
		spoil func(*standing)
		want  string // part of the reason; empty: in service
	}{
		{"a replica that is well", func(s *standing) {}, ""},
		{"its lag is not known", func(s *standing) { s.lagKnown = false }, "lag is not known"},
		{"a stopped SQL thread", func(s *standing) { s.links[0].sql = thread{true, "Duplicate entry"} }, "SQL thread is stopped: Duplicate entry"},
		{"a stopped IO thread", func(s *standing) { s.links[0].io.stopped = true }, "IO thread is stopped"},
		{"stopped, but there is no primary to replicate from", func(s *standing) { s.links[0].io.stopped, s.hasPrimary = true, false }, ""},
		{"down", func(s *standing) { s.health = health{state: topology.Down, err: errors.New("refused")} }, "down: refused"},
		{"failed probes that do not make it down yet", func(s *standing) { s.health.bad, s.health.err = 2, errors.New("timeout") }, ""},
		{"unprobed", func(s *standing) { s.health = health{} }, "not probed yet"},
		{"unprobed, with failures", func(s *standing) { s.health = health{err: errors.New("denied")} }, "denied"},
		{"no role", func(s *standing) { s.role, s.roleless = topology.NoRole, "is read_only and replicates from nobody" }, "replicates from nobody"},
		{"drained", func(s *standing) { s.use = topology.Drain }, "use: drain"},
		{"backup", func(s *standing) { s.use = topology.Backup }, "use: backup"},
		{"off", func(s *standing) { s.use, s.health = topology.Off, health{} }, "use: off"},
		{"a primary", func(s *standing) { s.role, s.links, s.lagKnown = topology.Primary, nil, false }, ""},
		{"a primary with a lag", func(s *standing) { s.role, s.lag = topology.Primary, time.Hour }, ""},
		{"a primary that is drained", func(s *standing) { s.role, s.use = topology.Primary, topology.Drain }, "use: drain"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := serving()
			test.spoil(&s)
			ok, reason := s.inService(5 * time.Second)
			if ok != (test.want == "") || ok != (reason == "") || !strings.Contains(reason, test.want) {
				t.Errorf("in service %v, reason %q, want %q", ok, reason, test.want)
			}
		})
	}
}

func TestLagHysteresis(t *testing.T) {
	const s = time.Second
	replica := serving()
	for i, step := range []struct {
		lag  time.Duration
		want bool
	}{
		{0, true}, {4 * s, true}, {5 * s, true}, {5*s + 1, false}, {5 * s, false}, {3 * s, false}, {2500 * time.Millisecond, true},
		{5 * s, true}, {time.Hour, false}, {0, true},
	} {
		replica.lag = step.lag
		got, reason := replica.inService(5 * s)
		if got != step.want {
			t.Fatalf("step %d, lag %v: in service %v (%s)", i, step.lag, got, reason)
		}
		replica.wasServing = got
	}
	replica.lag = 1000 * time.Hour
	if ok, reason := replica.inService(0); !ok {
		t.Errorf("a limit of 0 is none, but: %s", reason)
	}
}
