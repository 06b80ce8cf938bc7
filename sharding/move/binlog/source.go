package binlog

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"shunt/backend/monitor/control"
)

// Config is what can be set of a Source.
type Config struct {
	Endpoint control.Endpoint // of the server; the account needs REPLICATION SLAVE, and on MariaDB BINLOG MONITOR
	// ServerID and the CatchUps numbers after it are the server_ids that the connections use. No replica of the server, and no other Source of it anywhere, may have one of them.
	ServerID uint32
	CatchUps int           // how many followers may read on connections of their own at the same time, 4 if it is not positive
	Buffer   int           // bytes of changes that wait for one follower, 16 MiB if it is not positive
	Largest  int           // bytes that one transaction may have, 256 MiB if it is not positive
	Silence  time.Duration // how long the server may say nothing, 10 s if it is not positive; it is asked to say something at least five times as often
	Idle     time.Duration // how often a follower whose unit has no changes says how far it is, 1 s if it is not positive
	Logger   *slog.Logger  // nil: nothing is logged
}

func (c Config) withDefaults() Config {
	c.CatchUps = orElse(c.CatchUps, 4)
	c.Buffer = orElse(c.Buffer, 16<<20)
	c.Largest = orElse(c.Largest, 256<<20)
	c.Silence = orElse(c.Silence, 10*time.Second)
	c.Idle = orElse(c.Idle, time.Second)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

func orElse[T int | time.Duration](v, otherwise T) T {
	if v <= 0 {
		return otherwise
	}
	return v
}

// Source reads the binary log of one server for all who follow a unit on it. One connection gives the present to all of them. A follower that begins in the past, or was too slow for
// its buffer, has a connection of its own until it has caught up: so nobody's past keeps the others waiting. It is safe for concurrent use.
type Source struct {
	config Config
	ids    chan uint32 // server_ids that are free for catching up

	mu        sync.Mutex
	changed   chan struct{} // closed and made anew when one begins to follow
	followers map[*Follower]bool
	waiting   []*Follower // want to catch up
	members   *members    // get the present; another one after each change
	joining   []*Follower // will get it from the next transaction on
	position  Position    // of the present: its last complete transaction
	at        time.Time   // of that transaction, or when the server last said that there is nothing new
	live      bool        // position is known
	inGroup   bool        // a transaction is being read, for the members
}

// NewSource returns a Source that does nothing before Run.
func NewSource(c Config) *Source {
	s := &Source{config: c.withDefaults(), changed: make(chan struct{}), followers: map[*Follower]bool{}, members: newMembers(nil)}
	s.ids = make(chan uint32, s.config.CatchUps)
	for i := range s.config.CatchUps {
		s.ids <- s.config.ServerID + 1 + uint32(i)
	}
	return s
}

// Run reads until ctx ends. It connects again when the server cannot be reached; followers then go on where they were. When it returns, all that it has
// started has finished.
func (s *Source) Run(ctx context.Context) error {
	var all sync.WaitGroup
	defer all.Wait()
	all.Go(func() { s.readPresent(ctx) })
	for {
		s.mu.Lock()
		waiting, changed := s.waiting, s.changed
		s.waiting = nil
		s.mu.Unlock()
		for _, f := range waiting {
			all.Go(func() { s.catchUp(ctx, f) })
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}

// Follow gives a follower of a unit from a position on. It returns at once; that the position cannot be had is told by Next. The caller closes the follower.
//
// A snapshot does not have what was prepared (XA) when it was made, and what comes after it in the log has only the XA COMMIT. So the position of a snapshot is given as
// snapshot.After(earlier), with a position from before the oldest transaction that XA RECOVER lists just before the snapshot.
func (s *Source) Follow(unit Unit, after Position) *Follower {
	f := s.newFollower(unit)
	f.seen, f.from = after.without(), after.begin()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.followers[f] = true
	s.waitLocked(f)
	return f
}

func (s *Source) newFollower(unit Unit) *Follower {
	f := &Follower{unit: unit, source: s, wake: make(chan struct{}, 1), room: make(chan struct{}, 1), prepared: map[string]*pending{}}
	f.life, f.close = context.WithCancel(context.Background())
	return f
}

// reserveBound is how long Reserve waits for the present, which may just be connecting.
const reserveBound = time.Second

// reservedBytes is how much is kept for one that is reserved, since there may be hundreds of copies at a time, each for hours. With more it gets a connection of its own later.
const reservedBytes = 4 << 20

// Reserve keeps what changes of a unit from now on, for a copy that is about to be made: when its position is known, Begin says it. Without that a follower needs a connection of its own
// for the moments between the two, and servers find a position by reading their log from its start. The caller closes the follower.
func (s *Source) Reserve(ctx context.Context, unit Unit) *Follower {
	f := s.newFollower(unit)
	f.own, f.reserved = true, true // nothing is passed on yet
	s.mu.Lock()
	s.followers[f] = true
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, reserveBound)
	defer cancel()
	for s.join(f); !f.isPresent(); s.join(f) {
		if !pause(ctx, 2*time.Millisecond) {
			break // then it gets a connection of its own, after all
		}
	}
	return f
}

// Begin is for a follower that was reserved: what comes after a position counts, as with Follow. It is called once, before Next.
func (f *Follower) Begin(after Position) {
	f.mu.Lock()
	f.seen, f.from, f.reserved = after.without(), after.begin(), false
	complete := f.present && f.from.Contains(f.since)
	if complete {
		f.takeSideLocked()
	}
	f.mu.Unlock()
	if !complete {
		f.source.mu.Lock()
		defer f.source.mu.Unlock()
		f.source.waitLocked(f)
	}
}

// waitLocked lets Run give a follower a connection of its own.
func (s *Source) waitLocked(f *Follower) {
	s.waiting = append(s.waiting, f)
	close(s.changed)
	s.changed = make(chan struct{})
}

// leave takes a follower out of the present.
func (s *Source) leave(f *Follower) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leaveLocked(f)
	delete(s.followers, f)
}

func (s *Source) leaveLocked(f *Follower) {
	s.members = s.members.without(f)
	s.joining = without(s.joining, f)
}

func without(list []*Follower, f *Follower) (rest []*Follower) {
	for _, g := range list {
		if g != f {
			rest = append(rest, g)
		}
	}
	return rest
}

// patience is how long to wait after the nth failure in a row.
func patience(n int) time.Duration { return min(time.Second, 50*time.Millisecond<<min(n, 10)) }

// pause waits, and says whether ctx is still on.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// readPresent reads the present until ctx ends.
func (s *Source) readPresent(ctx context.Context) {
	for failures := 0; ctx.Err() == nil; {
		begun := time.Now()
		err := s.present(ctx)
		if ctx.Err() != nil {
			return
		}
		s.config.Logger.Warn("the binary log cannot be read, connecting again", "server", s.config.Endpoint.Address, "error", err)
		if errors.Is(err, ErrLost) || errors.Is(err, ErrMalformed) {
			s.forget()
		}
		if failures++; time.Since(begun) > time.Second { // it has worked meanwhile
			failures = 0
		}
		if !pause(ctx, patience(failures)) {
			return
		}
	}
}

// forget lets all members go on with connections of their own, which find out for each what can be had.
func (s *Source) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live, s.inGroup = false, false
	for _, f := range append(append([]*Follower(nil), s.members.list...), s.joining...) {
		s.dropLocked(f, s.position)
	}
}

// dropLocked takes a follower out of the present, because of its buffer or because there is none any more; upTo is the last transaction that it was offered. If it
// had caught up it needs a connection of its own again.
func (s *Source) dropLocked(f *Follower, upTo Position) {
	s.leaveLocked(f)
	if f.dropped(upTo) {
		s.waitLocked(f)
	}
}

// present reads from one connection.
func (s *Source) present(ctx context.Context) error {
	d, err := dial(ctx, s.config, s.config.ServerID)
	if err != nil {
		return err
	}
	defer d.close()
	s.mu.Lock()
	from, live := s.position, s.live
	s.inGroup = false
	s.mu.Unlock()
	if !live {
		if from, err = d.current(ctx); err != nil {
			return err
		}
		s.mu.Lock()
		s.position, s.live, s.at = from, true, time.Now()
		s.mu.Unlock()
	}
	r := newReader(d.flavor(), s.config.Largest)
	defer r.close()
	of := newMembers(nil) // of this group
	r.begin = func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.admitLocked()
		s.inGroup, of = true, s.members
	}
	r.wants = func(t Table) bool { return of.want(t) }
	r.ended = func(g *group) error {
		s.deliver(g, of)
		return nil
	}
	r.alive = func() error {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.admitLocked()
		s.at = time.Now()
		return nil
	}
	return d.dump(ctx, from, r)
}

// admitLocked lets those in who wait for the end of a transaction.
func (s *Source) admitLocked() {
	for _, f := range s.joining {
		s.members = s.members.with(f)
		f.joined(s.position)
	}
	s.joining = nil
}

// join asks for the present. The follower is told from which position on it gets it.
func (s *Source) join(f *Follower) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.live || !s.followers[f] || slices.Contains(s.joining, f) {
		return
	}
	s.joining = append(s.joining, f)
	if !s.inGroup {
		s.admitLocked()
	}
}

// deliver gives a group to those members that it is for.
func (s *Source) deliver(g *group, of *members) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.position
	s.position, s.at, s.inGroup = s.position.with(g.name), g.at, false
	for _, f := range of.concerned(g) {
		if !f.offer(g, before, s.position) {
			s.config.Logger.Info("a follower is too slow and goes on with a connection of its own", "unit", f.unit.Name)
			s.dropLocked(f, before)
		}
	}
	s.admitLocked()
}

// reached tells the present's position, and the time up to which it is complete.
func (s *Source) reached() (Position, time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.position, s.at
}
