package proxy

import (
	"errors"
	"slices"
	"sync"
	"time"

	"shunt/mysql"
	"shunt/netloop"
	"shunt/router"
)

// crowd lets so many clients at a time read on each primary because no replica is in service; the others wait, first come first served. Without it the whole
// read load would fall on the server that is left.
type crowd struct {
	limit int // 0: none

	mu      sync.Mutex
	inside  map[string]int            // guarded by mu; by cluster
	waiting map[string][]netloop.Task // guarded by mu
}

// enter waits until there is room: nil, or the errors of Park. leave has to follow.
func (w *crowd) enter(task netloop.Task, cluster string, until time.Time) error {
	if w.limit == 0 {
		return nil
	}
	for waits := false; ; {
		w.mu.Lock()
		if w.inside == nil {
			w.inside, w.waiting = map[string]int{}, map[string][]netloop.Task{}
		}
		if w.inside[cluster] < w.limit && (waits || len(w.waiting[cluster]) == 0) {
			w.inside[cluster]++
			w.mu.Unlock()
			return nil
		}
		w.waiting[cluster] = append(w.waiting[cluster], task)
		w.mu.Unlock()
		err := task.Park(until)
		w.mu.Lock()
		w.remove(task, cluster) // it is still there if something else has woken it
		if err != nil {
			w.next(cluster) // it may have been woken for a place at this moment, too
		}
		w.mu.Unlock()
		if err != nil {
			return err
		}
		waits = true
	}
}

// leave makes room for the next one.
func (w *crowd) leave(cluster string) {
	if w.limit == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.inside[cluster]--
	w.next(cluster)
}

// next wakes who has waited longest. Called with mu held.
func (w *crowd) next(cluster string) {
	if list := w.waiting[cluster]; len(list) > 0 && w.inside[cluster] < w.limit {
		w.waiting[cluster] = list[1:]
		list[0].Unpark()
	}
}

// remove takes a task out of the queue. Called with mu held.
func (w *crowd) remove(task netloop.Task, cluster string) {
	if i := slices.Index(w.waiting[cluster], task); i >= 0 {
		w.waiting[cluster] = slices.Delete(w.waiting[cluster], i, i+1)
	}
}

// enterCrowd lets a read onto a primary that serves it because no replica is in service. The error is for the client, or ends it.
func (c *Client) enterCrowd(plan *router.Plan, until time.Time) error {
	if c.server.crowd.limit == 0 {
		return nil
	}
	c.setState(Held)
	err := c.server.crowd.enter(c.task, plan.Cluster, until)
	c.setState(Active)
	if killed := c.doneWaiting(); killed != nil {
		if err == nil {
			c.server.crowd.leave(plan.Cluster)
		}
		return killed
	}
	if errors.Is(err, netloop.ErrTimeout) {
		return mysql.NewError(router.ErrorNoReplica, "HY000",
			"shunt: no replica of cluster %s is in service, and limits.primary_reads (%d) reads are at its primary already; nothing of the statement was run",
			plan.Cluster, c.server.crowd.limit)
	}
	return err
}

// warnStale keeps the warning that an answer may be old, for SHOW WARNINGS. Its count was told with the answer.
func (c *Client) warnStale(j *job, plan *router.Plan) {
	if j.copies != nil && j.copies.warning != "" && !c.session.Failed() && c.session.Warnings().Count <= 1 {
		c.session.SaveWarnings([]mysql.Row{mysql.NewRow("Note", int(router.ErrorTwoClusters), j.copies.warning)})
	}
	if !plan.Stale || c.session.Failed() || c.session.Warnings().Count > 0 {
		return
	}
	lag := "an unknown time"
	if plan.Host.LagKnown {
		lag = plan.Host.Lag.Round(time.Second).String()
	}
	c.session.SaveWarnings([]mysql.Row{mysql.NewRow("Warning", int(router.ErrorNoReplica), "shunt: no replica of cluster "+plan.Cluster+
		" is in service; the answer is from "+plan.Host.Address+", which is "+lag+" behind")})
}
