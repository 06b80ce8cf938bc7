package proxy

import (
	"errors"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/session"
)

// part is a branch of a transaction that is being ended.
type part struct {
	session.Branch
	conn     *backend.Conn
	current  bool // its connection is the one in use
	prepared bool
	ended    bool         // its server has said that it is committed
	lost     error        // what broke its connection
	gone     bool         // … which is closed by now
	refusal  *mysql.Error // what its server has said last, if that was an error
	track    []byte       // the trackers of its commit
}

// parts are the branches of the open transaction, in the order in which it has touched them.
func (c *Client) parts() (list []*part) {
	facts := c.session.Facts()
	for _, b := range facts.Branches {
		p := &part{Branch: b}
		for _, asleep := range c.tx.asleep {
			if asleep.cluster == b.Cluster {
				p.conn = asleep.conn
			}
		}
		if c.held != nil && b.Cluster == facts.PinCluster {
			p.conn, p.current = c.held, true
		}
		if p.conn != nil {
			list = append(list, p)
		}
	}
	return list
}

// failed says whether the last step did not succeed.
func (p *part) failed() bool { return p.lost != nil || p.refusal != nil }

// cause is why.
func (p *part) cause() error {
	if p.lost != nil {
		return plainCause(p.lost)
	}
	return p.refusal
}

// step has servers run statements, those of all parts at the same time: each gets its own in one write. What each has answered is in the part.
func step(parts []*part, until time.Time, words func(*part) []string) {
	sent := make([]int, len(parts))
	for i, p := range parts {
		if p.refusal = nil; p.lost != nil {
			continue
		}
		statements := words(p)
		if p.lost = p.conn.Send(until, statements...); p.lost == nil {
			sent[i] = len(statements)
		}
	}
	for i, p := range parts {
		p.read(sent[i])
	}
}

// read takes the answers to n statements. The last one counts: it cannot succeed where one before it had to and did not.
func (p *part) read(n int) {
	for range n {
		ok, err := p.conn.ReadOK()
		if p.refusal = nil; err != nil && !errors.As(err, &p.refusal) {
			p.lost = err
			return
		}
		p.track = ok.Track
	}
}

// commitWords end a part by itself.
func (c *Client) commitWords(p *part) []string {
	if !p.XA {
		return []string{"COMMIT AND NO CHAIN NO RELEASE"}
	}
	xid := c.tx.name.Branch(p.Cluster)
	return []string{"XA END " + xid, "XA COMMIT " + xid + " ONE PHASE"}
}

// prepareWords are the first phase of a part of XA, finishWords the second.
func (c *Client) prepareWords(p *part) []string {
	xid := c.tx.name.Branch(p.Cluster)
	return []string{"XA END " + xid, "XA PREPARE " + xid}
}

func (c *Client) finishWords(p *part) []string {
	return []string{"XA COMMIT " + c.tx.name.Branch(p.Cluster)}
}

// rollBackWords undo a part.
func (c *Client) rollBackWords(p *part) []string {
	xid := c.tx.name.Branch(p.Cluster)
	switch {
	case !p.XA:
		return []string{"ROLLBACK AND NO CHAIN NO RELEASE"}
	case p.prepared:
		return []string{"XA ROLLBACK " + xid}
	}
	return []string{"XA END " + xid, "XA ROLLBACK " + xid}
}

// rollBackParts rolls back whatever has not ended. A connection on which that does not succeed is lost. It says whether every branch is known to have
// ended.
func (c *Client) rollBackParts(parts []*part) (all bool) {
	all = true
	var open []*part
	for _, p := range parts {
		if p.lost == nil && !p.ended {
			open = append(open, p)
		}
	}
	step(open, time.Now().Add(c.server.config.Wait), c.rollBackWords)
	for _, p := range parts {
		if p.lost == nil && !p.ended && !c.undone(p) {
			p.lost = p.cause()
		}
		all = all && p.lost == nil
	}
	return all
}

// unknownBranch is XAER_NOTA: the server has rolled back by itself.
const unknownBranch = 1397

// undone says whether a part is rolled back, after its server was told. A reset does that to whatever is not prepared.
func (c *Client) undone(p *part) bool {
	switch {
	case p.refusal == nil || p.refusal.Number == unknownBranch && !p.prepared:
		return true
	case p.prepared:
		return false
	}
	err := p.conn.Reset(time.Now().Add(ownWait))
	p.conn.Dirty = true
	return err == nil
}

// undo rolls a part back whose server has refused to commit it.
func (c *Client) undo(p *part) bool {
	step([]*part{p}, time.Now().Add(c.server.config.Wait), c.rollBackWords)
	return p.lost == nil && c.undone(p)
}

// hangUp closes a part's connection: its server lets go of what is prepared there, so that others can finish it.
func (c *Client) hangUp(p *part) {
	p.conn.Discard(c.task)
	if p.gone = true; p.current {
		c.held = nil
		c.shown.server.Store(nil)
	}
}
