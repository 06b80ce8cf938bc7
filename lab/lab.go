// Package lab starts real MariaDB or MySQL servers with real GTID row-based replication in one folder: for the demo,
// for the tests, and for whoever wants to try shunt.
//
// [Up] starts a [Lab] of one cluster per datacenter and returns when replication runs; [Open] finds a running one again
// from its folder; [Lab.Down] ends its servers and removes the folder. A [Server] has the verbs that break and mend it:
// Kill, Stop, Start, Pause, Continue, and those of replication.
//
// The package knows nothing of the proxy. Sample data and a workload are in lab/shop; what starts a lab for a test is in
// tests/cluster. It needs Linux: processes are recognised through /proc.
package lab

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"time"

	"golang.org/x/sync/errgroup"

	"shunt/topology"
)

// Options says what [Up] builds.
type Options struct {
	// Dir is the lab's folder. Everything the lab writes is in it, and Down removes it whole, so Up refuses one that holds
	// anything but a dead lab's leftovers. It is created if missing.
	Dir string
	// Datacenters are started side by side; none means paris with two replicas and gra with one.
	Datacenters []Datacenter
	// Binaries is the server program; the zero value means whatever Find finds.
	Binaries Binaries
	// BasePort, if not 0, is the port that the first datacenter's primary should listen on, its replicas on the ones
	// after it, the second datacenter's ten higher and so on. A port in use is replaced by a free one, as all are with 0.
	BasePort int
	// Settings are lines of the servers' option file, and count more than the lab's own, with which servers are small.
	Settings []string
	// Log hears of each step; nil means silence.
	Log *slog.Logger
}

// Datacenter asks for one cluster: a primary and so many replicas.
type Datacenter struct {
	Name     string // lower-case letters, digits and dashes; begins the names of its servers
	Replicas int
}

// DefaultDatacenters is the layout of a lab for which none is given.
func DefaultDatacenters() []Datacenter {
	return []Datacenter{{Name: "paris", Replicas: 2}, {Name: "gra", Replicas: 1}}
}

// Lab is a set of servers in one folder. Its exported fields do not change once Up or Open has returned it.
type Lab struct {
	Dir         string // absolute, without symbolic links
	Created     time.Time
	Binaries    Binaries
	Accounts    Accounts
	Datacenters []*Cluster
	SocketDir   string // where the sockets are; a short folder of its own if their paths in Dir would be too long

	settings []string // that were asked for; they are written once
	log      *slog.Logger
}

// Cluster is what runs in one datacenter of a lab: a primary and its replicas, as they were at the start.
type Cluster struct {
	Name     string
	Primary  *Server
	Replicas []*Server
}

// Servers lists the primary and then the replicas.
func (c *Cluster) Servers() []*Server {
	return append([]*Server{c.Primary}, c.Replicas...)
}

// WaitCaughtUp waits until every server of the cluster has applied all that its source has committed by now.
func (c *Cluster) WaitCaughtUp(ctx context.Context) error {
	return each(c.Servers(), func(s *Server) error { return s.WaitCaughtUp(ctx) })
}

// Servers lists all servers, datacenter by datacenter, each primary first.
func (l *Lab) Servers() []*Server {
	var all []*Server
	for _, c := range l.Datacenters {
		all = append(all, c.Servers()...)
	}
	return all
}

// Server finds a server by its name, as in "paris-2"; nil if there is none.
func (l *Lab) Server(name string) *Server {
	for _, s := range l.Servers() {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// Datacenter finds the cluster of a datacenter by name; nil if there is none.
func (l *Lab) Datacenter(name string) *Cluster {
	for _, c := range l.Datacenters {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// WaitCaughtUp waits until every replica of the lab has applied all that its source has committed by now.
func (l *Lab) WaitCaughtUp(ctx context.Context) error {
	return each(l.Servers(), func(s *Server) error { return s.WaitCaughtUp(ctx) })
}

var validName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)

// plan makes the lab that opts asks for, with names, accounts and ports, and nothing of it on the disk yet.
func plan(opts Options) (*Lab, error) {
	if opts.Dir == "" {
		return nil, errors.New("a lab needs a folder of its own: set Options.Dir")
	}
	l := &Lab{Created: time.Now(), Binaries: opts.Binaries, Accounts: newAccounts(), settings: opts.Settings, log: opts.Log}
	if l.log == nil {
		l.log = slog.New(slog.DiscardHandler)
	}
	if l.Binaries == (Binaries{}) {
		var err error
		if l.Binaries, err = Find(); err != nil {
			return nil, err
		}
	}
	layout := opts.Datacenters
	if len(layout) == 0 {
		layout = DefaultDatacenters()
	}
	if err := l.layOut(layout); err != nil {
		return nil, err
	}
	return l, l.assignPorts(opts.BasePort)
}

// layOut names and numbers the servers.
func (l *Lab) layOut(datacenters []Datacenter) error {
	id := uint32(0)
	server := func(datacenter string, index int, role topology.Role) *Server {
		id++
		return &Server{Name: fmt.Sprintf("%s-%d", datacenter, index+1), Datacenter: datacenter, Role: role, ID: id}
	}
	for _, d := range datacenters {
		if !validName.MatchString(d.Name) {
			return fmt.Errorf("datacenter name %q: use lower-case letters, digits and dashes, a letter first", d.Name)
		}
		if l.Datacenter(d.Name) != nil {
			return fmt.Errorf("datacenter %s is there twice", d.Name)
		}
		if d.Replicas < 0 {
			return fmt.Errorf("datacenter %s: %d replicas", d.Name, d.Replicas)
		}
		c := &Cluster{Name: d.Name, Primary: server(d.Name, 0, topology.Primary)}
		for i := range d.Replicas {
			c.Replicas = append(c.Replicas, server(d.Name, i+1, topology.Replica))
		}
		l.Datacenters = append(l.Datacenters, c)
	}
	return nil
}

// each runs f for all servers at the same time and returns the first error, which names its server.
func each(servers []*Server, f func(*Server) error) error {
	var g errgroup.Group
	for _, s := range servers {
		g.Go(func() error { return f(s) })
	}
	return g.Wait()
}
