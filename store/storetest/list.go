package storetest

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"shunt/store"
)

func lists(t *testing.T, w World) {
	s, p := w.Open(), w.Prefix
	commit(t, s, put(p+"a", 1), put(p+"b/2", 2), put(p+"b/10", 10), put(p+"b", 0), put(p+"c", 1), put(p+"b/\xff\xff", 3), put(p+"b0", 3))
	items, _, err := store.All(bounded(t), s, p+"b/")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range items {
		got = append(got, i.Key[len(p):])
	}
	if !slices.Equal(got, []string{"b/10", "b/2", "b/\xff\xff"}) {
		t.Errorf("the keys below b/ are %q", got)
	}

	r := store.Range{Prefix: p, Limit: 3}
	first := must[store.Page](t)(s.List(bounded(t), r))
	commit(t, s, put(p+"a", 2), store.Delete(p+"c"), put(p+"bb", 1)) // between the pages
	r.At, r.After = first.Revision, first.Items[2].Key
	second := must[store.Page](t)(s.List(bounded(t), r))
	r.After = second.Items[2].Key
	third := must[store.Page](t)(s.List(bounded(t), r))
	got = nil
	for _, i := range slices.Concat(first.Items, second.Items, third.Items) {
		got = append(got, i.Key[len(p):]+"="+string(i.Value))
	}
	if want := []string{"a=1", "b=0", "b/10=10", "b/2=2", "b/\xff\xff=3", "b0=3", "c=1"}; !slices.Equal(got, want) {
		t.Errorf("the pages of revision %d have %q, want %q", first.Revision, got, want)
	}
	if !first.More || !second.More || third.More || second.Revision != first.Revision || third.Revision != first.Revision {
		t.Errorf("more: %v %v %v, revisions: %d %d %d", first.More, second.More, third.More, first.Revision, second.Revision, third.Revision)
	}
	if page := must[store.Page](t)(s.List(bounded(t), store.Range{Prefix: p + "none"})); len(page.Items) > 0 || page.More || page.Revision <= first.Revision {
		t.Errorf("where nothing is, there is %+v", page)
	}
}

func bigList(t *testing.T, w World) {
	const many = 12000
	s, value := w.Open(), bytes.Repeat([]byte("x"), 100)
	for at := 0; at < many; at += store.MaxChanges {
		var changes []store.Change
		for i := at; i < min(at+store.MaxChanges, many); i++ {
			changes = append(changes, store.Put(fmt.Sprintf("%s%06d", w.Prefix, i), value))
		}
		commit(t, s, changes...)
	}
	next, pages := 0, 0
	var of store.Revision
	for page, err := range store.Pages(bounded(t), w.Open(), w.Prefix) {
		if err != nil {
			t.Fatal(err)
		}
		if pages++; pages == 1 {
			of = page.Revision
			commit(t, s, put(w.Prefix+"later", 1), store.Delete(fmt.Sprintf("%s%06d", w.Prefix, many-1)))
		}
		if page.Revision != of {
			t.Errorf("page %d is of revision %d, the first of %d", pages, page.Revision, of)
		}
		for _, i := range page.Items {
			if want := fmt.Sprintf("%s%06d", w.Prefix, next); i.Key != want || !bytes.Equal(i.Value, value) {
				t.Fatalf("key %d is %s, want %s", next, i.Key, want)
			}
			next++
		}
	}
	if next != many || pages < 2 || pages > many/store.DefaultPage {
		t.Errorf("%d keys came in %d pages", next, pages)
	}
}

func statuses(t *testing.T, w World) {
	s := w.Open()
	at := commit(t, s, put(w.Prefix+"a", 1), put(w.Prefix+"b", 1))
	status := s.Status(bounded(t))
	if !status.Healthy || status.Problem != "" || status.Revision < at || status.Keys < 2 || status.Bytes <= 0 || status.Kind == "" || status.Where == "" || status.Since.IsZero() {
		t.Errorf("%+v", status)
	}
}
