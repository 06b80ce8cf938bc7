package router

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shunt/session"
	"shunt/sharding"
	"shunt/statement"
	"shunt/topology"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// TestPlans runs the golden cases of testdata. A case is a few lines: `world` and `session` say what differs from the usual (they hold until
// they are said anew), `sql` is the statement, `plan` and `why` are what is expected of it.
func TestPlans(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden cases: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { runFile(t, file) })
	}
}

func runFile(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parser := statement.NewParser(statement.Config{})
	world, facts := usualWorld(), usualFacts()
	var out []string
	cases := 0
	for _, line := range strings.Split(strings.TrimRight(string(text), "\n"), "\n") {
		word, rest, _ := strings.Cut(line, ": ")
		switch word {
		case "world":
			world = usualWorld()
			changeWorld(t, world, rest)
		case "session":
			facts = usualFacts()
			changeFacts(t, facts, rest)
		case "plan", "why":
			continue
		}
		out = append(out, line)
		if word == "sql" {
			cases++
			st, hint := parser.Parse([]byte(rest), 0)
			r := Router{SafeFunctions: map[string]bool{"shop.price": true}}
			world.Touch.Writes, world.Touch.Reads = Touches(nil, st, nil, facts, world.Map, false), Touches(nil, st, nil, facts, world.Map, true)
			plan := r.Plan(st, &hint, facts, world, 0)
			if picked := planPrepared(r, st, &hint, facts, world); describe(&picked) != describe(&plan) || reasonsOf(&picked) != reasonsOf(&plan) {
				t.Errorf("%s: with prepared readers %s (%s)", rest, describe(&picked), reasonsOf(&picked))
			}
			out = append(out, "plan: "+describe(&plan), "why: "+reasonsOf(&plan))
		}
	}
	if cases == 0 {
		t.Fatal("the file has no case")
	}
	got := strings.Join(out, "\n") + "\n"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(text), got); diff != "" {
		t.Errorf("plans differ (-want +got); go test ./router -update accepts them:\n%s", diff)
	}
}

// planPrepared plans once more, with what the monitor puts into its snapshots.
func planPrepared(r Router, st *statement.Statement, hint *statement.Hint, facts *session.Facts, world *World) Plan {
	for _, c := range world.Topology.Clusters {
		prepare(c)
		defer func() { c.Readers, c.Reached = nil, nil }()
	}
	return r.Plan(st, hint, facts, world, 0)
}

func describe(p *Plan) string {
	switch p.Verdict {
	case Forward:
		again := ""
		if p.Again {
			again = ", may be asked again"
		}
		if p.Scarce {
			again += ", not too many at a time"
		}
		if p.Stale {
			again += ", with a warning"
		}
		return fmt.Sprintf("forward to %s %s of %s%s", p.Role, p.Host.Address, p.Cluster, again)
	case Spread:
		return "spread over " + strings.Join(p.Clusters, ", ")
	case Refuse:
		return fmt.Sprintf("refuse: %d %s", p.Error.Number, p.Error.Message)
	}
	return p.Verdict.String()
}

func reasonsOf(p *Plan) string {
	var texts []string
	for _, r := range p.Reasons() {
		texts = append(texts, r.String())
	}
	return strings.Join(texts, "; ")
}

// usualWorld has cluster paris with primary p1 and replicas r1, r2, and cluster gra with p2 and r3. Database shop lives in paris, blog
// in gra.
func usualWorld() *World {
	host := func(address, cluster string, role topology.Role) *topology.Host {
		return &topology.Host{Address: address, Cluster: cluster, Datacenter: cluster, Role: role, State: topology.Up, Weight: 1,
			InService: role == topology.Replica, Applied: topology.Position{"0": {{Start: 1, End: 10}}}}
	}
	cluster := func(name string, hosts ...*topology.Host) *topology.Cluster {
		return &topology.Cluster{Name: name, Hosts: hosts, Primary: hosts[0], Replicas: hosts[1:]}
	}
	p, r := topology.Primary, topology.Replica
	return &World{
		Now: noon, Touch: &Touch{},
		Scene: Scene{
			Map: sharding.NewMap(1, sharding.Config{Default: "paris"}, map[string][]string{"paris": {"shop", "logs", "both"}, "gra": {"blog", "both"}}),
			Topology: &topology.Snapshot{Clusters: map[string]*topology.Cluster{
				"paris": cluster("paris", host("p1", "paris", p), host("r1", "paris", r), host("r2", "paris", r)),
				"gra":   cluster("gra", host("p2", "gra", p), host("r3", "gra", r)),
			}},
		},
	}
}

func changeWorld(t *testing.T, w *World, words string) {
	for _, word := range strings.Fields(words) {
		key, value, _ := strings.Cut(word, "=")
		paris := w.Topology.Clusters["paris"]
		switch key {
		case "usual":
		case "no-primary":
			paris.Primary = nil
		case "out": // a replica is out of service
			w.Topology.Host(value).InService = false
		case "behind": // a replica has applied nothing
			w.Topology.Host(value).Applied = nil
		case "near": // the proxy stands in r1's datacenter, r2 is elsewhere
			w.Datacenter = "paris"
			w.Topology.Host("r2").Datacenter = "gra"
		case "weightless":
			w.Topology.Host(value).Weight = 0
		case "wait": // reads may wait on a replica; r2 is too late for that
			w.Wait = 50 * time.Millisecond
			for _, h := range paris.Replicas {
				h.LagKnown = true
			}
			w.Topology.Host("r2").Lag = time.Second
		case "avoid":
			w.Avoid[0] = value
		case "statistics": // a replica is for the pool statistics
			w.Topology.Host(value).Pools = []string{"reports", "statistics"}
		case "looked": // a moment after the session has read
			w.Topology.Host(value).Looked = noon.Add(time.Second)
			w.Topology.Host(value).Shown = w.Topology.Host(value).Applied
		case "ahead": // a server has transaction 20
			w.Topology.Host(value).Applied = topology.Position{"0": {{Start: 1, End: 20}}}
			w.Topology.Host(value).Shown = w.Topology.Host(value).Applied
		case "located": // the primary was asked, and had that transaction
			w.PositionOf = "paris"
			if value != "" {
				w.Position = topology.Position{"0": {{Start: 1, End: uint64(value[0]-'0')*10 + uint64(value[1]-'0')}}}
			}
		case "modules": // statistics lives on gra, and a database that only has it there
			w.Map = sharding.NewMap(2, sharding.Config{Default: "paris", Modules: []sharding.Module{
				{Name: "statistics", Database: "shop", Tables: []string{"stat_*", "visits"}, Cluster: "gra"},
			}}, map[string][]string{"paris": {"shop"}, "gra": {"blog", "shop"}})
			w.Rules = &Rules{Modules: map[string]session.Consistency{"statistics": session.Eventual}}
		case "settled": // a cluster's primary was waited for
			w.Settled = value
		case "serves": // gra is kept for some modules or users
			what, names, _ := strings.Cut(value, ":")
			s := Serves{Users: strings.Split(names, ",")}
			if what == "modules" {
				s = Serves{Modules: strings.Split(names, ",")}
			}
			w.Rules = &Rules{Serves: map[string]Serves{"gra": s}}
		case "hold": // writes are held
			if value == "" {
				value = "paris"
			}
			w.Held = &Held{Clusters: []string{value}}
		case "pause": // writes to an area are: shop whole, shop. without its modules, shop.statistics
			database, module, part := strings.Cut(value, ".")
			w.Held = &Held{Areas: []Area{{Database: database, Module: module, Whole: !part}}}
		case "entered": // the session has something open in it
			database, module, part := strings.Cut(value, ".")
			w.Touch.Open = []Area{{Database: database, Module: module, Whole: !part}}
		case "seen": // … or has read there in its transaction
			w.Touch.Seen = []Area{{Database: value}}
		case "closed": // reads wait, too
			database, module, part := strings.Cut(value, ".")
			w.Held = &Held{Closed: []Area{{Database: database, Module: module, Whole: !part}}}
		case "transactions":
			w.Transactions = map[string]Transactions{"one": OneWriter, "ordered": Ordered, "atomic": Atomic}[value]
		case "rules":
			w.Rules = usualRules(t)
		case "fleet":
			w.Rules, w.Keyed = &Rules{Fleet: true}, true
		default:
			t.Fatalf("a world has no %q", word)
		}
	}
}

// noon is when statements come.
var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// usualRules are what an operator of a shop may write down.
func usualRules(t *testing.T) *Rules {
	t.Helper()
	patterns := func(texts ...string) *sharding.Patterns {
		p, err := sharding.ParsePatterns(texts)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	return &Rules{
		Databases: []DatabaseRule{{"log*", session.Eventual}},
		Tables:    []TableRule{{patterns("*.sessions"), session.CausalGlobal}, {patterns("shop.stock"), session.Primary}},
		Sticky:    time.Minute,
	}
}

func usualFacts() *session.Facts {
	return &session.Facts{Schema: "shop", Autocommit: true, WarningsKnown: true}
}

func changeFacts(t testing.TB, f *session.Facts, words string) {
	for _, word := range strings.Fields(words) {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "usual":
		case "schema":
			f.Schema = value
		case "autocommit":
			f.Autocommit = value == "1"
		case "transaction":
			f.Pins, f.InTransaction, f.PinCluster, f.PinHost = session.PinTransaction, true, "paris", value
		case "written": // the transaction has written where it is
			f.Branches = []session.Branch{{Cluster: "paris", Wrote: true, XA: f.Atomic}}
		case "atomic": // the transaction may write on several clusters
			f.Atomic = true
		case "deferred": // … and has touched none yet
			f.Pins, f.InTransaction, f.Atomic = session.PinTransaction, true, true
		case "asleep": // the transaction's branch on gra, while that on paris is in use
			f.Branches = []session.Branch{{Cluster: "gra", Host: value, XA: f.Atomic}, {Cluster: "paris", Wrote: true, XA: f.Atomic}}
		case "temporary": // there is a temporary table, too
			f.Pins |= session.PinTempTable
		case "readonly":
			f.ReadOnly, f.PinReplica = true, true
		case "lingers":
			f.Pins, f.PinCluster, f.PinHost = session.PinDiagnostics, "paris", value
			f.WarningsKnown, f.Here = false, statement.UsesFoundRows|statement.UsesRowCount|statement.UsesDiagnostics
		case "held": // by a lock or the like, outside of a transaction
			f.Pins, f.PinCluster, f.PinHost = session.PinLock, "paris", value
		case "wrote-rows": // several, on a connection that has gone back
			f.Gone = statement.UsesRowCount
		case "warned": // the warnings are saved
			f.Gone = statement.UsesDiagnostics
		case "none-found": // by a SELECT, before one row was written
			f.Torn = statement.UsesFoundRows
		case "locks":
			f.UsesLocks = true
		case "wrote":
			f.Wrote = []session.ClusterGTID{{Cluster: "paris", GTID: topology.GTID{Source: "0", Seq: 10}}}
			if value == "11" {
				f.Wrote[0].GTID.Seq = 11
			}
		case "pool": // the session's reads are given to the pool statistics; the value is what else
			e, ok := topology.ParseElse(value)
			if !ok {
				t.Fatalf("no way out of a pool is %q", value)
			}
			f.Pool = &topology.ReadPool{Name: "statistics", Else: e}
		case "stuck": // by a critical write, so long ago
			ago, err := time.ParseDuration(value)
			if err != nil {
				t.Fatal(err)
			}
			f.Stuck = []session.ClusterTime{{Cluster: "paris", At: noon.Add(-ago)}}
		case "seen", "doubted": // where it has read since it wrote; doubted: without what it needs, perhaps
			f.Seen = []session.Seen{{Cluster: "paris", Host: value, Since: noon, At: noon, Fresh: key == "seen"}}
		case "busy": // for so long
			long, err := time.ParseDuration(value)
			if err != nil {
				t.Fatal(err)
			}
			f.Seen[0].Since = noon.Add(-long)
		case "user":
			f.User = value
		case "ahead": // the primary may not show yet what the session has seen
			f.Ahead = []string{value}
		case "tried":
			f.Seen[0].Tried = true
		case "floor":
			f.Floor = []session.ClusterPosition{{Cluster: "paris", Position: topology.Position{"0": {{Start: 1, End: 10}}}}}
			if value == "11" {
				f.Floor[0].Position["0"][0].End = 11
			}
		case "scarce":
			way, ok := session.ParseScarcity(value)
			if !ok {
				t.Fatalf("no way %q", value)
			}
			f.Scarcity = way
		case "chosen":
			f.Chosen = true
		case "wrote-on":
			f.Wrote = append(f.Wrote, session.ClusterGTID{Cluster: value, GTID: f.Wrote[0].GTID})
		case "blind":
			f.Blind = []string{"paris"}
		case "consistency":
			c, ok := session.ParseConsistency(value)
			if !ok {
				t.Fatalf("no consistency %q", value)
			}
			f.Consistency = c
		default:
			t.Fatalf("a session has no %q", word)
		}
	}
}

func TestWeightsShareTheReads(t *testing.T) {
	w := usualWorld()
	w.Topology.Host("r2").Weight = 3
	st, hint := statement.NewParser(statement.Config{}).Parse([]byte("SELECT 1"), 0)
	count := map[string]int{}
	var r Router
	for dice := range uint32(400) {
		p := r.Plan(st, &hint, usualFacts(), w, dice)
		count[p.Host.Address]++
	}
	if count["r1"] != 100 || count["r2"] != 300 {
		t.Errorf("of 400 reads, by weights 1 and 3: %v", count)
	}
	clear(count)
	w.Topology.Host("r2").Portion = 10 // it has just come back
	for dice := range uint32(130) {
		p := r.Plan(st, &hint, usualFacts(), w, dice)
		count[p.Host.Address]++
	}
	if count["r1"] != 100 || count["r2"] != 30 {
		t.Errorf("of 130 reads, by shares 100 and 30: %v", count)
	}
}

func TestPlanningAllocatesNothing(t *testing.T) {
	parser := statement.NewParser(statement.Config{})
	w, facts := usualWorld(), usualFacts()
	facts.Wrote = []session.ClusterGTID{{Cluster: "paris", GTID: topology.GTID{Source: "0", Seq: 10}}}
	facts.Pool = &topology.ReadPool{Name: "statistics"}
	w.Topology.Host("r1").Pools = []string{"statistics"}
	var r Router
	for _, sql := range []string{"SELECT * FROM t WHERE id=1", "UPDATE t SET a=1", "BEGIN", "SET NAMES utf8mb4"} {
		st, hint := parser.Parse([]byte(sql), 0)
		if n := testing.AllocsPerRun(100, func() { _ = r.Plan(st, &hint, facts, w, 1) }); n != 0 {
			t.Errorf("%s: %v allocations", sql, n)
		}
	}
}

func BenchmarkPlan(b *testing.B) {
	for _, c := range []struct{ name, sql, session string }{
		{"select", "SELECT * FROM t WHERE id=1", "usual"},
		{"after a write", "SELECT * FROM t WHERE id=1", "wrote"},
		{"of a pool", "SELECT * FROM t WHERE id=1", "pool=replicas"},
		{"join", "SELECT * FROM t JOIN u USING (a) JOIN v USING (b)", "usual"},
		{"update", "UPDATE t SET a=1", "usual"},
		{"in a transaction", "UPDATE t SET a=1", "transaction=p1"},
	} {
		b.Run(c.name, func(b *testing.B) {
			st, hint := statement.NewParser(statement.Config{}).Parse([]byte(c.sql), 0)
			w, facts := usualWorld(), usualFacts()
			changeFacts(b, facts, c.session)
			var r Router
			b.ReportAllocs()
			for b.Loop() {
				_ = r.Plan(st, &hint, facts, w, 7)
			}
		})
	}
}
