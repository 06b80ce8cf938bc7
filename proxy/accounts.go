package proxy

import (
	"context"
	"crypto/sha256"
	"sync"

	"shunt/mysql"
)

// Accounts is where the proxy looks accounts up: the servers' own account tables, and a static list.
type Accounts interface {
	// Find gives the account that a server would choose for a user from a client's address.
	Find(user, host string) (Account, bool)
	// Refresh looks at the servers again, because a login failed that a moment ago might have been given. It may block for as long as ctx lets it.
	Refresh(ctx context.Context)
}

// Account is one row of a server's account table.
type Account struct {
	Name    string // user@host pattern
	Behind  string // what CURRENT_USER() must give behind, for grants to hold; empty: whatever the server takes the user for
	Plugin  string
	Stored  string // what the server keeps in place of the password
	Locked  bool
	Expired bool
	Require Requirement
}

// Requirement is what an account demands of the client's connection (REQUIRE …).
type Requirement uint8

// The requirements, each more than the one before.
const (
	NoTLS      Requirement = iota
	AnyTLS                 // TLS
	X509TLS                // with a certificate of the client's that an authority has signed
	CertainTLS             // of a certain issuer or subject, or with a certain cipher
)

// sha2Cache remembers what full authentication with caching_sha2_password has taught, as a server does: later logins need no password, only a
// scramble. It is kept in memory only.
type sha2Cache struct {
	mu    sync.Mutex
	known map[string]sha2Entry // guarded by mu; by account name
}

type sha2Entry struct {
	stored     string // of the account when it was learned: a changed password makes the entry worthless
	doubleHash [sha256.Size]byte
	password   []byte
}

func newSHA2Cache() *sha2Cache { return &sha2Cache{known: map[string]sha2Entry{}} }

func (c *sha2Cache) get(a *Account) (sha2Entry, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.known[a.Name]
	return e, ok && e.stored == a.Stored
}

func (c *sha2Cache) put(a *Account, password []byte) {
	_, double := mysql.SHA2Hash(password)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known[a.Name] = sha2Entry{a.Stored, double, append([]byte(nil), password...)}
}
