package moves

import (
	"flag"
	"maps"
	"slices"
	"syscall"
	"testing"
	"time"

	"shunt/lab"
	"shunt/sharding/move"
	"shunt/tests/chaos/link"
	"shunt/tests/cluster"
	"shunt/tests/voters"
)

// points are where faults strike: when a state was written down, and in the middle of steps. Those of first are passed once, before the first switch.
var first, each = []string{"preflight", "prepared", "copying", "catchup"},
	[]string{"ready", "hold", "gated", "gate closed", "caughtup", "sealed", "committed", "rights given", "opened", "reversible"}

// everywhere has all faults strike at all points; without it there is a sample.
var everywhere = flag.Bool("everywhere", false, "have every fault strike at every point of a move, not a sample of them")

// only has them strike at one point, for who looks for what went wrong there.
var only = flag.String("point", "", "with -everywhere: have faults strike at this point only")

// asleep is for how long a process stands still, or a link is cut: for longer than the five seconds of an owner's lease. Where every fault strikes it is as long as a statement may wait, too.
func asleep() time.Duration {
	if *everywhere {
		return 10 * time.Second
	}
	return 7 * time.Second
}

// scene is where a fault strikes: who has come to the point, which proxy has not, and the clusters.
type scene struct {
	f              *fleet
	point          string
	mover, other   *member
	source, target *lab.Cluster
	customers      *customers
	lasting        bool // the fault does not end before customers get on again
}

// fault is what goes wrong.
type fault struct {
	name    string
	action  string         // of the process that comes to the point
	strike  func(s *scene) // what happens meanwhile, the end of the fault included; the mover waits until it proceeds
	heard   []uint16       // what customers may hear of it
	lasting bool           // see there
	voters  bool           // the store is one of three voters
}

// What customers may hear: that a connection was lost, and, from a proxy that cannot reach a cluster for some seconds, that it cannot.
var (
	nothing     []uint16
	broken      = []uint16{lost}
	unreachable = []uint16{lost, 9904, 9908, 9909, 9910, 9911}
	// undecided is what they hear whose statements have waited for limits.wait: without a store nobody can decide a switch, or give it up.
	undecided = []uint16{lost, 9908}
	// outdated is what a proxy says that knows nothing of a move, since it cannot reach the store: that a server refuses the statement, and it cannot find out why; or, if it holds
	// statements, that it cannot know for how long.
	outdated = []uint16{lost, 9908, 9932}
)

// theFaults are all of them, by the tests that have them strike.
var theFaults = map[string]fault{
	"the mover dies":   {action: "kill", heard: broken, strike: func(s *scene) { s.f.kill(s.mover) }},
	"the mover sleeps": {action: "stop", heard: broken, strike: func(s *scene) { s.f.wake(s.mover) }},
	"a step fails":     {action: "error", heard: nothing, strike: func(*scene) {}},
	"the mover dies while moves are stopped": {action: "wait", heard: broken, strike: func(s *scene) {
		s.f.proxy.Ask("STOP MOVES")
		s.f.kill(s.mover)
		s.f.proxy.Await("nothing switches any more", patience, func() bool { return !move.State(s.f.move()["state"]).Switching() })
		s.customers.more()
		s.f.proxy.Ask("START MOVES")
	}},
	"another proxy dies": {action: "wait", heard: broken, strike: func(s *scene) {
		s.f.kill(s.other)
		s.f.proceed(s.point)
	}},
	"another proxy sleeps": {action: "wait", heard: broken, strike: func(s *scene) {
		_ = s.other.Process.Process.Signal(syscall.SIGSTOP)
		s.f.proceed(s.point)
		s.f.wake(s.other)
	}},
	"the source dies": {action: "wait", heard: unreachable, strike: func(s *scene) {
		s.f.bounce(s.source.Primary, func() { s.f.proceed(s.point) })
	}},
	"the target dies": {action: "wait", heard: unreachable, strike: func(s *scene) {
		s.f.bounce(s.target.Primary, func() { s.f.proceed(s.point) })
	}},
	"the source sleeps": {action: "wait", heard: unreachable, strike: func(s *scene) {
		s.f.still(s.source.Primary, func() { s.f.proceed(s.point) })
	}},
	"the target sleeps": {action: "wait", heard: unreachable, strike: func(s *scene) {
		s.f.still(s.target.Primary, func() { s.f.proceed(s.point) })
	}},
	"the store dies": {action: "wait", heard: undecided, strike: func(s *scene) {
		s.f.proxy.Crash()
		s.f.proceed(s.point)
		time.Sleep(asleep())
		s.f.keep()
		s.f.forget(1)
	}},
	"the store sleeps": {action: "wait", heard: undecided, strike: func(s *scene) {
		keeper := s.f.proxy.Process.Process
		_ = keeper.Signal(syscall.SIGSTOP)
		s.f.proceed(s.point)
		time.Sleep(asleep())
		_ = keeper.Signal(syscall.SIGCONT)
	}},
	"the store's leader dies":                  ofVoters(nothing, leaderOf, (*voters.Voter).Kill, (*voters.Voter).Start),
	"the store's leader sleeps":                ofVoters(nothing, leaderOf, (*voters.Voter).Stop, (*voters.Voter).Continue),
	"the store loses its majority":             ofVoters(undecided, followersIn, (*voters.Voter).Kill, (*voters.Voter).Start),
	"the mover is cut off from the source":     lasting(cut(unreachable, func(s *scene) []*link.Link { return s.mover.links[s.source.Name] })),
	"the mover is cut off from the target":     lasting(cut(unreachable, func(s *scene) []*link.Link { return s.mover.links[s.target.Name] })),
	"the mover is cut off from the store":      cut(outdated, func(s *scene) []*link.Link { return s.mover.links["store"] }),
	"another proxy is cut off from the source": cut(unreachable, func(s *scene) []*link.Link { return s.other.links[s.source.Name] }),
	"another proxy is cut off from the target": cut(unreachable, func(s *scene) []*link.Link { return s.other.links[s.target.Name] }),
	"another proxy is cut off from the store":  cut(outdated, func(s *scene) []*link.Link { return s.other.links["store"] }),
}

// ofVoters is a fault of some of the three voters that are a store.
func ofVoters(heard []uint16, which func(*voters.Voters) []*voters.Voter, begin, end func(*voters.Voter)) fault {
	return fault{action: "wait", heard: heard, voters: true, strike: func(s *scene) {
		list := which(s.f.voters)
		for _, v := range list {
			begin(v)
		}
		s.f.proceed(s.point)
		time.Sleep(asleep())
		for _, v := range list {
			end(v)
		}
	}}
}

func leaderOf(all *voters.Voters) []*voters.Voter {
	leader, _ := all.Leader()
	return []*voters.Voter{leader}
}

func followersIn(all *voters.Voters) []*voters.Voter {
	_, followers := all.Leader()
	return followers
}

// lasting has a cut last until customers get on: if it strikes while statements wait, another proxy has to take over, whose links are good.
func lasting(f fault) fault {
	f.lasting = true
	return f
}

// cut is a fault of links: at every other point connections are reset and cannot be made, at the others everything stands still on them and nobody hears of it.
func cut(heard []uint16, which func(*scene) []*link.Link) fault {
	return fault{action: "wait", heard: heard, strike: func(s *scene) {
		links := which(s)
		for _, l := range links {
			if s.silent() {
				l.Stall()
			} else {
				l.SetDown(true)
			}
		}
		s.f.proceed(s.point)
		time.Sleep(asleep())
		if s.lasting {
			s.customers.more()
		}
		for _, l := range links {
			l.Flow()
			l.SetDown(false)
		}
	}}
}

// traits are those of the fleet that a fault needs.
func (f fault) traits() []trait {
	if f.voters {
		return []trait{hasVoters}
	}
	return nil
}

// silent is so at every other point.
func (s *scene) silent() bool {
	return slices.Index(slices.Concat(first, each), s.point)%2 == 1
}

// wake has a process go on that stands still, after a while.
func (f *fleet) wake(m *member) {
	time.Sleep(asleep())
	_ = m.Process.Process.Signal(syscall.SIGCONT)
}

// suffer has a database move under load, with a fault at a point, and judges.
func (f *fleet) suffer(name, point string) {
	f.t.Helper()
	began := time.Now()
	wrong := theFaults[name]
	c := f.serve()
	c.more()
	f.arm(point, wrong.action)
	s := &scene{f: f, point: point, source: f.Datacenter(f.home), target: f.Datacenter(f.away)}
	f.order(point)
	s.mover, s.other = f.strike(point)
	s.lasting, s.customers = wrong.lasting, c
	wrong.strike(s)
	m := f.arrive()
	f.restore()
	f.agree()
	c.more()
	c.judge(wrong.heard...)
	f.t.Logf("%s at %s: %s, took %v", name, point, describe(m), time.Since(began).Round(time.Millisecond))
	if *only != "" {
		f.story()
	}
}

// Most of the time of these tests is that for which something stands still or is away: so they run beside each other.

// TestAFaultOfEachKind: faults strike while a database moves back and forth under load, some of each kind. Another proxy takes over, or the step is done again: before the
// decision the switch is given up and tried again, after it the move goes on. Nothing that was acknowledged is lost, nothing is there twice, no money comes or goes, and no
// session sees less than it has seen.
func TestAFaultOfEachKind(t *testing.T) {
	t.Parallel()
	f := newFleet(t)
	for _, c := range [][2]string{
		{"the mover dies", "copying"}, {"the mover dies", "committed"}, {"the mover sleeps", "gate closed"}, {"a step fails", "sealed"}, {"the source dies", "gate closed"},
		{"the target sleeps", "rights given"}, // what is ordered next comes while a step is tried again
		{"the mover dies while moves are stopped", "copying"}, {"the mover dies while moves are stopped", "gate closed"},
		{"the store dies", "hold"}, {"another proxy is cut off from the target", "opened"},
	} {
		f.suffer(c[0], c[1])
	}
}

// TestAStoreOfThreeVoters: without its leader it has another one after a moment, and nobody hears of it. Without a majority nobody can decide a switch, or give it up: statements
// wait, and the move goes on when there is one again.
func TestAStoreOfThreeVoters(t *testing.T) {
	t.Parallel()
	f := newFleetThat(t, []trait{hasVoters})
	for _, c := range [][2]string{
		{"the store's leader dies", "gate closed"}, {"the store loses its majority", "copying"}, {"the store loses its majority", "hold"},
		{"the store loses its majority", "sealed"}, {"the store's leader sleeps", "committed"},
	} {
		f.suffer(c[0], c[1])
	}
}

// TestFaultsWhileAModuleMoves: another gate closes there.
func TestFaultsWhileAModuleMoves(t *testing.T) {
	t.Parallel()
	newFleetThat(t, []trait{movesModule}).sufferAsAModule()
}

func TestMySQLFaultsWhileAModuleMoves(t *testing.T) {
	t.Parallel()
	newFleetThat(t, []trait{movesModule}, cluster.MySQL()).sufferAsAModule()
}

// TestAModuleSwitchesOften: nobody hears of it, and no transaction reads a part before a switch and another one behind it. (Those that cannot follow a module to another server were not waited for, once,
// if all that they had done was to read.)
func TestAModuleSwitchesOften(t *testing.T) {
	t.Parallel()
	f := newFleetThat(t, []trait{movesModule})
	for range 15 {
		c := f.serve()
		c.more()
		f.order("hold")
		m := f.arrive()
		f.agree()
		c.more()
		c.judge(nothing...)
		t.Log(describe(m))
	}
}

func (f *fleet) sufferAsAModule() {
	for _, c := range [][2]string{
		{"the mover dies", "prepared"}, {"the mover dies", "gate closed"}, {"the mover sleeps", "sealed"}, {"the mover dies", "opened"}, {"the source dies", "gate closed"},
	} {
		f.suffer(c[0], c[1])
	}
}

// TestMySQLAFaultOfEachKind: the same with MySQL, where another gate closes.
func TestMySQLAFaultOfEachKind(t *testing.T) {
	t.Parallel()
	f := newFleet(t, cluster.MySQL())
	for _, c := range [][2]string{{"the mover dies", "copying"}, {"the mover sleeps", "gate closed"}, {"the mover dies", "committed"}, {"the source dies", "gate closed"}} {
		f.suffer(c[0], c[1])
	}
}

// TestChaos: every fault at every point.
func TestChaos(t *testing.T) {
	if !*everywhere {
		t.Skip("make chaos does this: it takes more than an hour")
	}
	for _, name := range slices.Sorted(maps.Keys(theFaults)) {
		t.Run(name, func(t *testing.T) {
			f := newFleetThat(t, theFaults[name].traits())
			for _, point := range slices.Concat(first, each) {
				if *only == "" || *only == point {
					f.suffer(name, point)
				}
			}
		})
	}
}
