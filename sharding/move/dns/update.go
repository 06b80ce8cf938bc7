package dns

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/miekg/dns"
)

// UpdateConfig says which server's zone is changed, and how.
type UpdateConfig struct {
	// Server is the address of the zone's primary, host:port.
	Server string
	// Zone is as ParseName gives it.
	Zone string
	// Key signs what is sent, and has signed what is answered.
	Key Key
	// Every is the least time between two messages that change something, since each is written to disk there and sent on to other servers.
	// Batch is how many names one message may change.
	Every time.Duration
	Batch int
	// Timeout bounds a connection: its questions, and one change.
	Timeout time.Duration
}

// Key is a shared secret.
type Key struct {
	Name      string // as ParseName gives it
	Algorithm string // such as hmac-sha256
	Secret    string // in base64
}

// Updater changes names by messages to their server. Somebody has to Run it.
type Updater struct {
	config UpdateConfig
	asked  chan *request
}

// NewUpdater makes it. It starts nothing.
func NewUpdater(c UpdateConfig) *Updater {
	if c.Batch == 0 {
		c.Batch = 50
	}
	if c.Every == 0 {
		c.Every = 200 * time.Millisecond
	}
	if c.Timeout == 0 {
		c.Timeout = 5 * time.Second
	}
	return &Updater{config: c, asked: make(chan *request)}
}

// request is one name that somebody wants changed.
type request struct {
	ctx  context.Context // of who waits
	name string
	// change gives what the name is to be, from what it is; the same: there is nothing to do.
	change func(now set) (set, error)
	done   chan error // capacity 1
}

// Point has a name lead to another place, if it leads to the first one.
func (u *Updater) Point(ctx context.Context, name string, from, to Place) error {
	return u.ask(ctx, name, func(now set) (set, error) {
		switch {
		case now.place.Equal(to):
			return now, nil
		case !now.place.Equal(from):
			return set{}, fmt.Errorf("%s leads to %s, not to %s any more: %w", name, now.place, from, ErrForeign)
		}
		return set{to, now.ttl}, nil
	})
}

// TTL is for how long resolvers may keep the answer; 0 if there is none.
func (u *Updater) TTL(ctx context.Context, name string) (ttl time.Duration, err error) {
	err = u.ask(ctx, name, func(now set) (set, error) {
		ttl = now.ttl
		return now, nil
	})
	return ttl, err
}

// SetTTL has them keep it for another time.
func (u *Updater) SetTTL(ctx context.Context, name string, ttl time.Duration) error {
	return u.ask(ctx, name, func(now set) (set, error) {
		if now.place.IsZero() { // it is gone
			return now, nil
		}
		return set{now.place, ttl}, nil
	})
}

// ask hands a change to Run, and waits. When ctx ends nobody knows whether it was made; what change has written is read only after it was answered.
func (u *Updater) ask(ctx context.Context, name string, change func(set) (set, error)) error {
	canonical, err := ParseName(name)
	if err != nil {
		return err
	}
	if !Below(canonical, u.config.Zone) {
		return fmt.Errorf("%s is not in zone %s", name, u.config.Zone)
	}
	r := &request{ctx, canonical, change, make(chan error, 1)}
	select {
	case u.asked <- r:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return <-r.done // Run answers soon: what it does is bounded
}

// Run makes the changes until ctx ends, those that are asked for at the same time together.
func (u *Updater) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case first := <-u.asked:
			u.change(ctx, u.gather(ctx, first))
		}
	}
}

// gather takes what else is asked for before the next message may go out. A name comes once: two changes of one in a message would not know of each other.
func (u *Updater) gather(ctx context.Context, first *request) []*request {
	batch, names := []*request{first}, map[string]bool{first.name: true}
	until := time.After(u.config.Every)
	for len(batch) < u.config.Batch {
		select {
		case <-ctx.Done():
			return batch
		case <-until:
			return batch
		case r := <-u.asked:
			if names[r.name] {
				r.done <- errBusy
				continue
			}
			batch, names[r.name] = append(batch, r), true
		}
	}
	<-until // so full batches do not come faster than others
	return batch
}

var errBusy = errors.New("the name is being changed by somebody else on this proxy; try again")

// rounds is how often names are read again that somebody else changes at the same time.
const rounds = 5

// change makes the changes of a batch, and answers all who wait.
func (u *Updater) change(ctx context.Context, batch []*request) {
	var err error
	for range rounds {
		if batch, err = u.round(ctx, batch); err != nil || len(batch) == 0 {
			break
		}
		err = errors.New("somebody else changes it again and again")
	}
	if err != nil && len(batch) > 1 && ctx.Err() == nil && errors.As(err, new(*refusal)) { // it may be about one of them
		for _, r := range batch {
			u.change(ctx, []*request{r})
		}
		return
	}
	for _, r := range batch {
		r.done <- err
	}
}

// round reads the names of a batch, and sends one message that changes them all, or none. It gives those back that were changed meanwhile.
func (u *Updater) round(ctx context.Context, batch []*request) (left []*request, err error) {
	ctx, cancel := context.WithTimeout(ctx, u.config.Timeout)
	defer cancel()
	conn, err := u.dial(ctx)
	if err != nil {
		return batch, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })() // the library waits for its own timeout otherwise
	message := new(dns.Msg)
	message.SetUpdate(u.config.Zone)
	for _, r := range batch {
		if r.ctx.Err() != nil { // nobody waits any more
			r.done <- context.Cause(r.ctx)
			continue
		}
		now, err := u.read(ctx, conn, r.name)
		if err != nil {
			return append(left, rest(batch, r)...), err
		}
		next, err := r.change(now)
		if err != nil || next.equal(now) {
			r.done <- err
			continue
		}
		now.demand(message, r.name)
		next.replace(message, r.name)
		left = append(left, r)
	}
	if len(left) == 0 {
		return nil, nil
	}
	err = u.send(ctx, conn, message)
	switch {
	case errors.Is(err, errRace):
		return left, nil
	case err != nil:
		return left, err
	}
	for _, r := range left {
		r.done <- nil
	}
	return nil, nil
}

// rest is a batch from r on.
func rest(batch []*request, r *request) []*request {
	for i := range batch {
		if batch[i] == r {
			return batch[i:]
		}
	}
	return nil
}
