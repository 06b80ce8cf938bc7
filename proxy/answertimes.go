package proxy

import (
	"math"
	"math/bits"
	"time"

	"shunt/topology"
)

// AnswerTimes say how long servers took, since the start, to begin their answers to plain reads that replicas carried out, by
// address; a wait for what the session wrote is part of that. Only the difference between two of them says something.
type AnswerTimes map[string]AnswerTime

// AnswerTime is that of one server: how many answers there were and the sum of the logarithms of their times, in one number so that counting
// costs one addition. It wraps around, and the difference of two is right all the same if not sixteen million answers are between them.
type AnswerTime uint64

// logBits are the lower bits, for the sum; those above count.
const logBits = 40

// AnswerTimes adds up what all cores have counted.
func (s *Server) AnswerTimes() AnswerTimes {
	all := AnswerTimes{}
	for l, c := range *s.metrics.stmts.counters.Load() {
		if !l.timed() {
			continue
		}
		for i := range c.parts {
			all[l.server] += AnswerTime(c.parts[i].times.Load())
		}
	}
	return all
}

// timed says whether the times of statements with these labels tell how fast a server is: those of plain reads that replicas answered. What
// writes waits for disks and locks, and the primary is not one to choose among.
func (l *labels) timed() bool {
	return l.plain && l.outcome == outcomeOK && l.role == topology.Replica.String()
}

// Since gives how many answers there were after an earlier AnswerTime of the same server, and their geometric mean: a few statements that take
// long hardly change it.
func (a AnswerTime) Since(before AnswerTime) (count int, typical time.Duration) {
	between := uint64(a - before)
	count = int(between >> logBits)
	if count == 0 {
		return 0, 0
	}
	return count, expOf(float64(between&(1<<logBits-1)) / float64(count))
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
