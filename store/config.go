package store

import (
	"crypto/tls"
	"time"
)

// Config says where the store is. With neither a folder nor addresses it is in memory, and forgotten at the end.
type Config struct {
	// Embedded is the folder of a store inside this process; empty: none.
	Embedded string

	// Etcd are the addresses of a cluster, as https://host:2379. It is used in place of a folder.
	Etcd           []string
	User, Password string
	TLS            *tls.Config // nil: none, or as an https address has it

	// Prefix stands before all keys, so that several fleets can share a cluster.
	Prefix string
	// Timeout bounds each request, beside the caller's context. Of several members each has a third of it: one may stand still.
	Timeout time.Duration

	// Quota is how large an embedded store may become, in bytes. A full one takes no more changes until something is deleted.
	Quota int64
	// History is how many revisions an embedded store keeps for watches and lists that are behind.
	History int64
}

// The defaults of a Config.
const (
	DefaultPrefix  = "shunt/"
	DefaultTimeout = 5 * time.Second
	DefaultQuota   = 2 << 30
	DefaultHistory = 10000
)

// WithDefaults fills in what is not given.
func (c Config) WithDefaults() Config {
	if c.Prefix == "" {
		c.Prefix = DefaultPrefix
	}
	if c.Timeout <= 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Quota <= 0 {
		c.Quota = DefaultQuota
	}
	if c.History <= 0 {
		c.History = DefaultHistory
	}
	return c
}
