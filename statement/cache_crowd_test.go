package statement

import (
	"sync/atomic"
	"testing"
)

// TestAPlanIsNeverAnothers: a slot that a search has just found empty may be filled with another key's plan at that moment. The search must not take it for its
// own.
func TestAPlanIsNeverAnothers(t *testing.T) {
	const times = 20_000
	mine, others := key{digest: Digest{1, 1}}, key{digest: Digest{1, 2}} // both belong into the same slot
	tables := make([]*table, times)
	for i := range tables {
		tables[i] = newTable(1)
	}
	p := &plan{key: others, st: &Statement{}}
	var filled atomic.Int64
	go func() {
		for i, table := range tables {
			table.slot(others.hash(), &others).Store(p)
			filled.Store(int64(i) + 1)
		}
	}()
	for i, table := range tables {
		for done := false; !done; {
			done = filled.Load() > int64(i)
			if got := table.find(mine.hash(), &mine); got != nil {
				t.Fatalf("table %d: a search has found the plan of %v", i, got.key.digest)
			}
		}
	}
}
