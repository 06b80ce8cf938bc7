package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"

	"shunt/store"
)

func keys(t *testing.T, w World) {
	s, key := w.Open(), w.Prefix+"a"
	if i := get(t, s, key); i.Exists() || i.Revision != 0 || i.Key != key {
		t.Errorf("before anything was put there is %+v", i)
	}
	first := commit(t, s, put(key, "one"))
	if i := get(t, s, key); i.Revision != first || string(i.Value) != "one" || i.Key != key || i.Lease != 0 {
		t.Errorf("after revision %d: %+v", first, i)
	}
	second := commit(t, s, put(key, "two"))
	if i := get(t, s, key); second <= first || i.Revision != second || string(i.Value) != "two" {
		t.Errorf("after revisions %d and %d: %+v", first, second, i)
	}
	commit(t, s, store.Delete(key))
	if i := get(t, s, key); i.Exists() || i.Revision != 0 {
		t.Errorf("after it was deleted: %+v", i)
	}
	commit(t, s, store.Put(key, nil))
	if i := get(t, s, key); !i.Exists() || len(i.Value) != 0 {
		t.Errorf("with an empty value: %+v", i)
	}
}

func conflicts(t *testing.T, w World) {
	s, other := w.Open(), w.Open()
	a, b, c := w.Prefix+"a", w.Prefix+"b", w.Prefix+"c"
	commit(t, s, put(a, 1), put(b, 1))
	readA, readB := get(t, s, a), get(t, s, b)
	at := commit(t, other, put(b, 2))

	_, err := s.Commit(bounded(t), store.Txn{
		If:   []store.Condition{store.Unchanged(readA), store.Unchanged(readB), store.Absent(c)},
		Then: []store.Change{put(a, 3), put(c, 3), store.Delete(b)},
	})
	wantError(t, err, store.ErrConflict)
	var conflict *store.Conflict
	if !errors.As(err, &conflict) || len(conflict.Items) != 1 || conflict.Items[0].Key != b || conflict.Items[0].Revision != at || string(conflict.Items[0].Value) != "2" {
		t.Errorf("the conflict is %+v", err)
	}
	if string(get(t, s, a).Value) != "1" || string(get(t, s, b).Value) != "2" || get(t, s, c).Exists() {
		t.Error("a refused transaction has changed something")
	}

	made := must[store.Revision](t)(s.Commit(bounded(t), store.Txn{
		If:   []store.Condition{store.Unchanged(readA), store.Unchanged(conflict.Items[0]), store.Absent(c)},
		Then: []store.Change{put(a, 3), put(c, 3), store.Delete(b)},
	}))
	if get(t, other, a).Revision != made || get(t, other, c).Revision != made || get(t, other, b).Exists() {
		t.Error("a transaction whose conditions hold was not done wholly")
	}
	_, err = s.Commit(bounded(t), store.Txn{If: []store.Condition{store.Absent(a)}, Then: []store.Change{put(a, 4)}})
	wantError(t, err, store.ErrConflict)
	deleted := get(t, s, b)
	must[store.Revision](t)(s.Commit(bounded(t), store.Txn{If: []store.Condition{store.Unchanged(deleted)}, Then: []store.Change{put(b, 5)}}))
}

// counters has several clients count in one key, each by reading and putting if unchanged.
func counters(t *testing.T, w World) {
	const counting, each = 6, 15
	key := w.Prefix + "counter"
	ctx := bounded(t)
	var all sync.WaitGroup
	for range counting {
		s := w.Open()
		all.Go(func() {
			for done := 0; done < each; {
				i, err := s.Get(ctx, key)
				if err != nil {
					t.Error(err)
					return
				}
				n, _ := strconv.Atoi(string(i.Value)) // empty at first
				_, err = s.Commit(ctx, store.Txn{If: []store.Condition{store.Unchanged(i)}, Then: []store.Change{put(key, n+1)}})
				switch {
				case err == nil:
					done++
				case !errors.Is(err, store.ErrConflict):
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	if got := string(get(t, w.Open(), key).Value); got != strconv.Itoa(counting*each) {
		t.Errorf("%d were counted as %s", counting*each, got)
	}
}

func refusals(t *testing.T, w World) {
	s, key := w.Open(), w.Prefix+"a"
	many := func(n int) (changes []store.Change, conditions []store.Condition) {
		for i := range n {
			changes = append(changes, put(fmt.Sprint(w.Prefix, i), i))
			conditions = append(conditions, store.Absent(fmt.Sprint(w.Prefix, "x", i)))
		}
		return changes, conditions
	}
	tooMany, conditions := many(store.MaxChanges + 1)
	for name, txn := range map[string]store.Txn{
		"nothing":             {},
		"a key twice":         {Then: []store.Change{put(key, 1), store.Delete(key)}},
		"an empty key":        {Then: []store.Change{put("", 1)}},
		"too many":            {Then: tooMany},
		"too many conditions": {If: conditions, Then: tooMany[:1]},
		"too much":            {Then: []store.Change{store.Put(key, bytes.Repeat([]byte{1}, store.MaxBytes))}},
	} {
		if _, err := s.Commit(bounded(t), txn); !errors.Is(err, store.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	most, conditions := many(store.MaxChanges)
	most[0] = store.Put(most[0].Key, bytes.Repeat([]byte{1}, store.MaxBytes-10000))
	must[store.Revision](t)(s.Commit(bounded(t), store.Txn{If: conditions, Then: most}))
}
