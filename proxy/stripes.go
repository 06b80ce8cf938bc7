package proxy

import (
	"math/bits"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"shunt/topology"
)

// stripe is a part of what is counted for every statement. Counters that all cores write cost more than all else that happens to a
// statement, as the cache lines they are in go from core to core; so each event loop has one of its own, and those who read them add all up. There may be more
// loops than stripes, and offloaded work counts beside its loop, so they are atomics.
type stripe struct {
	times [roles]times
	_     [64]byte
}

// times is how long statements took on servers of one role. The whole time is that in the queue and that on the server. Those that found a connection at once are
// counted in a place of their own: for them the whole time is that on the server.
type times struct {
	atOnce               buckets       // on the server
	queue, server, whole buckets       // of the others
	inQueue, onServer    atomic.Uint64 // nanoseconds in all
}

func (t *times) add(queue, server time.Duration) {
	t.onServer.Add(uint64(server))
	if queue == 0 {
		t.atOnce.add(server)
		return
	}
	t.queue.add(queue)
	t.server.add(server)
	t.whole.add(queue + server)
	t.inQueue.Add(uint64(queue))
}

// buckets count times by their length; the last is for those above all bounds.
type buckets [len(bounds) + 1]atomic.Uint64

// roles is how many roles a server may have.
const roles = topology.Replica + 1

// upTo are the upper ends of the buckets of all times, in seconds.
var upTo = prometheus.ExponentialBuckets(0.00005, 3, len(bounds))

// bounds are the same as the longest times that are in the buckets.
var bounds = func() (t [12]time.Duration) {
	for i, seconds := range prometheus.ExponentialBuckets(0.00005, 3, len(t)) {
		if t[i] = time.Duration(seconds*1e9 + 0.5); t[i].Seconds() > seconds {
			t[i]--
		}
	}
	return t
}()

func (b *buckets) add(d time.Duration) {
	i := 0
	for i < len(bounds) && d > bounds[i] {
		i++
	}
	b[i].Add(1)
}

// sum is how many there are.
func (b *buckets) sum() (n uint64) {
	for i := range b {
		n += b[i].Load()
	}
	return n
}

// stripes are all of them; their number is a power of two.
type stripes struct{ all []stripe }

func newStripes() *stripes {
	return &stripes{all: make([]stripe, 1<<bits.Len(uint(runtime.GOMAXPROCS(0)-1)))}
}

// at is the number of an event loop's stripe.
func (s *stripes) at(shard int) int { return shard & (len(s.all) - 1) }

// counter counts the statements that have the same labels: one number per stripe, in cache lines of their own.
type counter struct {
	labels labels
	since  time.Time
	parts  []counterPart
}

type counterPart struct {
	n     atomic.Uint64
	times atomic.Uint64 // an AnswerTime
	_     [48]byte
}

func (c *counter) total() (n uint64) {
	for i := range c.parts {
		n += c.parts[i].n.Load()
	}
	return n
}
