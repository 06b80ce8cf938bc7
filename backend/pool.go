package backend

import (
	"sync"
	"sync/atomic"
	"time"
	"unique"

	"shunt/compress"
	"shunt/netloop"
	"shunt/topology"
)

// Pool holds the connections to one server. Borrowers wait once PerServer connections are in use, or as many as their account may have; the account that
// has the least is served first, and each account's borrowers nearly in order of arrival.
//
// Idle connections lie on shelves, one per event loop: a borrower looks first where connections of its own loop are, and takes no lock there that
// another loop's clients want. All else goes through the pool's own mutex. The two meet in `queued`: a borrower that found nothing raises
// it before it looks at all shelves and joins the queue, and whoever puts a connection on a shelf looks at it afterwards, so that one of the two
// sees the other.
type Pool struct {
	Address string
	Cluster string
	config  Config
	link    Link
	codecs  *compress.Codecs
	// prepared counts what is prepared on the server.
	prepared budget
	metrics  *poolMetrics
	flavor   atomic.Uint32

	shelves []shelf
	told    uint64        // what the metric has of the statements behind others; of Run alone
	queued  atomic.Int64  // borrowers that wait, or are about to, and may have whatever comes back
	dry     atomic.Bool   // all places were taken when somebody looked, and none has become free since
	retired atomic.Bool   // the server left, nothing is kept
	drained atomic.Bool   // the server is out of rotation: what comes back is not kept
	epoch   atomic.Uint64 // raised when the server goes down; older connections are closed when they come back

	mu      sync.Mutex        // taken before that of a shelf
	count   int               // guarded by mu: idle connections, lent ones and those being dialled
	waiters queue             // guarded by mu
	owners  map[string]*owner // guarded by mu; by the account's name
	down    bool              // guarded by mu: the monitor's last word
}

// Want says what a borrower needs and prefers.
type Want struct {
	Key         unique.Handle[Key] // interned, since it is looked up twice for each statement
	Credentials *Credentials
	// Fingerprint is that of the state the borrower will put on the connection: one that carries it already is preferred.
	Fingerprint uint64
	// NoSchema: the borrower has no default database. A connection cannot lose one, so only those without will do.
	NoSchema bool
	// Quick: the statement may be one of a pipeline.
	Quick bool
	// Limit bounds the connections that the account has to this server. 0: no bound of its own.
	Limit int
	// Until bounds the wait.
	Until time.Time
}

// Flavor is what kind of server this is, as the monitor last saw it.
func (p *Pool) Flavor() topology.Flavor { return topology.Flavor(p.flavor.Load()) }

// Retired says that the server has left the configuration; one that comes back gets another pool.
func (p *Pool) Retired() bool { return p.retired.Load() }

// Try borrows a connection if one is idle on the shelf of the task's loop, which is the usual case and takes no wait; nil otherwise.
func (p *Pool) Try(task netloop.Task, want *Want) *Conn {
	for {
		c := p.shelfOf(task).pick(want)
		if c == nil || p.fit(task, want, c) {
			return c
		}
	}
}

// fit binds a connection to its borrower's task, if it is good for him; otherwise it is given up.
func (p *Pool) fit(task netloop.Task, want *Want, c *Conn) bool {
	if want.NoSchema && c.Schema != "" {
		p.discard(task, c)
		return false
	}
	task.Bind(c.Conn)
	if task.Now().Sub(c.used) > quietAfter && c.Look() != netloop.Quiet {
		p.discard(task, c) // the server has closed it, or speaks without being asked
		return false
	}
	return true
}

// grant is what a borrower has got: a connection, or leave to dial one for its account.
type grant struct {
	conn *Conn
	dial *owner
	// follow: there is none, but one on which the statement may be sent behind another.
	follow bool
}

// Acquire borrows a connection, waiting for one to become free if the server's limit, or that of the account, is reached. Errors: ErrFull,
// ErrQueueFull, ErrFollow, *DialError (nothing has reached the server), *mysql.Error (the server refused the login), netloop.ErrInterrupted.
func (p *Pool) Acquire(task netloop.Task, want *Want) (*Conn, error) {
	for {
		got, w, err := p.take(task, want)
		if w != nil {
			got, err = p.wait(task, w, want.Until)
		}
		if err != nil {
			return nil, err
		}
		if got.follow {
			return nil, ErrFollow
		}
		if got.dial != nil {
			return p.dial(task, want, got.dial)
		}
		if p.fit(task, want, got.conn) {
			return got.conn, nil
		}
	}
}

// quietAfter is how long a connection must have been idle for a look whether the server has closed it meanwhile. The look
// is a system call.
const quietAfter = time.Millisecond

// take gives an idle connection, or leave to dial one, or a place in the queue.
func (p *Pool) take(task netloop.Task, want *Want) (grant, *waiter, error) {
	if c := p.shelfOf(task).pick(want); c != nil {
		return grant{conn: c}, nil, nil
	}
	p.mu.Lock()
	o := p.ownerOf(want)
	p.queued.Add(1)
	got, victim := p.find(want, o)
	var w *waiter
	var gone netloop.Task
	full := got == grant{}
	if full {
		if o.able() {
			p.dry.Store(true)
		}
		w, gone = p.join(task, want, o)
	}
	p.queued.Add(-1)
	o.asking.Add(-1)
	p.reckon(o)
	p.mu.Unlock()
	switch {
	case victim != nil:
		victim.Quit() // its place goes to the borrower
	case gone != nil:
		gone.Unpark()
	case full && w == nil:
		return grant{}, nil, ErrQueueFull
	}
	return got, w, nil
}

// find looks for what a borrower can have at once: a connection of any shelf, or leave to dial, in the place of an idle one of another key if need
// be. Called with mu held.
func (p *Pool) find(want *Want, o *owner) (got grant, victim *Conn) {
	for i := range p.shelves {
		if c := p.shelves[i].pick(want); c != nil {
			return grant{conn: c}, nil
		}
	}
	switch {
	case !o.able():
		victim = p.evict(o)
	case p.count < p.config.PerServer:
		p.count++
		p.opened(o, 1)
		return grant{dial: o}, nil
	default:
		victim = p.evict(nil)
	}
	if victim == nil {
		return grant{}, nil
	}
	p.opened(o, 1)
	p.opened(victim.owner, -1)
	return grant{dial: o}, victim
}

// evict takes the idle connection of any key that was unused the longest, so that its place can be used; of one account alone, if that is given.
func (p *Pool) evict(of *owner) *Conn {
	for {
		var oldest *Conn
		var key unique.Handle[Key]
		var since time.Time
		var from *shelf
		for i := range p.shelves {
			if c, k, used := p.shelves[i].oldest(of); c != nil && (oldest == nil || used.Before(since)) {
				oldest, key, since, from = c, k, used, &p.shelves[i]
			}
		}
		if oldest == nil || from.remove(key, oldest) {
			return oldest
		}
	}
}

// Side runs one statement on a connection of its own beside the pool: KILL must not wait in the queue that it is to shorten.
func (p *Pool) Side(task netloop.Task, who *Credentials, sql string, until time.Time) error {
	c, err := p.open(task, Key{User: who.User, Account: who.Account}, who)
	if err != nil {
		return err
	}
	_, err = c.Query(sql, until)
	c.Quit()
	task.Release(c.Conn)
	return err
}

func (p *Pool) dial(task netloop.Task, want *Want, o *owner) (*Conn, error) {
	p.metrics.dials.Inc()
	epoch := p.epoch.Load()
	c, err := p.open(task, want.Key.Value(), want.Credentials)
	if err != nil {
		p.metrics.dialErrors.Inc()
		p.free(o)
		return nil, err
	}
	c.Fresh, c.Unused, c.epoch, c.owner = true, true, epoch, o
	c.Prepared.budget = &p.prepared
	return c, nil
}

// put takes a connection back: to the first in the queue that can use it, or among the idle ones.
func (p *Pool) put(task netloop.Task, c *Conn) {
	task.Release(c.Conn)
	c.used = task.Now()
	if p.worn(c) {
		c.Quit()
		p.free(c.owner)
		return
	}
	shelf, key, epoch, o := p.shelfOf(task), c.key, c.epoch, c.owner
	if p.wanted(o) {
		p.handOver(task, c)
		return
	}
	shelf.push(c)
	// From here on it may be somebody else's. What has come between the look and the push?
	switch {
	case p.retired.Load(), p.drained.Load(), epoch < p.epoch.Load():
		if shelf.remove(key, c) {
			c.Quit()
			p.free(o)
		}
	case p.wanted(o):
		if shelf.remove(key, c) {
			p.handOver(task, c)
		}
	}
}

// wanted says whether somebody may wait for a connection of an account, or for its place.
func (p *Pool) wanted(o *owner) bool { return p.queued.Load() > 0 || o.asking.Load() > 0 }

// worn says that a connection is not to be used again.
func (p *Pool) worn(c *Conn) bool {
	return p.retired.Load() || p.drained.Load() || c.Sandbox || c.spoilt.Load() || c.used.Sub(c.born) > p.config.Lifetime || c.epoch < p.epoch.Load()
}

func (p *Pool) discard(task netloop.Task, c *Conn) {
	task.Release(c.Conn)
	c.Prepared.Clear()
	_ = c.Conn.Close() // nothing is lost with a connection that is given up
	p.free(c.owner)
}

// expire closes what has been idle for too long; with all, everything idle.
func (p *Pool) expire(now time.Time, all bool) {
	p.clear(func(c *Conn) bool {
		return all || now.Sub(c.used) > p.config.Idle || now.Sub(c.born) > p.config.Lifetime
	})
}

func (p *Pool) forsake(database string) { p.clear(func(c *Conn) bool { return c.Schema == database }) }

// clear closes idle connections.
func (p *Pool) clear(which func(*Conn) bool) {
	for i := range p.shelves {
		for _, c := range p.shelves[i].clear(which) {
			c.Quit()
			p.free(c.owner)
		}
	}
}
