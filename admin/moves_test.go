package admin_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"shunt/admin"
	"shunt/admin/admintest"
	"shunt/sharding/move"
)

// TestMoves: what they answer, and what the log has of them.
func TestMoves(t *testing.T) {
	house, _ := admintest.House()
	var log bytes.Buffer
	house.Log = slog.New(slog.NewTextHandler(&log, nil))
	s := admin.New(house)
	who := admin.Actor{Face: "console", User: "admin", Address: "10.0.0.1:41000"}
	var b strings.Builder
	rows, err := s.Moves()
	b.WriteString("-- moves\n" + operation(t, rows, err))
	rows, err = s.Move(t.Context(), who, move.Order{Database: "stats", To: "gra"})
	b.WriteString("-- move\n" + operation(t, rows, err))
	rows, err = s.WantMove(t.Context(), who, "shop", "", move.Rollback)
	b.WriteString("-- rollback\n" + operation(t, rows, err))
	told, err := s.MoveDryRun(t.Context(), move.Order{Database: "stats", To: "gra"})
	b.WriteString("-- dry run\n" + operation(t, told, err))
	golden(t, "moves", b.String())
	if _, err := s.Move(t.Context(), who, move.Order{Database: "stats", To: "nowhere"}); !errors.Is(err, move.ErrUnknown) {
		t.Errorf("to an unknown cluster: %v", err)
	}
	if _, err := s.WantMove(t.Context(), who, "old", "", move.Finish); !errors.Is(err, move.ErrRefused) {
		t.Errorf("of a move that is over: %v", err)
	}
	for _, words := range []string{"operation=move", `operation="rollback move"`, "database=stats", "to=gra", "outcome=refused"} {
		if !strings.Contains(log.String(), words) {
			t.Errorf("the log lacks %s:\n%s", words, log.String())
		}
	}
}
