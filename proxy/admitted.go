package proxy

import (
	"sync"
	"time"
)

// admitted remembers for a minute which accounts a server has let into which databases at login, so that a page that logs in for every
// request costs no question. Should the right be taken away meanwhile, the first statement hears it.
type admitted struct {
	mu    sync.Mutex
	until map[admission]time.Time // guarded by mu
}

type admission struct{ account, database string }

const (
	admittedFor = time.Minute
	admittedMax = 100_000
)

func (a *admitted) knows(account, database string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return time.Now().Before(a.until[admission{account, database}])
}

func (a *admitted) add(account, database string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.until == nil || len(a.until) >= admittedMax {
		a.until = map[admission]time.Time{}
	}
	a.until[admission{account, database}] = time.Now().Add(admittedFor)
}
