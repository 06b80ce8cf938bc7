package proxy

import (
	"hash/maphash"

	"shunt/mysql"
	"shunt/session"
	"shunt/statement"
)

// definitions follows the column definitions of a prepared statement for clients that keep them (MariaDB's CACHE_METADATA): those that the client
// has already are left out. Servers do that for what they have sent on the same connection; here the definitions always come from behind (see
// backend.KeyCaps), are held back until they are complete, and are compared with what this client got last.
//
// Reference: https://mariadb.com/kb/en/result-set-packets/#column-count-packet.
type definitions struct {
	holding bool // a block is being held back in Client.out
	from    int  // where it begins
	blocks  int  // of the answer to COM_STMT_PREPARE: parameters, then columns
}

// definitionsSeed makes sums of definitions; they mean nothing in another process.
var definitionsSeed = maphash.MakeSeed()

// putCount takes the packet with the number of columns, n bytes long, which was assembled last, and makes it a byte longer: whether definitions follow.
func (c *Client) putCount(j *job, n int) {
	c.out[len(c.out)-n]++
	c.out = append(c.out, metadataFollows)
	if j.stmt != nil {
		c.holdBack()
	}
}

const metadataFollows = 1

// holdBack begins to hold definitions back.
func (c *Client) holdBack() {
	a := &c.answer
	if a.dropped() || a.silent {
		return
	}
	a.definitions.holding, a.definitions.from = true, len(c.out)
}

// defined ends a block of definitions.
func (c *Client) defined(j *job) {
	d := &c.answer.definitions
	d.holding = false
	if c.answer.named.names != nil {
		c.renameDefinitions(j, d.from)
		c.definedRows(d.from)
		if !j.counts || j.stmt == nil {
			return
		}
	}
	sum, packets := sumOf(c.out[d.from:])
	switch {
	case j.prepare:
		if d.blocks++; j.stmt.Params == 0 || d.blocks > 1 {
			j.stmt.Definitions = sum
		}
	case j.stmt.Definitions == sum && !runsOthers(j.st.Kind):
		c.out = c.out[:d.from]
		c.out[d.from-1] = 0
		c.answer.resp.Shift -= packets
		c.answer.resp.Seq -= packets
	default:
		j.stmt.Definitions = sum
	}
}

// runsOthers says whether a statement's results are those of others that it runs: their definitions always come.
func runsOthers(k statement.Kind) bool {
	return k == statement.Call || k == statement.Unknown // that is IF, CASE, FOR, …
}

// leaveOut takes the definitions that the client has already out of an answer of our own, whose packets begin at start, and returns the number of the packet
// behind it.
func leaveOut(stream []byte, start, columns int, seq byte, st *session.Stmt) ([]byte, byte) {
	length, _ := mysql.Header(stream[start:])
	from := start + mysql.HeaderLen + length
	to := from
	for range columns {
		length, _ = mysql.Header(stream[to:])
		to += mysql.HeaderLen + length
	}
	sum, packets := sumOf(stream[from:to])
	if st.Definitions != sum {
		st.Definitions = sum
		return stream, seq
	}
	stream = append(stream[:from], stream[to:]...)
	stream[from-1] = 0
	for at := from; at < len(stream); at += mysql.HeaderLen + length {
		length, _ = mysql.Header(stream[at:])
		stream[at+3] -= packets
	}
	return stream, seq - packets
}

// sumOf is the sum of what packets hold, whatever their numbers.
func sumOf(stream []byte) (sum uint64, packets byte) {
	var h maphash.Hash
	h.SetSeed(definitionsSeed)
	for len(stream) > 0 {
		length, _ := mysql.Header(stream)
		_, _ = h.Write(stream[mysql.HeaderLen : mysql.HeaderLen+length])
		stream = stream[mysql.HeaderLen+length:]
		packets++
	}
	return h.Sum64() | 1, packets // 0 stands for none
}
