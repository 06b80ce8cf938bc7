package backend_test

import (
	"testing"

	"shunt/backend"
	"shunt/topology"
)

func serversOf(name string, addresses ...string) *topology.Cluster {
	c := &topology.Cluster{Name: name}
	for _, a := range addresses {
		c.Hosts = append(c.Hosts, &topology.Host{Address: a, Cluster: name, State: topology.Up})
	}
	return c
}

func TestPoolsFollowTheServersThatThereAre(t *testing.T) {
	pools := backend.NewPools(backend.Defaults())
	paris, gra := serversOf("paris", "db1", "db2"), serversOf("gra", "db3")
	for _, step := range []struct {
		name     string
		clusters []*topology.Cluster
		want     string // the servers that have a pool
	}{
		{"the first snapshot", []*topology.Cluster{paris, gra}, "db1 db2 db3"},
		{"the same again", []*topology.Cluster{paris, gra}, "db1 db2 db3"},
		{"one cluster is as before", []*topology.Cluster{paris, serversOf("gra", "db3")}, "db1 db2 db3"},
		{"another server in its place", []*topology.Cluster{paris, serversOf("gra", "db4")}, "db1 db2 db4"},
		{"one server more", []*topology.Cluster{paris, serversOf("gra", "db4", "db3")}, "db1 db2 db3 db4"},
		{"one less", []*topology.Cluster{paris, serversOf("gra", "db3")}, "db1 db2 db3"},
		{"another cluster in its place", []*topology.Cluster{paris, serversOf("rome", "db4")}, "db1 db2 db4"},
		{"a cluster less", []*topology.Cluster{paris}, "db1 db2"},
		{"nothing", nil, ""},
	} {
		s := &topology.Snapshot{Clusters: map[string]*topology.Cluster{}}
		for _, c := range step.clusters {
			s.Clusters[c.Name] = c
		}
		kept := pools.Get("db1")
		pools.Apply(s)
		got := ""
		for _, address := range []string{"db1", "db2", "db3", "db4"} {
			if pools.Get(address) != nil {
				got += " " + address
			}
		}
		if got != "" {
			got = got[1:]
		}
		if got != step.want {
			t.Errorf("%s: pools of %q, want %q", step.name, got, step.want)
		}
		if kept != nil && pools.Get("db1") != kept && got != "" {
			t.Errorf("%s: a server that stays has lost its pool", step.name)
		}
	}
}
