package store

import (
	"context"
	"iter"
)

// A page of Pages should have so many bytes, since etcd counts all keys behind a page for each one: many small pages cost the square of
// their number. The first shows how large items are.
const (
	pageBytes   = 4 << 20
	longestPage = 50000
	itemCost    = 50 // bytes, beside key and value
)

// Pages gives all keys with a prefix, page by page, as they were at one revision. It ends with the page that has no more, or with an error.
func Pages(ctx context.Context, s Store, prefix string) iter.Seq2[Page, error] {
	return func(yield func(Page, error) bool) {
		r := Range{Prefix: prefix}
		for {
			page, err := s.List(ctx, r)
			if !yield(page, err) || err != nil || !page.More {
				return
			}
			r.At, r.After = page.Revision, page.Items[len(page.Items)-1].Key
			r.Limit = nextLimit(page.Items)
		}
	}
}

// nextLimit is how many items like these make a page.
func nextLimit(items []Item) int {
	bytes := 0
	for _, i := range items {
		bytes += len(i.Key) + len(i.Value) + itemCost
	}
	return max(1, min(len(items)*pageBytes/bytes, longestPage))
}

// All gives all keys with a prefix and the revision that they are of. For where there cannot be many.
func All(ctx context.Context, s Store, prefix string) ([]Item, Revision, error) {
	var items []Item
	var at Revision
	for page, err := range Pages(ctx, s, prefix) {
		if err != nil {
			return nil, 0, err
		}
		items, at = append(items, page.Items...), page.Revision
	}
	return items, at, nil
}
