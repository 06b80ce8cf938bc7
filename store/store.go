// Package store is what the proxies of a fleet agree on: where databases live, what operators have ordered, who is moving what, who is alive.
// [Store] is its interface: keys with values, read and written at revisions.
//
// Three rules make it of use. A [Txn] changes several keys or none, and only if the keys that it was decided on are as they were. A watch
// tells every change in order, and says [ErrCompacted] where it cannot. A [Lease] ties keys to a process that is alive, and tells its holder
// when that is no longer sure.
//
// A lease does not exclude anybody by itself: a process that was stopped for a while may go on believing in it. What must not happen twice
// is guarded by the revisions of a Txn.
//
// It leaves to store/etcdstore how that is kept, on disk or in a cluster, and to its callers what they do while the store is away. store/memstore
// keeps it in memory. All of them pass store/storetest.
package store

import (
	"context"
	"iter"
	"time"
)

// Revision numbers the states of a store: each Txn that changes something makes the next one. It counts all keys together. 0 is before
// everything.
type Revision int64

// Item is a key as it was at some revision. Its value is shared, and must not be changed.
type Item struct {
	Key      string
	Value    []byte
	Revision Revision // of its last change; 0: there was no such key
	Lease    LeaseID  // that the key lives by; 0: none
	Deleted  bool     // in a Changes: the key was deleted at Revision
}

// Exists says whether there is such a key.
func (i Item) Exists() bool { return i.Revision != 0 && !i.Deleted }

// Range says which keys [Store.List] gives.
type Range struct {
	Prefix string
	After  string   // the last key of the page before; empty: from the start
	At     Revision // the page before's, so that all pages are of one revision; 0: the newest
	Limit  int      // keys in a page; 0: DefaultPage
}

// DefaultPage is how many keys a page has that names no limit.
const DefaultPage = 1000

// Page is a part of the keys with a prefix, in the order of their bytes.
type Page struct {
	Items    []Item
	Revision Revision // that all of it is of
	More     bool     // more keys follow
}

// Changes is what one Txn, or the end of a lease, did to the keys that are watched. It has at least one item, and each key once.
type Changes struct {
	Revision Revision
	Items    []Item // as they are since then
}

// Status is how a store is, for people.
type Status struct {
	Kind     string    // memory, embedded or etcd
	Where    string    // the folder, or the addresses
	Healthy  bool      // it answered just now
	Since    time.Time // since when it has been so
	Problem  string    // why it is not; may be set on a healthy one that is about to be full
	Revision Revision  // the newest
	Keys     int64     // with the store's prefix
	Bytes    int64     // on disk, or in memory
	InUse    int64     // of these, the part that is no history
	Quota    int64     // how many bytes there may be; 0: not known
}

// Store holds keys. Its methods may be called from anywhere at any time; each ends with its context, or earlier. What could not be done is
// one of the errors of this package, wrapped with the reason.
type Store interface {
	// Get reads one key, as new as any Txn that has ended before. A key that does not exist is an item with revision 0, not an error.
	Get(ctx context.Context, key string) (Item, error)

	// List reads a page of the keys with a prefix. The pages of one revision fit together; ErrCompacted says that the revision is no longer
	// known, and that one has to begin anew.
	List(ctx context.Context, r Range) (Page, error)

	// Commit carries out a Txn and gives the revision that it made. ErrConflict: a condition did not hold, and nothing was done; the error
	// is a *Conflict with the keys as they are. ErrLeaseLost: a key was to be tied to a lease that has ended, and nothing was done.
	// ErrUnavailable: nobody knows whether it was done. Then read what the Txn was about before anything is decided.
	Commit(ctx context.Context, t Txn) (Revision, error)

	// Watch gives all changes of keys with a prefix after a revision, in order, without gaps and without doubles, until ctx ends or the
	// caller stops. It waits out what is wrong with the store. The last pair has an error and no changes: ErrCompacted if changes were
	// missed, so that the keys have to be listed again, or the cause of ctx's end.
	Watch(ctx context.Context, prefix string, after Revision) iter.Seq2[Changes, error]

	// Lease makes a lease and keeps it alive. ttl is how long it lasts when it is no longer kept alive, in whole seconds, two at least; ctx
	// bounds the making only.
	Lease(ctx context.Context, ttl time.Duration) (Lease, error)

	// Status looks at the store. It has no error: one that cannot be asked is not healthy.
	Status(ctx context.Context) Status
}

// LeaseID names a lease, in the store and for people.
type LeaseID int64

// Lease is time-bound ownership of the keys that were put with it: they are deleted when it ends.
type Lease interface {
	// ID names it, for PutLeased.
	ID() LeaseID

	// Until is the time up to which the lease is held for sure. It moves on as long as the store answers. Who is about to do what only the
	// holder should looks at it just before.
	Until() time.Time

	// Lost is closed when Until is over, when the store says that the lease has ended, when it was released, or when the store is closed.
	Lost() <-chan struct{}

	// Release ends the lease, and its keys with it. On an error they go when its time is over.
	Release(ctx context.Context) error
}
