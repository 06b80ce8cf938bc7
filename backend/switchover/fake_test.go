package switchover

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"shunt/topology"
)

// fakeHouse is a cluster of servers that only remember what they were told.
type fakeHouse struct {
	t        *testing.T
	mu       sync.Mutex
	told     []string // all orders, in order
	servers  map[string]*fakeServer
	snapshot *topology.Snapshot
	holds    int   // that are on now
	hushed   int   // heartbeats that are stopped now
	holdErr  error // what the gate answers
	fail     string
	failures int // how often an order that begins with fail has failed
	blind    bool
	engine   *Engine
}

// newFakeHouse has db1 as primary, db2 and db3 as its replicas.
func newFakeHouse(t *testing.T) *fakeHouse {
	h := &fakeHouse{t: t, servers: map[string]*fakeServer{}}
	for i, address := range []string{"db1:3306", "db2:3306", "db3:3306"} {
		f := goodFacts(fmt.Sprint(i + 1))
		if i > 0 {
			f.Modes = Modes{ReadOnly: true}
			f.Links = []Link{goodLink()}
		}
		h.servers[address] = &fakeServer{house: h, address: address, facts: f, position: "0-1-7"}
	}
	h.see()
	h.engine = New(Config{Drain: time.Second, Pause: time.Second}, Deps{
		Gate:     h,
		Snapshot: func() *topology.Snapshot { return h.now() },
		Look:     func(string) { h.look() },
		Quiet: func(context.Context, string) (func(), error) {
			h.count(&h.hushed, 1)
			return sync.OnceFunc(func() { h.count(&h.hushed, -1) }), nil
		},
		Dial: func(_ context.Context, _, address string) (Server, error) {
			h.mu.Lock()
			defer h.mu.Unlock()
			if s := h.servers[address]; !s.dead {
				return s, nil
			}
			return nil, errors.New("connection refused")
		},
		Login: func(context.Context, string, string, Account) ([]string, error) {
			return []string{"REPLICATION SLAVE"}, nil
		},
		Replication: func(string) Account { return Account{"repl", "secret"} },
		Log:         slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	return h
}

func goodFacts(id string) Facts {
	return Facts{
		Flavor: topology.MariaDB, Version: "10.11.14-MariaDB-log", ServerID: id, Host: "db" + id, Port: "3306", Account: "shunt@%",
		Rights: []string{"READ_ONLY ADMIN", "REPLICATION SLAVE ADMIN", "RELOAD"}, BinaryLog: true, LogUpdates: true, GTID: true, Domain: "0", Has: "0-1-7",
	}
}

func goodLink() Link {
	return Link{Host: "db1", Port: "3306", ServerID: "1", IO: "Yes", SQL: "Yes", GTID: true}
}

func (h *fakeHouse) Hold(context.Context, string) (func(), error) {
	if h.holdErr != nil {
		return nil, h.holdErr
	}
	h.count(&h.holds, 1)
	return sync.OnceFunc(func() { h.count(&h.holds, -1) }), nil
}

func (h *fakeHouse) count(n *int, by int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	*n += by
}

func (h *fakeHouse) now() *topology.Snapshot {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.snapshot
}

// see makes the snapshot that a monitor would, of the servers as they are.
func (h *fakeHouse) see() {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := &topology.Cluster{Name: "paris"}
	for _, address := range []string{"db1:3306", "db2:3306", "db3:3306"} {
		s := h.servers[address]
		host := &topology.Host{Address: address, Cluster: "paris", State: topology.Up, Role: topology.Replica}
		if !s.facts.Modes.ReadOnly && len(s.facts.Links) == 0 {
			host.Role = topology.Primary
			c.Primary = host
		}
		c.Hosts = append(c.Hosts, host)
	}
	h.snapshot = &topology.Snapshot{Clusters: map[string]*topology.Cluster{"paris": c}}
}

func (h *fakeHouse) look() {
	if h.blind {
		return
	}
	h.see()
	h.engine.TopologyChanged(h.now())
}

// order notes an order; it fails if the test wants that.
func (h *fakeHouse) order(format string, args ...any) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	text := fmt.Sprintf(format, args...)
	h.told = append(h.told, text)
	if h.fail != "" && strings.HasPrefix(text, h.fail) && h.failures == 0 {
		h.failures++
		return errors.New("no")
	}
	return nil
}

// fakeServer does as it is told.
type fakeServer struct {
	house    *fakeHouse
	address  string
	facts    Facts
	position string
	dead     bool
	locked   bool // by another shunt
	behind   bool // it never reaches a position
	written  func(*fakeServer)
}

func (s *fakeServer) Facts(context.Context) (Facts, error) { return s.facts, nil }
func (s *fakeServer) Links(context.Context) ([]Link, error) {
	return append([]Link(nil), s.facts.Links...), nil
}
func (s *fakeServer) Lock(context.Context) (bool, error)       { return !s.locked, nil }
func (s *fakeServer) Position(context.Context) (string, error) { return s.position, nil }
func (s *fakeServer) Close()                                   {}

func (s *fakeServer) Reach(_ context.Context, position string, _ time.Duration) (bool, error) {
	return !s.behind, s.house.order("%s reach %s", s.address, position)
}

func (s *fakeServer) SetModes(_ context.Context, m Modes, _ time.Duration) error {
	err := s.house.order("%s read_only %v", s.address, m.ReadOnly)
	if err == nil {
		s.facts.Modes = Modes{ReadOnly: m.ReadOnly}
	}
	return err
}

func (s *fakeServer) threads(verb, io, sql string) error {
	err := s.house.order("%s %s", s.address, verb)
	if err == nil && len(s.facts.Links) > 0 {
		s.facts.Links[0].IO, s.facts.Links[0].SQL = io, sql
	}
	return err
}

func (s *fakeServer) Stop(context.Context, string) error  { return s.threads("stop", "No", "No") }
func (s *fakeServer) Start(context.Context, string) error { return s.threads("start", "Yes", "Yes") }
func (s *fakeServer) StopReceiving(context.Context, string) error {
	return s.threads("stop receiving", "No", "Yes")
}

func (s *fakeServer) Repoint(_ context.Context, _ string, to Source) error {
	err := s.house.order("%s repoint %s", s.address, to)
	if err == nil {
		l := goodLink()
		l.Host, l.Port = to.Host, to.Port
		s.facts.Links = []Link{l}
	}
	return err
}

func (s *fakeServer) Follow(_ context.Context, f Following) error {
	err := s.house.order("%s follow %s as %s", s.address, f.Source, f.As.User)
	if err == nil {
		l := goodLink()
		l.Host, l.Port = f.Source.Host, f.Source.Port
		s.facts.Links = []Link{l}
		if s.written != nil {
			s.written(s)
		}
	}
	return err
}

func (s *fakeServer) Forget(context.Context, string) error {
	err := s.house.order("%s forget", s.address)
	if err == nil {
		s.facts.Links = nil
	}
	return err
}
