package backend

import "time"

// Stats are a pool's numbers at one moment.
type Stats struct {
	Address, Cluster             string
	Idle, Active, Waiting, Limit int
	Accounts                     int           // that have a connection
	WaitingAccounts              int           // that have statements in the queue
	LongestWait                  time.Duration // of those who wait now
	MostWaiting                  string        // the account with the most of them; empty for none
	Prepared                     int           // statements prepared on the server by all connections
}

// Stats counts the connections.
func (p *Pool) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	idle := 0
	for i := range p.shelves {
		idle += p.shelves[i].len()
	}
	s := Stats{
		Address: p.Address, Cluster: p.Cluster, Idle: idle, Active: max(p.count-idle, 0), Waiting: p.waiters.n, Limit: p.config.PerServer,
		WaitingAccounts: len(p.waiters.accounts), Prepared: int(p.prepared.used.Load()),
	}
	for _, o := range p.owners {
		if o.open > 0 {
			s.Accounts++
		}
	}
	most, first := 0, time.Time{}
	for _, o := range p.waiters.accounts {
		if o.n > most {
			most, s.MostWaiting = o.n, o.name
		}
		if first.IsZero() || o.first.since.Before(first) {
			first = o.first.since
		}
	}
	if most > 0 {
		s.LongestWait = max(time.Since(first), 0)
	}
	return s
}
