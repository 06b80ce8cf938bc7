package config

import "time"

// Reads says which reads may go to replicas.
type Reads struct {
	// How fresh the reads of a session are that asks for nothing else. causal: never older than what the session has written and
	// read; sticky: after a critical write, the primary is asked until the request ends; eventual: any replica in service; primary:
	// no replica; causal-global: never older than what anybody was told to be written. docs/consistency.md has it all.
	Consistency string `yaml:"consistency" default:"causal" oneof:"causal causal-global sticky eventual primary"`

	// Exceptions, for accounts, databases, modules or tables. What is said of a table goes before what is said of its module, that before its
	// database, and that before what is said of the account; of several tables in one statement the strictest counts. Hints and the session's own
	// shunt_consistency go before all of them.
	Rules []ReadRule `yaml:"rules" reload:"live"`

	// Which writes keep the reads behind them from replicas.
	Critical Critical `yaml:"critical" reload:"live"`

	// How long a critical write keeps reads with consistency sticky on the primary. 0: until the request ends, with the connection, with
	// COM_RESET_CONNECTION, COM_CHANGE_USER, or with another traceparent or request key.
	StickyFor time.Duration `yaml:"sticky_for" default:"0" reload:"live"`

	// Where the statements of one request, which have a traceparent or a request key in common, may come in. proxy: all through this
	// shunt; fleet: through several, so the primary is asked how far it is before each of their reads.
	Requests string `yaml:"requests" default:"proxy" oneof:"proxy fleet" reload:"live"`

	// How long a read may wait on a replica for what its session wrote, before the primary is asked. 0: not at all.
	Wait time.Duration `yaml:"wait" default:"100ms"`

	// What becomes of reads while a cluster has replicas and none is in service. primary: it answers them, limits.primary_reads at a
	// time; stale: a replica that answers but lags too much or does not replicate, with a warning, unless it lacks what the session has to
	// see; error: the client hears that. Exceptions are in reads.rules.
	NoReplica string `yaml:"no_replica" default:"primary" oneof:"primary stale error" reload:"live"`

	// How much older than the primary's a replica's data may be while it takes reads. It takes them again below half of that.
	// 0: no limit.
	MaxLag time.Duration `yaml:"max_lag" default:"5s"`

	// How long a replica that returns to service, or is added, takes less than its share of the reads: from a tenth of it on,
	// step by step, so that its caches fill. 0: it takes its whole share at once.
	WarmUp time.Duration `yaml:"warm_up" default:"10s"`

	// on: a replica that answers plain reads more than twice as slowly as the fastest one of the same pools gets less of them, down to
	// a tenth of its share, until it is faster; off: its weight alone counts.
	LatencyAware string `yaml:"latency_aware" default:"on" oneof:"on off"`

	// Stored functions that only read and always give the same for the same data: a SELECT that calls them may go to a replica.
	SafeFunctions []string `yaml:"safe_functions"`

	// Accounts and databases whose reads go to a pool of replicas, to those servers that list the pool in their own pools. The
	// first entry that fits a session counts. All other reads go to the replicas that are in no pool.
	Pools []Pool `yaml:"pools"`
}

// Pool gives reads to a pool of replicas.
type Pool struct {
	// The user names that it is for. Empty: everybody who uses the databases.
	Users []string `yaml:"users" id:"true"`

	// The databases that it is for, as the default one of a session. Empty: whatever the users use.
	Databases []string `yaml:"databases" id:"true"`

	// Modules whose tables are read there, whoever reads them; beside what users and databases say.
	Modules []string `yaml:"modules"`

	// The pool, as the servers list it.
	Pool string `yaml:"pool" need:"true"`

	// Where the reads go while no server of the pool is in service. replicas: to the replicas in no pool; primary: to the
	// primary; error: nowhere, the client gets error 9917.
	Else string `yaml:"else" default:"replicas" oneof:"replicas primary error"`
}

// ReadRule is an exception from reads.consistency. It names users, databases, modules or tables, one of the four.
type ReadRule struct {
	// User names. The first rule that fits holds from login on.
	Users []string `yaml:"users"`

	// Databases; an asterisk stands for any characters. The first rule that fits holds.
	Databases []string `yaml:"databases"`

	// Modules, by their names.
	Modules []string `yaml:"modules"`

	// Tables, as database.table; an asterisk stands for any characters. The first rule that fits holds.
	Tables []string `yaml:"tables"`

	// How fresh their reads are.
	Consistency string `yaml:"consistency" oneof:"causal causal-global sticky eventual primary"`

	// For users: what becomes of their reads while no replica is in service, as reads.no_replica.
	NoReplica string `yaml:"no_replica" oneof:"primary stale error"`
}

// Critical says which writes keep the reads behind them from replicas: all but these.
type Critical struct {
	// Tables, as database.table, whose writes the same session need not see at once: counters, statistics. An asterisk stands for any
	// characters.
	Except []string `yaml:"except"`
}

// Serves keeps a cluster for one task: whatever else comes to it is refused.
type Serves struct {
	// Modules whose tables it has. Statements about other tables or databases, and those that name none, are refused. Empty: it serves all.
	Modules []string `yaml:"modules"`

	// The user names of those who may use it. Empty: everybody.
	Users []string `yaml:"users"`
}
