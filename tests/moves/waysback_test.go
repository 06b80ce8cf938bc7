package moves

import "testing"

// TestChaosOnTheWaysBack: a proxy is killed, stands still, or has an error while a switch is given up, a move is taken back, or the old home is dropped. Another one, or it
// itself, does it again; customers hear of lost connections at most.
func TestChaosOnTheWaysBack(t *testing.T) {
	if !*everywhere {
		t.Skip("make chaos does this")
	}
	f := newFleet(t)
	for _, name := range []string{"the mover dies", "the mover sleeps", "a step fails"} {
		f.whileGivenUp(name)
		f.whileRetired(name)
		f.whileTakenBack(name)
	}
}

// strikeAt has a fault strike, and waits until it is over.
func (f *fleet) strikeAt(point string, wrong fault) {
	f.t.Helper()
	s := &scene{f: f, point: point, source: f.Datacenter(f.home), target: f.Datacenter(f.away)}
	s.mover, s.other = f.strike(point)
	wrong.strike(s)
}

// whileGivenUp: a switch has failed at its last step, and whoever gives it up has a fault. It is given up all the same, and the next one succeeds.
func (f *fleet) whileGivenUp(name string) {
	f.t.Helper()
	wrong := theFaults[name]
	c := f.serve()
	c.more()
	f.arm("sealed", "error")
	f.arm("reopening", wrong.action)
	f.order("sealed")
	f.strikeAt("reopening", wrong)
	m := f.arrive()
	f.restore()
	f.agree()
	c.more()
	c.judge(wrong.heard...)
	f.t.Logf("%s while a switch is given up: %s", name, describe(m))
}

// whileRetired: the old home is being dropped.
func (f *fleet) whileRetired(name string) {
	f.t.Helper()
	wrong := theFaults[name]
	c := f.serve()
	c.more()
	f.arm("retiring", wrong.action)
	f.proxy.Ask("FINISH MOVE blog")
	f.strikeAt("retiring", wrong)
	f.await("done")
	f.restore()
	c.more()
	c.judge(wrong.heard...)
	f.gone(f.away)
	f.t.Logf("%s while the old home is dropped", name)
}

// whileTakenBack: an operator takes a move back that is about to switch.
func (f *fleet) whileTakenBack(name string) {
	f.t.Helper()
	wrong := theFaults[name]
	c := f.serve()
	c.more()
	f.arm("ready", "wait")
	f.arm("aborting", wrong.action)
	f.order("preflight")
	f.strike("ready")
	f.proxy.Ask("ROLLBACK MOVE blog")
	f.proceed("ready")
	f.strikeAt("aborting", wrong)
	f.proxy.Await("the move is taken back", patience, func() bool { return f.move()["state"] == "aborted" })
	f.restore()
	c.more()
	c.judge(wrong.heard...)
	f.gone(f.away)
	f.t.Logf("%s while a move is taken back", name)
}

// gone fails the test if a cluster has the database.
func (f *fleet) gone(cluster string) {
	f.t.Helper()
	if n := f.number(cluster, "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'blog'"); n != 0 {
		f.t.Errorf("%s still has the database", cluster)
	}
}
