package move

import (
	"sync"
	"time"

	"shunt/sharding/move/copier"
)

// pace is how fast rows came in the last while. It may be used from anywhere at any time.
type pace struct {
	mu     sync.Mutex
	points []sample // guarded by mu; the oldest first
}

// sample is how many rows there were at a time.
type sample struct {
	at   time.Time
	rows int64
}

const (
	paceStep  = time.Second      // between two points that are remembered
	paceSpan  = 30 * time.Second // the last while
	paceLeast = 3 * time.Second  // less says nothing about the rest
)

// note takes in how far a copy is.
func (p *pace) note(now sample) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.points); n > 0 && now.rows < p.points[n-1].rows {
		p.points = nil // a copy begins anew
	}
	if n := len(p.points); n == 0 || now.at.Sub(p.points[n-1].at) >= paceStep {
		p.points = append(p.points, now)
	}
	for len(p.points) > 1 && now.at.Sub(p.points[0].at) > paceSpan {
		p.points = p.points[1:]
	}
}

// left is how long rows take that are left, if they come as they did in the last while; negative: nobody knows. It is not known in the first seconds, when nothing came in the last
// while, and when there are more rows than the server has guessed.
func (p *pace) left(now sample, rows int64) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.points) == 0 {
		return -1
	}
	return remaining(p.points[0], now, rows)
}

// remaining is how long rows take that are left, as fast as they came between two points; negative: nobody knows.
func remaining(from, to sample, left int64) time.Duration {
	took, came := to.at.Sub(from.at), to.rows-from.rows
	if took < paceLeast || took > 2*paceSpan || came <= 0 || left <= 0 {
		return -1
	}
	return time.Duration(float64(took) / float64(came) * float64(left)).Round(time.Second)
}

// progressed notes how far the copy is.
func (r *run) progressed(p copier.Progress) {
	r.progress.Store(&p)
	r.pace.note(sample{r.now(), p.Rows})
}

// Share is how much of the copy is done, from 0 to 1; negative: nobody knows.
func (l *Live) Share() float64 {
	if l.Remaining < 0 || l.RowsLeft <= 0 {
		return -1
	}
	return float64(l.Rows) / float64(l.Rows+l.RowsLeft)
}

// estimate says how long the copy takes yet, of which p was told last.
func (r *run) estimate(p *copier.Progress) time.Duration {
	if p.Checked {
		return -1
	}
	return r.pace.left(sample{r.now(), p.Rows}, p.Left)
}

// Moving is the last move of a database, if it is not over, as this proxy knows it: it asks nobody, and may be a moment late.
func (e *Engine) Moving(database string) (Move, bool) {
	v := e.view
	v.mu.Lock()
	defer v.mu.Unlock()
	s := v.moves[key(database, "")]
	if s == nil || s.State.Ended() {
		return Move{}, false
	}
	return *s.clone(), true
}
