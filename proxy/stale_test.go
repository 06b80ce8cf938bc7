package proxy

import (
	"fmt"
	"testing"
	"time"
)

// TestStaleClientsAreCounted: by database, account, address and day, for a month.
func TestStaleClientsAreCounted(t *testing.T) {
	var s stale
	day := time.Date(2026, time.November, 30, 23, 59, 0, 0, time.UTC)
	arrive := func(at time.Time, database, address string) {
		s.arrive(staleKey{today(at), database, "web@%", address}, at)
	}
	arrive(day, "shop", "10.0.0.7")
	arrive(day.Add(time.Second), "shop", "10.0.0.7")
	arrive(day, "shop", "10.0.0.8")
	arrive(day.Add(time.Hour), "shop", "10.0.0.7")
	rows := s.list()
	if len(rows) != 3 {
		t.Errorf("there are %d rows", len(rows))
	}
	if row := rows[staleKey{"2026-11-30", "shop", "web@%", "10.0.0.7"}]; row.Arrivals != 2 || !row.Last.Equal(day.Add(time.Second)) {
		t.Errorf("10.0.0.7 has %+v", row)
	}
	arrive(day.AddDate(0, 0, staleDays), "shop", "10.0.0.7")
	if rows = s.list(); len(rows) != 4 {
		t.Errorf("before the month is over there are %d rows", len(rows))
	}
	arrive(day.AddDate(0, 0, staleDays+1), "shop", "10.0.0.7")
	if rows = s.list(); len(rows) != 3 {
		t.Errorf("after it there are %d rows", len(rows))
	}
}

// TestStaleClientsAreBounded: too many addresses become a row of their database, too many databases one row. None is lost.
func TestStaleClientsAreBounded(t *testing.T) {
	var s stale
	now := time.Date(2026, time.November, 30, 12, 0, 0, 0, time.UTC)
	const arrivals = 3 * mostStale
	for i := range arrivals {
		s.arrive(staleKey{today(now), "shop", "web@%", fmt.Sprint(i)}, now)
	}
	for i := range arrivals {
		s.arrive(staleKey{today(now), fmt.Sprint("db", i), "web@%", "10.0.0.7"}, now)
	}
	rows, sum := s.list(), uint64(0)
	for _, row := range rows {
		sum += row.Arrivals
	}
	if len(rows) > 2*mostStale+1 || sum != 2*arrivals {
		t.Errorf("%d rows have %d arrivals, want %d", len(rows), sum, 2*arrivals)
	}
	if row := rows[staleKey{day: today(now), database: "shop"}]; row == nil || row.Arrivals != arrivals-mostStale || row.Address != "" {
		t.Errorf("the other addresses of shop are %+v", row)
	}
	if row := rows[staleKey{day: today(now)}]; row == nil || row.Database != "" {
		t.Errorf("the other databases are %+v", row)
	}
}
