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
	Compare Size `yaml:"compare" default:"16MiB"`

	// Switches that are tried before a move is given up.
	Tries int `yaml:"tries" default:"10" min:"1"`

	// A dump of the old cluster, as it was when the database switched, is kept in a file that the servers' own client restores. The way back, and the end of the move, wait
	// until it is made; statements do not. docs/moves.md tells about it.
	KeepDumps MoveDumps `yaml:"keep_dumps"`

	// When too many moves fail all are stopped, as STOP MOVES does.
	Errors MoveErrors `yaml:"errors"`

	// Copies wait while the servers of the source or the target are busier than this.
	Throttle MoveThrottle `yaml:"throttle"`
}

// MoveDumps says where dumps of old clusters are kept.
type MoveDumps struct {
	// The folder for them; it is made where it is missing. A relative one starts from the folder of this file. Empty: no dumps are made. All proxies that drive moves need
	// one, each its own or all the same.
	Folder string `yaml:"folder"`

	// For how many days a dump is kept; the proxy that has it deletes it then. 0: for ever.
	Days int `yaml:"days" default:"30" min:"0"`

	// For how long a dump is tried again that cannot be made, as when the disk is full. Then the old cluster follows the new one without, and FINISH MOVE asks for FORCE.
	Patience time.Duration `yaml:"patience" default:"1h"`
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
