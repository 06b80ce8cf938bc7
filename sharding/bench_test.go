package sharding_test

import (
	"fmt"
	"runtime"
	"testing"

	"shunt/sharding"
)

// sizes are how many databases a map has in the benchmarks, on how many clusters.
var sizes = []struct{ databases, clusters int }{{1, 1}, {1000, 10}, {1_000_000, 1000}}

func named(i int) string { return fmt.Sprintf("customer_%07d", i) }

// filled is a map as discovery makes it, and the heap bytes that it takes.
func filled(databases, clusters int) (m *sharding.Map, bytes float64) {
	found := map[string][]string{}
	for i := range databases {
		cluster := fmt.Sprintf("cluster%03d", i%clusters)
		found[cluster] = append(found[cluster], named(i))
	}
	before := heap()
	m = sharding.NewMap(1, sharding.Config{Default: "cluster000"}, found)
	after := heap()
	runtime.KeepAlive(found)
	return m, after - before
}

func heap() float64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}

// BenchmarkHome looks names up, in an order that no cache can guess.
func BenchmarkHome(b *testing.B) {
	for _, size := range sizes {
		b.Run(fmt.Sprintf("databases=%d", size.databases), func(b *testing.B) {
			m, bytes := filled(size.databases, size.clusters)
			names := make([]string, min(size.databases, 1<<16))
			for i := range names {
				names[i] = named(int(uint64(i) * 2654435761 % uint64(size.databases)))
			}
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				if _, err := m.Home(names[i%len(names)]); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(bytes/float64(size.databases), "B/database")
			runtime.KeepAlive(m)
		})
	}
}

// BenchmarkChange makes the next map, with one database on another cluster.
func BenchmarkChange(b *testing.B) {
	for _, size := range sizes {
		b.Run(fmt.Sprintf("databases=%d", size.databases), func(b *testing.B) {
			m, _ := filled(size.databases, size.clusters)
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				e := m.Edit()
				e.SetHome(named(i%size.databases), "cluster000")
				m = e.Done()
			}
		})
	}
}

// BenchmarkBuild makes a whole map of what discovery has found.
func BenchmarkBuild(b *testing.B) {
	for _, size := range sizes {
		b.Run(fmt.Sprintf("databases=%d", size.databases), func(b *testing.B) {
			for range b.N {
				filled(size.databases, size.clusters)
			}
		})
	}
}

// TestAMillionDatabasesAreSmall holds the bound of the memory, which does not depend on the machine's speed.
func TestAMillionDatabasesAreSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("it makes a million databases")
	}
	m, bytes := filled(1_000_000, 1000)
	if each := bytes / 1e6; each > 100 || m.Len() != 1_000_000 {
		t.Errorf("%d databases take %.0f bytes each", m.Len(), each)
	}
}
