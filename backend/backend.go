// Package backend holds the connections to MySQL servers: [Pools] has a [Pool] per server, a Pool lends a [Conn] to one
// client's task at a time, many clients over few connections. It dials, logs in as the client's own account,
// keeps what is idle, hands out by turns among accounts when the server's limit is reached, and retires what broke or grew old.
//
// It does not know what a session is: what a Conn carries is noted on it by whoever had it ([Conn.Carries]), and putting
// another session's state on it is the borrower's business. Which server to use is decided by router, whether a server
// is well by backend/monitor.
package backend

import (
	"time"
)

// Config is what an operator sets about server connections.
type Config struct {
	// PerServer bounds the connections to one server, all accounts together.
	PerServer int `yaml:"per_server"`
	// Prepared bounds the statements prepared on one server, all connections together.
	Prepared int `yaml:"prepared"`
	// Queue bounds the statements that wait for a connection to one server. 0: no bound.
	Queue int `yaml:"queue"`
	// Wait bounds how long a statement waits for a free connection.
	Wait time.Duration `yaml:"wait"`
	// Dial bounds connecting and logging in to a server.
	Dial time.Duration `yaml:"dial"`
	// Idle is how long an unused connection is kept. It must be below the servers' wait_timeout.
	Idle time.Duration `yaml:"idle"`
	// Lifetime is after how long a connection is replaced, so that changed grants and server settings arrive everywhere.
	Lifetime time.Duration `yaml:"lifetime"`
	// Shards is how many event loops borrow connections; each has idle ones of its own. 0 is 1.
	Shards int `yaml:"-"`
	// Links are the clusters' own settings; a cluster without any has plain connections.
	Links map[string]Link `yaml:"-"`
}

// Defaults are the values that hold where the configuration says nothing.
func Defaults() Config {
	return Config{PerServer: 200, Queue: 10000, Prepared: 8000, Wait: 10 * time.Second, Dial: 5 * time.Second, Idle: 5 * time.Minute, Lifetime: time.Hour}
}

// baseline is what every connection is set to after login and after a reset: the trackers that tell what a statement changed. They
// are cheap, a few bytes in the OK packets of statements that change something.
const (
	baselineMariaDB = "session_track_system_variables='*',session_track_schema=1,session_track_state_change=1"
	baselineMySQL   = baselineMariaDB + ",session_track_gtids=OWN_GTID"
)
