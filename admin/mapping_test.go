package admin_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"shunt/admin"
	"shunt/admin/admintest"
	"shunt/sharding/orders"
)

// TestOrdersAboutTheMap: what they answer, what the audit and the log have of them, and what the lists say afterwards.
func TestOrdersAboutTheMap(t *testing.T) {
	house, _ := admintest.House()
	var log bytes.Buffer
	house.Log = slog.New(slog.NewTextHandler(&log, nil))
	s := admin.New(house)
	who := admin.Actor{Face: "console", User: "admin", Address: "10.0.0.1:41000"}
	var b strings.Builder
	for _, o := range []orders.Order{
		{Verb: orders.AddModule, Module: "statistics", Database: "shop", Tables: []string{"stat_*"}, Cluster: "gra"},
		{Verb: orders.SetHome, Database: "blog", Cluster: "gra", DryRun: true},
		{Verb: orders.SetHome, Database: "blog", Cluster: "gra"},
		{Verb: orders.Undo, Change: 2},
	} {
		rows, err := s.OrderMap(t.Context(), who, o)
		b.WriteString("-- " + o.String() + "\n" + operation(t, rows, err) + "\n")
	}
	audit, err := s.Audit()
	b.WriteString("-- audit\n" + operation(t, audit, err) + "\n-- modules\n" + operation(t, s.Modules(), nil))
	golden(t, "mapping", b.String())
	if _, err := s.OrderMap(t.Context(), who, orders.Order{Verb: orders.DropModule, Module: "none"}); !errors.Is(err, orders.ErrUnknown) {
		t.Errorf("an unknown module: %v", err)
	}
	for _, words := range []string{`operation="SET DATABASE blog HOME gra"`, "dry_run=true", "from=10.0.0.1:41000", "change=2", "outcome=refused"} {
		if !strings.Contains(log.String(), words) {
			t.Errorf("the log lacks %s:\n%s", words, log.String())
		}
	}
}
