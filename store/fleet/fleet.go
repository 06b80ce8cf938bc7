// Package fleet is who else is there: the proxies that share a store. [Fleet.Run] has this one known as long as it lives, [Fleet.Members] lists all.
//
// A proxy that dies stays a member: nobody can tell it from one that only cannot reach the store and goes on serving. So what all proxies have to agree to waits
// for it, until it comes back or somebody who knows that it is gone has it forgotten ([Fleet.Forget]). One that ends in order leaves by itself.
package fleet

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"shunt/store"
)

// The keys: a member's entry stays, its sign of life goes with its lease.
const (
	memberPrefix = "fleet/member/"
	alivePrefix  = "fleet/alive/"
	// TTL is for how long a proxy counts as alive that says nothing.
	TTL = 3 * time.Second
	// again is how long it is until what failed is tried again.
	again = 500 * time.Millisecond
	// bound is how long one question to the store may take.
	bound = 3 * time.Second
)

// Member is a proxy, as it was when it began. Immutable.
type Member struct {
	Name       string    `json:"name"` // unlike those of all others
	Instance   string    `json:"instance"`
	Version    string    `json:"version"`
	Datacenter string    `json:"datacenter,omitempty"`
	Addresses  []string  `json:"addresses"` // where clients come to
	Started    time.Time `json:"started"`
	Alive      bool      `json:"-"` // it has a lease
}

// Why a proxy is not forgotten.
var (
	ErrUnknown = errors.New("there is no such proxy")
	ErrAlive   = errors.New("the proxy is alive")
)

// Fleet is this proxy among the others. Its methods may be called from anywhere at any time.
type Fleet struct {
	store store.Store
	log   *slog.Logger

	mu     sync.Mutex
	me     Member        // guarded by mu
	lease  store.Lease   // guarded by mu; the last one; nil: there was none yet
	lapsed time.Time     // guarded by mu; when the store was last known not to have heard of this proxy for too long; zero: never
	taken  time.Time     // guarded by mu; since when another one has been found under the name; zero: it has not
	joined chan struct{} // closed when the store knows this proxy for the first time
}

// New makes it. It starts nothing. me's instance is made here.
func New(s store.Store, me Member, log *slog.Logger) *Fleet {
	var id [8]byte
	_, _ = rand.Read(id[:]) // it does not fail (https://pkg.go.dev/crypto/rand#Read)
	me.Instance = hex.EncodeToString(id[:])
	return &Fleet{store: s, me: me, log: log, joined: make(chan struct{})}
}

// Name is this proxy's. It has an addition from the time on that another one of its name is found alive.
func (f *Fleet) Name() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.me.Name
}

// Joined is closed when the store knows this proxy.
func (f *Fleet) Joined() <-chan struct{} { return f.joined }

// Run keeps this proxy known until ctx ends, and leaves then.
func (f *Fleet) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		lease, err := f.join(ctx)
		if err != nil {
			f.log.Debug("the store does not know this proxy yet", "error", err)
			sleep(ctx, again)
			continue
		}
		f.opened()
		f.keep(lease)
		select {
		case <-ctx.Done():
			f.leave(ctx, lease)
		case <-lease.Lost():
		}
	}
	return nil
}

func (f *Fleet) keep(lease store.Lease) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lease != nil {
		f.lapsed = time.Now()
	}
	f.lease = lease
}

// remembered is for how long a proxy that was away takes what it knows for old: by then all that happened meanwhile has come to it.
const remembered = time.Minute

// Lapsed says that others may have counted without this proxy, once they had counted with it: the store has not heard of it for as long as a sign of life lasts, or it was so in the
// last minute. It does not ask the store.
func (f *Fleet) Lapsed() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now()
	if f.lease != nil && !now.Before(f.lease.Until()) {
		f.lapsed = now
	}
	return !f.lapsed.IsZero() && now.Sub(f.lapsed) < remembered
}

func (f *Fleet) opened() {
	select {
	case <-f.joined:
	default:
		close(f.joined)
	}
}

// join makes a sign of life.
func (f *Fleet) join(ctx context.Context) (store.Lease, error) {
	ctx, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	lease, err := f.store.Lease(ctx, TTL)
	if err != nil {
		return nil, err
	}
	if err = f.announce(ctx, lease); err != nil {
		_ = lease.Release(ctx) // it ends by itself
		if errors.Is(err, store.ErrConflict) {
			f.giveWay()
		}
		return nil, err
	}
	return lease, nil
}

// giveWay adds to the name, if the other one that lives under it cannot be this proxy's own past: that ends with its lease.
func (f *Fleet) giveWay() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.taken.IsZero() {
		f.taken = time.Now()
	}
	if addition := "#" + f.me.Instance; time.Since(f.taken) > 2*TTL && !strings.HasSuffix(f.me.Name, addition) {
		f.me.Name += addition
	}
}

// announce puts the member and its sign of life. store.ErrConflict: somebody else lives under the name.
func (f *Fleet) announce(ctx context.Context, lease store.Lease) error {
	f.mu.Lock()
	me := f.me
	f.mu.Unlock()
	alive, err := f.store.Get(ctx, alivePrefix+me.Name)
	if err != nil {
		return err
	}
	if alive.Exists() && string(alive.Value) != me.Instance {
		return fmt.Errorf("%w: a proxy called %s is alive", store.ErrConflict, me.Name)
	}
	entry, err := store.PutJSON(memberPrefix+me.Name, me)
	if err != nil {
		return err
	}
	_, err = f.store.Commit(ctx, store.Txn{
		If:   []store.Condition{store.Unchanged(alive)},
		Then: []store.Change{entry, store.PutLeased(alivePrefix+me.Name, []byte(me.Instance), lease)},
	})
	return err
}

// leave takes this proxy out, since it has ended in order.
func (f *Fleet) leave(ctx context.Context, lease store.Lease) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), bound)
	defer cancel()
	name := f.Name()
	if _, err := f.store.Commit(ctx, store.Txn{Then: []store.Change{store.Delete(memberPrefix + name), store.Delete(alivePrefix + name)}}); err != nil {
		f.log.Warn("this proxy could not be taken out of the store; FORGET PROXY does it", "proxy", name, "error", err)
	}
	_ = lease.Release(ctx) // it ends by itself
}

// Members lists the proxies, by name.
func (f *Fleet) Members(ctx context.Context) ([]Member, error) {
	ctx, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	entries, _, err := store.All(ctx, f.store, memberPrefix)
	if err != nil {
		return nil, err
	}
	signs, _, err := store.All(ctx, f.store, alivePrefix)
	if err != nil {
		return nil, err
	}
	alive := map[string]string{}
	for _, s := range signs {
		alive[strings.TrimPrefix(s.Key, alivePrefix)] = string(s.Value)
	}
	var members []Member
	for _, e := range entries {
		m := Member{}
		if err := e.JSON(&m); err != nil {
			m = Member{}
		}
		m.Name = strings.TrimPrefix(e.Key, memberPrefix)
		m.Alive = m.Instance != "" && alive[m.Name] == m.Instance
		members = append(members, m)
	}
	return members, nil
}

// Forget takes a proxy out that died. The error is ErrUnknown, ErrAlive, or the store's. Whoever orders that must know that it does not run any more.
func (f *Fleet) Forget(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	entry, err := f.store.Get(ctx, memberPrefix+name)
	if err != nil {
		return err
	}
	if !entry.Exists() {
		return fmt.Errorf("%w: %s; SHOW PROXIES lists them", ErrUnknown, name)
	}
	_, err = f.store.Commit(ctx, store.Txn{
		If:   []store.Condition{store.Unchanged(entry), store.Absent(alivePrefix + name)},
		Then: []store.Change{store.Delete(memberPrefix + name)},
	})
	if errors.Is(err, store.ErrConflict) {
		return fmt.Errorf("%w: %s has just said so; it leaves by itself when it is ended", ErrAlive, name)
	}
	return err
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
