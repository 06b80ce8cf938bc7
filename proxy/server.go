// Package proxy is the front door and the relay: it accepts clients, logs them in, runs their commands one by one and passes
// the servers' answers on. [Server] accepts; a [Client] is one frontend connection, and its serve method is the table of contents of the whole
// program.
//
// It carries out what router plans on connections that backend lends, keeps session informed, and decides nothing about
// routing itself. Rows are never decoded; a client's code waits only through its netloop.Task.
package proxy

import (
	"context"
	"crypto/rsa"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"shunt/backend"
	"shunt/compress"
	"shunt/digest"
	"shunt/mysql"
	"shunt/netloop"
	"shunt/router"
	"shunt/session"
	"shunt/statement"
	"shunt/topology"
)

// Deps are the rooms that a Server works with. All but Positions, Decisions and Whereabouts are needed.
type Deps struct {
	Loop     netloop.Loop
	Parser   *statement.Parser
	Router   *router.Router
	Scene    func() router.Scene // the shard map and topology in force
	Pools    *backend.Pools
	Accounts Accounts
	Servers  Servers
	// Positions tells how far primaries are; nil: nobody can, and reads that need to know go to the primary.
	Positions Positions
	// Decisions decide about transactions over several clusters; nil: there are none that commit on all or none of them.
	Decisions Decisions
	// Whereabouts tells whether databases live where this proxy believes; nil: what is believed is so.
	Whereabouts Whereabouts
	// Suspect tells the monitor that a connection to a server broke.
	Suspect func(address string)
	Log     *slog.Logger
}

// Whereabouts is for a proxy that may have missed something.
type Whereabouts interface {
	// Lapsed says that this proxy may not know what the others know. It does not wait.
	Lapsed() bool
	// Behind asks the store whether a database, or a module of it, lives elsewhere than this proxy believes, or is about to.
	Behind(ctx context.Context, database string) (bool, error)
}

// Servers tells the greeting what the servers behind are.
type Servers interface {
	// Greeting is what servers of the home cluster say of themselves; ok is false while none was reached yet.
	Greeting() (Greeting, bool)
	// Collation names a collation id of a login, and its character set; ok is false for ids that the servers do not have.
	Collation(id uint16) (charset, collation string, ok bool)
	// MaxPacket is the servers' max_allowed_packet in bytes; 0 if it is not known.
	MaxPacket() int
	// Charset gives the default collation of a character set and the most bytes one of its characters takes.
	Charset(name string) (collation uint16, width uint32, ok bool)
	// CollationID is the number of a collation.
	CollationID(name string) (id uint16, ok bool)
}

// Greeting is what a client sees of the servers before it logs in.
type Greeting struct {
	Version      string
	Capabilities mysql.Capability
	Collation    byte
	AuthPlugin   string
	Flavor       topology.Flavor
}

// Server accepts clients and keeps their register.
type Server struct {
	Deps
	config    Config
	buffers   *netloop.Buffers
	answers   *netloop.Buffers // what servers say; apart, so that the buffer that was given back last is mostly there for the next one
	big       *netloop.Buffers // for large answers
	scratches sync.Pool        // of *scratch
	metrics   *metrics
	rsa       *rsa.PrivateKey
	rsaPEM    []byte
	sha2      *sha2Cache
	codecs    *compress.Codecs
	gate      gate
	requests  *requests
	holds     holds
	digests   *digest.Book
	crowd     crowd
	stale     stale
	askers    sync.Map                    // accounts of which somebody has asked for LASTVAL()
	held      atomic.Pointer[router.Held] // what holds has; nil for nothing
	started   time.Time
	admitted  admitted
	limits    atomic.Pointer[AccountLimits] // in force

	draining atomic.Bool
	nextID   atomic.Uint32

	mu         sync.Mutex
	clients    map[uint32]*Client // guarded by mu
	perAccount map[string]int     // guarded by mu
	addrs      []net.Addr         // guarded by mu: where the listeners ended up
	listening  chan struct{}      // closed once all listeners are open
}

// New makes a server that does not listen yet.
func New(config Config, deps Deps) (*Server, error) {
	key, pem, err := mysql.NewRSAKey()
	if err != nil {
		return nil, fmt.Errorf("making the key for caching_sha2_password: %w", err)
	}
	s := &Server{
		scratches: sync.Pool{New: func() any { return new(scratch) }},
		Deps:      deps, config: config, buffers: netloop.NewBuffers(bufferSize), answers: netloop.NewBuffers(bufferSize), big: netloop.NewBuffers(bigBuffer), metrics: newMetrics(), rsa: key, rsaPEM: pem,
		sha2: newSHA2Cache(), requests: newRequests(), digests: digest.New(digest.Config{}, time.Now()), crowd: crowd{limit: config.PrimaryReads}, codecs: compress.NewCodecs(), started: time.Now(), clients: map[uint32]*Client{}, perAccount: map[string]int{}, listening: make(chan struct{}),
	}
	s.gate.most, s.gate.bytes = config.Held, config.HeldBytes
	if s.limits.Store(config.Limits); config.Limits == nil {
		s.limits.Store(&AccountLimits{})
	}
	return s, nil
}

// bufferSize is how much a busy client holds for commands, and as much again for answers.
const bufferSize = 16 << 10

// Run listens and serves until ctx ends, then drains: no new clients, those in the middle of something may finish within
// Config.Drain, the rest is closed. It returns nil after a drain.
func (s *Server) Run(ctx context.Context) error {
	listeners, err := s.listen()
	if err != nil {
		return err
	}
	close(s.listening)
	group, ctx := errgroup.WithContext(ctx)
	for _, l := range listeners {
		group.Go(func() error { return s.accept(ctx, l) })
	}
	group.Go(func() error {
		<-ctx.Done()
		for _, l := range listeners {
			_ = l.Close() // ends accept; nothing is lost with it
		}
		return nil
	})
	err = group.Wait()
	s.drain()
	return err
}

// Listening is closed once all listeners are open; Addrs tells where.
func (s *Server) Listening() <-chan struct{} { return s.listening }

// Addrs are the addresses that the listeners ended up on, in the order of the configuration.
func (s *Server) Addrs() []net.Addr {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]net.Addr(nil), s.addrs...)
}

// Ready says whether the server takes clients: it listens, is not draining, and servers behind were reached.
func (s *Server) Ready() bool {
	select {
	case <-s.listening:
	default:
		return false
	}
	_, known := s.Servers.Greeting()
	return known && !s.draining.Load()
}

// Draining says whether the server is ending.
func (s *Server) Draining() bool { return s.draining.Load() }

// TopologyChanged wakes statements that wait for a primary. It does not block.
func (s *Server) TopologyChanged(*topology.Snapshot) { s.gate.open() }

// Collectors are the server's metrics.
func (s *Server) Collectors() []prometheus.Collector {
	return append(s.metrics.all(), s.pinGauges()...)
}

// enter registers a client before its login; false if there are too many.
func (s *Server) enter(c *Client) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.clients) >= s.config.Clients {
		return false
	}
	for c.id == 0 || s.clients[c.id] != nil {
		c.id = s.nextID.Add(1)
	}
	s.clients[c.id] = c
	s.metrics.clients.Set(float64(len(s.clients)))
	return true
}

// admit counts a client for its account after login; false if that has as many as it may. 0: it may have any number.
func (s *Server) admit(account string, most int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if most > 0 && s.perAccount[account] >= most {
		return false
	}
	s.perAccount[account]++
	return true
}

func (s *Server) dismiss(account string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if account == "" {
		return
	}
	if s.perAccount[account]--; s.perAccount[account] <= 0 {
		delete(s.perAccount, account)
	}
}

func (s *Server) leave(c *Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.clients, c.id)
	s.metrics.clients.Set(float64(len(s.clients)))
}

// client finds a client by its id; nil if there is none.
func (s *Server) client(id uint32) *Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clients[id]
}

// Clients describes all clients, in no order.
func (s *Server) Clients() []ClientInfo {
	list := s.list()
	out := make([]ClientInfo, 0, len(list))
	for _, c := range list {
		out = append(out, c.info())
	}
	return out
}

// list copies the register.
func (s *Server) list() []*Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]*Client, 0, len(s.clients))
	for _, c := range s.clients {
		list = append(list, c)
	}
	return list
}

// PlainReads counts the plain reads outside of transactions: those that replicas answered, and all.
func (s *Server) PlainReads() (onReplicas, all uint64) {
	onReplicas = s.metrics.plainOnReplica.Load()
	return onReplicas, onReplicas + s.metrics.plainOnPrimary.Load()
}

// Explain plans a statement for a session that has just logged in as a user (empty: one whom nothing is said about) with a
// default database: what EXPLAIN ROUTE shows. Where the primary would have to be asked for its position, what the monitor has seen stands for it.
func (s *Server) Explain(sql, user, database string) (*statement.Statement, router.Plan) {
	st, hint := s.Parser.Parse([]byte(sql), 0)
	facts := session.New(session.Login{User: user, Schema: database, Consistency: s.config.Consistency, Pool: s.config.poolOf(user)}).Facts()
	world := router.World{Scene: s.Scene()}
	world.Transactions = s.config.Transactions
	world.Now, world.Keyed, world.Wait = time.Now(), requestKey(&hint) != "", s.config.ReadWait
	dice := uint32(time.Now().UnixNano())
	plan := s.Router.Plan(st, &hint, facts, &world, dice)
	if plan.Verdict == router.Locate {
		world.PositionOf, world.Position = plan.Cluster, plan.Host.Applied
		plan = s.Router.Plan(st, &hint, facts, &world, dice)
	}
	return st, plan
}
