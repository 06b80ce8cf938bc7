package proxy

import (
	"context"
	"errors"
	"time"

	"shunt/backend/xa"
	"shunt/mysql"
	"shunt/netloop"
)

// commitInTwoPhases commits on all clusters or on none. First each server prepares its branch: from then on it can commit it whatever happens, and does not
// forget it. Then the decision is made durable in the store. Only then the branches are committed.
func (c *Client) commitInTwoPhases(writers, readers []*part) error {
	everybody := append(append([]*part(nil), writers...), readers...)
	for _, p := range writers {
		if why := c.server.Decisions.Hindered(p.Cluster); why != "" {
			c.rollBackParts(everybody)
			return mysql.NewError(ErrorNotAtomic, "HY000",
				"shunt: the transaction was rolled back: nobody could finish it on cluster %s after a crash, since shunt's account there may not look for prepared transactions (%s)",
				p.Cluster, why)
		}
	}
	name, decisions := c.tx.name, c.server.Decisions
	decisions.Take(name)
	if refused := c.prepareParts(writers); refused != nil {
		err := prepareFailed(refused)
		c.abort(everybody)
		return err
	}
	switch outcome := c.decide(name, writers); outcome {
	case xa.Aborted:
		c.abort(everybody)
		return mysql.NewError(ErrorUndecided, "40000",
			"shunt: the transaction was rolled back on clusters %s: the decision to commit it could not be kept in the store; begin anew", clustersOf(writers))
	case xa.Unknown:
		for _, p := range writers {
			p.lost = errUndecided
			c.hangUp(p)
		}
		decisions.Leave(name)
		c.rollBackParts(readers)
		return mysql.NewError(ErrorCommit, "08S01",
			"shunt: the store did not say whether it has the decision to commit on clusters %s; all of them commit or none does, once it answers: look before you repeat it",
			clustersOf(writers))
	}
	c.finishParts(name, writers)
	return nil
}

// errUndecided is why a connection is closed whose branch nobody may end yet.
var errUndecided = errors.New("it is not known how the transaction ends")

// prepareParts is the first phase. It gives the part that failed first; nil for none.
func (c *Client) prepareParts(writers []*part) (failed *part) {
	step(writers, c.patient(), c.prepareWords)
	for _, p := range writers {
		if p.prepared = !p.failed(); !p.prepared && failed == nil {
			failed = p
		}
	}
	return failed
}

// prepareFailed is what a client hears whose transaction could not be prepared, and is rolled back everywhere.
func prepareFailed(p *part) *mysql.Error {
	if p.lost != nil {
		return lost(p.conn.Address(), true, plainCause(p.lost))
	}
	return p.refusal
}

// abort rolls back in the second phase. What cannot be reached is left to recovery, which finds no decision.
func (c *Client) abort(parts []*part) {
	name := c.tx.name
	if c.rollBackParts(parts) {
		c.server.Decisions.Done(name, xa.Aborted)
		return
	}
	c.server.Decisions.Leave(name)
}

// decide asks the store to keep the decision.
func (c *Client) decide(name xa.Name, writers []*part) (outcome xa.Outcome) {
	var clusters []string
	for _, p := range writers {
		clusters = append(clusters, p.Cluster)
	}
	c.task.Offload(func() {
		ctx, cancel := context.WithTimeout(context.Background(), c.server.config.Wait)
		defer cancel()
		outcome = c.server.Decisions.Decide(ctx, name, clusters)
	})
	return outcome
}

// finishParts commits in the second phase. The transaction is committed by now: where a server cannot be told, recovery tells it, which is waited for as
// long as statements wait.
func (c *Client) finishParts(name xa.Name, writers []*part) {
	step(writers, c.patient(), c.finishWords)
	all := true
	for _, p := range writers {
		if p.ended = true; p.failed() {
			all, p.track = false, nil
			if p.lost == nil {
				p.lost = p.refusal
			}
		}
	}
	if all {
		c.server.Decisions.Done(name, xa.Committed)
		return
	}
	for _, p := range writers {
		if p.lost != nil {
			c.hangUp(p)
		}
	}
	c.server.Decisions.Leave(name)
	for until := time.Now().Add(c.server.config.Wait); c.server.Decisions.Left(name) && time.Now().Before(until); {
		if err := c.task.Park(time.Now().Add(leftPoll)); errors.Is(err, netloop.ErrInterrupted) {
			return // somebody ends the client, who need not know more
		}
	}
}

// leftPoll is between two looks whether recovery has finished a transaction.
const leftPoll = 20 * time.Millisecond
