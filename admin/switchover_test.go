package admin_test

import (
	"bytes"
	"errors"
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shunt/admin"
	"shunt/admin/admintest"
	"shunt/backend/switchover"
)

// TestSwitchover: the steps are rows, and each order leaves a line in the audit log.
func TestSwitchover(t *testing.T) {
	house, orders := admintest.House()
	var log bytes.Buffer
	house.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
	s := admin.New(house)
	who := admin.Actor{Face: "console", User: "admin", Address: "10.0.0.1:5000"}
	rows, err := s.Switchover(t.Context(), who, "paris", "db2:3306", false)
	golden(t, "switchover", operation(t, rows, err))
	if _, err := s.Switchover(t.Context(), who, "paris", "db2:3306", true); err != nil {
		t.Error(err)
	}
	orders.RefuseSwitchover(errors.New("db3:3306 lags 7.5s"))
	var failure *switchover.Failure
	if _, err := s.Switchover(t.Context(), who, "paris", "db3:3306", false); !errors.As(err, &failure) {
		t.Errorf("error %v", err)
	}
	golden(t, "switchover-audit", log.String())
	want := []switchover.Order{{Cluster: "paris", To: "db2:3306"}, {Cluster: "paris", To: "db2:3306", DryRun: true}, {Cluster: "paris", To: "db3:3306"}}
	if diff := cmp.Diff(want, orders.Switched()); diff != "" {
		t.Errorf("(-want +ordered):\n%s", diff)
	}
}
