package chaos

import (
	"context"
	"database/sql"
	"testing"
	"time"
)

// TestASessionNeverGoesBack is the smallest case of monotonic reads: one replica is up to date, the other half an hour late, both are in service.
// A session that has written nothing sees a change of somebody else, on the first one or on the primary, and must not see the time before it
// again.
func TestASessionNeverGoesBack(t *testing.T) {
	w := newWorld(t)
	for _, consistency := range []string{"causal", "sticky"} {
		t.Run(consistency, func(t *testing.T) {
			w := w.in(t)
			database := w.fresh("back_"+consistency, 1)
			w.must(w.replicas[1].SetDelay(t.Context(), 30*time.Minute))
			proxy := w.pair(consistency, "")[0]
			w.must(w.primary.Exec(t.Context(), "UPDATE "+database+".cells SET version = 1"))
			w.must(w.WaitFor(t.Context(), w.replicas[0], w.primary))
			db := proxy.Open(database)

			t.Run("from replica to replica", func(t *testing.T) {
				neverBack(t, db, "SELECT version FROM cells")
			})
			t.Run("from the primary to a replica", func(t *testing.T) {
				neverBack(t, db, "/* shunt: primary */ SELECT version FROM cells")
			})
			w.must(w.replicas[1].SetDelay(context.Background(), 0))
			w.catchUp()
		})
	}
}

// neverBack has a session of its own read once in one way, and then on as anybody does.
func neverBack(t *testing.T, db *sql.DB, first string) {
	t.Helper()
	c, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	query := first
	var seen []int
	for i := range 40 {
		var version int
		if err := c.QueryRowContext(t.Context(), query).Scan(&version); err != nil {
			t.Fatal(err)
		}
		if seen = append(seen, version); i > 0 && version < seen[i-1] {
			t.Fatalf("the session has read the versions %v", seen)
		}
		query = "SELECT version FROM cells"
	}
}
