package storetest

import (
	"context"
	"errors"
	"slices"
	"testing"

	"shunt/store"
)

func watches(t *testing.T, w World) {
	s, other, p := w.Open(), w.Open(), w.Prefix
	commit(t, s, put(p+"in/a", 0), put(p+"in/b", 0))
	before := now(t, s)
	var revisions []store.Revision
	write := func(changes ...store.Change) { revisions = append(revisions, commit(t, other, changes...)) }
	write(put(p+"in/a", 1))                                     // before the watch begins
	write(put(p+"out", 1))                                      // not below its prefix
	write(put(p+"in/b", 2), put(p+"out", 2), put(p+"in/c", 2))  // one transaction, partly
	write(store.Delete(p + "in/none"))                          // changes nothing
	write(put(p+"in/a", 3))                                     //
	write(store.Delete(p+"in/a"), store.Delete(p+"in/missing")) // a deletion
	want := []string{"a=1", "b=2 c=2", "a=3", "-a", "a=4", "a=5"}

	var got []string
	var at []store.Revision
	for changes, err := range s.Watch(bounded(t), p+"in/", before) {
		if err != nil {
			t.Fatalf("after %q: %v", got, err)
		}
		slices.SortFunc(changes.Items, func(a, b store.Item) int { return slices.Compare([]byte(a.Key), []byte(b.Key)) })
		got, at = append(got, told(changes, p+"in/")), append(at, changes.Revision)
		if len(got) == 4 { // the rest while it is watched
			write(put(p+"in/a", 4))
			write(put(p+"in/a", 5))
		}
		if len(got) == len(want) {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("told was %q, want %q", got, want)
	}
	r := revisions
	if wantAt := []store.Revision{r[0], r[2], r[4], r[5], r[6], r[7]}; !slices.Equal(at, wantAt) {
		t.Errorf("at %d, want %d", at, wantAt)
	}
}

func watchEnds(t *testing.T, w World) {
	s := w.Open()
	ctx, cancel := context.WithCancelCause(bounded(t))
	defer cancel(nil)
	reason := errors.New("enough")
	after := now(t, s)
	commit(t, s, put(w.Prefix+"a", 1))
	var last error
	for changes, err := range s.Watch(ctx, w.Prefix, after) {
		if last = err; err == nil {
			if told(changes, w.Prefix) != "a=1" {
				t.Errorf("told was %+v", changes)
			}
			cancel(reason)
		}
	}
	wantError(t, last, reason)
	for _, err := range s.Watch(ctx, w.Prefix, after) {
		last = err
	}
	wantError(t, last, reason)
}

func compactions(t *testing.T, w World) {
	s, key := w.Open(), w.Prefix+"a"
	old := commit(t, s, put(key, 0))
	for i := range 10 {
		commit(t, s, put(key, i))
	}
	newest := now(t, s)
	w.Compact(newest)
	var last error
	for _, err := range s.Watch(bounded(t), w.Prefix, old) {
		last = err
	}
	wantError(t, last, store.ErrCompacted)
	_, err := s.List(bounded(t), store.Range{Prefix: w.Prefix, At: old})
	wantError(t, err, store.ErrCompacted)
	for _, err := range s.Watch(bounded(t), w.Prefix, newest+1000) { // of another store, or of this one before it was restored
		last = err
	}
	wantError(t, last, store.ErrCompacted)
	if got := must[store.Page](t)(s.List(bounded(t), store.Range{Prefix: w.Prefix, At: newest})); len(got.Items) != 1 || string(got.Items[0].Value) != "9" {
		t.Errorf("after the compaction there is %+v", got)
	}
}

// followsCompaction lets history go while a follower is busy, so that it has missed something.
func followsCompaction(t *testing.T, w World) {
	s, key := w.Open(), w.Prefix+"a"
	commit(t, s, put(key, "first"), put(w.Prefix+"gone", 1))
	done := errors.New("done")
	lists := 0
	err := store.Follow(bounded(t), s, w.Prefix, func(u store.Update) error {
		if u.Anew {
			lists++
		}
		switch {
		case lists == 1 && u.Complete:
			for i := range 10 {
				commit(t, s, put(key, i), put(w.Prefix+"gone", i))
			}
			commit(t, s, put(key, "last"), store.Delete(w.Prefix+"gone"))
			w.Compact(now(t, s))
		case len(u.Items) > 0 && string(u.Items[0].Value) == "last":
			if len(u.Items) > 1 && !u.Items[1].Deleted {
				t.Errorf("what was deleted is still told: %+v", u.Items[1])
			}
			return done
		}
		return nil
	})
	wantError(t, err, done)
}
