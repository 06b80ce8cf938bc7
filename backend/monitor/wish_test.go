package monitor

import (
	"context"
	"errors"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"shunt/topology"
)

// list has the monitor watch other servers of paris.
func (w *world) list(hosts ...Host) error {
	ctx, cancel := context.WithTimeout(w.t.Context(), 10*time.Second)
	defer cancel()
	return w.Watch(ctx, []Cluster{{Name: "paris", Hosts: hosts}})
}

var db1, db2, db3 = Host{Address: "db1:3306", Weight: 1}, Host{Address: "db2:3306", Weight: 1}, Host{Address: "db3:3306", Weight: 1}

// TestWatchingOtherServers: what is known of those that stay is kept, one that comes is known at once, one that goes is probed no more.
func TestWatchingOtherServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, nil)
		defer w.stop()
		server3 := w.script("db3:3306", 3)
		server3.catchUp(w.db1)
		since := w.paris().Hosts[1].Since
		if err := w.list(db1, db3, db2); err != nil {
			t.Fatal(err)
		}
		h := w.Snapshot().Host("db3:3306")
		if h == nil || h.State != topology.Up || h.Role != topology.Replica || !h.InService || h.Portion != 10 {
			t.Errorf("the server that came is %+v", h)
		}
		if stays := w.paris().Hosts[2]; stays.Address != "db2:3306" || !stays.Since.Equal(since) || !stays.InService || w.paris().Epoch != 1 {
			t.Errorf("one that stays is %+v", stays)
		}
		before := server3.probesSoFar()
		w.after(time.Second, w.catchUpAll)
		if probes := server3.probesSoFar() - before; probes < 9 {
			t.Errorf("the server that came was probed %d times in a second", probes)
		}
		w.ReportFailure("db3:3306")

		if err := w.list(db1, db3); err != nil {
			t.Fatal(err)
		}
		if h := w.Snapshot().Host("db2:3306"); h != nil || len(w.paris().Replicas) != 1 || w.paris().Readers.In("", "").Sum() == 0 {
			t.Errorf("one that went is %+v", h)
		}
		synctest.Wait()
		before = w.db2.probesSoFar()
		w.after(10*time.Second, w.catchUpAll)
		if probes := w.db2.probesSoFar() - before; probes != 0 {
			t.Errorf("one that went was probed %d times", probes)
		}
		for metric := range gather(t, w.Collectors()) {
			if strings.Contains(metric, "db2") {
				t.Errorf("one that went has a metric still: %s", metric)
			}
		}
	})
}

// TestUsesChange: a drained server is out at once and probed all the same; one that is off is not; both come back.
func TestUsesChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, nil)
		defer w.stop()
		use := func(u topology.Use) {
			t.Helper()
			if err := w.list(db1, Host{Address: "db2:3306", Weight: 5, Use: u}); err != nil {
				t.Fatal(err)
			}
			if h := w.paris().Hosts[1]; h.Use != u || h.Weight != 5 || h.InService != (u == topology.Serve) {
				t.Errorf("use %s: %+v", u, h)
			}
		}
		for range 5 { // which is no flapping
			use(topology.Drain)
			w.want("U primary in service", "U replica")
			w.after(time.Second, w.catchUpAll)
			use(topology.Serve)
			w.want("U primary in service", "U replica in service")
		}
		if h := w.paris().Hosts[1]; h.Portion != 10 {
			t.Errorf("it came back, and takes %d hundredths", h.Portion)
		}
		use(topology.Off)
		synctest.Wait()
		before := w.db2.probesSoFar()
		w.after(10*time.Second, w.catchUpAll)
		w.want("U primary in service", "U none")
		if probes := w.db2.probesSoFar() - before; probes != 0 {
			t.Errorf("a server that is off was probed %d times", probes)
		}
		w.db2.catchUp(w.db1)
		use(topology.Serve)
		w.want("U primary in service", "U replica in service")
	})
}

// TestWhatWouldLoseThePrimaryIsRefused, and changes nothing.
func TestWhatWouldLoseThePrimaryIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, nil)
		defer w.stop()
		w.script("db3:3306", 3).set(func(s *scripted) { s.facts.readOnly, s.facts.links = false, nil })
		refused := func(want string, hosts ...Host) {
			t.Helper()
			if err := w.list(hosts...); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, want %s", err, want)
			}
			w.after(time.Second, w.catchUpAll)
			w.want("U primary in service", "U replica in service")
			if len(w.paris().Hosts) != 2 {
				t.Errorf("%d hosts", len(w.paris().Hosts))
			}
		}
		refused("several servers are writable", db1, db2, db3)
		refused("db1:3306 is the primary of cluster paris", db2)
		refused("would lose its primary db1:3306", Host{Address: "db1:3306", Use: topology.Off}, db2)
		refused("listed twice", db1, db2, db2)
		if err := w.Watch(t.Context(), nil); err == nil {
			t.Error("a cluster may go")
		}
		w.db1.set(func(s *scripted) { s.err = syscall.ECONNREFUSED }) // it is lost anyway
		w.after(time.Second, nil)
		if err := w.list(db2, db3); err != nil || w.paris().Primary == nil || w.paris().Primary.Address != "db3:3306" {
			t.Errorf("error %v, primary %v, %s", err, w.paris().Primary, w.paris().Problem)
		}
	})
}

// TestAServerThatDoesNotAnswer may be in the list, as at the start, and Look tells.
func TestAServerThatDoesNotAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, nil)
		defer w.stop()
		w.script("db3:3306", 3).set(func(s *scripted) { s.err = errors.New("access denied") })
		if err := w.Look(t.Context(), "paris", "db3:3306"); err == nil || !strings.Contains(err.Error(), "access denied") {
			t.Errorf("the look says %v", err)
		}
		if err := w.Look(t.Context(), "rome", "db2:3306"); err == nil {
			t.Error("there is a cluster rome")
		}
		if err := w.Look(t.Context(), "paris", "db2:3306"); err != nil {
			t.Error(err)
		}
		if err := w.list(db1, db2, db3); err != nil {
			t.Fatal(err)
		}
		if h := w.Snapshot().Host("db3:3306"); h.InService || !strings.Contains(h.Problem, "access denied") || w.paris().Primary == nil {
			t.Errorf("%+v", h)
		}
	})
}

// TestTheSecondServerBringsAHeartbeat, and the last but one takes it away.
func TestTheSecondServerBringsAHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, nil)
		w.script("db3:3306", 3)
		w.stop()
		if err := w.Watch(done(t), []Cluster{{Name: "paris", Hosts: []Host{db1}}}); err == nil {
			t.Error("a monitor that does not run has done something")
		}
		c := w.clusters[0]
		for _, step := range []struct {
			hosts   []Host
			beaters int
		}{{[]Host{db1}, 0}, {[]Host{db1, db2}, 1}, {[]Host{db1, db2, db3}, 1}, {[]Host{db1, {Address: "db2:3306", Use: topology.Off}}, 0}} {
			if err := w.fulfil(done(t), &wish{clusters: []Cluster{{Name: "paris", Hosts: step.hosts}}}); err != nil {
				t.Fatal(err)
			}
			watched := slices.ContainsFunc(w.watchers, func(x *watcher) bool { return x.address == "db2:3306" })
			if len(w.beaters) != step.beaters || c.alone() != (step.beaters == 0) || watched != (step.beaters == 1) {
				t.Errorf("%v: %d beaters, alone %v, db2 is watched %v", step.hosts, len(w.beaters), c.alone(), watched)
			}
		}
		w.eyes.Wait()
	})
}

// done is a context that has ended.
func done(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
