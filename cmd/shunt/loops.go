package main

import (
	"runtime"

	"github.com/prometheus/client_golang/prometheus"

	"shunt/backend"
	"shunt/netloop"
	"shunt/netloop/epoll"
)

// newLoop makes the event loops that serve clients, and the pools that lend them connections.
func (h *house) newLoop() (netloop.Loop, error) {
	n := h.config.File.Limits.Loops
	if n == 0 {
		n = runtime.GOMAXPROCS(0)
	}
	loops, err := epoll.New(n)
	if err != nil {
		return nil, err
	}
	h.loops = loops.Run
	for _, c := range loopMetrics(loops.Stats) {
		if err := h.metrics.Register(c); err != nil {
			return nil, err
		}
	}
	config := h.config.Backend()
	config.Shards = n
	h.pools = backend.NewPools(config)
	return loops, nil
}

// loopMetrics are what the loops count. Reads and writes per statement tell how well the work is batched.
func loopMetrics(stats func() epoll.Stats) []prometheus.Collector {
	counter := func(name, help string, of func(epoll.Stats) uint64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(of(stats())) })
	}
	return []prometheus.Collector{
		counter("shunt_loop_turns_total", "Looks of the event loops at their sockets.", func(s epoll.Stats) uint64 { return s.Turns }),
		counter("shunt_loop_reads_total", "System calls that read from clients and servers.", func(s epoll.Stats) uint64 { return s.Reads }),
		counter("shunt_loop_writes_total", "System calls that wrote to clients and servers.", func(s epoll.Stats) uint64 { return s.Writes }),
		counter("shunt_loop_moves_total", "Server connections that went from one event loop to another.", func(s epoll.Stats) uint64 { return s.Moves }),
	}
}
