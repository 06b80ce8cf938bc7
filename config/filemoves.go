package config

import "time"

// Moves bounds the moves of databases between clusters.
type Moves struct {
	// The account with which databases are copied, closed and opened, on all clusters: docs/moves.md says what it may. Without it the
	// clusters' own (clusters.<name>.account) do that.
	Account MoveAccount `yaml:"account"`

	// Whether this proxy drives moves. One that does not takes orders about them all the same.
	Drive bool `yaml:"drive" default:"true"`

	// Moves that work at a time, in the whole fleet. Those that wait for an order, such as the way back, do not count.
	MaxProcs int `yaml:"max_procs" default:"400" min:"1"`

	// Moves from one cluster that work at a time.
	PerSource int `yaml:"per_source" default:"4" min:"1"`

	// Moves to one cluster that work at a time.
	PerTarget int `yaml:"per_target" default:"4" min:"1"`

	// Moves that one proxy lets switch at a time.
	Cutovers int `yaml:"cutovers" default:"8" min:"1"`

	// How long a switch may keep the statements of its database waiting. After that it is given up, and tried again later. It is below
	// limits.wait, after which clients get errors.
	Pause time.Duration `yaml:"pause" default:"2s"`

	// Databases up to this size are compared as a whole while their statements wait.
	Compare Size `yaml:"compare" default:"64MiB"`

	// Switches that are tried before a move is given up.
	Tries int `yaml:"tries" default:"10" min:"1"`
}

// MoveAccount is the account of moves.
type MoveAccount struct {
	// The user.
	User string `yaml:"user"`

	// Its password.
	Password Secret `yaml:"password"`
}
