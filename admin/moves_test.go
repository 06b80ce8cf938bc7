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
	rows, err = s.StartMoves(t.Context(), who, admin.MovesOrder{Like: "s%", To: "gra", Window: "22:00-05:00"})
	b.WriteString("-- move many\n" + operation(t, rows, err))
	classes, err := s.MovesDryRun(t.Context(), admin.MovesOrder{From: "paris", To: "gra"})
	b.WriteString("-- dry run of many\n" + operation(t, classes, err))
	classes, err = s.MoveClasses()
	b.WriteString("-- classes\n" + operation(t, classes, err))
	fleet, err := s.StopMoves(t.Context(), who, "a customer complains")
	b.WriteString("-- stop\n" + operation(t, fleet, err))
	fleet, err = s.GoOnMoves(t.Context(), who, 32)
	b.WriteString("-- start\n" + operation(t, fleet, err))
	golden(t, "moves", b.String())
	for _, o := range []admin.MovesOrder{{To: "gra"}, {To: "gra", Like: "s%", From: "paris"}} {
		if _, err := s.StartMoves(t.Context(), who, o); !errors.Is(err, move.ErrRefused) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if _, err := s.Move(t.Context(), who, move.Order{Database: "stats", To: "nowhere"}); !errors.Is(err, move.ErrUnknown) {
		t.Errorf("to an unknown cluster: %v", err)
	}
	if _, err := s.WantMove(t.Context(), who, "old", "", move.Finish); !errors.Is(err, move.ErrRefused) {
		t.Errorf("of a move that is over: %v", err)
	}
	for _, words := range []string{"operation=move", `operation="rollback move"`, `operation="move databases"`, "ordered=1", `operation="stop moves"`, "max_procs=32", "database=stats", "to=gra", "outcome=refused"} {
		if !strings.Contains(log.String(), words) {
			t.Errorf("the log lacks %s:\n%s", words, log.String())
		}
	}
}
