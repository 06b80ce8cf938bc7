package proxy

import (
	"slices"

	"shunt/topology"
)

// PoolRule gives reads to a pool of replicas: those of the users while one of the databases is the session's default one.
type PoolRule struct {
	Users     []string // empty: everybody
	Databases []string // empty: whatever the default database is
	Pool      *topology.ReadPool
}

// readPool is the pool that a user's reads are given to; the first rule that fits counts. nil: none.
func (c *Config) readPool(user, schema string) *topology.ReadPool {
	for i := range c.Pools {
		r := &c.Pools[i]
		if (len(r.Users) == 0 || slices.Contains(r.Users, user)) && (len(r.Databases) == 0 || slices.Contains(r.Databases, schema)) {
			return r.Pool
		}
	}
	return nil
}

// poolOf is readPool for the sessions of one user; nil where there are no pools, so that a client costs no more memory.
func (c *Config) poolOf(user string) func(schema string) *topology.ReadPool {
	if len(c.Pools) == 0 {
		return nil
	}
	return func(schema string) *topology.ReadPool { return c.readPool(user, schema) }
}
