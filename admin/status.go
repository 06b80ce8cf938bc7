package admin

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"shunt/topology"
)

// ProxyRow is this proxy as a whole, or what is known of another one: SHOW PROXIES.
type ProxyRow struct {
	Proxy         string   `json:"proxy" doc:"its name"`
	Version       string   `json:"version" doc:"of shunt"`
	Datacenter    string   `json:"datacenter" doc:"where it stands"`
	State         string   `json:"state" doc:"serving; starting: it does not let clients in yet; draining: it is ending; of other proxies: alive, or silent if it does not reach the store or has died"`
	Addresses     []string `json:"addresses" doc:"where it accepts clients"`
	UptimeSeconds float64  `json:"uptime_seconds" doc:"since its start"`
	Clients       *int     `json:"clients" doc:"how many clients are connected; NULL, as what follows, of other proxies"`
	Pinned        *int     `json:"pinned" doc:"how many of them keep a server connection"`
	Waiting       *int     `json:"waiting" doc:"how many statements wait for a server connection"`
	Statements    *uint64  `json:"statements" doc:"how many statements it has taken since its start"`
	ReplicaShare  *float64 `json:"replica_share" doc:"which part of the SELECTs that a server carried out went to a replica, from 0 to 1; NULL before the first one"`
	Map           string   `json:"map" doc:"its shard map: the revision of the store whose orders are in it, a plus, and how many maps it has made. Proxies with the same first number have the same orders"`
}

// Status is all that one look at a proxy should tell: what shunt status prints.
type Status struct {
	Proxy    ProxyRow     `json:"proxy"`
	Clusters []ClusterRow `json:"clusters"`
	Servers  []ServerRow  `json:"servers"`
	Problems []string     `json:"problems"` // of clusters and servers, one sentence each
}

// The states of a proxy.
const (
	stateStarting = "starting"
	stateServing  = "serving"
	stateDraining = "draining"
	stateAlive    = "alive"
	stateSilent   = "silent"
)

// membersBound is how long the store may take to tell of other proxies.
const membersBound = 2 * time.Second

// Proxies lists the proxies, the one that was asked first; only that one, if the store does not tell of others.
func (s *Service) Proxies() ([]ProxyRow, error) {
	own, err := s.proxy()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), membersBound)
	defer cancel()
	members, _ := s.house.Fleet.Members(ctx)
	rows := []ProxyRow{own}
	for _, m := range members {
		if m.Name == own.Proxy {
			continue
		}
		row := ProxyRow{Proxy: m.Name, Version: m.Version, Datacenter: m.Datacenter, State: stateSilent, Addresses: append([]string{}, m.Addresses...)}
		if m.Alive {
			row.State, row.UptimeSeconds = stateAlive, seconds(s.house.Now().Sub(m.Started))
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// proxy is this one.
func (s *Service) proxy() (ProxyRow, error) {
	stats, err := s.Stats()
	if err != nil {
		return ProxyRow{}, err
	}
	row := ProxyRow{
		Proxy: s.house.Name, Version: s.house.Version, Datacenter: s.house.Datacenter, State: s.state(),
		Addresses: append([]string{}, s.house.Addresses()...), UptimeSeconds: seconds(s.house.Now().Sub(s.house.Started)), Map: s.mapRevision(),
	}
	clients, pinned, waiting := 0, 0, 0
	for _, c := range s.house.Clients() {
		clients++
		if c.Pins != "" {
			pinned++
		}
	}
	for _, p := range s.house.Pools() {
		waiting += p.Waiting
	}
	var statements uint64
	statements, row.ReplicaShare = totals(stats)
	row.Clients, row.Pinned, row.Waiting, row.Statements = &clients, &pinned, &waiting, &statements
	return row, nil
}

func (s *Service) state() string {
	switch {
	case s.house.Draining():
		return stateDraining
	case s.house.Ready():
		return stateServing
	}
	return stateStarting
}

// Ready says whether this proxy should be sent clients, and if not, why.
func (s *Service) Ready() (ok bool, why string) {
	if state := s.state(); state != stateServing {
		return false, state
	}
	for _, c := range s.house.Snapshot().Clusters {
		for _, h := range c.Hosts {
			if h.State == topology.Up {
				return true, ""
			}
		}
	}
	return false, "no server answers"
}

// Status looks at everything once.
func (s *Service) Status() (Status, error) {
	own, err := s.proxy()
	if err != nil {
		return Status{}, err
	}
	status := Status{Proxy: own, Clusters: s.Clusters(), Servers: s.Servers(), Problems: []string{}}
	for _, c := range status.Clusters {
		if c.Problem != "" {
			status.Problems = append(status.Problems, "cluster "+c.Cluster+": "+c.Problem)
		}
	}
	for _, h := range status.Servers {
		if h.Problem != "" {
			status.Problems = append(status.Problems, "server "+h.Server+": "+h.Problem)
		}
	}
	return status, nil
}

// Write writes the status for people.
func (s Status) Write(w io.Writer) error {
	var b strings.Builder
	p := s.Proxy
	up := time.Duration(p.UptimeSeconds * float64(time.Second)).Round(time.Second)
	fmt.Fprintf(&b, "proxy %s %s, shunt %s, up %s, on %s\n", p.Proxy, p.State, p.Version, up, strings.Join(p.Addresses, ", "))
	fmt.Fprintf(&b, "%d clients (%d pinned), %d statements, %d waiting for a connection\n", *p.Clients, *p.Pinned, *p.Statements, *p.Waiting)
	if p.ReplicaShare != nil {
		fmt.Fprintf(&b, "%.1f %% of SELECTs were served by replicas\n", *p.ReplicaShare*100)
	}
	b.WriteByte('\n')
	if err := narrow(TableOf(s.Clusters), "cluster", "datacenter", "primary", "replicas", "serving", "version").Write(&b); err != nil {
		return err
	}
	b.WriteByte('\n')
	if err := narrow(TableOf(s.Servers), "server", "cluster", "role", "state", "in_service", "lag_seconds", "use", "weight", "share", "clients", "ordered").Write(&b); err != nil {
		return err
	}
	if len(s.Problems) > 0 {
		fmt.Fprintf(&b, "\nproblems:\n  %s\n", strings.Join(s.Problems, "\n  "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// narrow keeps the named columns of a table.
func narrow(t Table, names ...string) Table {
	out := Table{Rows: make([][]any, len(t.Rows))}
	for _, name := range names {
		for i, c := range t.Columns {
			if c.Name != name {
				continue
			}
			out.Columns = append(out.Columns, c)
			for r := range t.Rows {
				out.Rows[r] = append(out.Rows[r], t.Rows[r][i])
			}
		}
	}
	return out
}
