package etcdstore

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"syscall"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"go.etcd.io/etcd/api/v3/etcdserverpb"

	"shunt/store"
)

const (
	lookEvery  = 2 * time.Second // how often the store is asked whether it is well
	cleanEvery = time.Minute     // how often an embedded one is looked at for room
	slack      = 64 << 20        // so many unused bytes in a file are never worth a defragmentation
)

// health is what was seen last.
type health struct {
	mu      sync.Mutex
	text    string // what is wrong; empty: nothing
	since   time.Time
	cluster uint64         // etcd's id of it
	newest  store.Revision // that was seen
	bytes   int64
}

func (h *health) set(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	text := ""
	if err != nil {
		text = err.Error()
	}
	if (text == "") != (h.text == "") {
		h.since = time.Now()
	}
	h.text = text
}

func (h *health) problem() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text
}

// seen notes cluster and revision, and says whether this is another store than before: one that was restored from a backup, or made anew.
func (h *health) seen(cluster uint64, revision store.Revision) (another bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	another = h.cluster != 0 && (cluster != h.cluster || revision < h.newest)
	h.cluster, h.newest = cluster, revision
	return another
}

// look asks for the newest revision, as a Get does.
func (s *Store) look(ctx context.Context, e *engine) {
	s.room()
	var header *etcdserverpb.ResponseHeader
	err := s.ask(ctx, func(ctx context.Context, _ *engine) error {
		answer, err := e.client.Get(ctx, s.config.Prefix, clientv3.WithKeysOnly())
		if err == nil {
			header = answer.Header
		}
		return err
	})
	if ctx.Err() != nil {
		return
	}
	switch well := s.health.problem() == ""; {
	case well && err != nil:
		s.log.Warn("the store does not answer", "store", s.where(), "error", err)
	case !well && err == nil:
		s.log.Info("the store answers again", "store", s.where())
	}
	s.health.set(err)
	if err == nil && s.health.seen(header.ClusterId, store.Revision(header.Revision)) {
		s.log.Warn("the store is another one than before, or was restored from a backup; all that is known of it is read again", "store", s.where())
		s.another()
	}
}

// leastRoom is how much of its disk has to be free for an embedded store to take changes. An etcd that finds no room in the middle of a write
// could not be started again.
const leastRoom = 128 << 20

// room notes whether there is enough of it.
func (s *Store) room() {
	if s.folder == nil {
		return
	}
	var disk syscall.Statfs_t
	if err := syscall.Statfs(s.folder.path, &disk); err != nil {
		return // what is wrong shows elsewhere
	}
	free := int64(disk.Bavail) * disk.Bsize
	if was := s.cramped.Swap(free < leastRoom); !was && free < leastRoom {
		s.log.Error("the store takes no more changes: its disk is nearly full", "folder", s.folder.path, "free", free, "needed", leastRoom)
	}
}

// another ends all watches and leases: they belong to a store that is no more.
func (s *Store) another() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.forget(store.ErrCompacted)
	s.watching, s.forget = context.WithCancelCause(context.Background())
}

// clean gives an embedded store its room back: pages that compaction has freed, and a quota that was reached.
func (s *Store) clean(ctx context.Context, e *engine) {
	if s.folder == nil {
		return
	}
	full := s.full(ctx, e)
	size, used, err := s.size(ctx, e)
	if err != nil {
		return // the next look tells it
	}
	if full {
		s.log.Warn("the store is full; its history is dropped", "folder", s.folder.path, "bytes", size, "quota", s.config.Quota)
		if answer, err := e.client.Get(ctx, s.config.Prefix, clientv3.WithKeysOnly()); err == nil {
			_, _ = e.client.Compact(ctx, answer.Header.Revision, clientv3.WithCompactPhysical()) // if it was done before: nothing is lost
		}
	}
	if !full && size-used < max(slack, size/2) {
		return
	}
	started := time.Now()
	if err := e.defragment(); err != nil {
		s.log.Warn("the store's file could not be made smaller", "folder", s.folder.path, "error", err)
		return
	}
	after, _, _ := s.size(ctx, e)
	s.log.Info("the store's file was made smaller", "folder", s.folder.path, "before", size, "bytes", after, "took", time.Since(started))
	if full && after < s.config.Quota*9/10 {
		_, _ = e.client.AlarmDisarm(ctx, &clientv3.AlarmMember{}) // all alarms; tried again in a minute
	}
}

// full says whether the quota was reached.
func (s *Store) full(ctx context.Context, e *engine) bool {
	alarms, err := e.client.AlarmList(ctx)
	if err != nil {
		return false
	}
	for _, a := range alarms.Alarms {
		if a.Alarm == etcdserverpb.AlarmType_NOSPACE {
			return true
		}
	}
	return false
}

func (s *Store) size(ctx context.Context, e *engine) (size, used int64, err error) {
	status, err := s.member(ctx, e)
	if err != nil {
		return 0, 0, err
	}
	s.health.mu.Lock()
	defer s.health.mu.Unlock()
	s.health.bytes = status.DbSize
	return status.DbSize, status.DbSizeInUse, nil
}

// member asks how the first member is that answers. One that is dead has only its share of the time.
func (s *Store) member(ctx context.Context, e *engine) (status *clientv3.StatusResponse, err error) {
	members := s.members()
	for _, at := range members {
		short, cancel := context.WithTimeout(ctx, s.config.Timeout/time.Duration(len(members)+1))
		status, err = e.client.Status(short, at)
		cancel()
		if err == nil {
			return status, nil
		}
	}
	return nil, err
}

func (s *Store) members() []string {
	if s.folder != nil {
		return []string{""}
	}
	return s.config.Etcd
}

// Status looks at the store.
func (s *Store) Status(ctx context.Context) store.Status {
	status := store.Status{Kind: "etcd", Where: strings.Join(s.config.Etcd, ", ")}
	if s.folder != nil {
		status.Kind, status.Where, status.Quota = "embedded", s.folder.path, s.config.Quota
	}
	err := s.ask(ctx, func(ctx context.Context, e *engine) error {
		count, err := e.client.Get(ctx, s.config.Prefix, clientv3.WithPrefix(), clientv3.WithCountOnly())
		if err != nil {
			return err
		}
		status.Keys, status.Revision = count.Count, store.Revision(count.Header.Revision)
		member, err := s.member(ctx, e)
		if err != nil {
			status.Problem = "no member tells how large it is: " + err.Error()
			return nil
		}
		status.Bytes, status.InUse, status.Problem = member.DbSize, member.DbSizeInUse, strings.Join(member.Errors, "; ")
		return nil
	})
	s.health.mu.Lock()
	defer s.health.mu.Unlock()
	if status.Healthy, status.Since = err == nil, s.health.since; err != nil {
		status.Problem = err.Error()
	} else if s.cramped.Load() {
		status.Problem = errNoRoom.Error()
	} else if status.Problem == "" && status.Quota > 0 && status.InUse > status.Quota*8/10 {
		status.Problem = fmt.Sprintf("nearly full: %d of %d bytes", status.InUse, status.Quota)
	}
	return status
}
