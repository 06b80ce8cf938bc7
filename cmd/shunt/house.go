package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/sync/errgroup"

	"shunt/admin"
	"shunt/backend"
	"shunt/backend/catalog"
	"shunt/backend/hello"
	"shunt/backend/monitor"
	"shunt/backend/monitor/control"
	"shunt/backend/position"
	"shunt/backend/switchover"
	"shunt/backend/switchover/failover"
	"shunt/backend/xa"
	"shunt/config"
	"shunt/proxy"
	"shunt/router"
	"shunt/sharding"
	"shunt/sharding/move"
	"shunt/sharding/orders"
	"shunt/sharding/pause"
	"shunt/statement"
	"shunt/store/fleet"
	"shunt/store/ledger"
	"shunt/topology"
)

// house is the running shunt: every room, and the few threads between them.
type house struct {
	config  *config.Config
	log     *slog.Logger
	monitor *monitor.Monitor
	catalog *catalog.Catalog
	hello   *hello.Servers
	pools   *backend.Pools
	server  *proxy.Server
	store   keptStore
	xa      *xa.Coordinator // nil: the store is not kept

	switchover *switchover.Engine
	failover   *failover.Engine

	loops   func(context.Context) error // runs what clients run on
	keeper  sharding.Keeper
	metrics *prometheus.Registry
	service *admin.Service
	started time.Time
	control map[string]monitor.Cluster // by name, for its account and its link

	file      string                            // of the configuration, for reloads
	stamp     atomic.Pointer[stamp]             // of that file as it was read last
	level     *slog.LevelVar                    // of the log
	changing  sync.Mutex                        // one change of what is wanted at a time
	wanted    atomic.Pointer[wanted]            // what a reload and operators' orders can change
	learned   atomic.Bool                       // accounts and databases have been read once
	databases atomic.Pointer[catalog.Databases] // what the map in force was made of
	mapping   mapping                           // how the map in force changes
	orders    *orders.Orders                    // about the map
	told      *told                             // about servers
	ledger    *ledger.Ledger                    // of what operators have ordered
	rules     atomic.Pointer[router.Rules]      // in force
	positions *position.Positions
	fleet     *fleet.Fleet
	pausing   *pause.Keeper // holds here what the store says
	pauses    *pause.Pauses // what operators order
	moves     *move.Engine
	names     names
}

// build puts the rooms together. Nothing runs yet.
func build(cfg *config.Config, file string, level *slog.LevelVar, log *slog.Logger) (*house, error) {
	h := &house{config: cfg, file: file, level: level, log: log, metrics: prometheus.NewRegistry(), started: time.Now(), control: map[string]monitor.Cluster{}}
	h.wanted.Store(&wanted{file: cfg, inForce: cfg})
	read := stampOf(file)
	h.stamp.Store(&read)
	h.rules.Store(cfg.Rules())
	level.Set(cfg.LogLevel())
	for _, c := range cfg.Clusters() {
		h.control[c.Name] = c
	}
	var err error
	if h.store, err = newStore(cfg.Store(), log); err != nil {
		return nil, err
	}
	h.monitor = monitor.New(cfg.Monitor(), cfg.Clusters(), log)
	h.catalog = catalog.New(cfg.Catalog(), h.catalogClusters(), log)
	h.hello = hello.New(h.helloTargets, log)
	h.newMapping(cfg)
	h.newPauses(cfg)
	h.newMoves(cfg)
	h.positions = position.New(slices.Collect(maps.Keys(h.control)), h.primary, cfg.Monitor().Timeout)
	decisions := h.newDecisions()
	loop, err := h.newLoop()
	if err != nil {
		return nil, err
	}
	h.server, err = proxy.New(cfg.Proxy(), proxy.Deps{
		Loop: loop, Parser: statement.NewParser(cfg.Statement()), Router: &router.Router{SafeFunctions: cfg.SafeFunctions()}, Scene: h.scene, Pools: h.pools,
		Accounts: accounts{h.catalog}, Servers: servers{h.hello}, Positions: h.positions, Decisions: decisions, Whereabouts: whereabouts{h}, Suspect: h.monitor.ReportFailure, Log: log,
	})
	if err != nil {
		return nil, err
	}
	h.monitor.Notify(h.pools.Apply)
	h.monitor.Notify(h.server.TopologyChanged)
	h.monitor.Notify(h.lookAgain)
	h.newRoles(h.server)
	h.monitor.Notify(h.switchover.TopologyChanged) // after the rooms that route: it lets writes go on
	h.pools.Apply(h.monitor.Snapshot())
	h.service = admin.New(h.adminHouse())
	return h, h.register()
}

func (h *house) register() error {
	all := append(h.monitor.Collectors(), h.catalog.Collectors()...)
	all = append(append(all, h.pools.Collectors()...), h.server.Collectors()...)
	all = append(all, h.store.collectors...)
	if h.xa != nil {
		all = append(all, h.xa.Collectors()...)
	}
	all = append(all, h.moves.Collectors()...)
	all = append(append(all, h.switchover.Collectors()...), h.failover.Collectors()...)
	all = append(all, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, c := range all {
		if err := h.metrics.Register(c); err != nil {
			return fmt.Errorf("registering metrics: %w", err)
		}
	}
	return nil
}

// run lets all rooms work until ctx ends, or one of them fails. The front door drains first, while the others still work.
func (h *house) run(ctx context.Context) error {
	endStore := h.store.start(ctx)
	rooms, stopRooms := context.WithCancel(context.WithoutCancel(ctx))
	defer stopRooms()
	group, rooms := errgroup.WithContext(rooms)
	group.Go(func() error { return h.monitor.Run(rooms) })
	group.Go(func() error { return h.catalog.Run(rooms) })
	group.Go(func() error { return h.hello.Run(rooms) })
	group.Go(func() error { h.learn(rooms); return nil })
	group.Go(func() error { return h.followCatalog(rooms) })
	group.Go(func() error { return h.followOrders(rooms) })
	group.Go(func() error { return h.settleServers(rooms) })
	group.Go(func() error { return h.fleet.Run(rooms) })
	group.Go(func() error { return h.pausing.Run(rooms) })
	group.Go(func() error { return h.moves.Run(rooms) })
	group.Go(func() error { h.compare(rooms); return nil })
	group.Go(func() error { return h.pools.Run(rooms) })
	group.Go(func() error { return h.positions.Run(rooms) })
	group.Go(func() error { return h.switchover.Run(rooms) })
	group.Go(func() error { return h.failover.Run(rooms) })
	group.Go(func() error { return h.recoverBranches(rooms) })
	group.Go(func() error { return h.loops(rooms) })
	group.Go(func() error { return giveBack(rooms) })
	for _, run := range h.names.run {
		group.Go(func() error { return run(rooms) })
	}
	for _, face := range h.faces() {
		group.Go(func() error { return face(rooms) })
	}
	front, closeFront := context.WithCancel(ctx)
	defer closeFront()
	go func() { // a room that fails closes the front door, too
		<-rooms.Done()
		closeFront()
	}()
	h.awaitOrders(front)
	err := h.server.Run(front)
	stopRooms()
	if failed := group.Wait(); failed != nil && !errors.Is(failed, context.Canceled) {
		err = errors.Join(err, failed)
	}
	return errors.Join(err, endStore())
}

// learn reads accounts and databases as soon as every server has been looked at, and not an interval later: before that nobody knows which
// database lives where, and the proxy is not ready.
func (h *house) learn(ctx context.Context) {
	defer h.learned.Store(true)
	deadline := time.Now().Add(3 * time.Second)
	for !h.allProbed() && time.Now().Before(deadline) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
	_ = h.catalog.Refresh(ctx) // the catalog logs what it could not read
	h.remap()
}

func (h *house) allProbed() bool {
	for _, c := range h.monitor.Snapshot().Clusters {
		for _, host := range c.Hosts {
			if host.State == topology.Unprobed && host.Use != topology.Off {
				return false
			}
		}
	}
	return true
}

// ready says whether clients should be sent here.
func (h *house) ready() bool { return h.server.Ready() && h.learned.Load() && h.decides() }

// scene is what all statements of a moment see.
func (h *house) scene() router.Scene {
	return router.Scene{Map: h.keeper.Map(), Topology: h.monitor.Snapshot(), Datacenter: h.config.File.Datacenter, Rules: h.rules.Load()}
}

// endpoint is the server of a cluster to ask for things that every server knows: the primary, else any that is up.
func (h *house) endpoint(cluster string) (control.Endpoint, error) {
	c := h.monitor.Snapshot().Clusters[cluster]
	if c == nil {
		return control.Endpoint{}, fmt.Errorf("cluster %s is not configured", cluster)
	}
	host := c.Primary
	for _, other := range c.Hosts {
		if host == nil && other.State == topology.Up {
			host = other
		}
	}
	if host == nil {
		return control.Endpoint{}, fmt.Errorf("no server of cluster %s is up", cluster)
	}
	as := h.control[cluster]
	return control.Endpoint{Address: host.Address, User: as.Account.User, Password: as.Account.Password, Link: as.Link}, nil
}

// primary is the server of a cluster that is written to.
func (h *house) primary(cluster string) (control.Endpoint, error) {
	c := h.monitor.Snapshot().Clusters[cluster]
	if c == nil || c.Primary == nil {
		return control.Endpoint{}, fmt.Errorf("cluster %s has no primary", cluster)
	}
	as := h.control[cluster]
	return control.Endpoint{Address: c.Primary.Address, User: as.Account.User, Password: as.Account.Password, Link: as.Link}, nil
}

func (h *house) catalogClusters() []catalog.Cluster {
	var list []catalog.Cluster
	for _, c := range h.config.Clusters() {
		list = append(list, catalog.Cluster{Name: c.Name, Endpoint: func(context.Context) (control.Endpoint, error) { return h.endpoint(c.Name) }})
	}
	return list
}

// helloTargets are the servers of the home cluster that are up, the primary first.
func (h *house) helloTargets() (list []hello.Target) {
	home := h.config.DefaultHome()
	first, err := h.endpoint(home)
	if err != nil {
		return nil
	}
	list = append(list, hello.Target{Address: first.Address, User: first.User, Password: first.Password, Link: first.Link})
	for _, host := range h.monitor.Snapshot().Clusters[home].Hosts {
		if host.State == topology.Up && host.Address != first.Address {
			list = append(list, hello.Target{Address: host.Address, User: first.User, Password: first.Password, Link: first.Link})
		}
	}
	return list
}

// accounts answers the front door from the catalog.
type accounts struct{ *catalog.Catalog }

func (a accounts) Find(user, host string) (proxy.Account, bool) {
	ip, err := netip.ParseAddr(host)
	name := ""
	if err != nil {
		name = host // localhost: a unix socket
	}
	found, ok := a.Accounts().Match(user, ip.Unmap(), name)
	if !ok || found.IsRole {
		return proxy.Account{}, false
	}
	auth, second := found.Auth, ""
	for _, other := range found.Alternatives {
		switch {
		case !proxy.CanVerify(auth.Plugin) && proxy.CanVerify(other.Plugin):
			auth = other
		case other.Plugin == auth.Plugin && second == "":
			second = other.AuthString
		}
	}
	behind := found.User + "@" + found.Host
	if found.Cluster == "" {
		behind = "" // from the configuration: it need not have the pattern that the servers have
	}
	return proxy.Account{
		Name: found.User + "@" + found.Host, Behind: behind, Plugin: auth.Plugin, Stored: auth.AuthString, Second: second, Locked: found.Locked,
		Expired: found.PasswordExpired, Require: requirements[found.RequireTLS],
	}, true
}

// requirements are those of the account tables in the front door's order.
var requirements = map[catalog.TLSRequirement]proxy.Requirement{
	catalog.NoTLS: proxy.NoTLS, catalog.AnyTLS: proxy.AnyTLS, catalog.X509TLS: proxy.X509TLS, catalog.SpecifiedTLS: proxy.CertainTLS,
}

func (a accounts) Refresh(ctx context.Context) {
	_ = a.Catalog.Refresh(ctx) // the catalog logs what it could not read and keeps what it has
}

// servers answers the front door from what a server of the home cluster said.
type servers struct{ *hello.Servers }

func (s servers) Greeting() (proxy.Greeting, bool) {
	g, flavor, ok := s.Servers.Greeting()
	return proxy.Greeting{Version: g.ServerVersion, Capabilities: g.Capabilities, Collation: g.Collation, AuthPlugin: g.AuthPlugin, Flavor: flavor}, ok
}

// hostname names this proxy to people.
func hostname() string {
	name, err := os.Hostname()
	if err != nil {
		return "shunt"
	}
	return name
}
