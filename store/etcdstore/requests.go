package etcdstore

import (
	"context"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"

	"shunt/store"
)

func (s *Store) key(k string) string { return s.config.Prefix + k }

func (s *Store) item(kv *mvccpb.KeyValue) store.Item {
	return store.Item{
		Key: string(kv.Key[len(s.config.Prefix):]), Value: kv.Value, Revision: store.Revision(kv.ModRevision), Lease: store.LeaseID(kv.Lease),
	}
}

// Get reads one key.
func (s *Store) Get(ctx context.Context, key string) (item store.Item, err error) {
	item.Key = key
	err = s.read(ctx, func(ctx context.Context, e *engine) error {
		found, err := e.client.Get(ctx, s.key(key))
		if err == nil && len(found.Kvs) > 0 {
			item = s.item(found.Kvs[0])
		}
		return err
	})
	return item, err
}

// List reads a page.
func (s *Store) List(ctx context.Context, r store.Range) (page store.Page, err error) {
	if r.Limit <= 0 {
		r.Limit = store.DefaultPage
	}
	prefix := s.key(r.Prefix)
	from := prefix
	if r.After != "" {
		from = max(from, s.key(r.After)+"\x00")
	}
	err = s.read(ctx, func(ctx context.Context, e *engine) error {
		found, err := e.client.Get(ctx, from, clientv3.WithRange(clientv3.GetPrefixRangeEnd(prefix)), clientv3.WithLimit(int64(r.Limit)),
			clientv3.WithRev(int64(r.At)))
		if err != nil {
			return err
		}
		page = store.Page{Items: make([]store.Item, 0, len(found.Kvs)), Revision: r.At, More: found.More}
		if r.At == 0 {
			page.Revision = store.Revision(found.Header.Revision)
		}
		for _, kv := range found.Kvs {
			page.Items = append(page.Items, s.item(kv))
		}
		return nil
	})
	return page, err
}

// Commit carries out a Txn.
func (s *Store) Commit(ctx context.Context, t store.Txn) (made store.Revision, err error) {
	if err := t.Check(); err != nil {
		return 0, err
	}
	if s.cramped.Load() {
		return 0, errNoRoom
	}
	conditions, found := s.conditions(t.If)
	err = s.ask(ctx, func(ctx context.Context, e *engine) error {
		answer, err := e.client.Txn(ctx).If(conditions...).Then(s.changes(t.Then)...).Else(found...).Commit()
		if err != nil {
			return err
		}
		if !answer.Succeeded {
			return s.conflict(t.If, answer)
		}
		made = store.Revision(answer.Header.Revision)
		return nil
	})
	return made, err
}

// conditions are those of a Txn, and what reads the keys that they are about.
func (s *Store) conditions(all []store.Condition) (conditions []clientv3.Cmp, found []clientv3.Op) {
	for _, c := range all {
		conditions = append(conditions, clientv3.Compare(clientv3.ModRevision(s.key(c.Key)), "=", int64(c.Revision)))
		found = append(found, clientv3.OpGet(s.key(c.Key)))
	}
	return conditions, found
}

func (s *Store) changes(all []store.Change) (ops []clientv3.Op) {
	for _, c := range all {
		if c.Delete {
			ops = append(ops, clientv3.OpDelete(s.key(c.Key)))
			continue
		}
		ops = append(ops, clientv3.OpPut(s.key(c.Key), string(c.Value), clientv3.WithLease(clientv3.LeaseID(c.Lease))))
	}
	return ops
}

func (s *Store) conflict(conditions []store.Condition, answer *clientv3.TxnResponse) error {
	conflict := &store.Conflict{}
	for i, c := range conditions {
		item := store.Item{Key: c.Key}
		if kvs := answer.Responses[i].GetResponseRange().Kvs; len(kvs) > 0 {
			item = s.item(kvs[0])
		}
		if item.Revision != c.Revision {
			conflict.Items = append(conflict.Items, item)
		}
	}
	return conflict
}
