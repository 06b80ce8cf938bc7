package etcdstore

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// tries is how many tries a request to several members has time for: one of them may stand still, which is no error on a connection to it for twelve seconds.
const tries = 3

// memberBound is how long a member may take to tell how it is. It needs no other member for that.
const memberBound = time.Second

// doubt has all members asked how they are: one of several has not answered in time.
func (s *Store) doubt() {
	select {
	case s.doubts <- struct{}{}:
	default:
	}
}

// sift asks the members how they are, and leaves out those that do not answer until they do. etcd's client gives each its turn otherwise, so that every third request fails, or, where three make
// one step, every step.
func (s *Store) sift(ctx context.Context, e *engine) {
	if len(s.config.Etcd) < 2 {
		return
	}
	well := s.well(ctx, e)
	if ctx.Err() != nil || len(well) == 0 { // it is the network, and nobody is better than others
		return
	}
	before := e.client.Endpoints()
	if slices.Equal(before, well) {
		return
	}
	s.log.Warn("other members of the store are asked from now on", "members", well, "before", before)
	e.client.SetEndpoints(well...)
}

// well are the members that answer.
func (s *Store) well(ctx context.Context, e *engine) (list []string) {
	ctx, cancel := context.WithTimeout(ctx, memberBound)
	defer cancel()
	answers := make([]bool, len(s.config.Etcd))
	var group sync.WaitGroup
	for i, address := range s.config.Etcd {
		group.Go(func() {
			_, err := e.client.Status(ctx, address)
			answers[i] = err == nil
		})
	}
	group.Wait()
	for i, address := range s.config.Etcd {
		if answers[i] {
			list = append(list, address)
		}
	}
	return list
}

// left says whether members are left out.
func (s *Store) left(e *engine) bool {
	return len(s.config.Etcd) > 1 && len(e.client.Endpoints()) < len(s.config.Etcd)
}

// late says whether a request had no answer in its time.
func late(err error) bool { return errors.Is(err, context.DeadlineExceeded) }
