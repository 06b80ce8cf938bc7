package proxy

import (
	"testing"

	"shunt/backend"
	"shunt/topology"
)

// TestAServerThatLeavesAndComesBackHasAnotherPool: a client does not go on with the one that it has used last.
func TestAServerThatLeavesAndComesBackHasAnotherPool(t *testing.T) {
	pools := backend.NewPools(backend.Defaults())
	with := func(addresses ...string) {
		c := &topology.Cluster{Name: "c"}
		for _, a := range addresses {
			c.Hosts = append(c.Hosts, &topology.Host{Address: a, Cluster: "c", State: topology.Up})
		}
		pools.Apply(&topology.Snapshot{Clusters: map[string]*topology.Cluster{"c": c}})
	}
	c := &Client{server: &Server{Deps: Deps{Pools: pools}}}
	with("a:1", "b:1")
	before := c.poolOf("a:1")
	if before == nil || before.Address != "a:1" || c.poolOf("b:1").Address != "b:1" || c.poolOf("a:1") != before {
		t.Fatal("a server's pool is not found")
	}
	with("b:1")
	if c.poolOf("a:1") != nil {
		t.Error("a server that has left has a pool")
	}
	with("a:1", "b:1")
	if after := c.poolOf("a:1"); after == nil || after == before {
		t.Error("a server that has come back has no pool of its own")
	}
	c.poolOf("a:1")
	with("b:1")
	with("a:1", "b:1") // between two statements of the client's
	if c.poolOf("a:1") != pools.Get("a:1") {
		t.Error("the client goes on with the pool of before")
	}
}
