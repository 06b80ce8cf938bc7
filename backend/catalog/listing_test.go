package catalog

import (
	"context"
	"testing"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"shunt/backend/monitor/control"
	"shunt/backend/monitor/mariadbtest"
)

// TestOnlyChangesAreRead relies on the digest: the same accounts are the same set.
func TestOnlyChangesAreRead(t *testing.T) {
	t.Parallel()
	s := mariadbtest.Start(t)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var known listing
	reread := func() (changed bool) {
		t.Helper()
		after, err := read(ctx, "paris", control.Endpoint{Address: s.Address, User: mariadbtest.User, Password: mariadbtest.Password}, known, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { known = after }()
		return after.accounts != known.accounts
	}
	if !reread() || len(known.accounts.accounts) < 5 {
		t.Errorf("%d accounts", len(known.accounts.accounts))
	}
	if reread() {
		t.Error("read again although nothing has changed")
	}
	for _, change := range []string{
		"CREATE USER ann@'%' IDENTIFIED BY 'x'", "ALTER USER ann@'%' IDENTIFIED BY 'y'", "ALTER USER ann@'%' ACCOUNT LOCK",
		"RENAME USER ann@'%' TO bob@'%'", "SET GLOBAL default_password_lifetime = 9", "DROP USER bob@'%'",
	} {
		s.Exec(change)
		if !reread() {
			t.Errorf("not read again after %s", change)
		}
		if reread() {
			t.Errorf("read twice after %s", change)
		}
	}
	s.Exec("CREATE DATABASE shop")
	if reread() || !known.databases.has("shop") {
		t.Error("a new database is not seen, or is taken for a new account")
	}
}

// TestMySQLAccounts decodes rows as MySQL 8.4 sends them.
func TestMySQLAccounts(t *testing.T) {
	changed := time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)
	columns := []string{"Host", "User", "plugin", "authentication_string", "account_locked", "password_expired", "changed",
		"password_lifetime", "ssl_type", "max_user_connections", "User_attributes"}
	const sha2 = "caching_sha2_password"
	for _, test := range []struct {
		name string
		row  []any
		want Account
	}{
		{"plain", []any{"%", "ann", sha2, "$A$005$hash", "N", "N", changed.Unix(), nil, "", 0, nil},
			Account{Auth: Auth{sha2, "$A$005$hash"}, expires: changed.Add(90 * day)}}, // the server's default
		{"locked, expired, TLS, limited", []any{"%", "ann", sha2, "", "Y", "Y", changed.Unix(), 0, "X509", 5, "{}"},
			Account{Auth: Auth{sha2, ""}, Locked: true, PasswordExpired: true, RequireTLS: X509TLS, MaxUserConnections: 5}},
		{"a lifetime of its own", []any{"%", "ann", sha2, "h", "N", "N", changed.Unix(), 3, "ANY", 0, nil},
			Account{Auth: Auth{sha2, "h"}, RequireTLS: AnyTLS, expires: changed.Add(3 * day)}},
		{"a second password", []any{"%", "ann", sha2, "new", "N", "N", changed.Unix(), 0, "", 0, `{"additional_password": "old", "Restrictions": []}`},
			Account{Auth: Auth{sha2, "new"}, Alternatives: []Auth{{sha2, "old"}}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := mysql.BuildSimpleTextResultset(columns, [][]any{test.row})
			if err != nil {
				t.Fatal(err)
			}
			row, err := r.RowDatas[0].ParseText(r.Fields, nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := mysqlAccount(row, settings{cluster: "paris", lifetime: 90 * day})
			if err != nil {
				t.Fatal(err)
			}
			test.want.User, test.want.Host, test.want.Cluster = "ann", "%", "paris"
			if !got.expires.Equal(test.want.expires) {
				t.Errorf("expires %v, want %v", got.expires, test.want.expires)
			}
			if diff := cmp.Diff(test.want, got, cmpopts.IgnoreUnexported(Account{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestQuoted(t *testing.T) {
	for account, want := range map[string]string{
		"shunt@%": "'shunt'@'%'", "o'neil@localhost": "'o''neil'@'localhost'", "a@b@10.%": "'a@b'@'10.%'", "odd": `"odd"`,
	} {
		if got := quoted(account); got != want {
			t.Errorf("%s: %s, want %s", account, got, want)
		}
	}
}
