package shop

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// Workload says how much to do. It ends with Requests or Duration, whichever is set; with both, at the first of them.
type Workload struct {
	Clients  int           // visitors at the same time; 0 means 8
	Requests int           // page requests of all visitors together; 0 means no limit
	Duration time.Duration // no new request begins after it; 0 means no limit
}

// Kind is a kind of statement.
type Kind string

// The kinds.
const (
	Read          Kind = "read"           // SELECT outside a transaction, text protocol
	PreparedRead  Kind = "prepared read"  // the same as a prepared statement
	Write         Kind = "write"          // a change that the visitor reads back
	Counter       Kind = "counter"        // a b_stat_ write that nobody waits for
	InTransaction Kind = "in transaction" // any statement from START TRANSACTION to COMMIT
)

// Kinds lists them in the order of a report.
func Kinds() []Kind { return []Kind{Read, PreparedRead, Write, Counter, InTransaction} }

// Report is what a workload did and saw.
type Report struct {
	Elapsed      time.Duration
	Requests     int          // pages, those that failed included
	Statements   map[Kind]int // those that succeeded
	Transactions int          // committed
	Checks       int          // reads of what the same connection had just written
	Stale        int          // those of them that saw an older state
	Errors       int          // pages that failed
	Samples      []string     // different texts of such errors, a few
	P50, P99     time.Duration
}

// pageBound is how long one page may take: a server that hangs must not hold the workload for ever.
const pageBound = 30 * time.Second

// Run lets visitors use the shop through db, whose default database is the one that Load made, and returns when they
// have finished. Each page is served over one connection, as by a PHP script, and over whichever the pool gives. A page
// that fails is counted and the visitor goes on. The error is ctx's if it ended first, with the report of what was done
// until then; or says that nothing could be done at all.
func Run(ctx context.Context, db *sql.DB, w Workload) (Report, error) {
	if w.Requests <= 0 && w.Duration <= 0 {
		return Report{}, errors.New("a workload needs an end: set Requests or Duration")
	}
	if w.Clients <= 0 {
		w.Clients = 8
	}
	start := time.Now()
	var begun atomic.Int64
	more := func() bool {
		return ctx.Err() == nil &&
			(w.Requests <= 0 || begun.Add(1) <= int64(w.Requests)) &&
			(w.Duration <= 0 || time.Since(start) < w.Duration)
	}
	visitors := make([]*visitor, w.Clients)
	var g errgroup.Group
	for i := range visitors {
		v := &visitor{
			db:      db,
			session: rand.Text(),
			dice:    mathrand.New(mathrand.NewPCG(uint64(i), 2)),
			report:  Report{Statements: map[Kind]int{}},
		}
		visitors[i] = v
		g.Go(func() error {
			for more() {
				v.visit(ctx)
			}
			return nil
		})
	}
	_ = g.Wait() // visitors keep their errors in their reports
	return sum(visitors, time.Since(start)), ctx.Err()
}

// sum adds up what the visitors have seen.
func sum(visitors []*visitor, elapsed time.Duration) Report {
	total := Report{Elapsed: elapsed, Statements: map[Kind]int{}}
	var times []time.Duration
	for _, v := range visitors {
		r := v.report
		total.Requests += r.Requests
		total.Transactions += r.Transactions
		total.Checks += r.Checks
		total.Stale += r.Stale
		total.Errors += r.Errors
		for kind, n := range r.Statements {
			total.Statements[kind] += n
		}
		for _, text := range r.Samples {
			total.sample(text)
		}
		times = append(times, v.times...)
	}
	slices.Sort(times)
	total.P50, total.P99 = quantile(times, 0.50), quantile(times, 0.99)
	return total
}

// quantile of sorted times; 0 of none.
func quantile(times []time.Duration, q float64) time.Duration {
	if len(times) == 0 {
		return 0
	}
	return times[int(q*float64(len(times)-1))]
}

// sample keeps an error's text if there are few and it is new.
func (r *Report) sample(text string) {
	if len(r.Samples) < 5 && !slices.Contains(r.Samples, text) {
		r.Samples = append(r.Samples, text)
	}
}

// visitor makes one request after another. It belongs to one goroutine.
type visitor struct {
	db      *sql.DB
	session string // key of its own row in sessions
	dice    *mathrand.Rand
	visits  int
	report  Report
	times   []time.Duration // of every statement that succeeded
}

// visit serves one page.
func (v *visitor) visit(ctx context.Context) {
	v.visits++
	v.report.Requests++
	bounded, cancel := context.WithTimeoutCause(ctx, pageBound, fmt.Errorf("the page took longer than %v", pageBound))
	defer cancel()
	err := v.serve(bounded)
	if err == nil || ctx.Err() != nil { // what the caller's end cut off is no fault
		return
	}
	if bounded.Err() != nil {
		err = context.Cause(bounded)
	}
	v.report.Errors++
	v.report.sample(err.Error())
}

func (v *visitor) serve(ctx context.Context) error {
	conn, err := v.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connecting: %w", err)
	}
	defer conn.Close()
	p := &page{ctx: ctx, conn: conn, v: v}
	if err := v.choosePage()(p); err != nil {
		return err
	}
	return p.countHit()
}

// choosePage is the mix: out of 100 pages so many are of each sort. Most people look.
func (v *visitor) choosePage() func(*page) error {
	switch n := v.dice.IntN(100); {
	case n < 45:
		return (*page).category
	case n < 70:
		return (*page).product
	case n < 85:
		return (*page).search
	case n < 90:
		return (*page).account
	case n < 95:
		return (*page).basket
	default:
		return (*page).order
	}
}
