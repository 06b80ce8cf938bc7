// Package traffic has sessions read and write through proxies and records what they saw, for the judge.
//
// [Prepare] makes the data: cells with a version each, and the writers of all its versions. [Start] begins a run after a [Plan]; a [Traffic] goes
// on until End, which gives the events, and can be paused between requests. [Collect] reads what the database holds after it. What goes wrong in
// between, and what that means, is for the callers.
package traffic

import (
	"database/sql"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"shunt/lab"
	"shunt/tests/chaos/judge"
)

// Plan is a workload.
type Plan struct {
	Proxies  []string // host:port; sessions go over each in turn
	Account  lab.Account
	Database string

	Sessions int // at a time
	Cells    int
	Writes   int           // percent of the requests that write; the others read
	Requests int           // that a session makes before it ends and another begins
	Think    time.Duration // mean pause between two requests of a session
	Tokens   bool          // sessions continue with tokens of others
	Seed     uint64
}

// requestBound is how long a request may take. One that takes longer has an unknown outcome, and its session ends.
const requestBound = 30 * time.Second

// Traffic is a running workload.
type Traffic struct {
	plan  Plan
	start time.Time
	stop  chan struct{}
	once  sync.Once // for stop
	group sync.WaitGroup

	gate   sync.RWMutex // held for reading by a request, for writing by a pause
	paused atomic.Bool

	requests, sessions, done atomic.Int64
	tokens                   market

	mu     sync.Mutex
	events []judge.Event
}

// Start begins the workload. It goes on until End.
func Start(plan Plan) (*Traffic, error) {
	t := &Traffic{plan: plan, start: time.Now(), stop: make(chan struct{})}
	pools := make([]*sql.DB, len(plan.Proxies))
	for i, address := range plan.Proxies {
		db, err := plan.Account.Open(address, plan.Database)
		if err != nil {
			return nil, err
		}
		db.SetMaxIdleConns(-1) // each session has a connection of its own, from its login to its end
		pools[i] = db
	}
	for i := range plan.Sessions {
		dice := rand.New(rand.NewPCG(plan.Seed, uint64(i)))
		at := i % len(pools)
		t.group.Go(func() { t.work(pools[at], plan.Proxies[at], dice) })
	}
	return t, nil
}

// work has one session after the other.
func (t *Traffic) work(pool *sql.DB, via string, dice *rand.Rand) {
	for !t.over() {
		s := &session{t: t, number: int(t.sessions.Add(1)), via: via, dice: dice}
		s.live(pool)
	}
}

func (t *Traffic) over() bool {
	select {
	case <-t.stop:
		return true
	default:
		return false
	}
}

// Now is this instant on the clock of the events.
func (t *Traffic) Now() time.Duration { return time.Since(t.start) }

// Done is how many requests have ended.
func (t *Traffic) Done() int64 { return t.done.Load() }

// Pause waits for all requests that are on their way, and lets no other begin until Resume.
func (t *Traffic) Pause() {
	t.gate.Lock()
	t.paused.Store(true)
}

// Resume ends a Pause, if there is one.
func (t *Traffic) Resume() {
	if t.paused.CompareAndSwap(true, false) {
		t.gate.Unlock()
	}
}

// End waits for all sessions to end and gives the events. Once more gives them again.
func (t *Traffic) End() []judge.Event {
	t.once.Do(func() { close(t.stop) })
	t.Resume()
	t.group.Wait()
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.events
}
