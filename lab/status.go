package lab

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// statusBound is how long a server may take to answer Status: a paused one never would.
const statusBound = 2 * time.Second

// ServerStatus is what one server is doing.
type ServerStatus struct {
	Name        string
	Datacenter  string
	Address     string
	PID         int    // 0: not running
	Answers     bool   // takes a login and answers; what follows is known only then
	ReadOnly    bool   // @@read_only
	Source      string // address of the server it replicates from; empty for none
	Replicating bool   // both replication threads run
	Lag         time.Duration
	LagKnown    bool   // false for a primary, and where replication stands still
	Problem     string // what is wrong, in words; empty if nothing is
}

// Status looks at every server. It asks all of them at once and takes at most some seconds.
func (l *Lab) Status(ctx context.Context) []ServerStatus {
	servers := l.Servers()
	all := make([]ServerStatus, len(servers))
	var wg sync.WaitGroup
	for i, s := range servers {
		wg.Go(func() { all[i] = s.status(ctx) })
	}
	wg.Wait()
	return all
}

func (s *Server) status(ctx context.Context) ServerStatus {
	ctx, cancel := context.WithTimeout(ctx, statusBound)
	defer cancel()
	status := ServerStatus{Name: s.Name, Datacenter: s.Datacenter, Address: s.Address, PID: s.PID()}
	if status.PID == 0 {
		status.Problem = "not running"
		return status
	}
	if err := s.DB().QueryRowContext(ctx, "SELECT @@global.read_only").Scan(&status.ReadOnly); err != nil {
		status.Problem = fmt.Sprintf("does not answer: %v", err)
		return status
	}
	status.Answers = true
	r, err := s.replication(ctx)
	if err != nil {
		status.Problem = err.Error()
		return status
	}
	status.Source, status.Replicating = r.source, r.fetching && r.applying
	status.Lag, status.LagKnown, status.Problem = r.behind, r.known, r.problem
	return status
}
