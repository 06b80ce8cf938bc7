package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"shunt/admin"
	"shunt/admin/admintest"
	"shunt/backend/switchover"
)

func TestSwitchover(t *testing.T) {
	client, orders := serve(t)
	rows, err := client.Switchover(t.Context(), "paris", "db2:3306", true)
	if err != nil || len(rows) != 2 || rows[1].State != "planned" {
		t.Errorf("%v, rows %+v", err, rows)
	}
	if got := orders.Switched(); len(got) != 1 || got[0] != (switchover.Order{Cluster: "paris", To: "db2:3306", DryRun: true}) {
		t.Errorf("ordered %+v", got)
	}
}

// TestSwitchoverThatFails: the status says whether somebody has to do something.
func TestSwitchoverThatFails(t *testing.T) {
	for result, want := range map[switchover.Result]int{
		switchover.Refused: http.StatusConflict, switchover.TakenBack: http.StatusConflict, switchover.Broken: http.StatusInternalServerError,
	} {
		house, _ := admintest.House()
		house.Switchover = func(_ context.Context, o switchover.Order) (switchover.Report, error) {
			r := switchover.Report{Cluster: o.Cluster, To: o.To, Result: result}
			return r, &switchover.Failure{Report: r, Cause: errors.New("no")}
		}
		client := serveHouse(t, house)
		_, err := client.Switchover(t.Context(), "paris", "db2:3306", false)
		var refusal *Error
		if !errors.As(err, &refusal) || refusal.Status != want {
			t.Errorf("%s: %v", result, err)
		}
	}
	client, _ := serve(t)
	if _, err := ask[[]admin.SwitchoverRow](t.Context(), client, http.MethodPost, prefix+"clusters/paris/switchover", []byte(`{"from": "x"}`)); err == nil {
		t.Error("a body with an unknown name was taken")
	}
}

// serveHouse serves the API of a house that a test has changed.
func serveHouse(t *testing.T, house admin.House) *Client {
	t.Helper()
	a := New(Config{Address: "127.0.0.1:0", Password: "s3cret"}, admin.New(house), slog.New(slog.DiscardHandler))
	server := httptest.NewServer(a.Handler())
	t.Cleanup(server.Close)
	client, err := NewClient(server.URL, "s3cret")
	if err != nil {
		t.Fatal(err)
	}
	return client
}
