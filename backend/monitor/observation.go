package monitor

import (
	"net"
	"time"

	"shunt/topology"
)

// observation is how one probe ended.
type observation struct {
	began time.Time
	took  time.Duration
	facts facts // if err is nil
	err   error // why the probe failed
	gone  bool  // it failed because nobody listens there, and two quick attempts more found the same
}

// outcome is the metric label of an observation.
func (o observation) outcome() string {
	switch {
	case o.err == nil:
		return "ok"
	case o.gone:
		return "gone"
	}
	return "failed"
}

// facts is what a server says about itself. Immutable once observed.
type facts struct {
	flavor   topology.Flavor
	version  string
	serverID uint32
	uuid     string // MySQL's server_uuid; empty in MariaDB
	hostname string // the server's own idea of its name and port, which replicas may name it by
	port     string
	peer     string // the IP address it was reached at; empty over a unix socket
	readOnly bool

	// own is the position of a server that writes, applied that of the replication applier alone. They differ in MariaDB,
	// where @@gtid_current_pos counts the server's own writes in; on a replica those would pretend that the primary's
	// transactions with the same numbers had arrived.
	own, applied topology.Position
	// shown is what the server's answers may have shown by then. A transaction becomes visible before it counts as executed (MySQL, and MariaDB's
	// applier), but not before it is in the binary log or owned by the session that commits it. nil: that is not known.
	shown topology.Position

	links      []link
	linksRead  time.Time // when links were read; zero if they never could be
	linksError error     // why they could not be read this time

	beat  uint64    // the newest heartbeat of this proxy that is in the server's table; 0 if there is none
	stamp time.Time // when this proxy wrote it, by its wall clock
}

// link is one replication link, as the replica sees it.
type link struct {
	name        string // connection name (MariaDB) or channel (MySQL); mostly empty
	host, port  string
	serverID    uint32 // of the source; 0 if the link has not been up since the replica started
	uuid        string // of the source, MySQL only
	io, sql     thread
	behind      time.Duration // Seconds_Behind_Master; meaningful if behindKnown
	behindKnown bool
}

// thread is one of the two threads of a link.
type thread struct {
	stopped bool   // by an error or by a person; a thread that tries to connect is not stopped
	err     string // its last error
}

// source is the address of the link's source as the replica names it.
func (l link) source() string { return net.JoinHostPort(l.host, l.port) }
