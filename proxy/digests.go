package proxy

import (
	"strings"
	"time"

	"shunt/digest"
	"shunt/mysql"
	"shunt/router"
	"shunt/statement"
	"shunt/topology"
)

// Digests tells what was asked of the proxy since it started, by the shape of the statements.
func (s *Server) Digests() digest.Report { return s.digests.Report(time.Now()) }

// shapeOf finds the shape that a statement is counted under; nil for commands that have no text. It is asked before the statement is sent:
// where the text stands, LOAD DATA LOCAL has the rows of its file later on.
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
	text, mode := j.text, c.mode()
	if j.stmt != nil {
		text, mode = []byte(j.stmt.Text), j.stmt.Mode
	}
	about := digest.Description{Kind: st.Kind, Database: schema, Functions: st.Functions}
	if charset := c.charset(); hidesQuotes(charset) {
		about.Text = st.Kind.String() + " … (a text in " + charset + " is not shown: where its literals end cannot be told by its bytes)"
	} else {
		about.Text = c.server.Parser.Normalize(text[:min(len(text), maxShown)], mode)
	}
	for _, t := range st.Tables {
		if t.Schema == "" {
			t.Schema = schema
		}
		about.Tables = append(about.Tables, t)
	}
	return about
}

// charset is the one that the client's texts are in, as far as the session has set it.
func (c *Client) charset() string {
	value, _ := c.session.State().Var("character_set_client")
	return strings.ToLower(strings.Trim(value, "'"))
}

// hidesQuotes says whether a character may have a byte that looks like a backslash: then a quote behind it is taken for one of the literal's.
func hidesQuotes(charset string) bool {
	switch charset {
	case "big5", "cp932", "gb18030", "gbk", "sjis":
		return true
	}
	return false
}

// countShape counts a statement that a server was asked under its shape. took is how long the server took.
func (c *Client) countShape(j *job, plan *router.Plan, took time.Duration, ok bool) {
	if j.digest == nil {
		return
	}
	m := digest.Sample{At: j.started.UnixNano(), By: digest.Primary, Cluster: plan.Cluster, Took: max(took, 0), Failed: !ok}
	if plan.Role == topology.Replica {
		m.By = digest.Replica
	}
	if ok {
		m.Rows = c.answer.resp.Rows + c.session.Affected()
	}
	j.digest.Count(c.task.Shard(), &m)
}

// countUnasked counts a statement that no server was asked.
func (c *Client) countUnasked(j *job, failed bool) {
	if j.digest != nil {
		j.digest.Count(int(c.id), &digest.Sample{At: j.started.UnixNano(), By: digest.Nobody, Failed: failed})
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
