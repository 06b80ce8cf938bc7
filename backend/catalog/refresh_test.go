package catalog

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"shunt/topology"
)

// counting is a catalog of two clusters in fake time, whose readings take as long as the test says.
type counting struct {
	*Catalog
	mu     sync.Mutex
	began  []time.Time // guarded by mu; of readings of the first cluster
	takes  time.Duration
	err    error
	cancel func()
	ended  chan error
}

func start(t *testing.T, takes time.Duration) *counting {
	c := &counting{Catalog: New(DefaultConfig(), []Cluster{{Name: "paris"}, {Name: "gra"}}, slog.New(slog.DiscardHandler)), takes: takes, ended: make(chan error, 1)}
	c.read = func(ctx context.Context, cluster Cluster, before listing) (listing, error) {
		c.mu.Lock()
		if cluster.Name == "paris" {
			c.began = append(c.began, time.Now())
		}
		err := c.err
		c.mu.Unlock()
		select {
		case <-time.After(c.takes):
		case <-ctx.Done():
			return before, ctx.Err()
		}
		return listing{accounts: newAccountSet([]Account{{User: "ann", Host: "%", Cluster: cluster.Name, pattern: newPattern("%", topology.MariaDB)}})}, err
	}
	ctx, cancel := context.WithCancel(t.Context())
	c.cancel = cancel
	go func() { c.ended <- c.Run(ctx) }()
	return c
}

func (c *counting) stop(t *testing.T) {
	t.Helper()
	c.cancel()
	if err := <-c.ended; err != nil {
		t.Error(err)
	}
}

func (c *counting) readings() []time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]time.Time(nil), c.began...)
}

func TestRunReadsAtOnceAndAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := start(t, 10*time.Millisecond)
		time.Sleep(20 * time.Millisecond)
		if c.Accounts().Len() != 2 {
			t.Errorf("%d accounts", c.Accounts().Len())
		}
		time.Sleep(10 * time.Minute)
		if n := len(c.readings()); n < 55 || n > 66 {
			t.Errorf("%d readings in ten minutes", n)
		}
		c.stop(t)
	})
}

func TestASlowClusterIsReadLessOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := start(t, 4*time.Second)
		time.Sleep(time.Hour)
		if n := len(c.readings()); n < 35 || n > 50 { // 4s reading, about 80s pause
			t.Errorf("%d readings in an hour", n)
		}
		c.stop(t)
	})
}

func TestRefreshBeginsAfterTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := start(t, time.Second)
		time.Sleep(500 * time.Millisecond) // in the middle of the first reading
		asked := time.Now()
		if err := c.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		began := c.readings()
		if len(began) != 2 || began[1].Before(asked) {
			t.Errorf("asked at %v, readings at %v", asked, began)
		}
		c.stop(t)
	})
}

func TestManyFailedLoginsShareRounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := start(t, time.Millisecond)
		time.Sleep(5 * time.Second)
		before := len(c.readings())
		var logins sync.WaitGroup
		for i := range 1000 {
			logins.Go(func() {
				time.Sleep(time.Duration(i) * time.Millisecond)
				if err := c.Refresh(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		logins.Wait()
		if n := len(c.readings()) - before; n < 3 || n > 7 {
			t.Errorf("%d readings for 1000 logins in a second", n)
		}
		for i, began := range c.readings() {
			if i > 0 && began.Sub(c.readings()[i-1]) < minPause {
				t.Errorf("readings at %v", c.readings())
			}
		}
		c.stop(t)
	})
}

func TestOneRefreshIsReadAtOnceAndOnlyOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := start(t, time.Millisecond)
		time.Sleep(time.Second)
		asked, before := time.Now(), len(c.readings())
		if err := c.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(asked); took > 10*time.Millisecond {
			t.Errorf("it took %v", took)
		}
		time.Sleep(5 * time.Second)
		if n := len(c.readings()) - before; n != 1 {
			t.Errorf("%d readings", n)
		}
		c.stop(t)
	})
}

func TestRefreshEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := start(t, time.Hour)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := c.Refresh(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		waiting := make(chan error, 1)
		go func() { waiting <- c.Refresh(context.Background()) }()
		synctest.Wait()
		c.stop(t)
		if err := <-waiting; err == nil {
			t.Error("a refresh succeeded that was never read for")
		}
		if err := c.Refresh(t.Context()); err == nil || !strings.Contains(err.Error(), "stopped") {
			t.Errorf("error %v", err)
		}
	})
}

func TestAFaultNamesTheCluster(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := start(t, time.Millisecond)
		time.Sleep(time.Second)
		c.mu.Lock()
		c.err = errors.New("no host is up")
		c.mu.Unlock()
		err := c.Refresh(t.Context())
		for _, want := range []string{"cluster paris: no host is up", "cluster gra: no host is up"} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, want %s", err, want)
			}
		}
		if c.Accounts().Len() != 2 {
			t.Errorf("%d accounts", c.Accounts().Len())
		}
		c.stop(t)
	})
}
