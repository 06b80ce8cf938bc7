package proxy

import (
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"shunt/netloop"
	"shunt/router"
	"shunt/topology"
)

// Positions tells how far primaries are.
type Positions interface {
	// Settle returns once a cluster's primary shows everything that any server of the cluster has shown before the call.
	Settle(task netloop.Task, cluster string, until time.Time) error
	// Ask gives the position of a cluster's primary as it is some time between the call and its return.
	Ask(task netloop.Task, cluster string, until time.Time) (topology.Position, error)
}

// locateWait bounds the questions for how far a primary is. Without an answer the primary itself is asked to read, as it is.
const locateWait = time.Second

// locate puts the primary's position into the world; none if it does not tell. The error is that of a KILL.
func (c *Client) locate(plan *router.Plan, world *router.World, until time.Time) error {
	world.PositionOf, world.Position = plan.Cluster, nil
	if c.server.Positions == nil {
		return nil
	}
	return c.inquire(c.server.metrics.asked, until, func(limit time.Time) (err error) {
		world.Position, err = c.server.Positions.Ask(c.task, plan.Cluster, limit)
		return err
	})
}

// awaitPrimary waits until the primary shows all that the session has seen on replicas, or cannot be known to. The error is that of a KILL.
func (c *Client) awaitPrimary(plan *router.Plan, world *router.World, until time.Time) error {
	world.Settled = plan.Cluster
	if c.server.Positions == nil {
		return nil
	}
	err := c.inquire(c.server.metrics.settled, until, func(limit time.Time) error {
		return c.server.Positions.Settle(c.task, plan.Cluster, limit)
	})
	if err == nil {
		c.session.Settle(plan.Cluster)
	}
	return err
}

// inquire asks a primary something and counts how that ended. The error is that of a KILL.
func (c *Client) inquire(count *prometheus.CounterVec, until time.Time, ask func(limit time.Time) error) error {
	c.setState(Waiting)
	limit := c.task.Now().Add(locateWait)
	if until.Before(limit) {
		limit = until
	}
	err := ask(limit)
	c.setState(Active)
	if killed := c.doneWaiting(); killed != nil {
		return killed
	}
	if errors.Is(err, netloop.ErrInterrupted) {
		return err
	}
	outcome := outcomeOK
	if err != nil {
		outcome = outcomeError
	}
	count.WithLabelValues(outcome).Inc()
	return nil
}
