package digest

import (
	"slices"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"shunt/statement"
)

// Description says what the statements of a shape are. It is kept as it is, but for a long text.
type Description struct {
	Kind     statement.Kind
	Database string // the sessions' default database
	// Text has no literals: statement.Parser.Normalize makes such a one.
	Text string
	// Tables have a schema each, where one is known.
	Tables    []statement.Table
	Functions []string // as statement.Statement has them: not known to be pure, and not qualified if they are not in the text
}

// maxText is how much of a text is kept, in bytes.
const maxText = 1024

// Shape counts the statements of one shape.
type Shape struct {
	key      key
	id       string
	about    Description
	tables   key  // of the set of tables; zero for none
	other    bool // it stands for all that have no place
	born     int64
	clusters atomic.Pointer[[]string]
	gone     atomic.Bool // its place is another's
	seen     atomic.Int64
	longest  atomic.Int64
	quickest atomic.Int64 // nanoseconds; 0: not known
	apart    atomic.Int64 // until when, in Unix nanoseconds
	parts    [stripes]part
}

// stripes is how many cores count without meeting each other. It is a constant that fits most machines: each costs a
// cache line per shape, and cores meet only when they count the same shape at the same time.
const stripes = 8

// part is what a core has counted, in a cache line of its own.
type part struct {
	primary, replica         atomic.Uint64 // how often, by who answered
	nobody                   atomic.Uint64 // no server was asked
	errors                   atomic.Uint64
	primaryNanos, otherNanos atomic.Uint64
	rows                     atomic.Uint64
	_                        [8]byte
}

func newShape(k key, about Description, now int64) *Shape {
	s := &Shape{key: k, id: idOf(about.Text), born: now}
	if len(about.Text) > maxText {
		cut := maxText
		for !utf8.RuneStart(about.Text[cut]) {
			cut--
		}
		about.Text = about.Text[:cut] + "…"
	}
	about.Tables, about.Functions = slices.Clone(about.Tables), slices.Clone(about.Functions)
	slices.SortFunc(about.Tables, compareTables)
	s.about = about
	s.tables = keyOfTables(about.Tables)
	s.seen.Store(now)
	s.clusters.Store(&[]string{})
	return s
}

func (s *Shape) identity() key  { return s.key }
func (s *Shape) lastUse() int64 { return s.seen.Load() }

// Gone says that the shape has lost its place to another: who keeps it has to find it anew.
func (s *Shape) Gone() bool { return s.gone.Load() }

// Role says who has answered a statement.
type Role uint8

// The roles.
const (
	Nobody  Role = iota // shunt itself, or it said no
	Primary             // of a cluster
	Replica
)

// Sample is one statement that has been carried out.
type Sample struct {
	At      int64 // when it came, in Unix nanoseconds
	By      Role
	Failed  bool
	Cluster string        // whose server that was; empty for Nobody
	Took    time.Duration // on the server, until the answer was passed on; not negative
	Rows    uint64        // given or changed
}

// Count counts a statement. stripe is any number that is mostly another one on another core. It takes no lock and
// allocates nothing, but when a cluster is new to the shape.
func (s *Shape) Count(stripe int, m *Sample) {
	p := &s.parts[stripe&(stripes-1)]
	switch m.By {
	case Primary:
		p.primary.Add(1)
		p.primaryNanos.Add(uint64(m.Took))
	case Replica:
		p.replica.Add(1)
		p.otherNanos.Add(uint64(m.Took))
	case Nobody:
		p.nobody.Add(1)
	}
	if m.Rows > 0 {
		p.rows.Add(m.Rows)
	}
	if m.Failed {
		p.errors.Add(1)
	}
	if m.At-s.seen.Load() > int64(seenStep) {
		s.seen.Store(m.At) // two at the same time say nearly the same
	}
	if int64(m.Took) > s.longest.Load() {
		s.lasted(int64(m.Took))
	}
	if m.Cluster != "" {
		if known := *s.clusters.Load(); len(known) == 0 || known[0] != m.Cluster {
			s.sentTo(m.Cluster)
		}
	}
}

// lasted notes the longest time.
func (s *Shape) lasted(took int64) {
	for longest := s.longest.Load(); took > longest; longest = s.longest.Load() {
		if s.longest.CompareAndSwap(longest, took) {
			return
		}
	}
}

// seenStep is how exactly the time of the last use is known: writing it at each statement would make the cores meet.
const seenStep = 100 * time.Millisecond

// sentTo notes a cluster.
func (s *Shape) sentTo(cluster string) {
	for {
		known := s.clusters.Load()
		if slices.Contains(*known, cluster) || len(*known) >= maxClusters {
			return
		}
		more := append(slices.Clone(*known), cluster)
		if s.clusters.CompareAndSwap(known, &more) {
			return
		}
	}
}

// maxClusters bounds how many clusters a shape remembers.
const maxClusters = 16

// absorb adds up what another has counted. What is counted in the other at the same time may be lost.
func (s *Shape) absorb(old *Shape) {
	c := old.counts()
	p := &s.parts[0]
	p.primary.Add(c.Primary)
	p.replica.Add(c.Replica)
	p.nobody.Add(c.Nobody)
	p.errors.Add(c.Errors)
	p.rows.Add(c.Rows)
	p.primaryNanos.Add(uint64(c.PrimaryTime))
	p.otherNanos.Add(uint64(c.ReplicaTime))
}

// counts adds up the parts.
func (s *Shape) counts() Counts {
	c := Counts{Longest: time.Duration(s.longest.Load())}
	for i := range s.parts {
		p := &s.parts[i]
		c.Primary += p.primary.Load()
		c.Replica += p.replica.Load()
		c.Nobody += p.nobody.Load()
		c.Errors += p.errors.Load()
		c.Rows += p.rows.Load()
		c.PrimaryTime += time.Duration(p.primaryNanos.Load())
		c.ReplicaTime += time.Duration(p.otherNanos.Load())
	}
	return c
}
