package switchover

import (
	"context"
	"net"
	"time"

	"shunt/topology"
)

// Server is one server, as it is told what to be. Each method is done when it returns, or its error says what is not. One
// goroutine at a time may use it. [Dial] gives real ones.
type Server interface {
	// Facts reads all that a switchover depends on.
	Facts(ctx context.Context) (Facts, error)

	// Lock makes sure that no other shunt changes the roles of servers here; false if one does. It holds until Close, or until
	// the connection breaks.
	Lock(ctx context.Context) (bool, error)

	// Links reads the replication links alone.
	Links(ctx context.Context) ([]Link, error)

	// Position is all that the server has in its binary log, as its own GTID text.
	Position(ctx context.Context) (string, error)

	// Reach waits until the server has applied a position; false if that takes longer than within.
	Reach(ctx context.Context, position string, within time.Duration) (bool, error)

	// SetModes makes the server read_only or writable. Statements that run can delay that, up to within; then it is
	// an error and the server is as before.
	SetModes(ctx context.Context, m Modes, within time.Duration) error

	// Stop and Start are for both threads of a link, StopReceiving for the one that fetches: what has come is applied still.
	Stop(ctx context.Context, link string) error
	Start(ctx context.Context, link string) error
	StopReceiving(ctx context.Context, link string) error

	// Repoint lets a link lead to another source, with the account that it has, and starts it.
	Repoint(ctx context.Context, link string, to Source) error

	// Follow makes a new link and starts it, from where the server's own data ends.
	Follow(ctx context.Context, f Following) error

	// Forget removes a link that is stopped.
	Forget(ctx context.Context, link string) error

	// Close hangs up.
	Close()
}

// Source is where a link leads to, by the name that the replica uses.
type Source struct{ Host, Port string }

func (s Source) String() string { return net.JoinHostPort(s.Host, s.Port) }

// Following is a new link.
type Following struct {
	Name   string // mostly empty
	Source Source
	As     Account
	Like   Link // whose encryption it takes
}

// Modes say who may write. MariaDB has only the first.
type Modes struct{ ReadOnly, SuperReadOnly bool }

// Closed are the modes of a server that takes no writes.
func Closed() Modes { return Modes{ReadOnly: true, SuperReadOnly: true} }

// Open are the modes of a server that takes writes.
func Open() Modes { return Modes{} }

// Facts are what a server says about itself.
type Facts struct {
	Flavor     topology.Flavor
	Version    string
	ServerID   string
	UUID       string // MySQL's server_uuid
	Host, Port string // as it names itself to replicas: report_host if that is set, else its host name
	Reported   bool   // report_host is set
	Account    string // the control account that asked, user@host
	Rights     []string
	Modes      Modes
	BinaryLog  bool
	LogUpdates bool   // what a replica applies goes into its own binary log
	GTID       bool   // MySQL's gtid_mode is ON; always so in MariaDB
	Domain     string // MariaDB's gtid_domain_id
	Has        string // its position: all that it has, its own transactions and those it has applied
	Events     int    // enabled events that the control account can see
	SemiSync   bool   // commits wait for a replica
	Links      []Link
}

// Link is one replication link of a replica.
type Link struct {
	Name       string
	Host, Port string
	ServerID   string // of its source
	UUID       string // of its source, MySQL only
	IO, SQL    string // Yes, No, Connecting (or Preparing)
	IOErrno    int
	IOError    string
	SQLError   string
	GTID       bool   // it goes by GTID
	Received   string // what has been fetched, as GTID text
	Delay      int    // seconds that it is behind on purpose
	Filters    []string
	TLS        LinkTLS
}

// Source is where the link leads to.
func (l Link) Source() Source { return Source{l.Host, l.Port} }

// Runs says whether both threads run and the link is connected.
func (l Link) Runs() bool { return l.IO == "Yes" && l.SQL == "Yes" }

// LinkTLS is the encryption of a link. The paths are those on the replica.
type LinkTLS struct {
	On, Verify    bool
	CA, Cert, Key string
}

// LeadsTo says whether the link's source is the server listed at that address, with these facts if they are known.
func (l Link) LeadsTo(address string, f *Facts) bool {
	if sameAddress(address, l.Source().String()) {
		return true
	}
	if f == nil {
		return false
	}
	if l.UUID != "" && f.UUID != "" {
		return l.UUID == f.UUID
	}
	return l.ServerID != "" && l.ServerID != "0" && l.ServerID == f.ServerID
}

// sameAddress compares addresses; the names of the loopback interface are one.
func sameAddress(a, b string) bool { return loopback(a) == loopback(b) }

func loopback(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err == nil && (host == "localhost" || host == "::1") {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return address
}
