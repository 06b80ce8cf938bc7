// Package pause holds the writes of one database or module back for a while, on all proxies, so that its data stand still: before a copy is compared, a server is
// worked on, or somebody else's tool moves it. [Pauses.Pause] begins, and gives the points in the binary logs at which the data stand still; [Pauses.Resume] ends,
// and so does the pause itself when its time is over. [Keeper] holds on each proxy what the store says.
//
// The answer comes when every proxy of the fleet holds and none has anything open in the area. Reads go on all the time, and so do neighbours on the same servers.
//
// It leaves to proxy how statements are held, to store/fleet which proxies there are, and to whoever makes it how a primary is asked for its position. What does
// not come through shunt, it cannot hold: events of a server, and clients that log in there themselves.
package pause

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"shunt/store"
	"shunt/store/fleet"
	"shunt/store/ledger"
)

// Why a pause did not begin, or does not end.
var (
	ErrRefused = errors.New("refused")
	ErrUnknown = errors.New("unknown")
)

// The bounds.
const (
	// DefaultTimeout is after what a pause ends by itself if nobody says.
	DefaultTimeout = 30 * time.Second
	// LongestTimeout is the longest that can be said.
	LongestTimeout = 24 * time.Hour
	// askBound is for one question to the store.
	askBound = 3 * time.Second
	// answerBound is how much longer than the draining the answers of the proxies may take.
	answerBound = 3 * time.Second
)

// Deps are what it needs. All but Now are needed.
type Deps struct {
	Store store.Store
	// Members are the proxies of the fleet.
	Members func(ctx context.Context) ([]fleet.Member, error)
	// Find gives the area of a name, and the clusters that it is on. Its error says that there is none.
	Find func(database, module string) (Area, []string, error)
	// Point asks the primary of a cluster where it is, when all that proxies have written in an area is committed.
	Point func(ctx context.Context, cluster string, area Area) (Point, error)
	// Drain is how long what is open may take; half of the pause's time at most.
	Drain time.Duration
	// Now is the time; nil: time.Now.
	Now func() time.Time
}

// Pauses carries out what operators order. Its methods may be called from anywhere at any time.
type Pauses struct{ deps Deps }

// New makes it. It starts nothing.
func New(deps Deps) *Pauses {
	if deps.Now == nil {
		deps.Now = time.Now
	}
	return &Pauses{deps}
}

// Pause holds the writes of a database, or of a module if one is named, on all proxies, and gives the points at which the data stand still, one for each cluster.
// timeout is after what it ends by itself; 0: DefaultTimeout. If it cannot begin, nothing is held any more; so it is if ctx ends before. The error is ErrUnknown or
// ErrRefused with the reason, or the store's.
func (p *Pauses) Pause(ctx context.Context, who ledger.Who, database, module string, timeout time.Duration) (Status, error) {
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	if timeout < time.Second || timeout > LongestTimeout {
		return Status{}, fmt.Errorf("%w: a pause lasts a second at least, and %s at most", ErrRefused, LongestTimeout)
	}
	area, clusters, err := p.deps.Find(database, module)
	if err != nil {
		return Status{}, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	e := entry{Version: form, ID: rand.Text(), Area: area, Who: who, At: p.deps.Now().UTC(), Timeout: timeout, Drain: min(p.deps.Drain, timeout/2)}
	at, err := p.order(ctx, e)
	if err != nil {
		return Status{}, err
	}
	status, err := p.stand(ctx, e, at, clusters)
	if err != nil {
		p.undo(ctx, e)
		return Status{}, err
	}
	return status, nil
}

// order puts the hold into the store.
func (p *Pauses) order(ctx context.Context, e entry) (store.Revision, error) {
	put, err := store.PutJSON(e.Area.key(), e)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, askBound)
	defer cancel()
	at, err := p.deps.Store.Commit(ctx, store.Txn{
		If:   []store.Condition{store.Absent(e.Area.key()), store.Absent(Area{Database: e.Area.Database, Part: true}.closingKey()), store.Absent(e.Area.closingKey())},
		Then: []store.Change{put},
	})
	if errors.Is(err, store.ErrConflict) {
		return 0, fmt.Errorf("%w: writes to %s are paused already, or it is just being moved; SHOW PAUSES tells by whom", ErrRefused, e.Area)
	}
	return at, err
}

// stand waits for all proxies, and finds out where the data stand still.
func (p *Pauses) stand(ctx context.Context, e entry, at store.Revision, clusters []string) (Status, error) {
	members, err := p.deps.Members(ctx) // after the hold was ordered: who comes later finds it
	if err != nil {
		return Status{}, err
	}
	acks, err := p.await(ctx, e, members)
	if err != nil {
		return Status{}, err
	}
	for _, cluster := range clusters {
		point, err := p.deps.Point(ctx, cluster, e.Area)
		if err != nil {
			return Status{}, fmt.Errorf("%w: cluster %s does not tell where it is: %w", ErrRefused, cluster, err)
		}
		e.Points = append(e.Points, point)
	}
	put, err := store.PutJSON(e.Area.key(), e)
	if err != nil {
		return Status{}, err
	}
	_, err = p.deps.Store.Commit(ctx, store.Txn{If: []store.Condition{{Key: e.Area.key(), Revision: at}}, Then: []store.Change{put}})
	if errors.Is(err, store.ErrConflict) {
		return Status{}, fmt.Errorf("%w: the pause has ended before all stood still (somebody has resumed it, or its time was over)", ErrRefused)
	}
	return Status{Area: e.Area, Who: e.Who, Since: e.At, Timeout: e.Timeout, Points: e.Points, Acks: acks}, err
}

// await returns when these proxies hold, and have nothing open any more.
func (p *Pauses) await(ctx context.Context, e entry, members []fleet.Member) ([]Ack, error) {
	bound, cancel := context.WithTimeout(ctx, e.Drain+answerBound)
	defer cancel()
	said := map[string]Ack{}
	err := store.Follow(bound, p.deps.Store, ackPrefix+e.ID+"/", func(u store.Update) error {
		for _, item := range u.Items {
			var ack Ack
			if item.Exists() && item.JSON(&ack) == nil {
				said[ack.Proxy] = ack
			}
		}
		if u.Complete && !slices.ContainsFunc(members, func(m fleet.Member) bool { return said[m.Name].Proxy == "" }) {
			return errAll
		}
		return nil
	})
	if !errors.Is(err, errAll) {
		return nil, p.silent(ctx, members, said, err)
	}
	var acks []Ack
	for _, m := range members {
		if ack := said[m.Name]; ack.Problem != "" {
			return nil, fmt.Errorf("%w: on proxy %s %s; nothing is paused", ErrRefused, m.Name, ack.Problem)
		}
		acks = append(acks, said[m.Name])
	}
	return acks, nil
}

var errAll = errors.New("all proxies have answered")

// silent says who has not answered.
func (p *Pauses) silent(ctx context.Context, members []fleet.Member, said map[string]Ack, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var missing []string
	dead := false
	for _, m := range members {
		if said[m.Name].Proxy == "" {
			missing = append(missing, m.Name)
			dead = dead || !m.Alive
		}
	}
	if len(missing) == 0 {
		return err
	}
	text := " not answer, and may still write; nothing is paused"
	if len(missing) == 1 {
		text = "does" + text
	} else {
		text = "do" + text
	}
	if dead {
		text += "; a proxy that is gone for good is taken out by FORGET PROXY name"
	}
	return fmt.Errorf("%w: %s %s", ErrRefused, describe(missing), text)
}

// undo takes a hold back that has not come to stand.
func (p *Pauses) undo(ctx context.Context, e entry) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askBound)
	defer cancel()
	if item, err := p.deps.Store.Get(ctx, e.Area.key()); err == nil && item.Exists() {
		var now entry
		if item.JSON(&now) == nil && now.ID == e.ID {
			_, _ = p.deps.Store.Commit(ctx, store.Txn{ // else its time ends it
				If: []store.Condition{store.Unchanged(item)}, Then: []store.Change{store.Delete(item.Key)},
			})
		}
	}
}

// Resume lets writes go on, and tells what the pause was. ErrUnknown: there is none, or it has ended by itself, so that what was done under it may have been
// overtaken.
func (p *Pauses) Resume(ctx context.Context, database, module string) (Status, error) {
	area, _, err := p.deps.Find(database, module)
	if err != nil {
		area = Area{Database: database, Module: module} // it may have been dropped
	}
	ctx, cancel := context.WithTimeout(ctx, askBound)
	defer cancel()
	for {
		item, err := p.deps.Store.Get(ctx, area.key())
		if err != nil {
			return Status{}, err
		}
		if !item.Exists() {
			return Status{}, fmt.Errorf("%w: writes to %s are not paused, or not any more; SHOW PAUSES lists what is", ErrUnknown, area)
		}
		_, err = p.deps.Store.Commit(ctx, store.Txn{If: []store.Condition{store.Unchanged(item)}, Then: []store.Change{store.Delete(item.Key)}})
		if errors.Is(err, store.ErrConflict) {
			continue
		}
		var e entry
		_ = item.JSON(&e) // one that cannot be read is ended, too
		return Status{Area: area, Who: e.Who, Since: e.At, Timeout: e.Timeout, Points: e.Points}, err
	}
}

// List tells what is paused.
func (p *Pauses) List(ctx context.Context) ([]Status, error) {
	ctx, cancel := context.WithTimeout(ctx, askBound)
	defer cancel()
	items, _, err := store.All(ctx, p.deps.Store, holdPrefix)
	if err != nil {
		return nil, err
	}
	acks, _, err := store.All(ctx, p.deps.Store, ackPrefix)
	if err != nil {
		return nil, err
	}
	var list []Status
	for _, item := range items {
		var e entry
		if item.JSON(&e) != nil {
			continue
		}
		status := Status{Area: e.Area, Who: e.Who, Since: e.At, Timeout: e.Timeout, Points: e.Points}
		for _, a := range acks {
			var ack Ack
			if strings.HasPrefix(a.Key, ackPrefix+e.ID+"/") && a.JSON(&ack) == nil {
				status.Acks = append(status.Acks, ack)
			}
		}
		list = append(list, status)
	}
	return list, nil
}
