package admin

import (
	"time"
)

// StaleRow are clients that come the old way: SHOW STALE.
type StaleRow struct {
	Database   string `json:"database" doc:"which they use; its home is in another datacenter than this proxy. Empty: several"`
	Home       string `json:"home" doc:"the cluster it lives on now"`
	Datacenter string `json:"datacenter" doc:"where that stands"`
	Account    string `json:"account" doc:"the account they were let in as; empty: several, since there are too many to tell apart"`
	Address    string `json:"address" doc:"where they connect from, without the port; empty: several"`
	Day        string `json:"day" doc:"when they have connected, UTC"`
	Arrivals   uint64 `json:"arrivals" doc:"how often they have connected, or chosen the database, on that day"`
	Connected  int    `json:"connected" doc:"how many of them are connected now; those that have been for days count for today"`
	Last       string `json:"last" doc:"when the last of them has come, UTC"`
}

// Stale lists who has come to this proxy since its start for a database that lives in another datacenter, by day.
func (s *Service) Stale() []StaleRow {
	rows := []StaleRow{}
	shards, snapshot := s.house.Map(), s.house.Snapshot()
	for _, c := range s.house.Stale() {
		row := StaleRow{Database: c.Database, Account: c.Account, Address: c.Address, Day: c.Day, Arrivals: c.Arrivals, Connected: c.Connected, Last: c.Last.UTC().Format(time.RFC3339)}
		if c.Database != "" && shards != nil {
			row.Home, _ = shards.Home(c.Database)
			if home := snapshot.Clusters[row.Home]; home != nil {
				row.Datacenter = home.Datacenter
			}
		}
		rows = append(rows, row)
	}
	return rows
}
