package pause

import (
	"context"
	"time"

	"shunt/store"
	"shunt/store/fleet"
	"shunt/store/ledger"
)

// Closing is a hold of all statements of an area, reads too, since it is about to live elsewhere. Whoever moves it puts it into the store together with what else
// changes then, and takes it away again.
type Closing struct {
	Area  Area
	ID    string
	Who   ledger.Who
	At    time.Time
	Drain time.Duration // how long what is open may take
	// Release: statements go on, on a map that has this revision of the store; 0: they do not yet.
	Release store.Revision
}

// closingKey is where the closing of an area is in the store.
func (a Area) closingKey() string { return holdPrefix + "closed/" + a.key()[len(holdPrefix):] }

// Begin is what a transaction of the store needs to begin it: no other hold is on the area, but for one of before, which was released and is not taken away yet.
func (c Closing) Begin(ctx context.Context, s store.Store, before string) ([]store.Condition, store.Change, error) {
	put, err := c.put()
	if err != nil {
		return nil, put, err
	}
	item, err := s.Get(ctx, c.Area.closingKey())
	if err != nil {
		return nil, put, err
	}
	free := store.Absent(c.Area.closingKey())
	var e entry
	if item.Exists() && item.JSON(&e) == nil && e.ID == before && e.Release > 0 {
		free = store.Unchanged(item)
	}
	whole := Area{Database: c.Area.Database}
	conditions := []store.Condition{free, store.Absent(whole.key())}
	if c.Area.Module != "" {
		conditions = append(conditions, store.Absent(Area{Database: c.Area.Database, Module: c.Area.Module}.key()))
	}
	return conditions, put, nil
}

// Renew is the change that tells all proxies of a Release.
func (c Closing) Renew() (store.Change, error) { return c.put() }

// End is the change that takes it away, whatever it was.
func (c Closing) End() store.Change { return store.Delete(c.Area.closingKey()) }

func (c Closing) put() (store.Change, error) {
	return store.PutJSON(c.Area.closingKey(), entry{
		Version: form, ID: c.ID, Area: c.Area, Who: c.Who, At: c.At, Drain: c.Drain, Closed: true, Release: c.Release,
	})
}

// AwaitClosed returns when every proxy that is alive holds, and has nothing open any more; those that are not meet closed servers. ErrRefused: something is open.
func (p *Pauses) AwaitClosed(ctx context.Context, c Closing) error {
	members, err := p.deps.Members(ctx) // after the hold was ordered: who comes later finds it
	if err != nil {
		return err
	}
	var alive []fleet.Member
	for _, m := range members {
		if m.Alive {
			alive = append(alive, m)
		}
	}
	_, err = p.await(ctx, entry{ID: c.ID, Drain: c.Drain}, alive)
	return err
}
