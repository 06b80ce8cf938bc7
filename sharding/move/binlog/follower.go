package binlog

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// Follower gives the transactions of one unit. One goroutine at a time may call Next; the other methods may be called by others, too.
type Follower struct {
	unit   Unit
	source *Source
	wake   chan struct{}   // there is something for Next
	room   chan struct{}   // there is room for the connection of its own
	life   context.Context // until Close
	close  context.CancelFunc
	pace   atomic.Int64 // see Pace

	reserved bool // guarded by mu: Begin has not been called

	mu       sync.Mutex
	seen     Position            // everything up to it is in the queue, or was told, or is not of the unit
	from     Position            // where reading has to begin for the first time, for the sake of XA transactions
	passed   bool                // reading has come to where the follower began
	prepared map[string]*pending // XA transactions that are not committed yet; those of other units without changes
	order    int                 // of the prepared ones
	queue    []Transaction
	bytes    int // of queue and side
	err      error
	present  bool      // gets the present
	own      bool      // reads on a connection of its own
	since    Position  // present: from where on
	side     []offered // present and own: what has come meanwhile
	told     time.Time // when Next has last given something
	heard    time.Time // own: up to when it is complete
	last     string    // the last GTID seen
}

// pending is an XA transaction that was prepared.
type pending struct {
	changes []Change
	bytes   int
	before  Position // where reading has to begin to see it again
	order   int
}

// offered is a group that waits until the follower's own connection has caught up.
type offered struct {
	group         *group
	before, after Position
}

// wants says whether a table is the unit's, or the one of the markers.
func (f *Follower) wants(t Table) bool {
	return f.unit.has(t.Database, t.Name) || t.Database == controlSchema && t.Name == markerTable
}

// Next gives the next transaction that changes the unit, in the order of the commits. Where there is none for a while it gives one without changes, whose
// position is as good to go on from: whoever keeps positions should keep that, too, so that the server may purge its logs. Errors of
// this package are final; the follower gives nothing more. That the server cannot be reached is no error: then it waits, as long as ctx.
func (f *Follower) Next(ctx context.Context) (Transaction, error) {
	for {
		t, ok, err := f.next()
		if ok || err != nil {
			return t, err
		}
		timer := time.NewTimer(f.idle())
		select {
		case <-ctx.Done():
			timer.Stop()
			return Transaction{}, ctx.Err()
		case <-f.life.Done():
			timer.Stop()
			return Transaction{}, ErrClosed
		case <-f.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// Pace changes how often Next says how far it is where there are no changes; 0: as the source's configuration has it.
func (f *Follower) Pace(d time.Duration) {
	f.pace.Store(int64(d))
	signal(f.wake)
}

func (f *Follower) idle() time.Duration {
	if d := f.pace.Load(); d > 0 {
		return time.Duration(d)
	}
	return f.source.config.Idle
}

// ErrClosed says that the follower was closed.
var ErrClosed = errors.New("the follower is closed")

// Ready says whether Next would return at once with changes.
func (f *Follower) Ready() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.queue) > 0
}

func (f *Follower) next() (Transaction, bool, error) {
	reached, at := f.source.reached() // before the lock: a source locks itself first
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.queue) > 0 {
		t := f.queue[0]
		f.queue[0] = Transaction{} // let go of its rows
		f.queue = f.queue[1:]
		f.bytes -= t.Bytes
		f.told = time.Now()
		signal(f.room)
		return t, true, nil
	}
	if f.err != nil {
		return Transaction{}, false, f.err
	}
	if time.Since(f.told) < f.idle() {
		return Transaction{}, false, nil
	}
	if !f.present || f.own || !reached.Contains(f.seen) {
		reached, at = f.seen, f.heard
	}
	if at.IsZero() {
		return Transaction{}, false, nil // nothing was heard yet
	}
	f.told = time.Now()
	return Transaction{Position: f.resumeLocked(reached), GTID: f.last, At: at}, true, nil
}

// resumeLocked adds to a position where reading would have to begin.
func (f *Follower) resumeLocked(p Position) Position {
	if !f.passed {
		if f.from.Contains(p) {
			return p
		}
		return p.After(f.from)
	}
	var first *pending
	for _, x := range f.prepared {
		if first == nil || x.order < first.order {
			first = x
		}
	}
	if first == nil {
		return p
	}
	return p.After(first.before)
}

// Close ends the following.
func (f *Follower) Close() {
	f.close()
	f.source.leave(f)
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// offer is called with each group of the present, and says whether there was room for it.
func (f *Follower) offer(g *group, before, after Position) (fits bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil || !f.concerns(g) {
		return true
	}
	size := f.size(g)
	most := f.source.config.Buffer
	if f.reserved {
		most = min(most, reservedBytes)
	}
	if f.bytes > 0 && f.bytes+size > most {
		return false
	}
	if f.own {
		f.side = append(f.side, offered{g, before, after})
		f.bytes += size
		return true
	}
	f.takeLocked(g, before, after)
	return true
}

// concerns says whether a group has anything for the unit, as far as can be told without looking at positions.
func (f *Follower) concerns(g *group) bool {
	if g.prepares != "" || g.commits != "" || g.rollsBack != "" {
		return true
	}
	for i := range g.changes {
		if f.wants(g.changes[i].Table) {
			return true
		}
	}
	for i := range g.faults {
		if f.wants(g.faults[i].table) {
			return true
		}
	}
	return false
}

// size is how many bytes of a group are the unit's.
func (f *Follower) size(g *group) (n int) {
	for i := range g.changes {
		if f.wants(g.changes[i].Table) {
			n += g.sizes[i]
		}
	}
	return n
}

// takeLocked puts what a group has of the unit into the queue, unless it was seen before. after is the reader's position behind the group.
func (f *Follower) takeLocked(g *group, before, after Position) {
	old := f.seen.has(g.name)
	if g.prepares != "" {
		changes, size := f.ours(g) // also if it is old: what was prepared then may be committed now
		f.order++
		f.prepared[g.prepares] = &pending{changes: changes, bytes: size, before: before.without(), order: f.order}
	}
	committed, known := f.prepared[g.commits+g.rollsBack]
	if g.commits+g.rollsBack != "" {
		delete(f.prepared, g.commits+g.rollsBack)
	}
	if f.passed = f.passed || !old || after.Contains(f.seen); old {
		return
	}
	f.last = g.name.String()
	if f.seen = f.seen.with(g.name); after.Contains(f.seen) {
		f.seen = after.without()
	}
	t := Transaction{GTID: f.last, At: g.at}
	switch {
	case g.rollsBack != "" || g.prepares != "":
	case g.commits != "" && !known:
		f.failLocked(ErrUnknownXA)
	case g.commits != "":
		t.Changes, t.Bytes = committed.changes, committed.bytes
	default:
		t.Changes, t.Bytes = f.ours(g)
	}
	if len(t.Changes) == 0 || f.err != nil {
		return
	}
	t.Position = f.resumeLocked(f.seen)
	f.queue = append(f.queue, t)
	f.bytes += t.Bytes
	signal(f.wake)
}

// ours are the unit's changes in a group. Faults among them end the following.
func (f *Follower) ours(g *group) (changes []Change, size int) {
	for i := range g.faults {
		if f.wants(g.faults[i].table) {
			f.failLocked(g.faults[i].err)
			return nil, 0
		}
	}
	for i, c := range g.changes {
		if !f.wants(c.Table) {
			continue
		}
		if c.Kind == Marker {
			if c = c.marker(); c.Table.Name != f.unit.Name {
				continue
			}
		}
		changes = append(changes, c)
		size += g.sizes[i]
	}
	return changes, size
}

// failLocked ends the following when the queue is empty.
func (f *Follower) failLocked(err error) {
	if f.err == nil {
		f.err = err
	}
	signal(f.wake)
}

// marker reads the row of a marker. The name of its unit is the Table's then.
func (c Change) marker() Change {
	c.Table = Table{}
	fields := c.After.Fields(nil)
	if len(fields) < 3 || fields[0].Null || fields[1].Null || fields[2].Null || fields[0].Absent || fields[1].Absent || fields[2].Absent {
		return c
	}
	c.Table.Name = string(fields[0].content())
	c.Epoch, c.Token = int64(le(fields[1].Raw)), int64(le(fields[2].Raw))
	return c
}
