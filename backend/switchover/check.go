package switchover

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"shunt/topology"
)

// check looks at everything and dials everybody, so that nothing of that has to be done while writes are held.
func (r *run) check(ctx context.Context) (string, error) {
	c, target, f := standing(r.engine.deps.Snapshot(), r.order)
	if c != nil && c.Primary != nil {
		r.report.From = c.Primary.Address
	}
	if len(f.obstacles) == 0 {
		r.plan, f = judge(r.askAll(ctx, c, target))
		f.leftOut(c)
	}
	if len(f.obstacles) == 0 {
		r.lock(ctx, &f)
		r.tryLogin(ctx, &f)
	}
	r.report.Notes = f.notes
	if len(f.obstacles) > 0 {
		return "", errors.New(strings.Join(f.obstacles, "; "))
	}
	if err := r.comeNear(ctx); err != nil {
		return "", err
	}
	return strings.Join(append([]string{"nothing is in the way"}, f.notes...), "; "), nil
}

// askAll reads the facts of all servers, the old primary's last: what the target has and the primary has not would else be
// what came meanwhile.
func (r *run) askAll(ctx context.Context, c *topology.Cluster, target *topology.Host) (old, to member, others []member) {
	var hosts []*topology.Host
	for _, h := range c.Hosts {
		if h != c.Primary && h.Use != topology.Off {
			hosts = append(hosts, h)
		}
	}
	members := make([]member, len(hosts))
	dialed := make([]Server, len(hosts))
	places := make([]int, len(hosts))
	for i := range places {
		places[i] = i
	}
	_ = each(places, func(i int) error { // each member has its own fault
		members[i], dialed[i] = r.askOne(ctx, hosts[i])
		return nil
	})
	old, conn := r.askOne(ctx, c.Primary)
	r.keep(old, conn)
	for i, m := range members {
		r.keep(m, dialed[i])
		if m.host == target {
			to = m
			continue
		}
		others = append(others, m)
	}
	return old, to, others
}

func (r *run) askOne(ctx context.Context, h *topology.Host) (member, Server) {
	ctx, cancel := context.WithTimeout(ctx, checkBound/5)
	defer cancel()
	m := member{host: h}
	s, err := r.engine.deps.Dial(ctx, h.Cluster, h.Address)
	if err != nil {
		m.fault = err
		return m, nil
	}
	facts, err := s.Facts(ctx)
	if err != nil {
		m.fault = err
		return m, s
	}
	m.facts = &facts
	return m, s
}

func (r *run) keep(m member, s Server) {
	if s != nil {
		r.servers[m.host.Address] = s
	}
}

// lock keeps other shunts from changing the roles of the two servers at the same time. A dry run disturbs nobody.
func (r *run) lock(ctx context.Context, f *findings) {
	if r.order.DryRun {
		return
	}
	for _, address := range []string{r.plan.old.host.Address, r.plan.target.host.Address} {
		free, err := r.servers[address].Lock(ctx)
		switch {
		case err != nil:
			f.obstacle("locking %s: %v", address, err)
		case !free:
			f.obstacle("another shunt changes the roles of servers on %s now", address)
		}
	}
}

// tryLogin tries the account of the old primary's future link at the target. That it is refused is no proof, since it
// may be let in from the old primary's address only; the step repoint will tell.
func (r *run) tryLogin(ctx context.Context, f *findings) {
	as := r.engine.deps.Replication(r.order.Cluster)
	rights, err := r.engine.deps.Login(ctx, r.order.Cluster, r.order.To, as)
	switch {
	case err != nil:
		f.note("replication account %s could not be tried from here (%v)", as.User, err)
	case !mayReplicate(rights):
		f.obstacle("replication account %s lacks a right: GRANT REPLICATION SLAVE ON *.* to it, or name another in clusters.%s.replication",
			as.User, r.order.Cluster)
	}
}

// comeNear waits until the target is so near the primary that little is left for the time when writes are held: it takes the
// primary's position again and again, until the target needs no more than a moment for one. What it cannot do for nearBound, it
// would not do while writes wait.
func (r *run) comeNear(ctx context.Context) error {
	for until := time.Now().Add(nearBound); ; {
		position, err := r.old().Position(ctx)
		if err != nil {
			return err
		}
		began := time.Now()
		reached, err := r.target().Reach(ctx, position, nearBound)
		took := time.Since(began)
		switch {
		case err != nil:
			return err
		case !reached:
			return fmt.Errorf("%s did not reach the primary's position %s within %v", r.order.To, position, nearBound)
		case took < nearEnough:
			return nil
		case time.Now().After(until) && took < r.engine.config.Pause/2:
			return nil
		case time.Now().After(until):
			return fmt.Errorf("%s lags: it needs %v for what the primary has", r.order.To, took.Round(time.Millisecond))
		}
	}
}
