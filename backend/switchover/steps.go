package switchover

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// old and target are the two servers, dialed by check.
func (r *run) old() Server    { return r.servers[r.plan.old.host.Address] }
func (r *run) target() Server { return r.servers[r.plan.target.host.Address] }

// hold stops the heartbeats first: they are written by an account that passes read_only.
func (r *run) hold(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, r.engine.config.Drain)
	defer cancel()
	quiet, err := r.engine.deps.Quiet(ctx, r.order.Cluster)
	if err != nil {
		return "", fmt.Errorf("the heartbeat does not end: %w", err)
	}
	r.quiet = quiet
	r.held = time.Now()
	if r.release, err = r.engine.deps.Gate.Hold(ctx, r.order.Cluster); err != nil {
		return "", err
	}
	r.deadline = time.Now().Add(r.engine.config.Pause)
	return "writes wait", nil
}

func (r *run) unhold(context.Context) (string, error) {
	r.letGo()
	return "writes go on", nil
}

func (r *run) shut(ctx context.Context) (string, error) {
	if err := r.old().SetModes(ctx, Closed(), r.left()); err != nil {
		return "", err
	}
	return r.plan.old.host.Address + " takes no writes", nil
}

func (r *run) reopen(ctx context.Context) (string, error) {
	if err := r.old().SetModes(ctx, r.plan.old.facts.Modes, time.Second); err != nil {
		return "", fmt.Errorf("%s may be read_only: SET GLOBAL read_only = 0 on it (%w)", r.plan.old.host.Address, err)
	}
	r.engine.deps.Look(r.plan.old.host.Address)
	return r.plan.old.host.Address + " takes writes", nil
}

// catchUp reads the position again after it was reached: an account that passes read_only may have written meanwhile.
func (r *run) catchUp(ctx context.Context) (string, error) {
	var err error
	if r.position, err = r.old().Position(ctx); err != nil {
		return "", err
	}
	for {
		reached, err := r.target().Reach(ctx, r.position, r.left())
		if err != nil {
			return "", err
		}
		if !reached {
			return "", fmt.Errorf("%s did not reach %s in time", r.order.To, r.position)
		}
		again, err := r.old().Position(ctx)
		if err != nil {
			return "", err
		}
		if again == r.position {
			return "at " + r.position, nil
		}
		r.position = again
	}
}

func (r *run) stopLink(ctx context.Context) (string, error) {
	if err := r.target().Stop(ctx, r.plan.link.Name); err != nil {
		return "", err
	}
	return r.order.To + " replicates no more", nil
}

// startLink also mends a link that was stopped half. A link that is gone has been made anew by demote.
func (r *run) startLink(ctx context.Context) (string, error) {
	if err := r.target().Start(ctx, r.plan.link.Name); err != nil {
		return "", fmt.Errorf("START REPLICA on %s (%w)", r.order.To, err)
	}
	return r.order.To + " replicates", nil
}

// repoint comes before promote, so that the target forgets its link, and the password in it, only when all others have
// shown that they can replicate from it.
func (r *run) repoint(ctx context.Context) (string, error) {
	r.moved = r.plan.others
	names := []string{r.plan.old.host.Address}
	jobs := []func() error{func() error { return r.followTarget(ctx) }}
	for _, o := range r.plan.others {
		names = append(names, o.host.Address)
		jobs = append(jobs, func() error {
			s := r.servers[o.host.Address]
			if err := s.Repoint(ctx, o.link.Name, r.plan.targetAt); err != nil {
				return err
			}
			return AwaitLink(ctx, s, o.host.Address, o.link.Name, r.plan.targetAt)
		})
	}
	if err := each(jobs, func(do func() error) error { return do() }); err != nil {
		return "", err
	}
	return strings.Join(names, ", ") + " replicate from it", nil
}

func (r *run) followTarget(ctx context.Context) error {
	err := r.old().Follow(ctx, Following{
		Source: r.plan.targetAt, As: r.engine.deps.Replication(r.order.Cluster), Like: r.plan.link,
	})
	if err != nil {
		return err
	}
	return AwaitLink(ctx, r.old(), r.plan.old.host.Address, "", r.plan.targetAt)
}

func (r *run) pointBack(ctx context.Context) (string, error) {
	jobs := []func() error{func() error { return r.unfollow(ctx) }}
	for _, o := range r.moved {
		jobs = append(jobs, func() error {
			if err := r.servers[o.host.Address].Repoint(ctx, o.link.Name, o.link.Source()); err != nil {
				return fmt.Errorf("point %s at %s again (%w)", o.host.Address, o.link.Source(), err)
			}
			return nil
		})
	}
	if err := each(jobs, func(do func() error) error { return do() }); err != nil {
		return "", err
	}
	return "all replicate from " + r.plan.old.host.Address, nil
}

// unfollow removes the old primary's link, if it has come to be.
func (r *run) unfollow(ctx context.Context) error {
	at := r.plan.old.host.Address
	links, err := r.old().Links(ctx)
	if err == nil && len(links) > 0 {
		if err = r.old().Stop(ctx, ""); err == nil {
			err = r.old().Forget(ctx, "")
		}
	}
	if err != nil {
		return fmt.Errorf("STOP REPLICA and RESET REPLICA ALL on %s (%w)", at, err)
	}
	return nil
}

func (r *run) promote(ctx context.Context) (string, error) {
	position, err := r.old().Position(ctx)
	if err != nil {
		return "", err
	}
	if position != r.position {
		return "", fmt.Errorf("%s was written to although it is read_only: it is at %s, after %s; an account that passes read_only did that",
			r.plan.old.host.Address, position, r.position)
	}
	if err := r.target().Forget(ctx, r.plan.link.Name); err != nil {
		return "", err
	}
	r.opened = true
	if err := r.target().SetModes(ctx, Open(), r.left()); err != nil {
		return "", err
	}
	return r.order.To + " takes writes", nil
}

// errStays says that the new primary stays what it is: it has transactions that would be lost if it was made a replica again, or
// may be writable and does not answer. Then the old one must not become writable, too.
var errStays = errors.New("nothing more was undone")

// demote makes the target a replica again. It may have been writable for a moment, and others than shunt could write there.
func (r *run) demote(ctx context.Context) (string, error) {
	at := r.order.To
	if err := r.target().SetModes(ctx, r.plan.target.facts.Modes, time.Second); err != nil && r.opened {
		return "", fmt.Errorf("%s may be writable and does not answer (%w). If it is, let it be the primary; if it is dead, make %s writable "+
			"and remove its link (RESET REPLICA ALL); %w", at, err, r.plan.old.host.Address, errStays)
	} else if err != nil {
		return "", fmt.Errorf("make %s a replica of %s (%w)", at, r.plan.oldAt, err)
	}
	facts, err := r.target().Facts(ctx)
	if err != nil {
		return "", fmt.Errorf("make %s a replica of %s (%w)", at, r.plan.oldAt, err)
	}
	if own := lacksOf(facts.Flavor, facts.Has, r.position); len(own) > 0 && len(facts.Links) == 0 {
		err := r.target().SetModes(ctx, Open(), time.Second)
		return "", errors.Join(fmt.Errorf("%s stays the primary: it has taken writes that did not come through shunt (%s); %w",
			at, strings.Join(own, ", "), errStays), err)
	}
	if len(facts.Links) > 0 { // it never forgot
		return at + " is read_only", nil
	}
	err = r.target().Follow(ctx, Following{
		Name: r.plan.link.Name, Source: r.plan.oldAt, As: r.engine.deps.Replication(r.order.Cluster), Like: r.plan.link,
	})
	if err != nil {
		return "", fmt.Errorf("make %s a replica of %s (%w)", at, r.plan.oldAt, err)
	}
	return at + " is a replica", nil
}

func (r *run) publish(ctx context.Context) (string, error) {
	err := r.engine.AwaitPrimary(ctx, r.order.Cluster, r.order.To, r.order.To, r.plan.old.host.Address)
	if err != nil {
		return "", err
	}
	return "everybody knows it", nil
}

func (r *run) goOn(context.Context) (string, error) {
	r.letGo()
	return fmt.Sprintf("writes waited for %.3f s", r.report.Pause.Seconds()), nil
}
