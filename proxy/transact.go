package proxy

import (
	"slices"
	"strings"

	"shunt/backend"
	"shunt/mysql"
	"shunt/router"
	"shunt/session"
	"shunt/statement"
)

// transact does what a statement means to a transaction that is not on one connection alone. done says that there is nothing else to it.
func (c *Client) transact(j *job) (done bool, err error) {
	if j.silent || j.prepare {
		return false, nil
	}
	switch st := j.st; {
	case st.Kind == statement.Begin:
		return c.begin(j)
	case !c.tx.manages():
		if c.tx.fresh && c.mayDefer(st) {
			return false, c.deferAfterAll(st)
		}
		if c.beginsByItself(st) {
			return false, c.beginByItself(st)
		}
		return false, nil
	case st.Kind == statement.Commit, st.Kind == statement.Rollback:
		return true, c.endByOrder(j)
	case st.Effects.Has(statement.ImplicitCommit), c.session.Status()&mysql.StatusAutocommit == 0 && autocommitOn(st):
		if err := c.endAll(true); err != nil {
			return true, c.replyOrEnd(err, j)
		}
	case st.Kind == statement.Multi && controls(st) && len(c.session.Facts().Branches) > 0:
		return true, c.replyOrEnd(mysql.NewError(ErrorNotAtomic, "HY000",
			"shunt: the transaction is open on clusters %s, and cannot be ended or begun within a list of statements; send COMMIT or BEGIN by itself", c.branchClusters()), j)
	}
	return false, nil
}

// begin carries out BEGIN: the transaction that is open is committed, and one that may be on several clusters begins on each when it touches it.
func (c *Client) begin(j *job) (done bool, err error) {
	deferred, refusal := c.defers(j)
	if refusal != nil {
		return true, c.replyOrEnd(refusal, j)
	}
	if c.session.Pins()&session.PinOneShot != 0 && strings.Contains(strings.ToUpper(c.next), "READ ONLY") {
		deferred = false // as if BEGIN itself had said so
	}
	open := c.session.Pins()&session.PinTransaction != 0
	if open && (deferred || c.tx.manages()) {
		if err := c.endAll(true); err != nil {
			return true, c.replyOrEnd(err, j)
		}
	}
	characteristics := ""
	if c.session.Pins()&session.PinOneShot != 0 {
		characteristics = c.next
	}
	c.next = ""
	if !deferred {
		c.tx.characteristics = characteristics
		c.tx.fresh, c.tx.readOnly = j.st.Label != statement.Snapshot, j.st.Effects.Has(statement.TxReadOnly)
		return false, nil
	}
	if c.session.NextTransaction() {
		if err := c.leaveNext(); err != nil {
			return true, c.replyOrEnd(err, j)
		}
	}
	c.server.metrics.answered(j.st.Kind, c.task.Shard())
	c.deferTransaction(j.st, characteristics)
	return true, c.acknowledge(j.st)
}

// defers says whether the proxy answers a BEGIN itself. The refusal is that of a hint that cannot be obeyed.
func (c *Client) defers(j *job) (bool, *mysql.Error) {
	if j.st.Effects.Has(statement.TxReadOnly) || j.st.Label == statement.Snapshot {
		return false, nil
	}
	why := c.whyNotAtomic()
	if j.hint.Atomic && why != "" {
		return false, mysql.NewError(ErrorNotAtomic, "HY000", "shunt: the transaction cannot be atomic over several clusters: %s", why)
	}
	return why == "" && (j.hint.Atomic || c.spreads()), nil
}

// whyNotAtomic says why the session cannot begin a transaction that commits on several clusters or none; empty if it can.
func (c *Client) whyNotAtomic() string {
	const stays = ^(session.PinTransaction | session.PinDiagnostics)
	_, chains := c.session.State().Var("completion_type")
	switch pins := c.session.Pins(); {
	case c.server.Decisions == nil:
		return "the store is in memory, so that nobody could finish it after a crash; see store in docs/reference/config.md"
	case !c.server.Decisions.Ready():
		return "the store does not answer, where the decision has to be kept"
	case pins&stays != 0 && !c.session.NextTransaction():
		return "the session is held on its connection (" + pins.String() + "); end that first"
	case chains:
		return "the session has set completion_type; leave it as it is by default, and write AND CHAIN"
	}
	return ""
}

// mayDefer says whether the transaction, in which nothing was done yet, is to be one that may be on several clusters: a module of its database has gone to another one since it
// was begun, or is about to.
func (c *Client) mayDefer(st *statement.Statement) bool {
	plain := !c.tx.readOnly && c.tx.characteristics == ""
	return plain && len(st.Tables) > 0 && c.session.Pins()&session.PinTransaction != 0 && c.spreads() && c.whyNotAtomic() == ""
}

// deferAfterAll ends the transaction on its server, and begins it as one of which no server knows.
func (c *Client) deferAfterAll(st *statement.Statement) error {
	if err := c.ask("ROLLBACK AND NO CHAIN NO RELEASE"); err != nil { // nothing was done
		return err
	}
	if c.held != nil && c.session.Pins()&session.PinTransaction != 0 {
		c.forget(c.held)
	}
	c.deferTransaction(st, "")
	return nil
}

// spreads says whether transactions are atomic and the default database is spread over clusters, or is about to be.
func (c *Client) spreads() bool {
	if c.server.config.Transactions != router.Atomic {
		return false
	}
	shards, schema := c.server.Scene().Map, c.session.State().Schema
	if held := c.server.held.Load(); held != nil && slices.ContainsFunc(held.Closed, func(a router.Area) bool { return a.Database == schema && a.Module != "" }) {
		return true
	}
	home, err := shards.Home(schema)
	for _, module := range shards.Modules(schema) {
		if err == nil && module.Cluster != home {
			return true
		}
	}
	return false
}

// beginsByItself says whether a statement begins a transaction that may be on several clusters, since autocommit is off.
func (c *Client) beginsByItself(st *statement.Statement) bool {
	const open = mysql.StatusAutocommit | mysql.StatusInTrans // one of them
	facts := c.session.Facts()
	if c.session.Status()&open != 0 || facts.Pins != 0 && !facts.MayBranch() || len(st.Tables) == 0 || st.Effects.Has(statement.ImplicitCommit) {
		return false
	}
	switch st.Kind {
	case statement.Select, statement.Insert, statement.Replace, statement.Update, statement.Delete, statement.Load:
		return c.spreads() && c.whyNotAtomic() == ""
	}
	return false
}

// beginByItself begins it. A connection that is kept since something ran on it that opens no transaction goes back.
func (c *Client) beginByItself(st *statement.Statement) error {
	if conn := c.held; conn != nil {
		if err := c.payDebts(conn, c.session.Owed(nil)); err != nil {
			return c.lostAfter(err, conn)
		}
		c.session.EndTransaction()
		c.giveBack(conn)
	}
	c.deferTransaction(st, "")
	return nil
}

// deferTransaction begins a transaction of which no server knows yet.
func (c *Client) deferTransaction(st *statement.Statement, characteristics string) {
	c.tx = transaction{deferred: true, fresh: true, name: c.server.Decisions.Name(), characteristics: characteristics}
	c.session.Defer(st, !c.tx.name.IsZero())
	c.publish()
}

// leaveNext gives the connection back that was kept for SET TRANSACTION alone: each branch is given that.
func (c *Client) leaveNext() error {
	conn := c.held
	if err := c.payDebts(conn, c.session.Owed(nil)); err != nil {
		return c.lostAfter(err, conn)
	}
	c.session.TakeNextTransaction()
	conn.Dirty = true
	c.giveBack(conn)
	return nil
}

// endByOrder carries out COMMIT and ROLLBACK.
func (c *Client) endByOrder(j *job) error {
	before := c.tx
	err := c.endAll(j.st.Kind == statement.Commit)
	if err != nil {
		return c.replyOrEnd(err, j)
	}
	c.server.metrics.answered(j.st.Kind, c.task.Shard())
	if j.st.Effects.Has(statement.TxChain) {
		c.chain(j.st, before)
	}
	if err := c.acknowledge(j.st); err != nil {
		return err
	}
	if j.st.Effects.Has(statement.Disconnects) {
		return errQuit
	}
	return nil
}

// chain begins the next transaction as the one before was.
func (c *Client) chain(st *statement.Statement, before transaction) {
	c.tx = transaction{deferred: true, fresh: true, characteristics: before.characteristics}
	if !before.name.IsZero() {
		c.tx.name = c.server.Decisions.Name()
	}
	c.session.Defer(st, !c.tx.name.IsZero())
	c.publish()
}

// acknowledge answers a statement about transactions that the proxy has carried out.
func (c *Client) acknowledge(st *statement.Statement) error {
	c.session.Begin(st)
	c.session.OK(c.serverFlavor, &mysql.OK{Status: c.status()}, false, 0, nil)
	c.session.Answered()
	c.session.Acknowledged()
	ok := mysql.OK{Status: c.status()}
	if ok.Track = c.tokens; len(ok.Track) > 0 {
		ok.Status |= mysql.StatusSessionStateChanged
	}
	c.tokens = nil
	return c.sendPacket(1, ok.Append(nil, mysql.HeaderOK, c.caps))
}

// follow takes what a statement has done to the transaction: its savepoints, on all branches; and its end, if a server has ended it by itself.
func (c *Client) follow(j *job, conn *backend.Conn) error {
	st, failed := j.st, c.session.Failed()
	c.tx.fresh = c.tx.fresh && st.Kind == statement.Begin
	if st.Effects.Has(statement.OneShot) && !failed {
		c.next = characteristicsOf(st)
	}
	switch {
	case c.session.Pins()&session.PinTransaction == 0:
		if c.tx.manages() {
			c.collapse(conn, !failed)
		}
		c.tx = transaction{}
	case failed:
	case st.Kind == statement.Savepoint && len(st.Names) == 1:
		return c.savepoint(st)
	case st.Effects.Any(statement.TxBegin|statement.TxChain) && !c.tx.manages():
		c.tx.savepoints = nil
	}
	return nil
}

func characteristicsOf(st *statement.Statement) string {
	for i := range st.Set {
		if st.Set[i].Scope == statement.TransactionScope {
			return st.Set[i].Value
		}
	}
	return ""
}

// savepoint does on the branches that sleep what was done on the one in use, and remembers what is set.
func (c *Client) savepoint(st *statement.Statement) error {
	name := st.Names[0]
	sql := "SAVEPOINT "
	at := -1
	for i, set := range c.tx.savepoints {
		if strings.EqualFold(set, name) {
			at = i
		}
	}
	switch st.Label {
	case statement.Releases:
		sql = "RELEASE SAVEPOINT "
		if at >= 0 {
			c.tx.savepoints = c.tx.savepoints[:at]
		}
	case statement.RollsBackTo:
		sql = "ROLLBACK TO SAVEPOINT "
		if at >= 0 {
			c.tx.savepoints = c.tx.savepoints[:at+1]
		}
	default:
		if at >= 0 {
			c.tx.savepoints = append(c.tx.savepoints[:at], c.tx.savepoints[at+1:]...)
		}
		c.tx.savepoints = append(c.tx.savepoints, name)
	}
	return c.everywhere(sql + statement.QuoteName(name))
}

// autocommitOn says whether a SET turns autocommit on, which commits where it was off.
func autocommitOn(st *statement.Statement) bool {
	if st.Kind != statement.Set {
		return false
	}
	for i := range st.Set {
		a := &st.Set[i]
		if a.Scope == statement.SessionScope && a.Name == "autocommit" {
			switch strings.ToLower(strings.Trim(a.Value, `'"`)) {
			case "0", "off", "false":
			default:
				return true
			}
		}
	}
	return false
}
