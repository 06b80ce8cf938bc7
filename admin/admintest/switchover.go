package admintest

import (
	"context"
	"time"

	"shunt/backend/switchover"
)

// Switched are the switchovers that were ordered, in order.
func (o *Orders) Switched() []switchover.Order {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]switchover.Order(nil), o.switched...)
}

// RefuseSwitchover makes switchovers fail from now on.
func (o *Orders) RefuseSwitchover(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.refusal = err
}

// switchover tells two steps, of which a dry run only does the first.
func (o *Orders) switchover(_ context.Context, order switchover.Order) (switchover.Report, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.switched = append(o.switched, order)
	r := switchover.Report{Cluster: order.Cluster, From: "db1:3306", To: order.To, DryRun: order.DryRun}
	if o.refusal != nil {
		r.Result = switchover.Refused
		return r, &switchover.Failure{Report: r, At: switchover.StepCheck, Cause: o.refusal}
	}
	r.Rows = []switchover.Row{
		{Step: switchover.StepCheck, State: switchover.Done, Detail: "nothing is in the way", Took: 12 * time.Millisecond},
		{Step: switchover.StepHold, State: switchover.Planned, Detail: switchover.StepHold.About()},
	}
	if r.Result = switchover.Told; !order.DryRun {
		r.Result, r.Pause = switchover.Switched, 80*time.Millisecond
		r.Rows[1] = switchover.Row{Step: switchover.StepHold, State: switchover.Done, Detail: "writes wait", Took: 3 * time.Millisecond}
	}
	return r, nil
}
