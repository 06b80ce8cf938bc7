package admin

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"shunt/topology"
)

// ClusterRow is one cluster: SHOW CLUSTERS.
type ClusterRow struct {
	Cluster    string `json:"cluster" doc:"its name in the configuration"`
	Datacenter string `json:"datacenter" doc:"where it stands"`
	Primary    string `json:"primary" doc:"the address of the server that takes writes; empty while there is none, then writes wait"`
	Replicas   int    `json:"replicas" doc:"how many servers replicate from it"`
	Serving    int    `json:"serving" doc:"how many of those may be read from now"`
	Flavor     string `json:"flavor" doc:"MariaDB or MySQL"`
	Version    string `json:"version" doc:"the version of the primary, or of the last known one"`
	Epoch      uint64 `json:"epoch" doc:"how many times another server has become the primary"`
	Problem    string `json:"problem" doc:"why there is no primary, or what else is wrong; empty if all is well"`
}

// ServerRow is one server: SHOW SERVERS.
type ServerRow struct {
	Server     string   `json:"server" doc:"its address: host and port, or the path of a unix socket"`
	Cluster    string   `json:"cluster" doc:"the cluster it belongs to"`
	Datacenter string   `json:"datacenter" doc:"where it stands"`
	Role       string   `json:"role" doc:"primary, replica or none, found out from read_only and the replication links"`
	State      string   `json:"state" doc:"what the probes say: up, down, or unprobed if none has ended yet"`
	InService  bool     `json:"in_service" doc:"whether reads may go there"`
	LagSeconds *float64 `json:"lag_seconds" doc:"how old the newest change is that it has applied; NULL if that is not known"`
	Use        string   `json:"use" doc:"what the operator wants of it: serve, drain, backup or off; removed: it is not in its cluster, though the file lists it"`
	Weight     int      `json:"weight" doc:"its share of the reads, relative to the other replicas of its cluster"`
	Share      float64  `json:"share" doc:"its weight as it counts now: less while it warms up or is slow, 0 while it takes no reads"`
	LatencyMS  *float64 `json:"latency_ms" doc:"how long it typically takes to begin its answer to a plain read, in milliseconds; NULL if that is not known"`
	Clients    int      `json:"clients" doc:"how many clients use a connection to it now, or keep one"`
	Ordered    string   `json:"ordered" doc:"what operators ordered that is not as the configuration file says; empty if nothing is"`
	Pools      []string `json:"pools" doc:"the read pools it is listed for; it takes no other reads then"`
	ReadOnly   bool     `json:"read_only" doc:"its @@read_only"`
	Source     string   `json:"source" doc:"the server it replicates from, as it names it"`
	Applied    string   `json:"applied" doc:"the transactions it has carried out, as source:first-last"`
	Version    string   `json:"version" doc:"its @@version"`
	Since      *float64 `json:"since_seconds" doc:"how long its role, state and in_service are as they are; NULL if they never changed"`
	Problem    string   `json:"problem" doc:"why it is not in service, or not up; empty if all is well"`
}

// Clusters lists the clusters by name.
func (s *Service) Clusters() []ClusterRow {
	rows := []ClusterRow{}
	for _, c := range sortedClusters(s.house.Snapshot()) {
		row := ClusterRow{
			Cluster: c.Name, Datacenter: c.Datacenter, Replicas: len(c.Replicas), Version: c.Version, Epoch: c.Epoch, Problem: c.Problem,
		}
		if c.Version != "" { // until a server has answered, its kind is not known
			row.Flavor = c.Flavor.String()
		}
		if c.Primary != nil {
			row.Primary = c.Primary.Address
		}
		for _, h := range c.Replicas {
			if h.InService {
				row.Serving++
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// Servers lists the servers of all clusters, in the order of the configuration within each.
func (s *Service) Servers() []ServerRow {
	rows, now := []ServerRow{}, s.house.Now()
	clients, ordered := s.clientsOf(), map[string]ServerDifference{}
	for _, d := range s.house.Ordered() {
		ordered[d.Server] = d
	}
	for _, c := range sortedClusters(s.house.Snapshot()) {
		for _, h := range c.Hosts {
			row := serverRow(h, now)
			row.Clients, row.Ordered = clients[h.Address], ordered[h.Address].Text
			rows = append(rows, row)
		}
		for _, address := range slices.Sorted(maps.Keys(ordered)) {
			if d := ordered[address]; d.Removed && d.Cluster == c.Name {
				rows = append(rows, removedRow(d, c))
			}
		}
	}
	return rows
}

// clientsOf counts the clients that use or keep a connection to each server.
func (s *Service) clientsOf() map[string]int {
	count := map[string]int{}
	for _, c := range s.house.Clients() {
		if c.Server != "" {
			count[c.Server]++
		}
	}
	return count
}

// removedRow is a server that the file lists and that an order has removed.
func removedRow(d ServerDifference, c *topology.Cluster) ServerRow {
	return ServerRow{
		Server: d.Server, Cluster: c.Name, Datacenter: c.Datacenter, Role: topology.NoRole.String(), State: topology.Unprobed.String(),
		Use: "removed", Ordered: d.Text, Pools: []string{}, Problem: "removed; RESET SERVER brings it back",
	}
}

func serverRow(h *topology.Host, now time.Time) ServerRow {
	row := ServerRow{
		Server: h.Address, Cluster: h.Cluster, Datacenter: h.Datacenter, Role: h.Role.String(), State: h.State.String(),
		InService: h.InService, Use: h.Use.String(), Weight: h.Weight, Share: thousandths(h.Effective()), Pools: append([]string{}, h.Pools...), ReadOnly: h.ReadOnly,
		Source: h.Source, Applied: positionText(h.Applied), Version: h.Version, Problem: h.Problem,
	}
	if h.Latency > 0 {
		row.LatencyMS = pointer(thousandths(1000 * h.Latency.Seconds()))
	}
	if h.LagKnown {
		row.LagSeconds = pointer(seconds(h.Lag))
	}
	if !h.Since.IsZero() {
		row.Since = pointer(seconds(now.Sub(h.Since)))
	}
	return row
}

func sortedClusters(s *topology.Snapshot) []*topology.Cluster {
	return slices.SortedFunc(maps.Values(s.Clusters), func(a, b *topology.Cluster) int { return cmp.Compare(a.Name, b.Name) })
}

// positionText writes a position for people: its sources in order, each with its spans.
func positionText(p topology.Position) string {
	var parts []string
	for _, source := range slices.Sorted(maps.Keys(p)) {
		text := source
		for _, span := range p[source] {
			if span.Start == span.End {
				text += fmt.Sprintf(":%d", span.Start)
			} else {
				text += fmt.Sprintf(":%d-%d", span.Start, span.End)
			}
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ",")
}
