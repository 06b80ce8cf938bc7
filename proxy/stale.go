package proxy

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"
)

// StaleClients are clients that come the old way: they have connected to this proxy for a database whose home is in another datacenter. They are served all the same.
type StaleClients struct {
	Day                        string // when they have connected, such as 2026-11-30, UTC
	Database, Account, Address string // empty: of several, because there were too many to tell apart
	Arrivals                   uint64 // how often they have connected, or chosen the database
	Connected                  int    // how many of them have it as their default database now
	Last                       time.Time
}

// The bounds of what is remembered.
const (
	mostStale = 10000 // rows; as many again tell databases only
	staleDays = 31
)

// staleKey is what they are told apart by.
type staleKey struct{ day, database, account, address string }

// stale counts arrivals. It is asked once for each connection and each change of the default database, and does nothing for most.
type stale struct {
	mu    sync.Mutex
	rows  map[staleKey]*StaleClients // guarded by mu
	today string                     // guarded by mu; the newest day in rows
}

// arrive counts one arrival.
func (s *stale) arrive(key staleKey, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	row := s.rowLocked(key, now)
	row.Arrivals++
	row.Last = now
}

// rowLocked is the row of a key, or of fewer words if there are too many rows.
func (s *stale) rowLocked(key staleKey, now time.Time) *StaleClients {
	if s.rows == nil {
		s.rows = map[staleKey]*StaleClients{}
	}
	if s.today != key.day {
		s.today = key.day
		s.forgetLocked(now.AddDate(0, 0, -staleDays).UTC().Format(time.DateOnly))
	}
	for _, k := range []staleKey{key, {day: key.day, database: key.database}, {day: key.day}} {
		if row := s.rows[k]; row != nil {
			return row
		}
		most := mostStale
		if k.address == "" {
			most = 2 * mostStale
		}
		if len(s.rows) < most || k.database == "" {
			row := &StaleClients{Day: k.day, Database: k.database, Account: k.account, Address: k.address}
			s.rows[k] = row
			return row
		}
	}
	return nil // the last key always has a row
}

// forgetLocked drops what is older than a day.
func (s *stale) forgetLocked(day string) {
	for key := range s.rows {
		if key.day < day {
			delete(s.rows, key)
		}
	}
}

// list gives copies of the rows.
func (s *stale) list() map[staleKey]*StaleClients {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[staleKey]*StaleClients, len(s.rows))
	for key, row := range s.rows {
		row := *row
		all[key] = &row
	}
	return all
}

// comesTheOldWay says whether a database lives in another datacenter than this proxy's; false where that is not known.
func (s *Server) comesTheOldWay(database string) bool {
	w := s.Scene()
	if database == "" || w.Datacenter == "" || w.Map == nil || w.Topology == nil {
		return false
	}
	home, err := w.Map.Home(database)
	if err != nil {
		return false
	}
	c := w.Topology.Clusters[home]
	return c != nil && c.Datacenter != "" && c.Datacenter != w.Datacenter
}

// noteStale counts a client that has just logged in or chosen a database, if it comes the old way.
func (c *Client) noteStale(database string) {
	if c.server.comesTheOldWay(database) {
		now := c.task.Now()
		c.server.stale.arrive(staleKey{today(now), database, c.account, c.host()}, now)
	}
}

func today(now time.Time) string { return now.UTC().Format(time.DateOnly) }

// StaleClients lists who has come the old way since the start, the newest first. Who is connected counts for today, however long ago that was.
func (s *Server) StaleClients() []StaleClients {
	all, now := s.stale.list(), time.Now()
	s.mu.Lock()
	clients := make([]*Client, 0, len(s.clients))
	for _, c := range s.clients {
		clients = append(clients, c)
	}
	s.mu.Unlock()
	for _, c := range clients {
		p := c.shown.public.Load()
		if p == nil || !s.comesTheOldWay(p.schema) {
			continue
		}
		key := staleKey{today(now), p.schema, p.account, c.host()}
		if all[key] == nil {
			all[key] = &StaleClients{Day: key.day, Database: key.database, Account: key.account, Address: key.address, Last: c.born}
		}
		all[key].Connected++
	}
	rows := make([]StaleClients, 0, len(all))
	for _, row := range all {
		rows = append(rows, *row)
	}
	slices.SortFunc(rows, func(a, b StaleClients) int {
		return cmp.Or(strings.Compare(b.Day, a.Day), strings.Compare(a.Database, b.Database), strings.Compare(a.Account, b.Account), strings.Compare(a.Address, b.Address))
	})
	return rows
}
