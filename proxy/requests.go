package proxy

import (
	"container/list"
	"hash/maphash"
	"slices"
	"sync"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/session"
	"shunt/statement"
	"shunt/topology"
)

// requests are the requests that say who they are (a traceparent, a request key) and have written: what one of their connections writes, the others read.
type requests struct {
	seed   maphash.Seed
	shards [64]requestShard
}

// requestShard has a part of the requests, by their keys.
type requestShard struct {
	mu    sync.Mutex
	byKey map[string]*list.Element // guarded by mu; of order
	order list.List                // guarded by mu: of *request, who wrote longest ago first
	last  uint64                   // guarded by mu: the revision that was given last
}

// request is what one request has written, guarded by its shard's mutex. It stays for requestKept after its last write.
type request struct {
	key      string
	wrote    []session.Wrote // the newest of each cluster and source
	revision uint64          // another one with each write; never that of a request of the same key that was forgotten
	at       time.Time       // of the last write
}

const (
	// requestKept is longer than any web server lets a request live.
	requestKept = 10 * time.Minute
	// shardRequests bounds the requests of a shard: those that wrote longest ago are forgotten first.
	shardRequests = 4096
)

func newRequests() *requests {
	r := &requests{seed: maphash.MakeSeed()}
	for i := range r.shards {
		r.shards[i].byKey = map[string]*list.Element{}
	}
	return r
}

func (r *requests) shardOf(key string) *requestShard {
	return &r.shards[maphash.String(r.seed, key)%uint64(len(r.shards))]
}

// wrote is what a request has written, if that is more than at the revision that is known; and the revision that it is of.
func (r *requests) wrote(key string, known uint64) (wrote []session.Wrote, revision uint64) {
	s := r.shardOf(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.byKey[key]
	if e == nil || e.Value.(*request).revision == known {
		return nil, known
	}
	q := e.Value.(*request)
	return slices.Clone(q.wrote), q.revision
}

// add notes a write of a request, and returns its revisions before and after that.
func (r *requests) add(key string, w session.Wrote, now time.Time) (before, after uint64) {
	s := r.shardOf(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.byKey[key]
	if e == nil {
		e = s.order.PushBack(&request{key: key})
		s.byKey[key] = e
	}
	s.order.MoveToBack(e)
	q := e.Value.(*request)
	before, s.last = q.revision, s.last+1
	q.revision, q.at = s.last, now
	q.add(w)
	for old := s.order.Front(); old != e && (len(s.byKey) > shardRequests || now.Sub(old.Value.(*request).at) > requestKept); old = s.order.Front() {
		s.order.Remove(old)
		delete(s.byKey, old.Value.(*request).key)
	}
	return before, q.revision
}

// add keeps the newest write of each cluster and source, however many a request makes.
func (q *request) add(w session.Wrote) {
	for i := range q.wrote {
		if old := &q.wrote[i]; old.Cluster == w.Cluster && old.GTID.Source == w.GTID.Source {
			old.GTID.Seq = max(old.GTID.Seq, w.GTID.Seq)
			return
		}
	}
	q.wrote = append(q.wrote, w)
}

// requestKey is what a statement says which request it is of; empty: nothing. A traceparent names the request by its trace, and the part of it by a span,
// which does not matter here (https://www.w3.org/TR/trace-context/#traceparent-header-field-values).
func requestKey(h *statement.Hint) string {
	if h.Request != "" {
		return h.Request
	}
	const version, trace = 3, 32
	if len(h.Traceparent) < version+trace {
		return ""
	}
	return h.Traceparent[version : version+trace]
}

// joinRequest makes the session part of the request that a statement says it is of: it has to see what that has written on other connections.
func (c *Client) joinRequest(h *statement.Hint) {
	key := requestKey(h)
	if key == "" {
		return
	}
	if key != c.request.key {
		if c.request.key != "" {
			c.session.EndRequest()
		}
		c.request = membership{key: key}
	}
	news, revision := c.server.requests.wrote(key, c.request.known)
	for _, w := range news {
		c.session.Stick(w.Cluster, c.task.Now())
		c.session.NoteWrite(w.Cluster, w.GTID)
	}
	c.request.known = revision
}

// announce tells what has been committed before the client hears of it: the other connections of the request have to know by then, and the client itself may
// want the token.
func (c *Client) announce(conn *backend.Conn, j *job, ok *mysql.OK) {
	w, some := c.session.Committing(j.st, conn.Pool().Cluster, c.exempt(j))
	if !some || ok.Status.Has(mysql.StatusMoreResults) && w.GTID == (topology.GTID{}) {
		return
	}
	if c.request.key != "" && w != c.request.told {
		c.tellRequest(w)
	}
	if c.session.Token && !c.session.Off {
		position := topology.Position{w.GTID.Source: {{Start: w.GTID.Seq, End: w.GTID.Seq}}}
		token := c.writeToken(map[string]topology.Position{w.Cluster: position}, nil)
		if w.GTID == (topology.GTID{}) {
			token = c.writeToken(nil, []string{w.Cluster})
		}
		c.answer.track = mysql.Track{Kind: mysql.TrackSystemVariable, Name: []byte(tokenVariable), Value: []byte(token)}.Append(c.answer.track)
		ok.Status |= mysql.StatusSessionStateChanged
	}
}

// tellRequest tells the other connections of the request of a write.
func (c *Client) tellRequest(w session.Wrote) {
	before, after := c.server.requests.add(c.request.key, w, c.task.Now())
	if c.request.told = w; before == c.request.known {
		c.request.known = after // else others have written meanwhile; what is ours among theirs does no harm
	}
}

// countBlind counts what cannot be followed.
func (c *Client) countBlind() {
	for _, w := range c.session.News() {
		if w.GTID == (topology.GTID{}) {
			c.server.metrics.blind.Inc()
		}
	}
}

// membership is the request that a client's session is part of now.
type membership struct {
	key   string        // empty: it is one of its own
	known uint64        // the revision of the request whose writes the session knows
	told  session.Wrote // the last of its own that the request was told
}
