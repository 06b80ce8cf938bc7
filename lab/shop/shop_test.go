package shop_test

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"shunt/lab"
	"shunt/lab/shop"
)

// start gives a lab with a replica, and the sample loaded by shop_admin.
func start(t *testing.T) (primary, replica *sql.DB, l *lab.Lab) {
	t.Helper()
	l, err := lab.Up(t.Context(), lab.Options{Dir: t.TempDir(), Datacenters: []lab.Datacenter{{Name: "paris", Replicas: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := l.Down(ctx); err != nil {
			t.Error(err)
		}
	})
	open := func(account lab.Account, s *lab.Server, database string) *sql.DB {
		db, err := account.Open(s.Address, database)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return db
	}
	admin := open(l.Accounts.ShopAdmin, l.Server("paris-1"), "")
	if err := shop.Load(t.Context(), admin); err != nil {
		t.Fatal(err)
	}
	if err := l.WaitCaughtUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	return open(l.Accounts.Shop, l.Server("paris-1"), shop.Database), open(l.Accounts.Shop, l.Server("paris-2"), shop.Database), l
}

func text(t *testing.T, db *sql.DB, query string) (answer string) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), query).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return answer
}

func TestShop(t *testing.T) {
	primary, replica, l := start(t)

	t.Run("the sample is on the replica, whole and consistent", func(t *testing.T) {
		for query, want := range map[string]string{
			"SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'shop' AND table_type = 'BASE TABLE'": "12",
			"SELECT COUNT(*) BETWEEN 3000 AND 9000 FROM (SELECT 1 FROM order_items UNION ALL SELECT 1 FROM b_stat_day UNION ALL SELECT 1 FROM orders" +
				" UNION ALL SELECT 1 FROM b_search_word UNION ALL SELECT 1 FROM users UNION ALL SELECT 1 FROM b_stat_hits" +
				" UNION ALL SELECT 1 FROM products UNION ALL SELECT 1 FROM sessions UNION ALL SELECT 1 FROM payments) t": "1",
			"SELECT COUNT(*) FROM orders o WHERE total <> (SELECT SUM(quantity * price) FROM order_items WHERE order_id = o.id)": "0",
			"SELECT COUNT(*) FROM payments p JOIN orders o ON o.id = p.order_id WHERE p.amount <> o.total":                       "0",
			"SELECT COUNT(*) FROM product_list WHERE category = 'Coffee ☕'":                                                      "13",
			"SELECT with_vat(10.00)":                           "12.00",
			"SELECT COUNT(*) FROM users WHERE name LIKE '山田%'": "32",
		} {
			if got := text(t, replica, query); got != want {
				t.Errorf("%s: %s, not %s", query, got, want)
			}
		}
	})

	t.Run("a second Load is refused", func(t *testing.T) {
		if err := shop.Load(t.Context(), l.Server("paris-1").DB()); err == nil || !strings.Contains(err.Error(), "CREATE DATABASE") {
			t.Errorf("it says %v", err)
		}
	})

	t.Run("workload on the primary", func(t *testing.T) {
		before := text(t, primary, "SELECT COUNT(*) FROM orders")
		report, err := shop.Run(t.Context(), primary, shop.Workload{Clients: 4, Requests: 400})
		if err != nil {
			t.Fatal(err)
		}
		if report.Requests != 400 || report.Errors != 0 || report.Stale != 0 || report.Checks == 0 || report.Transactions == 0 {
			t.Errorf("%+v", report)
		}
		if report.P50 <= 0 || report.P99 < report.P50 || report.Elapsed < report.P99 {
			t.Errorf("times: half within %v, 99 %% within %v, all in %v", report.P50, report.P99, report.Elapsed)
		}
		for _, kind := range shop.Kinds() {
			if report.Statements[kind] == 0 {
				t.Errorf("no statement of kind %q", kind)
			}
		}
		if len(report.Statements) != len(shop.Kinds()) {
			t.Errorf("kinds %v and %v", report.Statements, shop.Kinds())
		}
		if reads := report.Statements[shop.Read] + report.Statements[shop.PreparedRead]; reads < report.Statements[shop.Write]*10 {
			t.Errorf("%d reads and %d writes are not read-mostly", reads, report.Statements[shop.Write])
		}
		if after := text(t, primary, "SELECT COUNT(*) FROM orders"); after == before {
			t.Error("nobody has ordered anything")
		}
		const wrong = "SELECT COUNT(*) FROM orders o WHERE total <> (SELECT SUM(quantity * price) FROM order_items WHERE order_id = o.id)"
		if got := text(t, primary, wrong); got != "0" {
			t.Errorf("%s orders with a wrong total", got)
		}
	})

	t.Run("errors are counted and the visitors go on", func(t *testing.T) {
		report, err := shop.Run(t.Context(), replica, shop.Workload{Clients: 2, Requests: 20})
		if err != nil {
			t.Fatal(err)
		}
		readOnly := func(text string) bool { return strings.Contains(text, "read-only") }
		if report.Errors != 20 || !slices.ContainsFunc(report.Samples, readOnly) || report.Statements[shop.Read] == 0 {
			t.Errorf("on a read-only server: %+v", report)
		}
	})

	t.Run("it ends in time", func(t *testing.T) {
		report, err := shop.Run(t.Context(), primary, shop.Workload{Duration: 50 * time.Millisecond})
		if err != nil || report.Requests == 0 || report.Errors != 0 {
			t.Errorf("%+v, %v", report, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := shop.Run(ctx, primary, shop.Workload{Requests: 10}); !errors.Is(err, context.Canceled) {
			t.Errorf("with a cancelled context: %v", err)
		}
		if _, err := shop.Run(t.Context(), primary, shop.Workload{}); err == nil {
			t.Error("a workload without an end was accepted")
		}
	})
}
