package backend

import (
	"errors"
	"slices"
	"testing"
	"time"
	"unique"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/netloop"
	"shunt/netloop/looptest"
	"shunt/topology"
)

// clerk is a task of an event loop that notes what is done.
type clerk struct {
	netloop.Task
	now     time.Time
	refuses bool // to append
	sent    []string
	got     []netloop.Conn // what was handed over to it
	woken   int
}

func (c *clerk) Shard() int           { return 0 }
func (c *clerk) Now() time.Time       { return c.now }
func (c *clerk) Unpark()              { c.woken++ }
func (c *clerk) Release(netloop.Conn) {}
func (c *clerk) HandOver(n netloop.Conn, to netloop.Task) {
	to.(*clerk).got = append(to.(*clerk).got, n)
}

func (c *clerk) Append(_ netloop.Conn, p []byte) bool {
	if !c.refuses && len(p) > 0 {
		c.sent = append(c.sent, string(p))
	}
	return !c.refuses
}

// line is a connection that notes its end.
type line struct {
	netloop.Conn
	closed bool
}

func (l *line) Close() error { l.closed = true; return nil }

// pattern is a kind of statements.
type pattern struct {
	quickest time.Duration
	apart    time.Time
}

func (s *pattern) Quickest() time.Duration   { return s.quickest }
func (s *pattern) KeepApart(until time.Time) { s.apart = until }

// office is a pool of one shelf, to a server whose answers take as long as the way to it and back.
type office struct {
	*Pool
	want Want
}

const way = 100 * time.Microsecond

var monday = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

func newOffice() *office {
	p := &Pool{config: Defaults(), shelves: make([]shelf, 1), metrics: newMetrics().of("db1")}
	p.shelves[0].flow.least = way
	return &office{p, Want{Key: unique.Make(Key{User: "app"}), Quick: true}}
}

// lend gives a connection that somebody has borrowed.
func (o *office) lend() *Conn {
	o.mu.Lock()
	defer o.mu.Unlock()
	of := o.ownerOf(&o.want)
	o.count++
	o.opened(of, 1)
	of.asking.Add(-1)
	return &Conn{Conn: &line{}, pool: o.Pool, key: o.want.Key, owner: of, born: monday}
}

// seat is a borrower behind others.
type seat struct {
	clerk
	Place
	pattern
}

// follow sends statements of others behind one another; each takes a little longer than the one before.
func (o *office) follow(t *testing.T, c *Conn, n int) (all []*seat) {
	t.Helper()
	for i := range n {
		s := &seat{clerk: clerk{now: monday}, pattern: pattern{quickest: way + time.Duration(i)*time.Microsecond}}
		if !c.Follow(&s.clerk, &s.Place, []byte("read"), &s.pattern) {
			t.Fatal("a statement cannot be sent behind others")
		}
		all = append(all, s)
	}
	return all
}

// leading gives a connection whose borrower has sent a statement, and n that were sent behind.
func (o *office) leading(t *testing.T, n int) (*Conn, *seat, []*seat) {
	t.Helper()
	c, first := o.lend(), &seat{clerk: clerk{now: monday}, pattern: pattern{quickest: way}}
	c.Lead(&first.clerk, &first.pattern)
	return c, first, o.follow(t, c, n)
}

func (c *Conn) isClosed() bool { return c.Conn.(*line).closed }

// TestARowIsHandedOn: two borrowers have their statements on one connection. The second has it when the first gives it back, and reads its own answer, whatever of that has come with the
// first one's.
func TestARowIsHandedOn(t *testing.T) {
	behind := make(chan struct{})
	server := &mysqltest.Server{Handler: func(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
		switch string(payload) {
		case "first", "second":
			if w.Await(behind) {
				w.Value("answer to the " + string(payload))
			}
		case "SELECT CURRENT_USER()":
			w.Value("app@%")
		default:
			w.OK(mysql.OK{})
		}
	}}
	loop, pool := looptest.Epoll(t, 1), poolFor(t, server, 1)
	buffers, answers := netloop.NewBuffers(4096), make(chan string, 2)
	want := &Want{Key: unique.Make(Key{User: "app", Account: "app@%"}), Credentials: &Credentials{User: "app", Account: "app@%"}, Until: time.Now().Add(time.Minute)}
	var lead *Conn
	read := func(task netloop.Task, c *Conn) {
		buf, n, err := c.ReadLease(buffers)
		if err != nil {
			answers <- err.Error()
			return
		}
		c.in = slices.Clone(buf[:n])
		rs, err := c.ReadResult()
		if err != nil || len(c.in) > 0 && !task.Unread(c.Conn, c.in) {
			t.Errorf("%v, with %d bytes left", err, len(c.in))
			answers <- ""
			return
		}
		c.in = nil
		answers <- string(rs.Rows[0][0])
		c.Release(task)
	}
	led := make(chan bool, 1)
	loop.Go(func(task netloop.Task) {
		c, err := pool.Acquire(task, want)
		if err != nil {
			t.Error(err)
			close(led)
			return
		}
		if _, err := c.Write(mysql.AppendQuery(nil, c.Caps, "first")); err != nil {
			t.Error(err)
		}
		c.Lead(task, &pattern{})
		lead = c
		task.Rest(c.Conn, func(task netloop.Task) { read(task, c) })
		led <- true
	})
	if !soon(t, led) {
		t.Fatal("nobody leads")
	}
	loop.Go(func(task netloop.Task) {
		c, place := pool.Leader(task, want, false), &Place{}
		if c != lead || !c.Follow(task, place, mysql.AppendQuery(nil, c.Caps, "second"), &pattern{}) || !place.Behind() {
			t.Error("the statement cannot be sent behind the other")
			close(behind)
			return
		}
		task.RestUntil(task.Now().Add(time.Hour), func(task netloop.Task) {
			if place.Behind() || place.Lost() || !place.Taken() {
				t.Error("it goes on before its turn")
			}
			read(task, c)
		})
		close(behind)
	})
	for _, want := range []string{"answer to the first", "answer to the second"} {
		if got := soon(t, answers); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for deadline := time.Now().Add(20 * time.Second); pool.Stats().Idle != 1; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("in the end: %+v", pool.Stats())
		}
	}
	if server.Accepted() != 1 || pool.shelves[0].behind.Load() != 1 {
		t.Errorf("%d connections, and %d statements behind others", server.Accepted(), pool.shelves[0].behind.Load())
	}
}

// poolFor gives a pool of at most n connections.
func poolFor(t *testing.T, server *mysqltest.Server, n int) *Pool {
	address, config := server.Start(t), Defaults()
	config.PerServer, config.Shards = n, 1
	pools := NewPools(config)
	host := &topology.Host{Address: address, Cluster: "c", State: topology.Up}
	pools.Apply(&topology.Snapshot{Clusters: map[string]*topology.Cluster{"c": {Name: "c", Hosts: []*topology.Host{host}}}})
	return pools.Get(address)
}

func soon[T any](t *testing.T, from <-chan T) (got T) {
	t.Helper()
	select {
	case got = <-from:
	case <-time.After(20 * time.Second):
		t.Fatal("nothing comes")
	}
	return got
}

// TestOneAfterTheOtherHasTheConnection: in the order in which they came, and the last one gives it back to the pool.
func TestOneAfterTheOtherHasTheConnection(t *testing.T) {
	o := newOffice()
	c, first, behind := o.leading(t, 3)
	now := first
	for i, next := range behind {
		now.clerk.now = monday.Add(time.Duration(i) * time.Second)
		if !c.Led() || !next.Moved().Equal(c.row.moved) {
			t.Errorf("place %d: led: %v, moved at %v", i, c.Led(), next.Moved())
		}
		c.Release(&now.clerk)
		for j, s := range behind {
			has := j <= i
			if (len(s.got) == 1 && s.got[0] == c.Conn) != has || s.Behind() == has || !s.Taken() || s.Lost() || s.woken > 0 {
				t.Errorf("place %d, after %d: handed over %v, behind %v, lost %v", j, i, s.got, s.Behind(), s.Lost())
			}
		}
		if j := i + 1; j < len(behind) && !behind[j].Moved().Equal(now.clerk.now) || !next.Moved().IsZero() {
			t.Errorf("place %d: the row has not moved on now", i)
		}
		left := time.Duration(0)
		for _, s := range behind[i:] {
			left += shortest + s.quickest - way
		}
		if c.row.kind != &next.pattern || c.row.takes != left {
			t.Errorf("place %d: the row takes %v", i, c.row.takes)
		}
		now = next
	}
	if o.shelves[0].len() > 0 || c.Led() {
		t.Error("it is back before its time")
	}
	c.Release(&now.clerk)
	if o.shelves[0].len() != 1 || c.isClosed() || len(o.shelves[0].leaders) > 0 || c.row.all != 0 {
		t.Errorf("it is not back as it was: %+v", c.row)
	}
}

// TestWhoLeavesARow: the answer to his statement is read by nobody, so the connection is closed when it is his turn. Those before him have theirs, and those behind lose it.
func TestWhoLeavesARow(t *testing.T) {
	for leaves := range 3 {
		o := newOffice()
		c, now, behind := o.leading(t, 3)
		behind[leaves].Leave()
		for i, s := range behind[:leaves] {
			c.Release(&now.clerk)
			if now = s; len(s.got) != 1 || c.isClosed() {
				t.Errorf("%d has left: %d does not get the connection", leaves, i)
			}
		}
		c.Release(&now.clerk)
		if !c.isClosed() || o.count != 0 || len(o.shelves[0].leaders) > 0 || c.Led() {
			t.Errorf("%d has left: the connection is still there", leaves)
		}
		if s := behind[leaves]; s.Taken() || s.woken > 0 || len(s.got) > 0 {
			t.Errorf("%d has left, and hears of it", leaves)
		}
		for i, s := range behind[leaves+1:] {
			if !s.Lost() || s.Behind() || s.woken != 1 || len(s.got) > 0 {
				t.Errorf("%d has left: number %d behind does not hear that it is lost", leaves, i)
			}
		}
	}
}

// TestAPlaceIsLeftWhereverItIs: also by one who has the connection already, or has lost it.
func TestAPlaceIsLeftWhereverItIs(t *testing.T) {
	o := newOffice()
	c, first, behind := o.leading(t, 2)
	c.Release(&first.clerk)
	behind[0].Leave()
	if behind[0].Taken() || !behind[1].Behind() {
		t.Error("the first one is still there, or the other is not")
	}
	c.Discard(&behind[0].clerk)
	behind[1].Leave()
	if behind[1].Taken() || behind[1].Lost() {
		t.Error("it is still lost")
	}
	var none Place
	none.Leave() // which nobody has taken
}

// TestWhatEndsARow: those behind hear that it is lost, each once, and the connection is closed.
func TestWhatEndsARow(t *testing.T) {
	for name, end := range map[string]func(*Conn, *clerk){
		"it is discarded":                   func(c *Conn, task *clerk) { c.Discard(task) },
		"a KILL QUERY is on its way":        func(c *Conn, task *clerk) { c.Strike(); c.Release(task) },
		"a KILL may still be on its way":    func(c *Conn, task *clerk) { c.Spoil(); c.Release(task) },
		"both, and it is discarded":         func(c *Conn, task *clerk) { c.Strike(); c.Spoil(); c.Discard(task) },
		"the next one has left before":      func(c *Conn, task *clerk) { c.row.behind[0].Leave(); c.Release(task) },
		"the row is left by its connection": func(c *Conn, task *clerk) { c.leaveRow(); c.Discard(task) },
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice()
			c, first, behind := o.leading(t, 3)
			end(c, &first.clerk)
			if !c.isClosed() || o.count != 0 || len(o.shelves[0].leaders) > 0 {
				t.Error("the connection is still there")
			}
			for i, s := range behind {
				if left := !s.Taken(); !left && (!s.Lost() || s.woken != 1) || left && i > 0 || len(s.got) > 0 {
					t.Errorf("place %d: lost %v, woken %d times, handed over %v", i, s.Lost(), s.woken, s.got)
				}
			}
		})
	}
}

// TestNobodyGoesBehindInARowThatIsLost: it would have to be asked once more.
func TestNobodyGoesBehindInARowThatIsLost(t *testing.T) {
	for name, spoils := range map[string]func(*Conn, []*seat){
		"a KILL QUERY is on its way": func(c *Conn, _ []*seat) { c.Strike() },
		"it goes to nobody else":     func(c *Conn, _ []*seat) { c.Spoil() },
		"somebody has left":          func(_ *Conn, behind []*seat) { behind[1].Leave() },
	} {
		o := newOffice()
		c, _, behind := o.leading(t, 2)
		if o.Leader(&clerk{}, &o.want, false) != c {
			t.Fatalf("%s: nobody would have gone behind before", name)
		}
		if spoils(c, behind); o.Leader(&clerk{}, &o.want, false) != nil {
			t.Errorf("%s: somebody may go behind", name)
		}
	}
}

// TestAStrikeHitsOnlyTheBorrower: without anybody behind, the connection is kept, and the next row on it is handed on.
func TestAStrikeHitsOnlyTheBorrower(t *testing.T) {
	o := newOffice()
	c, first, _ := o.leading(t, 0)
	c.Strike()
	c.Release(&first.clerk)
	if c.isClosed() || o.shelves[0].pick(&o.want) != c {
		t.Fatal("the connection is not kept")
	}
	c.Lead(&first.clerk, &first.pattern)
	behind := o.follow(t, c, 1)
	c.Release(&first.clerk)
	if c.isClosed() || len(behind[0].got) != 1 {
		t.Error("the next row is not handed on")
	}
}

// TestWhoKeepsOthersWaitingIsKeptApart: the kind of the statement that is being answered when somebody gives up, for a second.
func TestWhoKeepsOthersWaitingIsKeptApart(t *testing.T) {
	o := newOffice()
	c, first, behind := o.leading(t, 4)
	behind[3].GiveUp(monday)
	if !first.apart.Equal(monday.Add(ApartFor)) || behind[3].Taken() {
		t.Errorf("the first is kept apart until %v; the place is taken: %v", first.apart, behind[3].Taken())
	}
	c.Release(&first.clerk)
	behind[2].GiveUp(monday.Add(time.Minute))
	if !behind[0].apart.Equal(monday.Add(time.Minute+ApartFor)) || !first.apart.Equal(monday.Add(ApartFor)) {
		t.Errorf("the next is kept apart until %v, the first until %v", behind[0].apart, first.apart)
	}
	behind[0].apart = time.Time{}
	c.Discard(&behind[0].clerk)
	behind[1].GiveUp(monday)
	for i, s := range behind {
		if !s.apart.IsZero() {
			t.Errorf("%d is kept apart, and has kept nobody waiting", i)
		}
	}
	c, first, behind = o.leading(t, 1)
	c.Release(&first.clerk)
	if behind[0].GiveUp(monday); !behind[0].apart.IsZero() {
		t.Error("one whose turn it is keeps itself apart")
	}
}

// TestAnEndedRowIsStillHandedOn: nobody else is sent behind, and those who are have their turns.
func TestAnEndedRowIsStillHandedOn(t *testing.T) {
	o := newOffice()
	c, first, behind := o.leading(t, 2)
	now := first
	for range 2 { // once more does nothing
		if c.EndRow(); o.Leader(&now.clerk, &o.want, false) != nil {
			t.Error("others are sent behind")
		}
	}
	for i, s := range behind {
		if c.Release(&now.clerk); len(s.got) != 1 || !s.Taken() || s.Lost() {
			t.Errorf("number %d does not have his turn", i)
		}
		now = s
	}
	c.Release(&now.clerk)
	if c.isClosed() || o.shelves[0].pick(&o.want) != c {
		t.Fatal("the connection does not come back")
	}
	c.Lead(&now.clerk, &now.pattern)
	if o.Leader(&now.clerk, &o.want, false) != c {
		t.Error("no other row begins on it")
	}
}

// TestARowHasAnEnd: a number of statements in all, fewer while somebody waits for a connection, and those that are expected to be answered soon as long as there may be more connections.
func TestARowHasAnEnd(t *testing.T) {
	waits, asks := func(o *office, _ *Conn) { o.queued.Store(1) }, func(_ *office, c *Conn) { c.owner.asking.Store(1) }
	others := func(_ *office, c *Conn) { (&owner{}).asking.Store(1) }
	for name, c := range map[string]struct {
		dry  bool
		with func(*office, *Conn)
		n    int
	}{
		"there are more connections":                         {false, others, int(mostExpected/shortest) + 1},
		"there are no more":                                  {true, others, mostInRow},
		"there are more, and somebody waits":                 {false, waits, fewInRow},
		"there are no more, and somebody waits":              {true, waits, fewInRow},
		"there are no more, and one of the account may wait": {true, asks, fewInRow},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice()
			o.dry.Store(c.dry)
			lead, _, _ := o.leading(t, 0)
			c.with(o, lead)
			n := 1
			for task := (&clerk{}); n <= mostInRow && o.Leader(task, &o.want, c.dry) == lead; n++ {
				o.follow(t, lead, 1)
			}
			if n != c.n {
				t.Errorf("%d in a row, want %d", n, c.n)
			}
		})
	}
}

// TestARowThatMovesOnHasAnEnd: however few are behind at a time, the connection comes back to the pool.
func TestARowThatMovesOnHasAnEnd(t *testing.T) {
	for waiting, want := range map[int64]int{0: mostInRow, 1: fewInRow} {
		o := newOffice()
		c, now, _ := o.leading(t, 0)
		o.queued.Store(waiting)
		n := 1
		for ; n <= mostInRow && o.Leader(&now.clerk, &o.want, false) == c; n++ {
			next := o.follow(t, c, 1)[0]
			c.Release(&now.clerk)
			now = next
		}
		if n != want || c.Led() {
			t.Errorf("%d wait: %d in a row, want %d", waiting, n, want)
		}
		if o.queued.Store(0); o.behind() != uint64(n-1) {
			t.Errorf("%d are counted", o.behind())
		}
		c.Release(&now.clerk)
		if o.shelves[0].len() != 1 {
			t.Error("the connection does not come back")
		}
		c.Lead(&now.clerk, &now.pattern)
		if o.Leader(&now.clerk, &o.want, false) != c {
			t.Error("no other row begins on it")
		}
	}
}

func (o *office) behind() uint64 { return o.shelves[0].behind.Load() }

// TestTheShortestRowIsBehindWhichAStatementIsSent: the one in which it is expected to wait the least, however many there are.
func TestTheShortestRowIsBehindWhichAStatementIsSent(t *testing.T) {
	const slow = way + 200*time.Microsecond
	for name, c := range map[string]struct {
		rows [][]time.Duration // what is expected of their statements, beginning with the borrower's
		want int
	}{
		"one":                       {[][]time.Duration{{way}}, 0},
		"the first":                 {[][]time.Duration{{way}, {way, way}}, 0},
		"the last":                  {[][]time.Duration{{way, way}, {way, way, way}, {way}}, 2},
		"as short as another":       {[][]time.Duration{{way, way}, {way}, {way}}, 1},
		"the one with more, faster": {[][]time.Duration{{slow}, {way, way, way}}, 1},
		"none":                      {nil, -1},
	} {
		for _, dry := range []bool{false, true} {
			o := newOffice()
			o.dry.Store(dry)
			var rows []*Conn
			for _, r := range c.rows {
				lead := o.lend()
				lead.Lead(&clerk{}, &pattern{quickest: r[0]})
				for _, quickest := range r[1:] {
					lead.Follow(&clerk{}, &Place{}, nil, &pattern{quickest: quickest})
				}
				rows = append(rows, lead)
			}
			if got := slices.Index(rows, o.Leader(&clerk{}, &o.want, dry)); got != c.want {
				t.Errorf("%s, dry %v: number %d", name, dry, got)
			}
		}
	}
}

// TestBehindWhomAStatementCanBeSent: on a connection as it wants it, and with as long a wait as it has to expect elsewhere.
func TestBehindWhomAStatementCanBeSent(t *testing.T) {
	key := unique.Make(Key{User: "app"})
	far := way + quick - shortest // as slow as a quick one may be
	for name, c := range map[string]struct {
		state  uint64
		schema string
		want   Want
		behind int
		dry    bool
		say    func(*office, *Conn) // that there are no more connections
		can    bool
	}{
		"as it wants it":                         {0, "", Want{Key: key}, 0, false, nil, true},
		"another key":                            {0, "", Want{Key: unique.Make(Key{User: "app", Caps: mysql.CapFoundRows})}, 0, false, nil, false},
		"the same state":                         {1, "", Want{Key: key, Fingerprint: 1}, 0, false, nil, true},
		"another state":                          {1, "", Want{Key: key, Fingerprint: 2}, 0, false, nil, false},
		"a database":                             {0, "shop", Want{Key: key}, 0, false, nil, true},
		"a database, and it must not have one":   {0, "shop", Want{Key: key, NoSchema: true}, 0, false, nil, false},
		"none, and it must not have one":         {0, "", Want{Key: key, NoSchema: true}, 0, false, nil, true},
		"a wait of two milliseconds":             {0, "", Want{Key: key}, 5, false, nil, true},
		"a longer one":                           {0, "", Want{Key: key}, 6, false, nil, false},
		"a longer one, and no more connections":  {0, "", Want{Key: key}, 6, true, func(o *office, _ *Conn) { o.dry.Store(true) }, true},
		"a longer one, and no more of his":       {0, "", Want{Key: key}, 6, true, func(_ *office, c *Conn) { c.owner.dry.Store(true) }, true},
		"a longer one, though there may be more": {0, "", Want{Key: key}, 6, true, nil, false},
		"none that shares there, and no more":    {0, "", Want{Key: key, Fingerprint: 2}, 0, true, func(o *office, _ *Conn) { o.dry.Store(true) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice()
			lead := o.lend()
			lead.Fingerprint, lead.Schema = c.state, c.schema
			lead.Lead(&clerk{}, &pattern{quickest: far})
			for range c.behind {
				lead.Follow(&clerk{}, &Place{}, nil, &pattern{quickest: far})
			}
			if c.say != nil {
				c.say(o, lead)
			}
			if got := o.Leader(&clerk{}, &c.want, c.dry); (got == lead) != c.can || got != nil != c.can {
				t.Errorf("it can be sent there: %v", got == lead)
			}
		})
	}
}

// TestWhoLeads: a borrower who has a statement on a connection that others can write to, once; until he gives it back.
func TestWhoLeads(t *testing.T) {
	o := newOffice()
	task, kind := &clerk{now: monday}, &pattern{quickest: way}
	c := o.lend()
	c.Lead(&clerk{refuses: true}, kind)
	if len(o.shelves[0].leaders) > 0 {
		t.Error("nobody can write to it")
	}
	o.shelves[0].flow.lines = 1
	if o.Crowded(task) {
		t.Error("it is crowded without anybody")
	}
	c.Lead(task, kind)
	c.Lead(task, kind)
	if n := len(o.shelves[0].leaders); n != 1 || !o.Crowded(task) {
		t.Errorf("%d lead; crowded: %v", n, o.Crowded(task))
	}
	other := o.lend()
	other.Lead(task, kind)
	if o.shelves[0].flow.lines = 3; o.Crowded(task) {
		t.Error("two of three are a crowd")
	}
	c.Release(task)
	if n := len(o.shelves[0].leaders); n != 1 || o.shelves[0].leaders[0] != other {
		t.Errorf("afterwards %d lead", n)
	}
}

// TestWhatCannotBeSentTakesNoPlace: and nothing has happened.
func TestWhatCannotBeSentTakesNoPlace(t *testing.T) {
	o := newOffice()
	c, _, behind := o.leading(t, 1)
	before := c.row.takes
	var place Place
	if c.Follow(&clerk{refuses: true}, &place, []byte("read"), &pattern{quickest: way}) || place.Taken() {
		t.Error("it is behind")
	}
	if len(c.row.behind) != 1 || c.row.all != 2 || c.row.takes != before || o.behind() != 1 {
		t.Errorf("the row has %d behind, %d in all, takes %v", len(c.row.behind), c.row.all, c.row.takes)
	}
	if !slices.Equal(behind[0].sent, []string{"read"}) {
		t.Errorf("the other has sent %q", behind[0].sent)
	}
}

// TestWhichStatementsAreQuick: those of which it is known, as soon as answers have told how far the server is. Those inside TLS tell nothing, since they cannot share a connection.
func TestWhichStatementsAreQuick(t *testing.T) {
	o := newOffice()
	o.shelves[0].flow = flow{}
	task, kind := &clerk{}, &pattern{quickest: way}
	c := o.lend()
	if c.Answered(&clerk{refuses: true}, way, kind); o.Quick(task, kind) {
		t.Error("an answer inside TLS counts")
	}
	if c.Answered(task, way, kind); !o.Quick(task, kind) {
		t.Error("one as fast as any is not quick")
	}
	if o.Quick(task, &pattern{}) || o.Quick(task, &pattern{quickest: way + quick}) {
		t.Error("one of which nothing is known, or that is slow, is quick")
	}
}

// TestWhoWaitsMayFollow: those of the queue who want the same get no connection when one of them does, but leave to send their statements on his.
func TestWhoWaitsMayFollow(t *testing.T) {
	server := &mysqltest.Server{Handler: func(_ mysql.Command, payload []byte, w *mysqltest.Reply) {
		if string(payload) == "SELECT CURRENT_USER()" {
			w.Value("app@%")
			return
		}
		w.OK(mysql.OK{})
	}}
	pool := poolFor(t, server, 1)
	want := &Want{Key: unique.Make(Key{User: "app", Account: "app@%"}), Credentials: &Credentials{User: "app", Account: "app@%"}, Until: time.Now().Add(time.Minute), Quick: true}
	task := netloop.NewTask()
	held, err := pool.Acquire(task, want)
	if err != nil {
		t.Fatal(err)
	}
	type outcome struct {
		conn *Conn
		err  error
	}
	outcomes := make(chan outcome, 3)
	for range 3 {
		go func() {
			c, err := pool.Acquire(netloop.NewTask(), want)
			outcomes <- outcome{c, err}
		}()
	}
	for deadline := time.Now().Add(20 * time.Second); pool.Stats().Waiting < 3; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("they do not wait: %+v", pool.Stats())
		}
	}
	if !pool.dry.Load() {
		t.Error("nobody has said that there are no more")
	}
	held.Fresh = false // it is as the others need it
	held.Release(task)
	var got, follow int
	for range 3 {
		switch o := soon(t, outcomes); {
		case o.conn == held && o.err == nil:
			got++
		case errors.Is(o.err, ErrFollow) && o.conn == nil:
			follow++
		default:
			t.Errorf("%v, %v", o.conn, o.err)
		}
	}
	if got != 1 || follow != 2 || pool.Stats().Waiting != 0 || pool.wanted(held.owner) {
		t.Errorf("%d get the connection, %d follow: %+v", got, follow, pool.Stats())
	}
}

// TestWhenThereAreNoMoreConnections: since somebody looked, of the server's or of an account's, until one is closed.
func TestWhenThereAreNoMoreConnections(t *testing.T) {
	for name, limit := range map[string]int{"the server's": 0, "the account's": 1} {
		o := newOffice()
		o.config.PerServer, o.config.Queue, o.want.Limit = 2-limit, 1, limit
		for range o.config.PerServer {
			_ = o.lend()
		}
		c := &Conn{Conn: &line{}, pool: o.Pool, key: o.want.Key, owner: o.owners["app"], born: monday}
		if c.dry() != (limit > 0) { // of an account's limit it is known without looking
			t.Errorf("%s: dry before anybody looked: %v", name, c.dry())
		}
		task := &clerk{now: monday}
		_, w, err := o.take(task, &o.want)
		if w == nil || err != nil || !c.dry() || o.dry.Load() != (limit == 0) {
			t.Errorf("%s: waits: %v, %v; dry: %v, the pool: %v", name, w != nil, err, c.dry(), o.dry.Load())
			continue
		}
		o.mu.Lock()
		o.unqueue(w)
		o.mu.Unlock()
		if c.Discard(task); c.dry() {
			t.Errorf("%s: though one was closed", name)
		}
	}
}
