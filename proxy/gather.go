package proxy

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/router"
	"shunt/sharding"
	"shunt/statement"
)

// maxGathered bounds what is kept of one server's answer, in bytes: a list of a hundred thousand tables with all that SHOW TABLE STATUS tells.
const maxGathered = 64 << 20

// errGathered says that a list is too long to be put together.
var errGathered = mysql.NewError(ErrorTooLong, "HY000", "shunt: the list is longer than %d MiB on one cluster; ask with LIKE for a part of it", maxGathered>>20)

// answer is what a server has answered, to a connection with these capabilities. No more than a little above most bytes of it are kept.
type answer struct {
	caps  mysql.Capability
	bytes []byte
	most  int
}

// keep takes a stretch of the server's answer.
func (a *answer) keep(p []byte) {
	if len(a.bytes) <= a.most {
		a.bytes = append(a.bytes, p...)
	}
}

// listWait bounds how long a list of databases waits for a cluster that has no server to ask now.
const listWait = time.Second

// gather asks each cluster for its part of a list, and answers with the whole, in order and without doubles. A cluster that has no such account, or no such
// database, has nothing to add; of one that does not answer a list of databases is told without it, with a warning.
func (c *Client) gather(j *job, plan *router.Plan) error {
	shards, databases := c.world.Map, j.st.Lists == statement.ListsDatabases
	var whole mysql.ResultSet
	var warnings []mysql.Row
	var first *mysql.Error
	status := c.status()
	asked, pattern, err := c.unnarrowed(j)
	if err != nil {
		return c.replyOrEnd(err, j)
	}
	for i, cluster := range plan.Clusters {
		part, flags, err := c.ofCluster(asked, cluster)
		var refusal *mysql.Error
		switch {
		case err == nil:
			c.renameListed(&part, j.st, cluster)
			whole = c.add(whole, part, j.st, shards, cluster)
			status |= flags & (mysql.StatusNoIndex | mysql.StatusNoGoodIndex)
			continue
		case !errors.As(err, &refusal):
			return err
		case refusal.Number == 1064 || refusal.Number == 1054, !databases && (i == 0 || !hasNothing(refusal)):
			return c.replyOrEnd(refusal, j)
		case !hasNothing(refusal):
			warnings = append(warnings, mysql.NewRow("Warning", int(refusal.Number), fmt.Sprintf("shunt: cluster %s is missing in the list: %s", cluster, refusal.Message)))
		}
		if first == nil {
			first = refusal
		}
	}
	if len(whole.Columns) == 0 {
		return c.replyOrEnd(first, j)
	}
	if pattern != nil {
		pattern.narrow(&whole)
	}
	by := tableColumn(j.st)
	slices.SortStableFunc(whole.Rows, func(a, b mysql.Row) int { return bytes.Compare(a[by], b[by]) })
	if databases {
		whole.Rows = slices.CompactFunc(whole.Rows, func(a, b mysql.Row) bool { return bytes.Equal(a[0], b[0]) })
	}
	return c.sendResultWith(status, whole, j, warnings...)
}

// ofCluster is one cluster's answer, and the flags at its end.
func (c *Client) ofCluster(j *job, cluster string) (mysql.ResultSet, mysql.Status, error) {
	sub := job{st: j.st, hint: j.hint, packets: j.packets, text: j.text, started: j.started}
	if j.stmt != nil {
		sub.packets, sub.text = mysql.AppendQuery(nil, 0, j.stmt.Text), []byte(j.stmt.Text)
	}
	return c.askThere(&sub, cluster, true)
}

// askThere is askCluster, also for a session that is held elsewhere. timeless: transactions do not change what is asked.
func (c *Client) askThere(sub *job, cluster string, timeless bool) (rs mysql.ResultSet, status mysql.Status, err error) {
	ask := func() (err error) {
		rs, status, err = c.askCluster(sub, cluster)
		return err
	}
	if c.elsewhere(cluster, timeless) {
		err = c.aside(ask)
	} else {
		err = ask()
	}
	return rs, status, err
}

// askCluster runs a statement on a cluster; the client hears nothing of it. A server's refusal is the error.
func (c *Client) askCluster(sub *job, cluster string) (mysql.ResultSet, mysql.Status, error) {
	a := answer{most: maxGathered}
	if sub.most > 0 {
		a.most = sub.most
	}
	sub.shape, sub.silent, sub.only, sub.answer = mysql.ShapeResult, true, cluster, &a
	if err := c.execute(sub); err != nil {
		return mysql.ResultSet{}, 0, err
	}
	if len(a.bytes) > a.most {
		return mysql.ResultSet{}, 0, errGathered
	}
	rs, end, _, err := mysql.ParseResultSet(a.bytes, a.caps)
	if err != nil {
		err = mysql.NewError(ErrorLost, "HY000", "shunt: the answer of cluster %s makes no sense: %v", cluster, err)
	}
	return rs, end.Status, err
}

// add puts a cluster's rows to the others: of tables only those that live there.
func (c *Client) add(whole, part mysql.ResultSet, st *statement.Statement, shards *sharding.Map, cluster string) mysql.ResultSet {
	if len(whole.Columns) == 0 {
		whole.Columns = part.Columns
	}
	database := c.session.State().Schema
	if len(st.Databases) > 0 {
		database = st.Databases[0]
	}
	for _, row := range part.Rows {
		if st.Lists != statement.ListsDatabases {
			if !livesOn(shards, database, string(row[tableColumn(st)]), cluster) {
				continue
			}
		}
		whole.Rows = append(whole.Rows, row)
	}
	return whole
}

// tableColumn is where a row of a list names the table, or the database.
func tableColumn(st *statement.Statement) int {
	if st.Lists == statement.ListsTriggers {
		return 2 // Trigger, Event, Table, …
	}
	return 0
}

// hasNothing recognises what a server says that does not know the account or the database.
func hasNothing(e *mysql.Error) bool {
	switch e.Number {
	case 1044, 1045, 1049, 1698, backend.ErrorLogin, backend.ErrorAccount, router.ErrorNotServed:
		return true
	}
	return false
}
