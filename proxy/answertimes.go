package proxy

import (
	"math"
	"math/bits"
	"time"

	"shunt/topology"
)

// AnswerTimes say how long servers took, since the start, to begin their answers to plain reads that replicas carried out, by
// address. Only the difference between two of them says something.
type AnswerTimes map[string]AnswerTime

// AnswerTime is that of one server.
type AnswerTime struct {
	count uint64
	logs  uint64 // the sum of the logarithms of the times, see logOf
}

// AnswerTimes adds up what all cores have counted.
func (s *Server) AnswerTimes() AnswerTimes {
	all := AnswerTimes{}
	for l, c := range *s.metrics.stmts.counters.Load() {
		if !l.timed() {
			continue
		}
		sum := all[l.server]
		for i := range c.parts {
			sum.count += c.parts[i].timed.Load()
			sum.logs += c.parts[i].logs.Load()
		}
		all[l.server] = sum
	}
	return all
}

// timed says whether the times of statements with these labels tell how fast a server is: those of plain reads that replicas answered. What
// writes waits for disks and locks, and the primary is not one to choose among.
func (l *labels) timed() bool {
	return l.plain && l.outcome == outcomeOK && l.role == topology.Replica.String()
}

// Since gives how many answers there were after an earlier AnswerTime of the same server, and their geometric mean: a few statements that take
// long hardly change it. Numbers that were read while others counted may be one apart.
func (a AnswerTime) Since(before AnswerTime) (count int, typical time.Duration) {
	if a.count <= before.count || a.logs < before.logs {
		return 0, 0
	}
	n := a.count - before.count
	return int(n), expOf(float64(a.logs-before.logs) / float64(n))
}

// fraction is how many bits a logarithm has behind the point.
const fraction = 8

// logOf is a time's logarithm to the base of two, in 1/256: exact where the time is a power of two of nanoseconds, and on a straight line
// between. It takes a nanosecond or two.
func logOf(d time.Duration) uint64 {
	n := uint64(max(d, 1))
	whole := bits.Len64(n) - 1
	behind := n << (63 - whole) << 1 >> (64 - fraction) // the bits behind the first
	return uint64(whole)<<fraction | behind
}

// expOf is the time that has a logarithm.
func expOf(log float64) time.Duration {
	whole, behind := math.Modf(log / (1 << fraction))
	return time.Duration(math.Ldexp(1+behind, int(whole)))
}
