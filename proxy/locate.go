package proxy

import (
	"errors"
	"time"

	"shunt/netloop"
	"shunt/router"
	"shunt/topology"
)

// Positions tells how far primaries are.
type Positions interface {
	// Ask gives the position of a cluster's primary as it is some time between the call and its return.
	Ask(task netloop.Task, cluster string, until time.Time) (topology.Position, error)
}

// locateWait bounds the question how far a primary is. Without an answer the primary itself is asked to read.
const locateWait = time.Second

// locate puts the primary's position into the world; none if it does not tell. The error is that of a KILL.
func (c *Client) locate(plan *router.Plan, world *router.World, until time.Time) error {
	world.PositionOf, world.Position = plan.Cluster, nil
	if c.server.Positions == nil {
		return nil
	}
	c.setState(Waiting)
	limit := c.task.Now().Add(locateWait)
	if until.Before(limit) {
		limit = until
	}
	position, err := c.server.Positions.Ask(c.task, plan.Cluster, limit)
	c.setState(Active)
	if killed := c.doneWaiting(); killed != nil {
		return killed
	}
	if errors.Is(err, netloop.ErrInterrupted) {
		return err
	}
	c.server.metrics.located(err)
	world.Position = position
	return nil
}
