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
	Second  string // the same of a password that holds as well (MySQL's RETAIN CURRENT PASSWORD); empty for none
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
	known map[string][]sha2Entry // guarded by mu; by account name, of each password that holds
}

type sha2Entry struct {
	stored     string // what the server keeps in place of this password: where the account has that no more, the entry is worthless
	doubleHash [sha256.Size]byte
	password   []byte
}

func newSHA2Cache() *sha2Cache { return &sha2Cache{known: map[string][]sha2Entry{}} }

// find gives the entry whose password the client's reply to the salt proves, and the password's SHA256.
func (c *sha2Cache) find(a *Account, reply, salt []byte) (known sha2Entry, once [sha256.Size]byte, ok bool) {
	c.mu.Lock()
	entries := c.known[a.Name]
	c.mu.Unlock()
	for _, e := range entries {
		if !a.has(e.stored) {
			continue
		}
		if once, ok = mysql.SHA2Verify(reply, salt, e.doubleHash); ok {
			return e, once, true
		}
	}
	return sha2Entry{}, once, false
}

// put keeps a password that is the account's; stored is what the server keeps in its place.
func (c *sha2Cache) put(a *Account, stored string, password []byte) {
	_, double := mysql.SHA2Hash(password)
	entries := []sha2Entry{{stored, double, append([]byte(nil), password...)}}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range c.known[a.Name] {
		if e.stored != stored && a.has(e.stored) {
			entries = append(entries, e)
		}
	}
	c.known[a.Name] = entries // a new slice: others may be reading the old one
}

// has says whether the account has a password in whose place the server keeps this.
func (a *Account) has(stored string) bool {
	return stored == a.Stored || stored == a.Second && a.Second != ""
}
