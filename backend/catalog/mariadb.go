package catalog

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"

	"shunt/topology"
)

// mariadb reads the one table that MariaDB 10.4 and later keep accounts in; mysql.user is a view of it that leaves things
// out (https://mariadb.com/kb/en/mysqlglobal_priv-table/).
var mariadb = dialect{
	flavor:  topology.MariaDB,
	table:   "mysql.global_priv",
	fields:  "Host, User, Priv",
	account: mariadbAccount,
}

// globalPriv is the column Priv, as far as logging in depends on it.
type globalPriv struct {
	mariadbAuth
	Or       []mariadbAuth `json:"auth_or"`
	Locked   flag          `json:"account_locked"`
	Role     flag          `json:"is_role"`
	SSL      int           `json:"ssl_type"`
	MaxConns int           `json:"max_user_connections"`
	Changed  *int64        `json:"password_last_changed"` // Unix time; 0: expired by order
	Lifetime *int64        `json:"password_lifetime"`     // days; 0: for ever; -1 or missing: the server's default
}

type mariadbAuth struct {
	Plugin     string `json:"plugin"`
	AuthString string `json:"authentication_string"`
}

// flag is a boolean of JSON; people who edit the table by hand write numbers.
type flag bool

// UnmarshalJSON implements [json.Unmarshaler].
func (f *flag) UnmarshalJSON(b []byte) error {
	*f = string(b) != "false" && string(b) != "0" && string(b) != "null"
	return nil
}

func mariadbAccount(row []mysql.FieldValue, s settings) (Account, error) {
	a := Account{Host: text(row[0]), User: text(row[1]), Cluster: s.cluster}
	var p globalPriv
	if err := json.Unmarshal(row[2].AsString(), &p); err != nil {
		return a, fmt.Errorf("account '%s'@'%s': its Priv is not understood: %w", a.User, a.Host, err)
	}
	a.Auth, a.Alternatives = p.methods()
	a.Locked, a.IsRole, a.MaxUserConnections = bool(p.Locked), bool(p.Role), p.MaxConns
	if p.SSL > 0 && p.SSL < len(sslTypes) {
		a.RequireTLS = sslTypes[p.SSL]
	}
	a.PasswordExpired = p.Changed != nil && *p.Changed == 0
	a.expires = p.expires(s.lifetime)
	return a, nil
}

// sslTypes are MariaDB's numbers for what MySQL has as words.
var sslTypes = [...]TLSRequirement{NoTLS, AnyTLS, X509TLS, SpecifiedTLS}

// methods gives the authentication methods in the order in which the server tries them. In the list an empty object
// stands for the one outside of it. An account without any has the empty password.
func (p *globalPriv) methods() (first Auth, others []Auth) {
	own := Auth(p.mariadbAuth)
	if own.Plugin == "" {
		own.Plugin = mysql.AUTH_NATIVE_PASSWORD
	}
	if len(p.Or) == 0 {
		return own, nil
	}
	all := make([]Auth, len(p.Or))
	for i, m := range p.Or {
		all[i] = Auth(m)
		if m == (mariadbAuth{}) {
			all[i] = own
		}
	}
	return all[0], all[1:]
}

func (p *globalPriv) expires(standard time.Duration) time.Time {
	lifetime := standard
	if p.Lifetime != nil && *p.Lifetime >= 0 {
		lifetime = time.Duration(*p.Lifetime) * day
	}
	if lifetime == 0 {
		return time.Time{}
	}
	var changed int64
	if p.Changed != nil {
		changed = *p.Changed
	}
	return time.Unix(changed, 0).Add(lifetime)
}
