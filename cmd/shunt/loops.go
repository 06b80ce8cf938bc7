package main

import (
	"runtime"

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
	config := h.config.Backend()
	config.Shards = n
	h.pools = backend.NewPools(config)
	return loops, nil
}
