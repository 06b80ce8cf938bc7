package proxy

import (
	"shunt/router"
	"shunt/topology"
)

// noteSeen remembers where the session has read, so that it does not go back in time.
func (c *Client) noteSeen(j *job, plan *router.Plan) {
	if plan.Untracked || j.prepare || !c.session.HasRead(j.st) {
		return
	}
	// What kept a session on a replica does not say that the replica has what it needs, but if it had that before, it has it now.
	proven := plan.Role != topology.Replica || !pinnedBefore(plan)
	c.session.Saw(plan.Cluster, plan.Host, j.ended, proven)
	if j.late || c.world.PositionOf == plan.Cluster {
		c.session.Tried(plan.Cluster, j.ended)
	}
}

func pinnedBefore(plan *router.Plan) bool {
	for _, r := range plan.Reasons() {
		if r == router.Pinned {
			return true
		}
	}
	return false
}

// exempt says whether later reads need not see what a statement writes.
func (c *Client) exempt(j *job) bool {
	return c.world.Rules.Exempt(j.st, &j.hint, c.session.Facts())
}
