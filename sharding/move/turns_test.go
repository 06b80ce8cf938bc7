package move

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestTurnsAreTakenInOrder: there are so many at a cluster and no more, those of others are their own, and who does not want one any more goes.
func TestTurnsAreTakenInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := newTurns(2)
		take := func(ctx context.Context, cluster string) func() {
			t.Helper()
			done, err := all.take(ctx, cluster)
			if err != nil {
				t.Fatal(err)
			}
			return done
		}
		first, _ := take(t.Context(), "gra"), take(t.Context(), "gra")
		take(t.Context(), "paris")

		impatient, cancel := context.WithTimeoutCause(t.Context(), time.Second, errSuperseded)
		defer cancel()
		if _, err := all.take(impatient, "gra"); !errors.Is(err, errSuperseded) {
			t.Errorf("a third turn at gra: %v", err)
		}
		third := make(chan struct{})
		go func() {
			take(t.Context(), "gra")
			close(third)
		}()
		synctest.Wait()
		select {
		case <-third:
			t.Fatal("there were three turns at gra")
		default:
		}
		first()
		<-third
	})
}
