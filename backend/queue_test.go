package backend

import (
	"slices"
	"testing"
	"time"
	"unique"

	"shunt/mysql"
	"shunt/netloop"
)

// standing is a task that waits on a shard since a time.
type standing struct {
	netloop.Task
	shard int
	since time.Time
}

func (s *standing) Shard() int     { return s.shard }
func (s *standing) Now() time.Time { return s.since }

func TestWhoOfAnAccountGetsItsConnection(t *testing.T) {
	mine, others := unique.Make(Key{User: "app"}), unique.Make(Key{User: "app", Caps: mysql.CapFoundRows})
	type borrower struct {
		key   unique.Handle[Key]
		shard int
		after time.Duration // the first
	}
	for name, c := range map[string]struct {
		queue []borrower
		want  int // its place in the queue; -1: nobody
	}{
		"nobody waits":                             {nil, -1},
		"the first":                                {[]borrower{{mine, 0, 0}, {mine, 0, 1}}, 0},
		"the first who can use it":                 {[]borrower{{others, 0, 0}, {mine, 1, worthALogin}}, 1},
		"the first, if he has waited for long":     {[]borrower{{others, 0, 0}, {mine, 1, worthALogin + 1}}, 0},
		"one who needs another":                    {[]borrower{{others, 0, 0}}, 0},
		"one of the loop who came nearly as early": {[]borrower{{mine, 1, 0}, {mine, 1, 1}, {mine, 0, nearlyAsEarly}}, 2},
		"nobody who came much later":               {[]borrower{{mine, 1, 0}, {mine, 0, nearlyAsEarly + 1}}, 0},
		"of the loop, but of other flags":          {[]borrower{{mine, 1, 0}, {others, 0, 0}, {mine, 1, 0}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var q queue
			o := &owner{open: 1}
			var places []*waiter
			for _, b := range c.queue {
				places = append(places, q.add(&standing{shard: b.shard, since: time.Unix(1, 0).Add(b.after)}, &Want{Key: b.key}, o))
			}
			got, asItIs := o.who(&Conn{key: mine, owner: o}, 0)
			for i, w := range places {
				if (w == got) != (i == c.want) {
					t.Errorf("place %d: it gets the connection: %v", i, w == got)
				}
			}
			if c.want < 0 && got != nil {
				t.Error("somebody gets it")
			}
			if got != nil && asItIs != (got.key == mine) {
				t.Errorf("he can use it as it is: %v", asItIs)
			}
		})
	}
}

func TestTheQueueIsInOrderWhoeverLeaves(t *testing.T) {
	for leaves := range 3 {
		var q queue
		o := &owner{}
		var all []*waiter
		for range 3 {
			all = append(all, q.add(&standing{}, &Want{Key: unique.Make(Key{})}, o))
		}
		q.remove(all[leaves])
		all = append(all[:leaves], all[leaves+1:]...)
		all = append(all, q.add(&standing{}, &Want{Key: unique.Make(Key{})}, o))
		w := o.first
		for i := range all {
			if w != all[i] {
				t.Fatalf("%d has left: place %d is another's", leaves, i)
			}
			w = w.next
		}
		if w != nil || o.last != all[2] || q.n != 3 || o.n != 3 {
			t.Errorf("%d has left: the end of the queue is wrong", leaves)
		}
	}
}

// TestWhichAccountGetsAConnection: who has least, but a login is worth a little waiting where all have the same.
func TestWhichAccountGetsAConnection(t *testing.T) {
	type account struct {
		open, limit int
		waits       time.Duration // its first waiter; 0: nobody waits
		served      time.Duration // ago; 0: never
	}
	const long, short = 2 * worthALogin, worthALogin / 2
	for name, c := range map[string]struct {
		own    account // whose connection has come back; it counts in open
		others []account
		want   int // of the others; -1: its own; -2: nobody
	}{
		"nobody waits":                                     {account{open: 3}, nil, -2},
		"its own waits alone":                              {account{open: 3, waits: short}, nil, -1},
		"another has less":                                 {account{open: 3, waits: long}, []account{{open: 1, waits: 1}}, 0},
		"another has more":                                 {account{open: 3, waits: 1}, []account{{open: 4, waits: long}}, -1},
		"another has more, and nobody else waits":          {account{open: 3}, []account{{open: 4, waits: 1}}, 0},
		"as much, and has waited for long":                 {account{open: 3, waits: 1}, []account{{open: 2, waits: long}}, 0},
		"as much, and has waited for a little":             {account{open: 3, waits: 1}, []account{{open: 2, waits: short}}, -1},
		"as much, and waits for less long":                 {account{open: 3, waits: 2 * long}, []account{{open: 2, waits: long}}, -1},
		"as much, and its own was served a moment ago":     {account{open: 3, waits: 2 * long, served: 1}, []account{{open: 2, waits: long}}, 0},
		"the least of several":                             {account{open: 9, waits: long}, []account{{open: 2, waits: long}, {open: 1, waits: 1}}, 1},
		"of several with as little, who has waited longer": {account{open: 9, waits: long}, []account{{open: 2, waits: short}, {open: 2, waits: long}}, 1},
		"another has as much as it may":                    {account{open: 9}, []account{{open: 2, limit: 2, waits: long}}, -2},
		"another may have one more":                        {account{open: 9}, []account{{open: 1, limit: 2, waits: long}}, 0},
		"its own has as much as it may":                    {account{open: 2, limit: 2, waits: 1}, nil, -1},
	} {
		t.Run(name, func(t *testing.T) {
			now := time.Unix(1000, 0)
			var p Pool
			p.metrics = newMetrics().of("db1")
			line := func(a account) *owner {
				o := &owner{open: a.open, limit: a.limit}
				if a.served > 0 {
					o.served = now.Add(-a.served)
				}
				if a.waits > 0 {
					p.join(&standing{since: now.Add(-a.waits)}, &Want{Key: unique.Make(Key{User: "app"})}, o)
				}
				return o
			}
			own := line(c.own)
			var others []*owner
			for _, a := range c.others {
				others = append(others, line(a))
			}
			w, asItIs := p.waiters.next(&Conn{key: unique.Make(Key{User: "app"}), owner: own}, 0, now)
			got := -2
			for i, o := range others {
				if w != nil && w.owner == o {
					got = i
				}
			}
			if w != nil && w.owner == own {
				got = -1
			}
			if got != c.want || asItIs != (got == -1) {
				t.Errorf("account %d gets it (as it is: %v), want %d", got, asItIs, c.want)
			}
		})
	}
}

// TestAFullQueueMakesRoomForWhoHasLess: an account does not fill the queue alone.
func TestAFullQueueMakesRoomForWhoHasLess(t *testing.T) {
	p := Pool{config: Config{Queue: 4}}
	p.metrics = newMetrics().of("db1")
	want := &Want{Key: unique.Make(Key{User: "app"})}
	flood, other := &owner{name: "flood"}, &owner{name: "other"}
	var waiting []*waiter
	for range 4 {
		w, _ := p.join(&standing{}, want, flood)
		waiting = append(waiting, w)
	}
	if w, _ := p.join(&standing{}, want, flood); w != nil {
		t.Error("a fifth waits")
	}
	for i := range 2 {
		w, gone := p.join(&standing{}, want, other)
		if last := waiting[3-i]; w == nil || gone != last.task || !last.refused {
			t.Errorf("number %d of the other account waits: %v; the last of the first has to go: %v", i, w != nil, last.refused)
		}
	}
	if w, _ := p.join(&standing{}, want, other); w != nil || p.waiters.n != 4 || flood.n != 2 || other.n != 2 {
		t.Errorf("in the end %d wait, %d and %d", p.waiters.n, flood.n, other.n)
	}
}

// sleeper is a task that waits, and notes when it was woken.
type sleeper struct {
	standing
	woken *[]*sleeper // in order
}

func (s *sleeper) Unpark()              { *s.woken = append(*s.woken, s) }
func (s *sleeper) Release(netloop.Conn) {}

// TestWhoGetsAConnectionHasCompany: who waits for one like it with a quick statement may send that behind his, if that is quick, too. The others stay, and so do those for whom a row is too long.
func TestWhoGetsAConnectionHasCompany(t *testing.T) {
	key, other := unique.Make(Key{User: "app"}), unique.Make(Key{User: "app", Caps: mysql.CapFoundRows})
	alike := Want{Key: key, Fingerprint: 1, Quick: true}
	type borrower struct {
		want  Want
		shard int
	}
	for name, c := range map[string]struct {
		first  Want
		conn   uint64 // the state that the connection is in
		others []borrower
		follow []int
	}{
		"alike":                        {alike, 1, []borrower{{alike, 0}, {alike, 0}}, []int{0, 1}},
		"it is put into another state": {alike, 2, []borrower{{alike, 0}, {alike, 0}}, nil},
		"some are not": {alike, 1, []borrower{
			{Want{Key: other, Fingerprint: 1, Quick: true}, 0}, {Want{Key: key, Fingerprint: 2, Quick: true}, 0}, {Want{Key: key, Fingerprint: 1}, 0}, {alike, 1}, {alike, 0},
		}, []int{4}},
		"he is slow":    {Want{Key: key, Fingerprint: 1}, 1, []borrower{{alike, 0}, {Want{Key: key, Fingerprint: 1}, 0}}, nil},
		"nobody else":   {alike, 1, nil, nil},
		"more than few": {alike, 1, slices.Repeat([]borrower{{alike, 0}}, fewInRow+5), upTo(fewInRow - 1)},
	} {
		t.Run(name, func(t *testing.T) {
			now := time.Unix(1000, 0)
			p := &Pool{metrics: newMetrics().of("db1"), shelves: make([]shelf, 2)}
			o := &owner{open: 1}
			var woken []*sleeper
			wait := func(b borrower, o *owner) *waiter {
				w, _ := p.join(&sleeper{standing{shard: b.shard, since: now}, &woken}, &b.want, o)
				return w
			}
			first := wait(borrower{c.first, 0}, o)
			var others []*waiter
			for _, b := range c.others {
				others = append(others, wait(b, o))
			}
			stranger := wait(borrower{alike, 0}, &owner{open: 2})
			conn := &Conn{key: key, owner: o, used: now, Fingerprint: c.conn}
			p.handOver(&sleeper{}, conn)
			if first.conn != conn || first.follow || len(woken) == 0 || woken[0] != first.task {
				t.Error("the first does not get it, or is not woken before the others")
			}
			for i, w := range others {
				got := grant{conn: w.conn, follow: w.follow}
				if follows := slices.Contains(c.follow, i); got != (grant{follow: follows}) || slices.Contains(woken, w.task.(*sleeper)) != follows {
					t.Errorf("number %d: %+v, which is to follow: %v", i, got, follows)
				}
			}
			if n := len(others) - len(c.follow); o.n != n || p.waiters.n != n+1 || len(woken) != len(c.follow)+1 || stranger.follow {
				t.Errorf("%d of the account still wait, %d in all, %d were woken", o.n, p.waiters.n, len(woken))
			}
		})
	}
}

func upTo(n int) (all []int) {
	for i := range n {
		all = append(all, i)
	}
	return all
}
