package proxy

import (
	"hash/maphash"
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
	byKey map[string]*request // guarded by mu
	oldest,
	newest *request // guarded by mu: in the order of their last write
}

// request is what one request has written. It stays for requestKept after its last write.
type request struct {
	key   string
	shard *requestShard

	wrote      []session.Wrote // guarded by shard.mu
	at         time.Time       // guarded by shard.mu: of the last write
	prev, next *request        // guarded by shard.mu
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
		r.shards[i].byKey = map[string]*request{}
	}
	return r
}

func (r *requests) shardOf(key string) *requestShard {
	return &r.shards[maphash.String(r.seed, key)%uint64(len(r.shards))]
}

// wrote is what a request has written, from its n-th write on.
func (r *requests) wrote(key string, n int) []session.Wrote {
	s := r.shardOf(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.byKey[key]
	if q == nil || n >= len(q.wrote) {
		return nil
	}
	return q.wrote[n:len(q.wrote):len(q.wrote)]
}

// add notes a write of a request, and returns how many it has made by now.
func (r *requests) add(key string, wrote session.Wrote, now time.Time) int {
	s := r.shardOf(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.byKey[key]
	if q == nil {
		q = &request{key: key, shard: s}
		s.byKey[key] = q
	} else {
		s.unlink(q)
	}
	q.wrote, q.at = append(q.wrote, wrote), now
	s.link(q)
	for old := s.oldest; old != q && (len(s.byKey) > shardRequests || now.Sub(old.at) > requestKept); old = s.oldest {
		s.unlink(old)
		delete(s.byKey, old.key)
	}
	return len(q.wrote)
}

func (s *requestShard) link(q *request) {
	q.prev, q.next = s.newest, nil
	if s.newest != nil {
		s.newest.next = q
	} else {
		s.oldest = q
	}
	s.newest = q
}

func (s *requestShard) unlink(q *request) {
	if q.prev != nil {
		q.prev.next = q.next
	} else {
		s.oldest = q.next
	}
	if q.next != nil {
		q.next.prev = q.prev
	} else {
		s.newest = q.prev
	}
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
	news := c.server.requests.wrote(key, c.request.known)
	for _, w := range news {
		c.session.Stick(w.Cluster, c.task.Now())
		c.session.NoteWrite(w.Cluster, w.GTID)
	}
	c.request.known += len(news)
}

// announce tells what has been committed before the client hears of it: the other connections of the request have to know by then, and the client itself may
// want the token.
func (c *Client) announce(conn *backend.Conn, j *job, ok *mysql.OK) {
	w, some := c.session.Committing(j.st, conn.Pool().Cluster, c.exempt(j))
	if !some || ok.Status.Has(mysql.StatusMoreResults) && w.GTID == (topology.GTID{}) {
		return
	}
	if c.request.key != "" && w != c.request.told {
		now := c.server.requests.add(c.request.key, w, c.task.Now())
		if c.request.told = w; now == c.request.known+1 {
			c.request.known = now // else others have written meanwhile; what is ours among theirs does no harm
		}
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
	known int           // how many of the request's writes the session knows
	told  session.Wrote // the last of its own that the request was told
}
