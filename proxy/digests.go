package proxy

import (
	"time"

	"shunt/digest"
	"shunt/mysql"
	"shunt/router"
	"shunt/statement"
	"shunt/topology"
)

// Digests tells what was asked of the proxy since it started, by the shape of the statements.
func (s *Server) Digests() digest.Report { return s.digests.Report(time.Now()) }

// shapeOf finds the shape that a statement is counted under; nil for commands that have no text.
func (c *Client) shapeOf(j *job) *digest.Shape {
	st := c.session.Behind(j.st)
	if j.silent || j.prepare || st.Digest == (statement.Digest{}) || st.Kind == statement.Empty {
		return nil
	}
	d := st.Digest
	if st != j.st { // EXECUTE: the text is another one, so it is another shape
		d[0], d[1] = d[0]^j.st.Digest[0], d[1]^j.st.Digest[1]
	}
	schema := c.session.State().Schema
	if shape := c.server.digests.Find(d, schema, j.started); shape != nil {
		return shape
	}
	return c.server.digests.Learn(d, c.describe(j, st, schema), j.started)
}

// maxShown is how much of a text is looked at to show it, in bytes: what is kept is far less. A literal that is cut is still one.
const maxShown = 16 << 10

// describe tells what statements of a shape are, in a text without literals.
func (c *Client) describe(j *job, st *statement.Statement, schema string) digest.Description {
	text := j.text
	if j.stmt != nil {
		text = []byte(j.stmt.Text)
	}
	about := digest.Description{
		Kind: st.Kind, Database: schema, Text: c.server.Parser.Normalize(text[:min(len(text), maxShown)], c.mode()), Functions: st.Functions,
	}
	for _, t := range st.Tables {
		if t.Schema == "" {
			t.Schema = schema
		}
		about.Tables = append(about.Tables, t)
	}
	return about
}

// countShape counts a statement that a server was asked under its shape. took is how long the server took.
func (c *Client) countShape(j *job, plan *router.Plan, stripe int, took time.Duration, ok bool) {
	if j.digest = c.shapeOf(j); j.digest == nil {
		return
	}
	m := digest.Sample{At: j.started.UnixNano(), By: digest.Primary, Cluster: plan.Cluster, Took: max(took, 0), Failed: !ok}
	if plan.Role == topology.Replica {
		m.By = digest.Replica
	}
	if ok {
		m.Rows = c.answer.resp.Rows + c.session.Affected()
	}
	j.digest.Count(stripe, &m)
}

// countUnasked counts a statement that no server was asked.
func (c *Client) countUnasked(j *job, failed bool) {
	if shape := c.shapeOf(j); shape != nil {
		shape.Count(int(c.id), &digest.Sample{At: j.started.UnixNano(), By: digest.Nobody, Failed: failed})
	}
}

// noteTouched keeps which tables the open transaction has touched, and counts it when it is over. It comes after each
// statement, when the server has said whether a transaction is open.
func (c *Client) noteTouched(j *job) {
	open := c.session.Status().Has(mysql.StatusInTrans)
	if !open && c.touched == nil || j.silent {
		return
	}
	if c.touched != nil && j.st.Effects.Any(statement.TxBegin|statement.TxChain|statement.ImplicitCommit) {
		c.endTouched() // that of before
	}
	if j.digest != nil {
		if c.touched == nil {
			c.touched = c.server.digests.Begin()
		}
		c.touched.Add(j.digest)
	}
	if !open {
		c.endTouched()
	}
}

// endTouched counts the transaction that is over, if one was open.
func (c *Client) endTouched() {
	if c.touched != nil {
		c.server.digests.End(c.touched, int(c.id), c.task.Now())
		c.touched = nil
	}
}
