package switchover

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// run is one switchover under way. It belongs to the goroutine of [Engine.Switch].
type run struct {
	engine *Engine
	order  Order
	report *Report

	plan     plan
	servers  map[string]Server // that have been dialed, by address
	position string            // of the old primary, when it took no more writes

	deadline time.Time // of the pause; zero before writes are held
	held     time.Time // when they began to be held
	release  func()    // of the gate; nil: not held
	quiet    func()    // lets the heartbeats go on; nil: they do
	moved    []rerouted
	opened   bool // the target may be writable
}

func newRun(e *Engine, o Order, r *Report) *run {
	return &run{engine: e, order: o, report: r, servers: map[string]Server{}}
}

func (r *run) close() {
	r.letGo()
	for _, s := range r.servers {
		s.Close()
	}
}

// step is one entry of the list: what to do, and what takes it back. Both say in a few words what came of it.
type step struct {
	name Step
	do   func(context.Context) (string, error)
	undo func(context.Context) (string, error) // nil: there is nothing to take back
}

// list is the whole switchover, in order.
func (r *run) list() []step {
	return []step{
		{StepCheck, r.check, nil},
		{StepHold, r.hold, r.unhold},
		{StepReadOnly, r.shut, r.reopen},
		{StepCatchUp, r.catchUp, nil},
		{StepStopLink, r.stopLink, r.startLink},
		{StepRepoint, r.repoint, r.pointBack},
		{StepPromote, r.promote, r.demote},
		{StepPublish, r.publish, nil},
		{StepRelease, r.goOn, nil},
	}
}

// walk carries out the list, or only tells it after the check. If a step fails it takes back that one and those before it.
func (r *run) walk(ctx context.Context) (Step, error) {
	list := r.list()
	for i, s := range list {
		if r.order.DryRun && s.name != StepCheck {
			r.row(s.name, Planned, s.name.About(), 0)
			continue
		}
		began := time.Now()
		detail, err := r.do(ctx, s)
		if err == nil {
			r.row(s.name, Done, detail, time.Since(began))
			continue
		}
		r.row(s.name, Failed, err.Error(), time.Since(began))
		r.report.Result = Refused
		if s.name != StepCheck {
			r.takeBack(ctx, list[:i+1])
		}
		return s.name, err
	}
	r.report.Result = Switched
	if r.order.DryRun {
		r.report.Result = Told
	}
	return StepRelease, nil
}

// do carries out one step within its time.
func (r *run) do(ctx context.Context, s step) (string, error) {
	switch {
	case s.name == StepCheck:
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, checkBound, fmt.Errorf("looking took more than %v", checkBound))
		defer cancel()
	case !r.deadline.IsZero():
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadlineCause(ctx, r.deadline, fmt.Errorf("writes were held for %v, which is the limit", r.engine.config.Pause))
		defer cancel()
	}
	detail, err := s.do(ctx)
	if err != nil && errors.Is(err, context.DeadlineExceeded) && ctx.Err() != nil {
		err = fmt.Errorf("%w (%w)", context.Cause(ctx), err)
	}
	return detail, err
}

// takeBack undoes steps, the last first. What cannot be undone is told, and the rest is undone all the same, but for one
// case: a new primary that stays. Each has a time of its own, so that a server that does not answer takes it from no other.
func (r *run) takeBack(ctx context.Context, list []step) {
	ctx = context.WithoutCancel(ctx)
	r.report.Result = TakenBack
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].undo == nil {
			continue
		}
		if err := r.undo(ctx, list[i]); err != nil {
			r.report.Result = Broken
			if errors.Is(err, errStays) {
				break
			}
		}
	}
	r.letGo()
}

func (r *run) undo(ctx context.Context, s step) error {
	ctx, cancel := context.WithTimeout(ctx, undoBound)
	defer cancel()
	began := time.Now()
	detail, err := s.undo(ctx)
	if err != nil {
		r.row(s.name, NotUndone, err.Error(), time.Since(began))
		return err
	}
	r.row(s.name, Undone, detail, time.Since(began))
	return nil
}

func (r *run) row(s Step, state State, detail string, took time.Duration) {
	r.report.Rows = append(r.report.Rows, Row{s, state, detail, took})
}

// letGo ends the hold and lets the heartbeats go on. It may be called more than once.
func (r *run) letGo() {
	if r.release != nil {
		r.release()
		r.release = nil
	}
	if !r.held.IsZero() && r.report.Pause == 0 {
		r.report.Pause = time.Since(r.held)
	}
	if r.quiet != nil {
		r.quiet()
		r.quiet = nil
	}
}

// left is how much of the pause is left; undoing has no other limit than its context.
func (r *run) left() time.Duration { return max(time.Until(r.deadline), 0) }
