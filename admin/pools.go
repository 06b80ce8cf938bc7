package admin

import (
	"cmp"
	"slices"

	"shunt/backend"
)

// PoolRow is the connections to one server: SHOW POOLS. docs/reference/console.md has a paragraph for idle, active and waiting.
type PoolRow struct {
	Server          string  `json:"server" doc:"the address of the server"`
	Cluster         string  `json:"cluster" doc:"the cluster it belongs to"`
	Idle            int     `json:"idle" doc:"connections that nobody uses now"`
	Active          int     `json:"active" doc:"connections that are lent to a client, pinned ones among them, or being opened"`
	Waiting         int     `json:"waiting" doc:"statements that wait for a connection; limits.queue bounds them"`
	Limit           int     `json:"limit" doc:"how many connections there may be, limits.per_server"`
	Prepared        int     `json:"prepared" doc:"statements prepared on the server by all connections; limits.prepared bounds them"`
	Accounts        int     `json:"accounts" doc:"accounts that have a connection"`
	WaitingAccounts int     `json:"waiting_accounts" doc:"accounts whose statements wait"`
	WaitingSeconds  float64 `json:"waiting_seconds" doc:"how long the first of those statements has waited"`
	MostWaiting     string  `json:"most_waiting" doc:"the account with the most statements that wait; empty if none do"`
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
	return PoolRow{
		Server: p.Address, Cluster: p.Cluster, Idle: p.Idle, Active: p.Active, Waiting: p.Waiting, Limit: p.Limit, Prepared: p.Prepared,
		Accounts: p.Accounts, WaitingAccounts: p.WaitingAccounts, WaitingSeconds: seconds(p.LongestWait), MostWaiting: p.MostWaiting,
	}
}
