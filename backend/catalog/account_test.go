package catalog_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gopkg.in/yaml.v3"

	"shunt/backend/catalog"
	"shunt/backend/monitor/mariadbtest"
)

var here = netip.MustParseAddr("127.0.0.1")

// TestMariaDBAccounts has a statement that makes an account u and what the catalog then has of it.
func TestMariaDBAccounts(t *testing.T) {
	t.Parallel()
	s := mariadbtest.Start(t)
	c := reading(t, s)
	const hash = "*B69027D44F6E5EDC07F1AEAD1477967B16F28227"
	password := catalog.Auth{Plugin: "mysql_native_password", AuthString: hash}
	socket := catalog.Auth{Plugin: "unix_socket"}
	changed := func(days int) string {
		return fmt.Sprintf("UPDATE mysql.global_priv SET Priv = JSON_SET(Priv, '$.password_last_changed', UNIX_TIMESTAMP() - %d * 86400) WHERE User = 'u'", days)
	}
	for _, test := range []struct {
		statements string // one behind the other, by ";"
		want       catalog.Account
	}{
		{"CREATE USER u@'%' IDENTIFIED BY 'x'", catalog.Account{Auth: password}},
		{"CREATE USER u@'%'", catalog.Account{Auth: catalog.Auth{Plugin: "mysql_native_password"}}},
		{"CREATE USER u@'%' IDENTIFIED VIA unix_socket", catalog.Account{Auth: socket}},
		{"CREATE USER u@'%' IDENTIFIED VIA unix_socket OR mysql_native_password USING PASSWORD('x')",
			catalog.Account{Auth: socket, Alternatives: []catalog.Auth{password}}},
		{"CREATE USER u@'%' IDENTIFIED VIA mysql_native_password USING PASSWORD('x') OR unix_socket",
			catalog.Account{Auth: password, Alternatives: []catalog.Auth{socket}}},
		{"CREATE USER u@'%' IDENTIFIED BY 'x' ACCOUNT LOCK", catalog.Account{Auth: password, Locked: true}},
		{"CREATE USER u@'%' IDENTIFIED BY 'x' ACCOUNT LOCK; ALTER USER u@'%' ACCOUNT UNLOCK", catalog.Account{Auth: password}},
		{"CREATE USER u@'%' IDENTIFIED BY 'x' REQUIRE SSL", catalog.Account{Auth: password, RequireTLS: catalog.AnyTLS}},
		{"CREATE USER u@'%' IDENTIFIED BY 'x' REQUIRE X509", catalog.Account{Auth: password, RequireTLS: catalog.X509TLS}},
		{"CREATE USER u@'%' IDENTIFIED BY 'x' REQUIRE SUBJECT '/CN=u'", catalog.Account{Auth: password, RequireTLS: catalog.SpecifiedTLS}},
		{"CREATE USER u@'%' IDENTIFIED BY 'x' WITH MAX_USER_CONNECTIONS 7", catalog.Account{Auth: password, MaxUserConnections: 7}},

		{"CREATE USER u@'%' IDENTIFIED BY 'x' PASSWORD EXPIRE", catalog.Account{Auth: password, PasswordExpired: true}},
		{"CREATE USER u@'%' IDENTIFIED BY 'x' PASSWORD EXPIRE; ALTER USER u@'%' IDENTIFIED BY 'x'", catalog.Account{Auth: password}},
		{"CREATE USER u@'%' IDENTIFIED BY 'x' PASSWORD EXPIRE INTERVAL 3 DAY", catalog.Account{Auth: password}},
		{"CREATE USER u@'%' IDENTIFIED BY 'x' PASSWORD EXPIRE INTERVAL 3 DAY;" + changed(2), catalog.Account{Auth: password}},
		{"CREATE USER u@'%' IDENTIFIED BY 'x' PASSWORD EXPIRE INTERVAL 3 DAY;" + changed(4), catalog.Account{Auth: password, PasswordExpired: true}},
		{"SET GLOBAL default_password_lifetime = 3; CREATE USER u@'%' IDENTIFIED BY 'x';" + changed(4), catalog.Account{Auth: password, PasswordExpired: true}},
		{"SET GLOBAL default_password_lifetime = 5; CREATE USER u@'%' IDENTIFIED BY 'x';" + changed(4), catalog.Account{Auth: password}},
		{"SET GLOBAL default_password_lifetime = 3; CREATE USER u@'%' IDENTIFIED BY 'x' PASSWORD EXPIRE NEVER;" + changed(4), catalog.Account{Auth: password}},
		{"SET GLOBAL default_password_lifetime = 0; CREATE USER u@'%' IDENTIFIED BY 'x';" + changed(4), catalog.Account{Auth: password}},
	} {
		t.Run(test.statements, func(t *testing.T) {
			s.Exec("DROP USER IF EXISTS u@'%'")
			s.Exec(strings.Split(test.statements, ";")...)
			if err := refresh(t, c); err != nil {
				t.Fatal(err)
			}
			got, ok := c.Accounts().Match("u", here, "")
			test.want.User, test.want.Host, test.want.Cluster = "u", "%", "c0"
			if diff := cmp.Diff(test.want, got, cmpopts.IgnoreUnexported(catalog.Account{})); !ok || diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("a role is no account to log in with", func(t *testing.T) {
		s.Exec("CREATE ROLE editors")
		if err := refresh(t, c); err != nil {
			t.Fatal(err)
		}
		if a, ok := c.Accounts().Match("editors", here, ""); ok {
			t.Errorf("%+v", a)
		}
	})
	t.Run("a dropped account is forgotten", func(t *testing.T) {
		s.Exec("DROP USER u@'%'")
		if err := refresh(t, c); err != nil {
			t.Fatal(err)
		}
		if a, ok := c.Accounts().Match("u", here, ""); ok {
			t.Errorf("%+v", a)
		}
	})
}

func TestWithoutRights(t *testing.T) {
	t.Parallel()
	s := mariadbtest.Start(t)
	s.Exec("CREATE USER poor@'127.%' IDENTIFIED BY 'p'", "GRANT SHOW DATABASES ON *.* TO poor@'127.%'", "CREATE DATABASE shop")
	c := readingAs(t, catalog.DefaultConfig(), "poor", "p", s)
	denied := func(known int) {
		t.Helper()
		err := refresh(t, c)
		if err == nil || !strings.Contains(err.Error(), "GRANT SELECT ON mysql.global_priv TO 'poor'@'127.%'") {
			t.Errorf("error %v", err)
		}
		if n := c.Accounts().Len(); n != known {
			t.Errorf("%d accounts known", n)
		}
		if homes := c.Databases().Homes("shop"); len(homes) != 1 {
			t.Errorf("homes %v", homes)
		}
	}
	denied(0)
	s.Exec("GRANT SELECT ON mysql.global_priv TO poor@'127.%'")
	if err := refresh(t, c); err != nil {
		t.Fatal(err)
	}
	known := c.Accounts().Len()
	if known < 5 {
		t.Errorf("%d accounts known", known)
	}
	s.Exec("REVOKE SELECT ON mysql.global_priv FROM poor@'127.%'")
	denied(known)
	s.Kill()
	if err := refresh(t, c); err == nil || !strings.Contains(err.Error(), "cluster c0") || !strings.Contains(err.Error(), "refused") {
		t.Errorf("error %v", err)
	}
	if n := c.Accounts().Len(); n != known || len(c.Databases().Homes("shop")) != 1 {
		t.Errorf("%d accounts known, homes %v", n, c.Databases().Homes("shop"))
	}
}

// TestMillionAccounts finds one among a million a thousand times. Looking at all of them each time would take hundreds of
// times longer than is allowed, so the limit says nothing about the speed of the machine.
func TestMillionAccounts(t *testing.T) {
	const n = 1_000_000
	config := catalog.DefaultConfig()
	config.Static = make([]catalog.Account, n)
	for i := range config.Static {
		config.Static[i] = catalog.Account{User: fmt.Sprintf("u%d", i), Host: "10.%", Auth: catalog.Auth{AuthString: "*00"}}
	}
	accounts := catalog.New(config, nil, nil).Accounts()
	if accounts.Len() != n {
		t.Fatalf("%d accounts", accounts.Len())
	}
	began := time.Now()
	for i := range 1000 {
		user := fmt.Sprintf("u%d", i*997)
		if a, ok := accounts.Match(user, netip.MustParseAddr("10.1.2.3"), ""); !ok || a.User != user {
			t.Fatalf("%s: %+v", user, a)
		}
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("a thousand took %v", took)
	}
}

func TestConfig(t *testing.T) {
	config := catalog.DefaultConfig()
	err := yaml.Unmarshal([]byte(`
interval: 30s
static:
  - {user: ann, auth_string: "*00"}
  - {user: bob, host: "10.%", plugin: caching_sha2_password, require_tls: ANY, locked: true, max_user_connections: 3,
     alternatives: [{plugin: unix_socket}]}
`), &config)
	if err != nil {
		t.Fatal(err)
	}
	want := catalog.Config{Interval: 30 * time.Second, Timeout: 5 * time.Second, Hidden: []string{"shunt"}, Static: []catalog.Account{
		{User: "ann", Auth: catalog.Auth{AuthString: "*00"}},
		{User: "bob", Host: "10.%", Auth: catalog.Auth{Plugin: "caching_sha2_password"}, Alternatives: []catalog.Auth{{Plugin: "unix_socket"}},
			RequireTLS: catalog.AnyTLS, Locked: true, MaxUserConnections: 3},
	}}
	if diff := cmp.Diff(want, config, cmpopts.IgnoreUnexported(catalog.Account{})); diff != "" {
		t.Error(diff)
	}
	if err := config.Validate(); err != nil {
		t.Error(err)
	}
	for fault, broken := range map[string]catalog.Config{
		"interval must be more than 0": {Timeout: 1},
		"timeout must be more than 0":  {Interval: 1},
		"needs a user":                 {Interval: 1, Timeout: 1, Static: []catalog.Account{{}}},
		"require_tls must be":          {Interval: 1, Timeout: 1, Static: []catalog.Account{{User: "a", RequireTLS: "yes"}}},
	} {
		if err := broken.Validate(); err == nil || !strings.Contains(err.Error(), fault) {
			t.Errorf("error %v, want %s", err, fault)
		}
		if err := catalog.New(broken, nil, nil).Run(t.Context()); err == nil || !strings.Contains(err.Error(), fault) {
			t.Errorf("Run: error %v, want %s", err, fault)
		}
	}
}
