package store

import (
	"context"
	"iter"
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
		}
	}
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
