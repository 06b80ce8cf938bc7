package admin_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"shunt/admin"
	"shunt/admin/admintest"
	"shunt/sharding/pause"
	"shunt/store/fleet"
)

// TestPauses: what they answer, and what the log has of them.
func TestPauses(t *testing.T) {
	house, _ := admintest.House()
	var log bytes.Buffer
	house.Log = slog.New(slog.NewTextHandler(&log, nil))
	s := admin.New(house)
	who := admin.Actor{Face: "console", User: "admin", Address: "10.0.0.1:41000"}
	var b strings.Builder
	rows, err := s.Pause(t.Context(), who, "shop", "", time.Minute)
	b.WriteString("-- pause\n" + operation(t, rows, err))
	rows, err = s.Pauses()
	b.WriteString("-- pauses\n" + operation(t, rows, err))
	rows, err = s.Resume(t.Context(), who, "shop", "")
	b.WriteString("-- resume\n" + operation(t, rows, err))
	golden(t, "pauses", b.String())
	if _, err := s.Pause(t.Context(), who, "nowhere", "", 0); !errors.Is(err, pause.ErrUnknown) {
		t.Errorf("of an unknown database: %v", err)
	}
	if _, err := s.Resume(t.Context(), who, "shop", ""); !errors.Is(err, pause.ErrUnknown) {
		t.Errorf("of what is not paused: %v", err)
	}
	for _, words := range []string{`operation="pause writes"`, `operation="resume writes"`, "database=shop", "timeout=1m0s", "from=10.0.0.1:41000", "outcome=refused"} {
		if !strings.Contains(log.String(), words) {
			t.Errorf("the log lacks %s:\n%s", words, log.String())
		}
	}
}

func TestForgetProxy(t *testing.T) {
	house, _ := admintest.House()
	s := admin.New(house)
	if err := s.ForgetProxy(t.Context(), admin.Actor{}, "web8"); err != nil {
		t.Fatal(err)
	}
	if err := s.ForgetProxy(t.Context(), admin.Actor{}, "web8"); !errors.Is(err, fleet.ErrUnknown) {
		t.Errorf("forgotten twice: %v", err)
	}
	if rows, err := s.Proxies(); err != nil || len(rows) != 1 {
		t.Errorf("proxies: %v, %v", rows, err)
	}
}
