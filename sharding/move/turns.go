package move

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"
)

// mostMaking is how many moves of this proxy make tables on a cluster at a time. Servers make one table after the other, whoever asks: more threads would only spin for it. (MariaDB 10.11 with 32 at
// a time took twice the processor time of 4 for the same tables, on a disk that needs 5 ms to be sure.)
const mostMaking = 4

// turns are what moves take that would be in each other's way.
type turns struct {
	most int64

	mu sync.Mutex
	of map[string]*semaphore.Weighted // guarded by mu; by cluster
}

func newTurns(most int64) *turns { return &turns{most: most, of: map[string]*semaphore.Weighted{}} }

// take waits for a turn at a cluster, in the order of asking. Whoever has one calls giveBack once.
func (t *turns) take(ctx context.Context, cluster string) (giveBack func(), _ error) {
	t.mu.Lock()
	s := t.of[cluster]
	if s == nil {
		s = semaphore.NewWeighted(t.most)
		t.of[cluster] = s
	}
	t.mu.Unlock()
	if err := s.Acquire(ctx, 1); err != nil {
		return nil, context.Cause(ctx)
	}
	return func() { s.Release(1) }, nil
}
