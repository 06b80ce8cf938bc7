package main

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"shunt/sharding"
)

// mapSizes are how many databases a map has, on how many clusters.
var mapSizes = []struct{ databases, clusters int }{{1, 1}, {1000, 10}, {1_000_000, 1000}}

// lookups and changes are how many of each are timed.
const (
	lookups = 2_000_000
	changes = 20_000
)

// shardMap asks the shard map alone, in this process: how long a look-up and a change take, and how much memory a database does.
func shardMap(ctx context.Context, _ *bench) (outcome, error) {
	o := outcome{title: "The shard map by itself",
		notes: []string{"No servers: the map is made of what discovery would find, with names of 16 bytes, and asked by one goroutine in an order that no cache can guess. A change gives one database another home and makes the next map; the one before goes on to exist for those who have it."},
		table: table{head: []string{"databases", "clusters", "built in s", "look-up ns", "change µs", "bytes per database"}}}
	for _, size := range mapSizes {
		if ctx.Err() != nil {
			return o, context.Cause(ctx)
		}
		names := make([]string, size.databases)
		for i := range names {
			names[i] = fmt.Sprintf("customer_%07d", i)
		}
		found := map[string][]string{}
		for i, name := range names {
			cluster := fmt.Sprintf("cluster%03d", i%size.clusters)
			found[cluster] = append(found[cluster], name)
		}
		before, began := heapInUse(), time.Now()
		m := sharding.NewMap(1, sharding.Config{Default: "cluster000"}, found)
		built := time.Since(began)
		bytes := heapInUse() - before
		lookup, err := timeLookups(m, names)
		if err != nil {
			return o, err
		}
		o.table.rows = append(o.table.rows, []string{thousands(int64(size.databases)), thousands(int64(size.clusters)), figure(built.Seconds()),
			figure(lookup), figure(timeChanges(m, names) / 1000), figure(bytes / float64(size.databases))})
		runtime.KeepAlive(found)
	}
	return o, nil
}

// timeLookups gives nanoseconds for each.
func timeLookups(m *sharding.Map, names []string) (float64, error) {
	began, at := time.Now(), uint64(0)
	for range lookups {
		at = (at + 2654435761) % uint64(len(names))
		if _, err := m.Home(names[at]); err != nil {
			return 0, err
		}
	}
	return float64(time.Since(began)) / lookups, nil
}

// timeChanges gives nanoseconds for each.
func timeChanges(m *sharding.Map, names []string) float64 {
	began, at := time.Now(), uint64(0)
	for range changes {
		at = (at + 2654435761) % uint64(len(names))
		e := m.Edit()
		e.SetHome(names[at], "cluster000")
		m = e.Done()
	}
	return float64(time.Since(began)) / changes
}

func heapInUse() float64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}
