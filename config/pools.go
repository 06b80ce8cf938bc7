package config

import (
	"fmt"
	"slices"
)

// checkPools finds pools that no server is in, and entries that are for nobody or for everybody.
func (c *Config) checkPools(d *decoder) {
	var known []string
	readable := !d.hasFault("clusters")
	for _, cluster := range c.File.Clusters {
		for i, s := range cluster.Servers {
			known = append(known, s.Pools...)
			if slices.Contains(s.Pools, "") {
				d.wrong(fmt.Sprintf("clusters.%s.servers[%d].pools", cluster.Name, i), "a pool has no name", "")
			}
		}
	}
	slices.Sort(known)
	known = slices.Compact(known)
	for i, p := range c.File.Reads.Pools {
		path := fmt.Sprintf("reads.pools[%d]", i)
		if p.Pool != "" && !slices.Contains(known, p.Pool) && readable {
			d.wrong(path+".pool", "no server lists the pool "+p.Pool, didYouMean(p.Pool, known))
		}
		c.checkModules(d, path+".modules", p.Modules)
		if len(p.Users) == 0 && len(p.Databases) == 0 && len(p.Modules) == 0 && !d.hasFault(path) {
			d.wrong(path, "names neither users nor databases nor modules", "give it some")
		}
	}
}
