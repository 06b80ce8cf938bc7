package proxy

import (
	"slices"
	"strings"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/session"
	"shunt/topology"
)

// endAll ends the open transaction on all of its clusters. Whatever the error says to the client, the session has none afterwards. Nobody interrupts it, since
// each of its steps is bounded.
func (c *Client) endAll(commit bool) (err error) {
	defer c.undisturbed()()
	parts := c.parts()
	if commit {
		err = c.commitParts(parts)
	} else {
		c.rollBackParts(parts)
	}
	c.noteCommits(parts)
	c.dissolve(parts)
	return err
}

// undisturbed keeps a KILL from ending what has to be brought to an end, until the function that it gives is called.
func (c *Client) undisturbed() func() {
	if !c.task.Interrupted() {
		return func() {}
	}
	c.task.Resume()
	return c.task.Interrupt
}

// commitParts commits in two phases where several clusters were written to and all can; otherwise on one after the other.
func (c *Client) commitParts(parts []*part) error {
	var writers, readers []*part
	for _, p := range parts {
		if p.Wrote {
			writers = append(writers, p)
		} else {
			readers = append(readers, p)
		}
	}
	commit := c.commitInOrder
	if len(writers) > 1 && !slices.ContainsFunc(writers, func(p *part) bool { return !p.XA }) {
		commit = c.commitInTwoPhases
	}
	if err := commit(writers, readers); err != nil {
		return err
	}
	c.endReaders(readers)
	return nil
}

// endReaders ends the branches that have only read. What becomes of that changes nothing for anybody.
func (c *Client) endReaders(readers []*part) {
	step(readers, time.Now().Add(c.server.config.Wait), c.commitWords)
	for _, p := range readers {
		if p.ended = !p.failed(); p.refusal != nil {
			c.orLost(p)
		}
	}
}

// commitInOrder commits on one cluster after the other, in the order in which they were touched.
func (c *Client) commitInOrder(writers, readers []*part) error {
	for i, p := range writers {
		step(writers[i:i+1], c.patient(), c.commitWords)
		if p.ended = !p.failed(); p.ended {
			continue
		}
		c.rollBackParts(append(slices.Clone(writers[i+1:]), readers...))
		err := c.notCommitted(p)
		if i > 0 {
			err = partly(writers[:i], p, writers[i+1:])
		}
		if p.lost == nil {
			c.orLost(p)
		}
		return err
	}
	return nil
}

// orLost undoes a part that its server has refused to commit, or takes its connection for lost.
func (c *Client) orLost(p *part) {
	if why := p.cause(); !c.undo(p) && p.lost == nil {
		p.lost = why
	}
}

// patient bounds the end of a transaction on one server, which may wait for replicas to acknowledge it.
func (c *Client) patient() time.Time { return time.Now().Add(max(c.server.config.Wait, leastPatience)) }

const leastPatience = 10 * time.Second

// notCommitted is what a client hears whose transaction has ended nowhere else.
func (c *Client) notCommitted(p *part) error {
	if p.lost != nil {
		return lostCommit(p.conn.Address(), plainCause(p.lost))
	}
	return p.refusal
}

// partly is what a client hears whose transaction was committed on some of its clusters only.
func partly(done []*part, failed *part, rest []*part) *mysql.Error {
	text := "; rolled back on " + clustersOf(rest)
	if len(rest) == 0 {
		text = ""
	}
	what := "not committed"
	if failed.lost != nil {
		what = "it is not known whether committed"
	}
	return mysql.NewError(ErrorPartly, "HY000",
		"shunt: the transaction was committed on %s; %s on %s (%v)%s; transactions: ordered promises no more than that, so look before you repeat anything",
		clustersOf(done), what, failed.Cluster, failed.cause(), text)
}

func clustersOf(parts []*part) string {
	var names []string
	for _, p := range parts {
		names = append(names, p.Cluster)
	}
	return strings.Join(names, ", ")
}

// branchClusters are the clusters of the open transaction, for people.
func (c *Client) branchClusters() string {
	var names []string
	for _, b := range c.session.Facts().Branches {
		names = append(names, b.Cluster)
	}
	return strings.Join(names, ", ")
}

// noteCommits tells the session and its request what was committed where, before the client hears of it.
func (c *Client) noteCommits(parts []*part) {
	has, blind := map[string]topology.Position{}, []string(nil)
	for _, p := range parts {
		if !p.ended {
			continue
		}
		w, some := c.session.Commits(p.Cluster, p.conn.Pool().Flavor(), p.track, p.Wrote && p.lost != nil)
		if !some {
			continue
		}
		if c.request.key != "" {
			c.tellRequest(w)
		}
		if w.GTID == (topology.GTID{}) {
			blind = append(blind, w.Cluster)
		} else {
			has[w.Cluster] = topology.Position{w.GTID.Source: {{Start: w.GTID.Seq, End: w.GTID.Seq}}}
		}
	}
	c.countBlind()
	if c.session.Token && !c.session.Off && len(has)+len(blind) > 0 {
		c.tokens = mysql.Track{Kind: mysql.TrackSystemVariable, Name: []byte(tokenVariable), Value: []byte(c.writeToken(has, blind))}.Append(nil)
	}
}

// dissolve gives the connections of an ended transaction back, or closes what is lost. Only what else pins the session keeps one.
func (c *Client) dissolve(parts []*part) {
	c.session.EndTransaction()
	c.tx, c.since = transaction{}, time.Time{}
	var lostHere *part
	for _, p := range parts {
		if p.current && p.lost != nil {
			lostHere = p
		}
	}
	c.letGo(parts)
	switch {
	case lostHere != nil:
		if c.session.Pins() != 0 { // by something else, which is gone, too
			c.owed = lost(lostHere.conn.Address(), true, plainCause(lostHere.lost))
		}
		if c.session.Lost(); !lostHere.gone {
			c.forget(lostHere.conn)
		}
	case c.held != nil && c.session.Pins() == 0:
		conn := c.held
		stain(conn)
		if err := c.payDebts(conn, c.session.Owed(nil)); err != nil {
			_ = c.lostAfter(err, conn) // an interruption shows at the next wait; nothing is pinned
		} else {
			c.giveBack(conn)
		}
	}
	c.leaveWrite()
	c.publish()
}

// letGo gives the connections back that are not in use.
func (c *Client) letGo(parts []*part) {
	for _, p := range parts {
		switch {
		case p.current || p.gone:
		case p.lost != nil:
			p.conn.Discard(c.task)
		default:
			c.release(p.conn)
		}
	}
}

// stain notes that a connection may have warnings or errors left over of statements that nobody knows of: whoever gets it next clears them.
func stain(conn *backend.Conn) {
	if state, ok := conn.Carries.(*session.State); ok {
		conn.Carries = state.Stained()
	}
}

// release gives a connection back that is not the one in use.
func (c *Client) release(conn *backend.Conn) {
	stain(conn)
	if conn.Dirty {
		conn.Dirty, conn.Carries, conn.Fingerprint = false, nil, 0
	}
	conn.Release(c.task)
}

// dropAsleep rolls back the branches that sleep: their transaction is lost on the connection in use, or the session ends.
func (c *Client) dropAsleep() {
	asleep := c.tx.asleep
	if c.tx = (transaction{}); len(asleep) == 0 {
		return
	}
	defer c.undisturbed()()
	for _, b := range asleep {
		if err := b.conn.Reset(time.Now().Add(ownWait)); err != nil {
			b.conn.Discard(c.task) // its server rolls back
			continue
		}
		b.conn.Dirty = true // its settings are gone
		c.release(b.conn)
	}
}

// everywhere runs a statement on the branches that sleep. If one fails, the transaction is lost.
func (c *Client) everywhere(sql string) error {
	for _, b := range c.tx.asleep {
		if _, err := b.conn.Query(sql, time.Now().Add(ownWait)); err != nil {
			return err
		}
	}
	return nil
}

// collapse ends the other branches of a transaction that a server has ended by itself on the connection in use: by an error, or by a statement that commits
// from within. The connection in use waits for its XA ROLLBACK.
func (c *Client) collapse(conn *backend.Conn, committed bool) {
	broken := c.payDebts(conn, c.session.Owed(nil)) != nil // the warnings, before something of ours takes them away
	parts := c.parts()
	var others []*part
	for _, p := range parts {
		switch {
		case !p.current:
			others = append(others, p)
		case p.XA && !broken:
			broken = !c.undo(p)
		}
	}
	if broken {
		conn.Spoil()
	}
	if committed {
		c.endReaders(others)
	} else {
		c.rollBackParts(others)
	}
	c.noteCommits(others)
	c.session.EndTransaction()
	c.tx, c.since = transaction{}, time.Time{}
	c.letGo(others)
}
