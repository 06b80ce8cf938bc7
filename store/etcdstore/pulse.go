package etcdstore

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc/metadata"
)

// A member that stands still keeps its connections, and who watches over one of them hears nothing. So a watch of several members asks for a sign of life, and goes to another member if there is none.
const (
	pulseEvery = time.Second
	pulseBound = 3 * time.Second
	// beginBound is how long a watch may take to begin. The next try may come to the same member again.
	beginBound = time.Second
)

// errNoPulse ends a watch of etcd's.
var errNoPulse = fmt.Errorf("%w: the member says nothing any more", errAgain)

// pulse belongs to one watch of etcd's. It needs no goroutine.
type pulse struct {
	due    <-chan time.Time // when it is time to ask; nil: never
	ticker *time.Ticker
	last   time.Time // something was heard
}

// pulse is for a watch that begins now. One member has nobody to go to instead.
func (s *Store) pulse() *pulse {
	p := &pulse{last: time.Now()}
	if len(s.config.Etcd) > 1 {
		p.ticker = time.NewTicker(pulseEvery)
		p.due = p.ticker.C
	}
	return p
}

// beginning ends a watch that a member does not begin in time, unless began is called before.
func (s *Store) beginning(end context.CancelCauseFunc) (began func()) {
	if len(s.config.Etcd) < 2 {
		return func() {}
	}
	t := time.AfterFunc(beginBound, func() { end(errNoPulse) })
	return func() { t.Stop() }
}

func (p *pulse) stop() {
	if p.ticker != nil {
		p.ticker.Stop()
	}
}

// felt notes that the member lives.
func (p *pulse) felt() { p.last = time.Now() }

// ask asks the member for its revision, which comes as an answer of the watch. It fails if there was none for too long. (A member that is behind with the watch does not answer, but has changes to tell.)
func (p *pulse) ask(ctx context.Context, c *clientv3.Client) error {
	if time.Since(p.last) > pulseBound {
		return errNoPulse
	}
	ctx, cancel := context.WithTimeout(ctx, pulseEvery)
	defer cancel()
	if err := c.RequestProgress(ctx); err != nil && ctx.Err() == nil {
		return fmt.Errorf("%w: %w", errAgain, err)
	}
	return nil
}

// ownStream has a watch use a stream of its own: etcd's client has all those with equal metadata share one, and so go to the same member again.
func ownStream(ctx context.Context) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "watch", rand.Text())
}
