package catalog

import (
	"cmp"
	"net/netip"
	"slices"
	"time"
)

// Account is one account of a server, as its account tables have it. Immutable.
type Account struct {
	User string `yaml:"user"` // empty: anonymous, matches every user name
	Host string `yaml:"host"` // pattern: %, _, a.b.c.d/m.m.m.m, in MySQL also a.b.c.d/n; empty in configuration: %

	// Auth is how the client proves who it is.
	Auth `yaml:",inline"`

	// Alternatives are further ways, any of which will do: MariaDB's "IDENTIFIED VIA … OR …", MySQL's second password.
	Alternatives []Auth `yaml:"alternatives"`

	Locked             bool           `yaml:"locked"`
	PasswordExpired    bool           `yaml:"password_expired"` // by order, or by age at the moment of [Accounts.Match]
	RequireTLS         TLSRequirement `yaml:"require_tls"`
	IsRole             bool           `yaml:"-"`                    // a role, nobody can log in as one
	MaxUserConnections int            `yaml:"max_user_connections"` // 0: the server's limit

	// Cluster is where the account is from; empty for one from the configuration.
	Cluster string `yaml:"-"`

	expires time.Time // when the password's age makes it invalid; zero: never
	pattern *pattern
}

// Auth is one authentication method of an account.
type Auth struct {
	Plugin     string `yaml:"plugin"`      // mysql_native_password, caching_sha2_password, unix_socket …
	AuthString string `yaml:"auth_string"` // as the server stores it: a hash, or what the plugin wants; may be empty
}

// TLSRequirement is what an account demands of the client's connection.
type TLSRequirement string

// The requirements, in the words of the servers' ssl_type.
const (
	NoTLS        TLSRequirement = ""
	AnyTLS       TLSRequirement = "ANY"
	X509TLS      TLSRequirement = "X509"      // with any valid client certificate
	SpecifiedTLS TLSRequirement = "SPECIFIED" // with a certain issuer, subject or cipher
)

// Accounts are all accounts at one moment. Immutable.
type Accounts struct {
	sets []*accountSet // in the order of precedence
}

// accountSet is the accounts of one server. The server takes the first that matches in the order of the host patterns,
// whether it names the user or is anonymous.
type accountSet struct {
	accounts []Account // by user, and for each user in the order of the host patterns; the anonymous ones have the user ""
}

// newAccountSet sorts the accounts and keeps them.
func newAccountSet(accounts []Account) *accountSet {
	if cap(accounts)-len(accounts) > len(accounts)/8 {
		accounts = slices.Clone(accounts)
	}
	slices.SortStableFunc(accounts, func(a, b Account) int { return cmp.Or(cmp.Compare(a.User, b.User), a.pattern.compare(b.pattern)) })
	return &accountSet{accounts}
}

// of are the accounts of a user.
func (s *accountSet) of(user string) []Account {
	from, found := slices.BinarySearchFunc(s.accounts, user, func(a Account, user string) int { return cmp.Compare(a.User, user) })
	if !found {
		return nil
	}
	to := from
	for to < len(s.accounts) && s.accounts[to].User == user {
		to++
	}
	return s.accounts[from:to]
}

// Match is the account that a client who calls itself user is logged in as: the one that the server of the first cluster
// with a match would take. ip is the client's address, not valid for a unix socket. hostname is its name, empty if it is
// not known or not looked up; it has to be "localhost" for a unix socket, and for a loopback address too unless the
// servers run with skip_name_resolve.
func (a *Accounts) Match(user string, ip netip.Addr, hostname string) (Account, bool) {
	all := a.match(user, ip, hostname, 1)
	if len(all) == 0 {
		return Account{}, false
	}
	return all[0], true
}

// MatchAll gives each cluster's choice, in the order of the clusters, since clusters may have different passwords for one
// user name. If a static account matches it comes first.
func (a *Accounts) MatchAll(user string, ip netip.Addr, hostname string) []Account {
	return a.match(user, ip, hostname, len(a.sets))
}

// Len is how many accounts there are.
func (a *Accounts) Len() int {
	n := 0
	for _, s := range a.sets {
		n += len(s.accounts)
	}
	return n
}

func (a *Accounts) match(user string, ip netip.Addr, hostname string, limit int) []Account {
	ip = ip.Unmap()
	var found []Account
	for _, s := range a.sets {
		if len(found) == limit {
			break
		}
		if account := s.match(user, ip, hostname); account != nil {
			found = append(found, account.at(time.Now()))
		}
	}
	return found
}

func (s *accountSet) match(user string, ip netip.Addr, hostname string) *Account {
	named := first(s.of(user), ip, hostname)
	anonymous := first(s.of(""), ip, hostname)
	switch {
	case named == nil:
		return anonymous
	case anonymous != nil && slices.Compare(anonymous.pattern.rank[:], named.pattern.rank[:]) < 0:
		return anonymous // the more specific host wins, a classic surprise
	}
	return named
}

func first(sorted []Account, ip netip.Addr, hostname string) *Account {
	for i := range sorted {
		if !sorted[i].IsRole && sorted[i].pattern.matches(ip, hostname) {
			return &sorted[i]
		}
	}
	return nil
}

// at is the account as it is at the moment now.
func (a Account) at(now time.Time) Account {
	if !a.expires.IsZero() && !now.Before(a.expires) {
		a.PasswordExpired = true
	}
	return a
}
