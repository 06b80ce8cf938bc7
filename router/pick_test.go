package router

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"shunt/session"
	"shunt/statement"
	"shunt/topology"
)

// prepare does what the monitor does for its snapshots.
func prepare(c *topology.Cluster) {
	c.Readers, c.Reached = topology.NewReaders(c.Replicas), topology.Reached{}
	for _, h := range c.Replicas {
		c.Reached.Add(h.Applied)
	}
}

// fleet is the usual world with n replicas in paris.
func fleet(n int) *World {
	w := usualWorld()
	paris := w.Topology.Clusters["paris"]
	paris.Replicas = nil
	for i := range n {
		paris.Replicas = append(paris.Replicas, &topology.Host{Address: fmt.Sprintf("r%d", i), Cluster: "paris", Datacenter: "paris", State: topology.Up,
			Role: topology.Replica, Weight: 1, InService: true, Applied: topology.Position{"0": {{Start: 1, End: 10}}}})
	}
	return w
}

// anyFleet is a fleet in which everything that matters for the choice is as chance has it.
func anyFleet(r *rand.Rand) *World {
	w := fleet(r.IntN(6))
	w.Datacenter = []string{"", "paris", "gra", "nowhere"}[r.IntN(4)]
	if r.IntN(2) == 0 {
		w.Wait = 50 * time.Millisecond
	}
	if r.IntN(3) == 0 {
		w.Avoid[0] = "r0"
	}
	for _, h := range w.Topology.Clusters["paris"].Replicas {
		h.Weight, h.Portion = r.IntN(4), []int{0, 50, 100}[r.IntN(3)]
		if r.IntN(4) == 0 {
			h.Pools = []string{"statistics"}
		}
		h.InService = r.IntN(4) > 0
		h.Datacenter = []string{"paris", "gra"}[r.IntN(2)]
		h.Lag, h.LagKnown = time.Duration(r.IntN(2))*time.Second, r.IntN(2) == 0
		h.Applied = topology.Position{"0": {{Start: 1, End: uint64(9 + r.IntN(3))}}}
	}
	return w
}

// both plans with the table and by walking.
func both(w *World, facts *session.Facts, st *statement.Statement, dice uint32) (picked, walked Plan) {
	var r Router
	var hint statement.Hint
	paris := w.Topology.Clusters["paris"]
	prepare(paris)
	picked = r.Plan(st, &hint, facts, w, dice)
	paris.Readers, paris.Reached = nil, nil
	return picked, r.Plan(st, &hint, facts, w, dice)
}

// unfit says how many replicas could be picked that do not fit.
func unfit(w *World, wrote bool) bool {
	return slices.ContainsFunc(w.Topology.Clusters["paris"].Replicas, func(h *topology.Host) bool {
		return h.Reads() && (w.avoids(h.Address) || wrote && !h.Applied.Covers(topology.GTID{Source: "0", Seq: 10}))
	})
}

func TestPickingChoosesAsWalkingDoes(t *testing.T) {
	st, _ := statement.NewParser(statement.Config{}).Parse([]byte("SELECT * FROM t"), 0)
	same, other := 0, 0
	for seed := range uint64(3000) {
		w, facts := anyFleet(rand.New(rand.NewPCG(seed, 0))), usualFacts()
		wrote := seed%2 == 0
		if wrote {
			changeFacts(t, facts, "wrote")
		}
		if seed%3 == 0 {
			facts.Pool = &topology.ReadPool{Name: "statistics", Else: topology.Else(seed % 2)}
		}
		for throw := range uint32(60) {
			dice := throw * 50 // each share is some of these
			picked, walked := both(w, facts, st, dice)
			if unfit(w, wrote) { // then another throw decides, but nothing else
				other++
				if picked.Host != nil && picked.Role == topology.Replica {
					picked.Host, walked.Host = nil, nil
				}
			} else {
				same++
			}
			if !reflect.DeepEqual(picked, walked) {
				t.Fatalf("world %d, dice %d: picked %s (%s), walked %s (%s)", seed, dice, describe(&picked), reasonsOf(&picked), describe(&walked), reasonsOf(&walked))
			}
		}
	}
	if same < 10_000 || other < 10_000 {
		t.Errorf("%d plans where all fit, %d where some do not: the worlds are too much alike", same, other)
	}
}

// TestPickingNeverTakesWhatDoesNotFit also holds the shares of those that do: each is within one percent of its weight.
func TestPickingNeverTakesWhatDoesNotFit(t *testing.T) {
	st, hint := statement.NewParser(statement.Config{}).Parse([]byte("SELECT * FROM t"), 0)
	facts := usualFacts()
	changeFacts(t, facts, "wrote")
	for _, far := range []string{"paris", "gra"} {
		w := fleet(8)
		w.Datacenter = "paris"
		weights, sum := map[string]int{}, 0
		for i, h := range w.Topology.Clusters["paris"].Replicas {
			h.Weight = 1 + i%3
			switch {
			case i%2 == 0:
				h.Applied = nil
			case i == 7:
				h.Datacenter = far
			}
			if i%2 == 1 && h.Datacenter == "paris" {
				weights[h.Address] = h.Weight
				sum += h.Weight
			}
		}
		prepare(w.Topology.Clusters["paris"])
		count := map[string]int{}
		const reads = 400_000
		var r Router
		for dice := range uint32(reads) {
			p := r.Plan(st, &hint, facts, w, dice)
			count[p.Host.Address]++
		}
		for address, n := range count {
			want := float64(weights[address]) / float64(sum)
			if got := float64(n) / reads; got < want-.01 || got > want+.01 {
				t.Errorf("the other datacenter is %s: %s has %.3f of the reads, by weight %.3f", far, address, got, want)
			}
		}
		if len(count) != len(weights) {
			t.Errorf("%v, by weight %v", count, weights)
		}
	}
}

func TestWhatNoReplicaCanHaveIsNotLookedFor(t *testing.T) {
	st, hint := statement.NewParser(statement.Config{}).Parse([]byte("SELECT * FROM t"), 0)
	w, facts := usualWorld(), usualFacts()
	changeFacts(t, facts, "wrote=11")
	paris := w.Topology.Clusters["paris"]
	prepare(paris)
	var r Router
	if p := r.Plan(st, &hint, facts, w, 0); p.Host != paris.Primary {
		t.Errorf("%s (%s)", describe(&p), reasonsOf(&p))
	}
	changeWorld(t, w, "wait")
	if p := r.Plan(st, &hint, facts, w, 1); p.Host != paris.Replicas[0] || !p.Wait { // r2 is too late
		t.Errorf("%s (%s)", describe(&p), reasonsOf(&p))
	}
}

func TestPickingAllocatesNothing(t *testing.T) {
	st, hint := statement.NewParser(statement.Config{}).Parse([]byte("SELECT * FROM t"), 0)
	w, facts := fleet(100), usualFacts()
	w.Datacenter = "paris"
	w.Topology.Clusters["paris"].Replicas[70].Datacenter = "gra"
	changeFacts(t, facts, "wrote")
	prepare(w.Topology.Clusters["paris"])
	var r Router
	if n := testing.AllocsPerRun(100, func() { _ = r.Plan(st, &hint, facts, w, 70) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkPlanOfReplicas: "none has it" is a read right behind a write of the same session, which may wait on a replica.
func BenchmarkPlanOfReplicas(b *testing.B) {
	for _, replicas := range []int{1, 10, 100, 1000} {
		for _, c := range []struct{ name, session string }{{"usual", "usual"}, {"all have it", "wrote"}, {"none has it", "wrote=11"}} {
			b.Run(fmt.Sprintf("%d/%s", replicas, c.name), func(b *testing.B) {
				st, hint := statement.NewParser(statement.Config{}).Parse([]byte("SELECT * FROM t WHERE id=1"), 0)
				w, facts := fleet(replicas), usualFacts()
				changeFacts(b, facts, c.session)
				w.Wait = 50 * time.Millisecond
				for _, h := range w.Topology.Clusters["paris"].Replicas {
					h.LagKnown = true
				}
				prepare(w.Topology.Clusters["paris"])
				var r Router
				dice := uint32(0)
				b.ReportAllocs()
				for b.Loop() {
					dice = throwAgain(dice)
					_ = r.Plan(st, &hint, facts, w, dice)
				}
			})
		}
	}
}
