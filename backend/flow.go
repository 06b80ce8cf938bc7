package backend

import "time"

// flow decides over how many connections to a server the quick reads of one event loop are spread before they are sent behind one another.
//
// As long as answers come about as fast as the fastest of their kind, more connections mean more work done at the same time. When they take longer than that, processors are what is short, here
// or there, and one more connection only adds a thread that waits for one. So the number follows the ratio of the two times, as in the gradient algorithm for limits of concurrency: it is
// lowered in that ratio, and gets a little room above (https://github.com/Netflix/concurrency-limits, Gradient2).
type flow struct {
	lines float64       // how many connections; 0: nothing is known yet
	sum   float64       // of the ratios in this window
	n     int           // of them
	least time.Duration // in which the server has begun any answer lately: the way there and back; 0: not known
}

const (
	window     = 32  // answers
	tolerated  = 1.5 // how many times as long as the fastest answers may take that are not late
	mostRatio  = 16  // what one answer counts at most: it may have met a pause of the machine
	leastStep  = 0.5 // what the number may be multiplied by at least
	room       = 0.25
	smoothing  = 0.2
	startLines = 8
	mostLines  = 64 // which is as good as any number

	// quick is what a read may take on a server that is sent behind others: what that saves, tens of microseconds, is a part worth having of so little only.
	quick = 300 * time.Microsecond
	// shortest is what any statement is taken to take on a server.
	shortest = 20 * time.Microsecond
)

// crowded says that there are enough connections in use for now.
func (f *flow) crowded(inUse int) bool { return f.lines > 0 && float64(inUse) >= f.lines }

// takes is what a statement is expected to take on the server, if answers to those like it have begun after `quickest` at least; 0: that is not known, or too long.
func (f *flow) takes(quickest time.Duration) time.Duration {
	if quickest == 0 || f.least == 0 {
		return 0
	}
	if t := max(quickest-f.least, 0) + shortest; t <= quick {
		return t
	}
	return 0
}

// answered takes in how long an answer took to begin, and how long the fastest of its kind took; 0: that is not known.
func (f *flow) answered(took, quickest time.Duration) {
	if f.least == 0 || took < f.least {
		f.least = max(took, 1)
	} else {
		f.least += min(f.least>>8+1, took-f.least) // so that it follows a server that moves away
	}
	if quickest <= 0 {
		return
	}
	f.sum += min(float64(took)/float64(quickest), mostRatio)
	if f.n++; f.n < window {
		return
	}
	if f.lines == 0 {
		f.lines = startLines
	}
	step := max(min(tolerated*window/f.sum, 1), leastStep)
	f.lines += smoothing * (f.lines*step + room - f.lines)
	f.lines = max(min(f.lines, mostLines), 1)
	f.sum, f.n = 0, 0
}
