package admin

import (
	"fmt"
	"io"
	"strings"
	"time"

	"shunt/topology"
)

// ProxyRow is this proxy as a whole: SHOW PROXIES.
type ProxyRow struct {
	Proxy         string   `json:"proxy" doc:"its name"`
	Version       string   `json:"version" doc:"of shunt"`
	Datacenter    string   `json:"datacenter" doc:"where it stands"`
	State         string   `json:"state" doc:"serving; starting: it does not let clients in yet; draining: it is ending"`
	Addresses     []string `json:"addresses" doc:"where it accepts clients"`
	UptimeSeconds float64  `json:"uptime_seconds" doc:"since its start"`
	Clients       int      `json:"clients" doc:"how many clients are connected"`
	Pinned        int      `json:"pinned" doc:"how many of them keep a server connection"`
	Waiting       int      `json:"waiting" doc:"how many statements wait for a server connection"`
	Statements    uint64   `json:"statements" doc:"how many statements it has taken since its start"`
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
)

// Proxies lists the proxies: in this version the one that was asked.
func (s *Service) Proxies() ([]ProxyRow, error) {
	stats, err := s.Stats()
	if err != nil {
		return nil, err
	}
	row := ProxyRow{
		Proxy: s.house.Name, Version: s.house.Version, Datacenter: s.house.Datacenter, State: s.state(),
		Addresses: append([]string{}, s.house.Addresses()...), UptimeSeconds: seconds(s.house.Now().Sub(s.house.Started)), Map: s.mapRevision(),
	}
	for _, c := range s.house.Clients() {
		row.Clients++
		if c.Pins != "" {
			row.Pinned++
		}
	}
	for _, p := range s.house.Pools() {
		row.Waiting += p.Waiting
	}
	row.Statements, row.ReplicaShare = totals(stats)
	return []ProxyRow{row}, nil
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
	proxies, err := s.Proxies()
	if err != nil {
		return Status{}, err
	}
	status := Status{Proxy: proxies[0], Clusters: s.Clusters(), Servers: s.Servers(), Problems: []string{}}
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
	fmt.Fprintf(&b, "%d clients (%d pinned), %d statements, %d waiting for a connection\n", p.Clients, p.Pinned, p.Statements, p.Waiting)
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
