package proxy

import (
	"crypto/tls"
	"net/netip"
	"time"

	"shunt/mysql"
	"shunt/router"
	"shunt/session"
)

// Config is what an operator sets about the front door.
type Config struct {
	Listen []Listen
	// Clients bounds the frontend connections.
	Clients int
	// Limits are what single accounts may take; nil for no limits.
	Limits *AccountLimits
	// JoinRows and JoinBytes bound what is copied from one cluster to another for one SELECT over both.
	JoinRows, JoinBytes int
	// PrimaryReads bounds how many reads at a time a primary serves because no replica is in service. 0: no bound.
	PrimaryReads int
	// Held is how many statements may wait for a primary, or because writes are held, HeldBytes how long they may be together; 0: no limit.
	Held      int
	HeldBytes int64
	// Wait bounds how long a statement waits for a primary or a free connection.
	Wait time.Duration
	// Login bounds the login of a client.
	Login time.Duration
	// Write bounds how long a client may refuse to take its answer.
	Write time.Duration
	// Prepared bounds the prepared statements of one client.
	Prepared int
	// Packet bounds one command, in bytes.
	Packet int
	// ReadWait is how long a read may wait on a replica for what its session wrote, before the primary is asked. 0: not at all.
	ReadWait time.Duration
	// Pipelining is how long a quick read waits behind others on a connection that does not come on to the next, before it is sent by itself. 0: none is sent behind others.
	Pipelining time.Duration
	// Linger is how long a connection is kept for a question about the last statement (SHOW WARNINGS).
	Linger time.Duration
	// Drain bounds how long clients may finish what they are doing when the server ends.
	Drain time.Duration
	// Consistency of sessions that ask for none.
	Consistency session.Consistency
	// Transactions says what transactions may do on more than one cluster. Atomic ones need Deps.Decisions; without them it is as OneWriter.
	Transactions router.Transactions
	// Pools give reads of accounts and databases to pools of replicas; the first that fits counts.
	Pools []PoolRule
}

// Listen is one listening socket: an address (host:port) or the path of a unix socket, and its TLS. With Required,
// a client must use TLS.
type Listen struct {
	Address  string
	TLS      *tls.Config
	Required bool
	// ProxyProtocol are the networks from which a PROXY protocol header is believed.
	ProxyProtocol []netip.Prefix
	// Compression are those of CapCompress and CapZstdCompression that clients may choose.
	Compression mysql.Capability
}

// Defaults are the values that hold where the configuration says nothing.
func Defaults() Config {
	return Config{
		Clients: 20000, Limits: &AccountLimits{Limits: Limits{Connections: 500, TransactionIdle: 5 * time.Minute}}, PrimaryReads: 50, JoinRows: 10000, JoinBytes: 16 << 20, Held: 10000, HeldBytes: 256 << 20, Wait: 10 * time.Second, Login: 10 * time.Second, Write: time.Minute, Packet: 64 << 20, Prepared: 16382,
		Pipelining: 100 * time.Millisecond, ReadWait: 100 * time.Millisecond, Linger: 20 * time.Millisecond, Drain: 30 * time.Second, Consistency: session.Causal,
	}
}
