package admin

import (
	"cmp"
	"slices"

	"shunt/backend"
)

// PoolRow is the connections to one server: SHOW POOLS. docs/reference/console.md has a paragraph for idle, active and waiting.
type PoolRow struct {
	Server   string `json:"server" doc:"the address of the server"`
	Cluster  string `json:"cluster" doc:"the cluster it belongs to"`
	Idle     int    `json:"idle" doc:"connections that nobody uses now"`
	Active   int    `json:"active" doc:"connections that are lent to a client, pinned ones among them, or being opened"`
	Waiting  int    `json:"waiting" doc:"statements that wait for a connection"`
	Limit    int    `json:"limit" doc:"how many connections there may be, limits.per_server"`
	Prepared int    `json:"prepared" doc:"statements prepared on the server by all connections; limits.prepared bounds them"`
}

// Pools lists the pools by cluster and server.
func (s *Service) Pools() []PoolRow {
	rows := []PoolRow{}
	for _, p := range s.house.Pools() {
		rows = append(rows, poolRow(p))
	}
	slices.SortFunc(rows, func(a, b PoolRow) int {
		return cmp.Or(cmp.Compare(a.Cluster, b.Cluster), cmp.Compare(a.Server, b.Server))
	})
	return rows
}

func poolRow(p backend.Stats) PoolRow {
	return PoolRow{Server: p.Address, Cluster: p.Cluster, Idle: p.Idle, Active: p.Active, Waiting: p.Waiting, Limit: p.Limit, Prepared: p.Prepared}
}
