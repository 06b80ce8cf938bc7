package config

import (
	"fmt"

	"shunt/router"
	"shunt/session"
	"shunt/sharding"
	"shunt/topology"
)

// checkReads finds rules that are about nothing, or about too much, and patterns that are none.
func (c *Config) checkReads(d *decoder) {
	for i, r := range c.File.Reads.Rules {
		path := fmt.Sprintf("reads.rules[%d]", i)
		kinds := 0
		for _, list := range [][]string{r.Users, r.Databases, r.Modules, r.Tables} {
			if len(list) > 0 {
				kinds++
			}
		}
		if kinds != 1 {
			d.wrong(path, "is not about users, databases, modules or tables", "give one of the four; make a rule of its own for each")
		}
		c.checkModules(d, path+".modules", r.Modules)
		if r.Consistency == "" && r.NoReplica == "" {
			d.wrong(path, "says nothing", "give it a consistency")
		}
		if r.NoReplica != "" && len(r.Users) == 0 {
			d.wrong(path+".no_replica", "is for users only", "")
		}
		if _, err := sharding.ParsePatterns(r.Tables); err != nil {
			d.wrong(path+".tables", err.Error(), "")
		}
	}
	if _, err := sharding.ParsePatterns(c.File.Reads.Critical.Except); err != nil {
		d.wrong("reads.critical.except", err.Error(), "")
	}
}

// Rules are what is written down about reading and writing, for the router.
func (c *Config) Rules() *router.Rules {
	reads := c.File.Reads
	r := ruleMaker{&router.Rules{Users: map[string]session.Consistency{}, Scarce: map[string]session.Scarcity{}, Modules: map[string]session.Consistency{}, Pools: map[string]*topology.ReadPool{}, Serves: map[string]router.Serves{},
		Sticky: reads.StickyFor, Fleet: reads.Requests == "fleet"}}
	r.NoReplica, _ = session.ParseScarcity(reads.NoReplica) // checked when the file was read, as all words and patterns are
	for _, rule := range reads.Rules {
		r.addUsers(rule)
		if rule.Consistency == "" {
			continue
		}
		level, _ := session.ParseConsistency(rule.Consistency)
		for _, pattern := range rule.Databases {
			r.Databases = append(r.Databases, router.DatabaseRule{Pattern: pattern, Consistency: level})
		}
		for _, module := range rule.Modules {
			if _, earlier := r.Modules[module]; !earlier {
				r.Modules[module] = level
			}
		}
		if len(rule.Tables) > 0 {
			patterns, _ := sharding.ParsePatterns(rule.Tables)
			r.Tables = append(r.Tables, router.TableRule{Patterns: patterns, Consistency: level})
		}
	}
	if except := reads.Critical.Except; len(except) > 0 {
		r.NotCritical, _ = sharding.ParsePatterns(except)
	}
	for _, pool := range reads.Pools {
		otherwise, _ := topology.ParseElse(pool.Else)
		for _, module := range pool.Modules {
			r.Pools[module] = &topology.ReadPool{Name: pool.Pool, Else: otherwise}
		}
	}
	for _, cluster := range c.File.Clusters {
		if s := cluster.Serves; len(s.Modules)+len(s.Users) > 0 {
			r.Serves[cluster.Name] = router.Serves{Modules: s.Modules, Users: s.Users}
		}
	}
	return r.Rules
}

// ruleMaker collects rules.
type ruleMaker struct{ *router.Rules }

// addUsers adds what a rule says of users. The first rule that says something of a user holds.
func (r ruleMaker) addUsers(rule ReadRule) {
	for _, user := range rule.Users {
		if level, ok := session.ParseConsistency(rule.Consistency); ok {
			if _, earlier := r.Users[user]; !earlier {
				r.Users[user] = level
			}
		}
		if way, ok := session.ParseScarcity(rule.NoReplica); ok {
			if _, earlier := r.Scarce[user]; !earlier {
				r.Scarce[user] = way
			}
		}
	}
}
