package monitor

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"shunt/backend/monitor/control"
	"shunt/topology"
)

// scripted is a server that answers probes and takes heartbeats as the test says. It stands for both connections.
type scripted struct {
	mu     sync.Mutex
	facts  facts // guarded by mu
	err    error // guarded by mu; every probe fails with it
	hangs  bool  // guarded by mu; probes end with their context only
	probes int   // guarded by mu; how many have begun
}

func (s *scripted) set(change func(*scripted)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

func (s *scripted) probe(ctx context.Context) (facts, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.probes++
	if s.hangs {
		s.mu.Unlock()
		<-ctx.Done()
		s.mu.Lock()
		return facts{}, ctx.Err()
	}
	f := s.facts
	f.linksRead = time.Now()
	return f, s.err
}

func (s *scripted) write(_ context.Context, _ string, number uint64, stamp time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.facts.beat, s.facts.stamp = number, stamp
	}
	return s.err
}

func (s *scripted) close() {}

func (s *scripted) probesSoFar() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.probes
}

// catchUp gives the replica what its source has now.
func (s *scripted) catchUp(source *scripted) {
	source.mu.Lock()
	number, stamp := source.facts.beat, source.facts.stamp
	source.mu.Unlock()
	s.set(func(s *scripted) { s.facts.beat, s.facts.stamp = number, stamp })
}

// world is a monitor of one cluster, a primary db1 and replicas, mostly db2 alone, in fake time.
type world struct {
	*Monitor
	t        *testing.T
	db1, db2 *scripted
	servers  map[string]*scripted // all of them, by address; those that are added, too
	stop     func()
}

// start runs the monitor of db1 and db2 until both are known. The test has to call stop.
func start(t *testing.T, change func(*Config)) *world {
	return startOf(t, change, []Host{{Address: "db1:3306", Weight: 1}, {Address: "db2:3306", Weight: 1}})
}

// startOf is start for more servers.
func startOf(t *testing.T, change func(*Config), hosts []Host) *world {
	config := DefaultConfig()
	if change != nil {
		change(&config)
	}
	w := &world{t: t, servers: map[string]*scripted{}}
	w.Monitor = New(config, []Cluster{{Name: "paris", Hosts: hosts}}, slog.New(slog.DiscardHandler))
	for i, h := range hosts {
		w.script(h.Address, i+1)
	}
	w.db1, w.db2 = w.servers["db1:3306"], w.servers["db2:3306"]
	w.newProber = func(e control.Endpoint, _ string) prober { return w.servers[e.Address] }
	for _, watcher := range w.watchers {
		watcher.prober = w.servers[watcher.address]
	}
	for _, b := range w.beaters {
		b.writer = w.db1
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	w.stop = func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	w.after(time.Second, w.catchUpAll)
	w.want("U primary in service", "U replica in service")
	return w
}

// script makes a server: the first is a primary, the others replicate from it.
func (w *world) script(address string, id int) *scripted {
	s := &scripted{facts: facts{serverID: uint32(id), version: "10.11.8-MariaDB"}}
	if id > 1 {
		s.facts.readOnly, s.facts.links = true, []link{{host: "db1", port: "3306", serverID: 1, behindKnown: true}}
	}
	w.servers[address] = s
	return s
}

// catchUpAll gives all replicas what the primary has now.
func (w *world) catchUpAll() {
	for _, s := range w.servers {
		if s != w.db1 {
			s.catchUp(w.db1)
		}
	}
}

// after lets d go by; each, if not nil, runs every 100ms meanwhile.
func (w *world) after(d time.Duration, each func()) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(min(100*time.Millisecond, time.Until(end)))
		if each != nil {
			each()
		}
	}
	synctest.Wait()
}

func (w *world) paris() *topology.Cluster { return w.Snapshot().Clusters["paris"] }

// want checks state, role and service of db1 and db2.
func (w *world) want(db1, db2 string) {
	w.t.Helper()
	for i, want := range []string{db1, db2} {
		h := w.paris().Hosts[i]
		got := strings.ToUpper(h.State.String()[:1]) + " " + h.Role.String()
		if h.InService {
			got += " in service"
		}
		if got != want {
			w.t.Errorf("%s is %q (%s), want %q", h.Address, got, h.Problem, want)
		}
		if h.InService != (h.Problem == "") {
			w.t.Errorf("%s: in service %v, problem %q", h.Address, h.InService, h.Problem)
		}
	}
}

func TestBeforeAnythingIsKnown(t *testing.T) {
	m := New(DefaultConfig(), []Cluster{{Name: "paris", Datacenter: "dc1", Hosts: []Host{
		{Address: "db1:3306", Weight: 3, Pools: []string{"statistics"}}, {Address: "db2:3306", Datacenter: "dc2"}}}}, slog.New(slog.DiscardHandler))
	s := m.Snapshot()
	paris := s.Clusters["paris"]
	h := s.Host("db1:3306")
	if s.Revision != 1 || paris.Primary != nil || !strings.Contains(paris.Problem, "db1:3306 is not probed yet") {
		t.Errorf("revision %d, primary %v, problem %q", s.Revision, paris.Primary, paris.Problem)
	}
	if h.Weight != 3 || h.Pools[0] != "statistics" || h.Datacenter != "dc1" || s.Host("db2:3306").Datacenter != "dc2" || h.Cluster != "paris" {
		t.Errorf("host %+v", h)
	}
	if h.State != topology.Unprobed || h.InService || h.Problem != "not probed yet" {
		t.Errorf("host %+v", h)
	}
}

func TestFaultsOfTheConfiguration(t *testing.T) {
	twice := []Cluster{{Name: "a", Hosts: []Host{{Address: "db1:3306"}}}, {Name: "b", Hosts: []Host{{Address: "db1:3306"}}}}
	for want, m := range map[string]*Monitor{
		"interval must be more than 0":                                   New(Config{}, nil, slog.New(slog.DiscardHandler)),
		"server db1:3306 is listed twice, in cluster a and in cluster b": New(DefaultConfig(), twice, slog.New(slog.DiscardHandler)),
	} {
		if err := m.Run(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

func TestKilledPrimary(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, nil)
		defer w.stop()
		w.db1.set(func(s *scripted) { s.err = syscall.ECONNREFUSED })
		w.after(400*time.Millisecond, nil)
		w.want("D none", "U replica in service")
		if c := w.paris(); c.Primary != nil || !strings.Contains(c.Problem, "db1:3306 is down") || c.Epoch != 1 {
			t.Errorf("primary %v, problem %q, epoch %d", c.Primary, c.Problem, c.Epoch)
		}
		w.after(10*time.Minute, nil)
		w.want("D none", "U replica in service") // what it has is the newest there is

		w.db1.set(func(s *scripted) { s.err = nil })
		w.after(2*time.Second, func() { w.db2.catchUp(w.db1) })
		w.want("U primary in service", "U replica in service")
		if c := w.paris(); c.Epoch != 1 {
			t.Errorf("epoch %d", c.Epoch)
		}
	})
}

func TestHangingReplica(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, nil)
		defer w.stop()
		w.db2.set(func(s *scripted) { s.hangs = true })
		w.after(2500*time.Millisecond, nil)
		w.want("U primary in service", "U replica in service") // two probes lost: no lag, not down
		w.after(time.Second, nil)
		w.want("U primary in service", "D replica")
		if h := w.paris().Hosts[1]; !strings.Contains(h.Problem, "deadline exceeded") || h.LagKnown {
			t.Errorf("problem %q, lag known %v", h.Problem, h.LagKnown)
		}
	})
}

func TestLaggingReplica(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, nil)
		defer w.stop()
		w.after(4900*time.Millisecond, nil)
		w.want("U primary in service", "U replica in service")
		w.after(400*time.Millisecond, nil)
		w.want("U primary in service", "U replica")
		if h := w.paris().Hosts[1]; h.Lag < 5*time.Second || h.Problem != "lags more than 5s" {
			t.Errorf("lag %v, problem %q", h.Lag, h.Problem)
		}
		// It follows, 3s late: not good enough to come back.
		late := map[time.Time]facts{}
		w.after(20*time.Second, func() {
			w.db1.set(func(s *scripted) { late[time.Now().Add(3*time.Second)] = s.facts })
			if f, ok := late[time.Now()]; ok {
				w.db2.set(func(s *scripted) { s.facts.beat, s.facts.stamp = f.beat, f.stamp })
			}
		})
		w.want("U primary in service", "U replica")
		if h := w.paris().Hosts[1]; h.Problem != "has lagged, serves again below 2.5s" {
			t.Errorf("lag %v, problem %q", h.Lag, h.Problem)
		}
		w.db2.catchUp(w.db1)
		w.after(200*time.Millisecond, nil)
		w.want("U primary in service", "U replica in service")
	})
}

func TestStoppedReplication(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, nil)
		defer w.stop()
		w.db2.set(func(s *scripted) {
			s.facts.links = []link{{host: "db1", port: "3306", sql: thread{stopped: true}}}
		})
		w.after(150*time.Millisecond, func() { w.db2.catchUp(w.db1) })
		w.want("U primary in service", "U replica")
	})
}

func TestPromotion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, nil)
		defer w.stop()
		w.db1.set(func(s *scripted) { s.err = syscall.ECONNRESET })
		w.after(time.Second, nil)
		w.db2.set(func(s *scripted) { s.facts.readOnly = false })
		w.after(time.Second, nil)
		w.want("D none", "U replica in service")
		w.db2.set(func(s *scripted) { s.facts.links = nil })
		w.after(150*time.Millisecond, nil)
		w.want("D none", "U primary in service")
		if c := w.paris(); c.Epoch != 2 || c.Primary != c.Hosts[1] || len(c.Replicas) != 0 {
			t.Errorf("epoch %d, primary %v, replicas %v", c.Epoch, c.Primary, c.Replicas)
		}

		w.db1.set(func(s *scripted) { s.err = nil }) // the old one comes back and takes writes
		w.after(2*time.Second, nil)
		w.want("U none", "U none")
		if c := w.paris(); c.Primary != nil || !strings.Contains(c.Problem, "db1:3306, db2:3306") {
			t.Errorf("primary %v, problem %q", c.Primary, c.Problem)
		}
		w.db1.set(func(s *scripted) { s.facts.readOnly = true }) // somebody fences it
		w.after(150*time.Millisecond, nil)
		w.want("U none", "U primary in service")
		if c := w.paris(); c.Epoch != 2 {
			t.Errorf("epoch %d", c.Epoch)
		}
	})
}

func TestReportFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, func(c *Config) {
			c.Interval, c.Heartbeat.Interval = time.Hour, 0
			c.DownAfter = 1
			c.Timeout = time.Millisecond
		})
		defer w.stop()
		w.db1.set(func(s *scripted) { s.err = syscall.EPIPE })
		w.ReportFailure("db1:3306")
		w.ReportFailure("db9:3306") // nobody knows it
		w.after(300*time.Millisecond, nil)
		w.want("D none", "U replica in service")
	})
}

func TestReportsOfFailureAloneChangeNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, nil)
		defer w.stop()
		before := w.db2.probesSoFar()
		w.after(10*time.Second, func() {
			w.db2.catchUp(w.db1)
			for range 1000 {
				w.ReportFailure("db2:3306")
			}
		})
		w.want("U primary in service", "U replica in service")
		if probes := w.db2.probesSoFar() - before; probes > 250 {
			t.Errorf("%d probes in 10s", probes)
		}
	})
}

func TestADeadHostIsProbedRarely(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, nil)
		defer w.stop()
		w.db2.set(func(s *scripted) { s.err = errors.New("no route to host") })
		w.after(10*time.Second, nil)
		before := w.db2.probesSoFar()
		w.after(time.Minute, nil)
		if probes := w.db2.probesSoFar() - before; probes < 55 || probes > 65 {
			t.Errorf("%d probes in a minute", probes)
		}
	})
}

func TestNotify(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, nil)
		w.stop()
		var seen []*topology.Snapshot
		w.Notify(func(s *topology.Snapshot) {
			if s != w.Snapshot() {
				t.Error("told of a snapshot that is not the present one")
			}
			seen = append(seen, s)
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		before := w.Snapshot().Revision
		if err := w.Run(ctx); err != nil {
			t.Error(err)
		}
		if len(seen) < 10 {
			t.Errorf("%d snapshots in a second", len(seen))
		}
		for i, s := range seen {
			if s.Revision != before+uint64(i)+1 {
				t.Fatalf("revision %d after %d", s.Revision, before+uint64(i))
			}
		}
	})
}

func TestUses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := New(DefaultConfig(), []Cluster{{Name: "paris", Hosts: []Host{
			{Address: "db1:3306"}, {Address: "db2:3306", Use: topology.Backup}, {Address: "db3:3306", Use: topology.Off}}}}, slog.New(slog.DiscardHandler))
		replica := facts{serverID: 2, readOnly: true, links: []link{{host: "db1", port: "3306", behindKnown: true}}}
		m.watchers[0].prober, m.watchers[1].prober = &scripted{facts: facts{serverID: 1}}, &scripted{facts: replica}
		m.beaters = nil
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := m.Run(ctx); err != nil {
			t.Error(err)
		}
		backup, off := m.Snapshot().Host("db2:3306"), m.Snapshot().Host("db3:3306")
		if backup.State != topology.Up || backup.Role != topology.Replica || backup.InService || !backup.LagKnown {
			t.Errorf("backup %+v", backup)
		}
		if len(m.watchers) != 2 || off.State != topology.Unprobed || off.InService || m.Snapshot().Clusters["paris"].Primary == nil {
			t.Errorf("off %+v", off)
		}
	})
}

func TestOneServerAloneHasNoHeartbeat(t *testing.T) {
	for beaters, hosts := range [][]Host{
		{{Address: "db1:3306"}, {Address: "db2:3306", Use: topology.Off}},
		{{Address: "db1:3306"}, {Address: "db2:3306", Use: topology.Backup}},
	} {
		m := New(DefaultConfig(), []Cluster{{Name: "paris", Hosts: hosts}}, slog.New(slog.DiscardHandler))
		if reads := m.watchers[0].prober.(*serverProbe).heartbeat != ""; len(m.beaters) != beaters || reads != (beaters == 1) {
			t.Errorf("%v: %d beaters, and probes read the heartbeat: %v", hosts, len(m.beaters), reads)
		}
	}
}

func TestMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := start(t, nil)
		w.db2.set(func(s *scripted) { s.err = syscall.ECONNREFUSED })
		w.after(400*time.Millisecond, nil)
		w.stop()
		got := gather(t, w.Collectors())
		for metric, want := range map[string]float64{
			"shunt_cluster_epoch cluster=paris":                            1,
			"shunt_server_in_service cluster=paris server=db1:3306":        1,
			"shunt_server_in_service cluster=paris server=db2:3306":        0,
			"shunt_server_lag_seconds cluster=paris server=db1:3306":       0,
			"shunt_server_role cluster=paris role=primary server=db1:3306": 1,
			"shunt_server_role cluster=paris role=replica server=db2:3306": 1,
			"shunt_server_flapping cluster=paris server=db1:3306":          0,
			"shunt_server_flapping cluster=paris server=db2:3306":          0,
			"shunt_server_share cluster=paris server=db2:3306":             0,
			"shunt_server_up cluster=paris server=db1:3306":                1,
			"shunt_server_up cluster=paris server=db2:3306":                0,
		} {
			if value, ok := got[metric]; !ok || value != want {
				t.Errorf("%s is %v (there: %v), want %v", metric, value, ok, want)
			}
			delete(got, metric)
		}
		for _, metric := range []string{
			"shunt_probes_total cluster=paris outcome=ok server=db1:3306",
			"shunt_probes_total cluster=paris outcome=ok server=db2:3306",
			"shunt_probes_total cluster=paris outcome=gone server=db2:3306",
			"shunt_heartbeats_total cluster=paris outcome=ok",
			"shunt_probe_duration_seconds cluster=paris",
		} {
			if got[metric] < 1 {
				t.Errorf("%s is %v", metric, got[metric])
			}
			delete(got, metric)
		}
		if len(got) != 0 {
			t.Errorf("also: %v", got)
		}
	})
}

// gather is what the collectors show: name and labels to value, of a histogram its count.
func gather(t *testing.T, collectors []prometheus.Collector) map[string]float64 {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(collectors...)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]float64{}
	for _, family := range families {
		for _, m := range family.Metric {
			key := family.GetName()
			for _, l := range m.Label {
				key += " " + l.GetName() + "=" + l.GetValue()
			}
			found[key] = m.GetGauge().GetValue() + m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	return found
}
