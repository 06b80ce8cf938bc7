package router

import (
	"time"

	"shunt/session"
	"shunt/sharding"
	"shunt/statement"
	"shunt/topology"
)

// Rules are what an operator has decided about reading and writing: how fresh reads of a database or a table have to be, and which writes are not
// critical. Immutable; nil: nothing is decided.
type Rules struct {
	// Users: what holds from login on, by user name.
	Users map[string]session.Consistency
	// Databases and Tables: the first that fits a name holds for it. What a table's says goes before what its module's says, and that before
	// what its database's says.
	Databases []DatabaseRule
	Tables    []TableRule
	// Modules: what holds for the tables of a module, by its name.
	Modules map[string]session.Consistency
	// Pools are the read pools of modules, by their names.
	Pools map[string]*topology.ReadPool
	// Serves are the clusters that are kept for a task, by their names.
	Serves map[string]Serves
	// NotCritical are tables whose writes later reads need not see.
	NotCritical *sharding.Patterns
	// Sticky is how long a critical write keeps a request's reads on the primary; 0: until the request ends.
	Sticky time.Duration
	// NoReplica is what becomes of reads while no replica is in service; Scarce has exceptions from it, by user name.
	NoReplica session.Scarcity
	Scarce    map[string]session.Scarcity
	// Fleet: a request that says who it is may have written through another proxy, so its reads are causal-global.
	Fleet bool
}

// OfUser is what holds for a user's sessions that choose nothing else; otherwise where nothing is said of him.
func (r *Rules) OfUser(user string, otherwise session.Consistency) session.Consistency {
	if r == nil {
		return otherwise
	}
	if c, ok := r.Users[user]; ok {
		return c
	}
	return otherwise
}

// ScarcityOf is what becomes of a user's reads while no replica is in service.
func (r *Rules) ScarcityOf(user string) session.Scarcity {
	if r == nil {
		return session.ToPrimary
	}
	if s, ok := r.Scarce[user]; ok {
		return s
	}
	return r.NoReplica
}

// DatabaseRule is about the databases whose names fit a pattern, as in [sharding.Matches].
type DatabaseRule struct {
	Pattern     string
	Consistency session.Consistency
}

// TableRule is about tables.
type TableRule struct {
	Patterns    *sharding.Patterns
	Consistency session.Consistency
}

// consistency is how fresh the reads of a statement have to be: what its hint says, else what the session has chosen, else the strictest of what the
// rules say of its tables, else what holds for the account.
func (d *decision) consistency() session.Consistency {
	if d.hint.Consistency != "" {
		if c, ok := session.ParseConsistency(d.hint.Consistency); ok {
			return c
		}
	}
	rules := d.world.Rules
	if d.facts.Chosen || rules == nil || len(rules.Databases)+len(rules.Tables)+len(rules.Modules) == 0 {
		return d.facts.Consistency
	}
	return rules.strictest(d.st, d.facts, d.world.Map)
}

// strictest goes through the tables of a statement. One without tables is about the session's default database.
func (r *Rules) strictest(st *statement.Statement, facts *session.Facts, m *sharding.Map) session.Consistency {
	found, c := false, session.Eventual
	add := func(one session.Consistency) { found, c = true, c.Stricter(one) }
	for i := range st.Tables {
		add(r.ofTable(m, schemaOf(&st.Tables[i], facts), st.Tables[i].Name, facts.Consistency))
	}
	for _, db := range st.Databases {
		add(r.ofDatabase(db, facts.Consistency))
	}
	if !found {
		return r.ofDatabase(facts.Schema, facts.Consistency)
	}
	return c
}

func (r *Rules) ofTable(m *sharding.Map, database, table string, otherwise session.Consistency) session.Consistency {
	for i := range r.Tables {
		if r.Tables[i].Patterns.Match(database, table) {
			return r.Tables[i].Consistency
		}
	}
	if len(r.Modules) > 0 {
		for _, module := range m.Modules(database) {
			if c, ok := r.Modules[module.Name]; ok && module.Has(table) {
				return c
			}
		}
	}
	return r.ofDatabase(database, otherwise)
}

func (r *Rules) ofDatabase(database string, otherwise session.Consistency) session.Consistency {
	for i := range r.Databases {
		if sharding.Matches(r.Databases[i].Pattern, database) {
			return r.Databases[i].Consistency
		}
	}
	return otherwise
}

// Exempt says whether later reads need not see what a statement writes: its hint says so, or all tables that it writes are among those that are not
// critical.
func (r *Rules) Exempt(st *statement.Statement, hint *statement.Hint, facts *session.Facts) bool {
	if hint.NotCritical {
		return true
	}
	if r == nil || r.NotCritical == nil {
		return false
	}
	writes := false
	for i := range st.Tables {
		if !st.Tables[i].Write {
			continue
		}
		if !r.NotCritical.Match(schemaOf(&st.Tables[i], facts), st.Tables[i].Name) {
			return false
		}
		writes = true
	}
	return writes
}

// schemaOf is the database of a table.
func schemaOf(t *statement.Table, facts *session.Facts) string {
	if t.Schema == "" {
		return facts.Schema
	}
	return t.Schema
}
