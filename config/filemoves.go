package config

import "time"

// Moves bounds the moves of databases between clusters.
type Moves struct {
	// The account with which databases are copied, closed and opened, on all clusters: docs/moves.md says what it may. Without it the
	// clusters' own (clusters.<name>.account) do that.
	Account MoveAccount `yaml:"account"`

	// Whether this proxy drives moves. One that does not takes orders about them all the same.
	Drive bool `yaml:"drive" default:"true"`

	// Moves that work at a time, in the whole fleet; START MOVES MAX says otherwise while it runs. Those that wait for an order, such as
	// the way back, do not count.
	MaxProcs int `yaml:"max_procs" default:"400" min:"1"`

	// Moves from one cluster that work at a time, in the whole fleet.
	PerSource int `yaml:"per_source" default:"4" min:"1"`

	// Moves to one cluster that work at a time, in the whole fleet.
	PerTarget int `yaml:"per_target" default:"4" min:"1"`

	// Moves that switch at a time, in the whole fleet.
	Cutovers int `yaml:"cutovers" default:"8" min:"1"`

	// Moves from one cluster that switch at a time, and moves to one: where more do, each of them keeps its statements waiting for longer.
	CutoversPerCluster int `yaml:"cutovers_per_cluster" default:"2" min:"1"`

	// How long a switch may keep the statements of its database waiting. After that it is given up, and tried again later. It is below
	// limits.wait, after which clients get errors.
	Pause time.Duration `yaml:"pause" default:"2s"`

	// Databases up to this size are compared as a whole while their statements wait.
	Compare Size `yaml:"compare" default:"64MiB"`

	// Switches that are tried before a move is given up.
	Tries int `yaml:"tries" default:"10" min:"1"`

	// When too many moves fail all are stopped, as STOP MOVES does.
	Errors MoveErrors `yaml:"errors"`

	// Copies wait while the servers of the source or the target are busier than this.
	Throttle MoveThrottle `yaml:"throttle"`
}

// MoveErrors bounds the failures of moves.
type MoveErrors struct {
	// The share of moves that may fail, in percent, of those that came to their ends. 100: as many as like.
	Budget int `yaml:"budget" default:"5"`

	// Fewer failures than these stop nothing.
	Least int `yaml:"least" default:"10" min:"1"`

	// How long a move that has ended counts. START MOVES has them count anew.
	Within time.Duration `yaml:"within" default:"1h"`
}

// MoveThrottle bounds the load beside which rows are copied.
type MoveThrottle struct {
	// How far a replica that serves may be behind. 0: it does not matter.
	Lag time.Duration `yaml:"lag" default:"10s"`

	// Statements that a primary may run at a time (Threads_running). 0: they do not matter.
	Threads int `yaml:"threads" default:"128"`

	// How long InnoDB's history list may be. 0: it does not matter.
	History int `yaml:"history" default:"1000000"`
}

// MoveAccount is the account of moves.
type MoveAccount struct {
	// The user.
	User string `yaml:"user"`

	// Its password.
	Password Secret `yaml:"password"`
}
