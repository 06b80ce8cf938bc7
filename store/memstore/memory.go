// Package memstore is a store in memory. A [Memory] holds the keys; each [Store] is a client of it, as a process of a fleet would be, and can
// be cut off from it. It does what store/etcdstore does, without files, goroutines or chance, so that it also works in a bubble of testing/synctest.
//
// It is for tests, and for a shunt that has no folder to keep anything in.
package memstore

import (
	"slices"
	"strings"
	"sync"
	"time"

	"shunt/store"
)

// keptRevisions is how far back watches and lists can look.
const keptRevisions = 10000

// Memory is the content that several clients share.
type Memory struct {
	mu        sync.Mutex
	revision  store.Revision
	compacted store.Revision            // older revisions are not known any more
	keys      map[string][]store.Item   // versions of each key, the newest last; a deleted key ends with one that says so
	sorted    []string                  // the keys in order, but for those in added
	added     []string                  // keys that are not in sorted yet
	log       []store.Changes           // what happened after compacted
	changed   chan struct{}             // closed with the next change
	leases    map[store.LeaseID]*expiry // that have not ended
	nextLease store.LeaseID
	bytes     int64 // of the newest versions
}

// expiry is a lease as the memory sees it.
type expiry struct {
	keys  map[string]bool
	timer *time.Timer
}

// New makes an empty store, at revision 1.
func New() *Memory {
	return &Memory{revision: 1, compacted: 1, keys: map[string][]store.Item{}, changed: make(chan struct{}), leases: map[store.LeaseID]*expiry{}}
}

// newestLocked is a key as it is; with revision 0 if it is not.
func (m *Memory) newestLocked(key string) store.Item { return m.atLocked(key, m.revision) }

// atLocked is a key as it was.
func (m *Memory) atLocked(key string, at store.Revision) store.Item {
	versions := m.keys[key]
	for i := len(versions) - 1; i >= 0; i-- {
		if versions[i].Revision <= at {
			if versions[i].Deleted {
				break
			}
			return versions[i]
		}
	}
	return store.Item{Key: key}
}

// commitLocked carries out changes that have been checked. Nothing happens if they only delete what is not there.
func (m *Memory) commitLocked(changes []store.Change) store.Revision {
	next := store.Changes{Revision: m.revision + 1}
	for _, c := range changes {
		old := m.newestLocked(c.Key)
		if c.Delete && !old.Exists() {
			continue
		}
		m.moveLocked(old, c)
		item := store.Item{Key: c.Key, Revision: next.Revision, Deleted: c.Delete}
		if !c.Delete {
			item.Value, item.Lease = append([]byte{}, c.Value...), c.Lease
		}
		if len(m.keys[c.Key]) == 0 {
			m.added = append(m.added, c.Key)
		}
		m.keys[c.Key] = append(m.keys[c.Key], item)
		next.Items = append(next.Items, item)
	}
	if len(next.Items) == 0 {
		return m.revision
	}
	m.revision = next.Revision
	m.log = append(m.log, next)
	if len(m.log) > 2*keptRevisions {
		m.compactLocked(m.revision - keptRevisions)
	}
	close(m.changed)
	m.changed = make(chan struct{})
	return m.revision
}

// moveLocked keeps count of a key's size, and of the lease that it lives by.
func (m *Memory) moveLocked(old store.Item, c store.Change) {
	if old.Exists() {
		m.bytes -= int64(len(old.Key) + len(old.Value))
	}
	if !c.Delete {
		m.bytes += int64(len(c.Key) + len(c.Value))
	}
	if l := m.leases[old.Lease]; l != nil {
		delete(l.keys, c.Key)
	}
	if l := m.leases[c.Lease]; l != nil && !c.Delete {
		l.keys[c.Key] = true
	}
}

// Compact forgets what was before a revision, as a store does from time to time.
func (m *Memory) Compact(before store.Revision) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.compactLocked(min(before, m.revision))
}

func (m *Memory) compactLocked(before store.Revision) {
	gone := 0
	for gone < len(m.log) && m.log[gone].Revision <= before {
		for _, item := range m.log[gone].Items {
			m.trimLocked(item.Key, before)
		}
		gone++
	}
	m.log = slices.Delete(m.log, 0, gone)
	m.compacted = max(m.compacted, before)
}

// trimLocked drops the versions of a key that no revision from before on needs.
func (m *Memory) trimLocked(key string, before store.Revision) {
	versions := m.keys[key]
	first := 0
	for first+1 < len(versions) && versions[first+1].Revision <= before {
		first++
	}
	switch {
	case len(versions) == 0:
	case first == len(versions)-1 && versions[first].Deleted:
		delete(m.keys, key)
	default:
		m.keys[key] = slices.Delete(versions, 0, first)
	}
}

// orderLocked has all keys in sorted.
func (m *Memory) orderLocked() {
	if len(m.added) == 0 {
		return
	}
	m.sorted = append(m.sorted, m.added...)
	slices.Sort(m.sorted)
	m.sorted = slices.Compact(slices.DeleteFunc(m.sorted, func(k string) bool { return len(m.keys[k]) == 0 }))
	m.added = nil
}

// pageLocked reads a page as it was at a revision.
func (m *Memory) pageLocked(r store.Range) store.Page {
	m.orderLocked()
	page := store.Page{Revision: r.At}
	from, found := slices.BinarySearch(m.sorted, max(r.After, r.Prefix))
	if found && r.After >= r.Prefix && r.After != "" {
		from++
	}
	for _, key := range m.sorted[from:] {
		if !strings.HasPrefix(key, r.Prefix) {
			break
		}
		item := m.atLocked(key, r.At)
		if !item.Exists() {
			continue
		}
		if len(page.Items) == r.Limit {
			page.More = true
			break
		}
		page.Items = append(page.Items, item)
	}
	return page
}
