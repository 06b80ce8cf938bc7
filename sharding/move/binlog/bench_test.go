package binlog_test

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"testing"
	"time"

	"shunt/sharding/move/binlog"
)

// BenchmarkApply applies small transactions that wait: inserts, updates by key, and deletes of one row each.
func BenchmarkApply(b *testing.B) {
	w := newWorld(b)
	w.both("CREATE TABLE shop.t (id INT PRIMARY KEY, a INT, b VARCHAR(100), c DATETIME)")
	w.begin()
	db := w.from.Open("root", "")
	db.SetMaxOpenConns(8)
	fill(b, db, b.N)
	w.mark()
	a := binlog.NewApplier(w.plan())
	b.ResetTimer()
	begun := time.Now()
	if err := a.Run(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
	s := a.Status()
	b.ReportMetric(float64(s.Transactions)/time.Since(begun).Seconds(), "transactions/s")
	b.ReportMetric(float64(s.Transactions)/float64(s.Commits), "transactions/commit")
	w.same("t")
}

func fill(b *testing.B, db *sql.DB, n int) {
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			ctx := context.Background()
			for i := worker; i < n; i += 8 {
				statement := fmt.Sprintf("INSERT INTO shop.t VALUES (%d, %d, REPEAT('x', 40), NOW())", i, i)
				switch {
				case i%4 == 1 && i > 100:
					statement = fmt.Sprintf("UPDATE shop.t SET a = a + 1, b = 'changed' WHERE id = %d", i-97)
				case i%16 == 2 && i > 100:
					statement = fmt.Sprintf("DELETE FROM shop.t WHERE id = %d", i-96)
				}
				if _, err := db.ExecContext(ctx, statement); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
}
