package pause

import (
	"context"
	"fmt"

	"shunt/store"
)

// Closed asks the store whether a database, or a part of it, is about to live elsewhere, and statements wait for that. The error is the store's.
func Closed(ctx context.Context, s store.Store, database string) (bool, error) {
	items, _, err := store.All(ctx, s, fmt.Sprintf("%sclosed/%d/%s/", holdPrefix, len(database), database))
	if err != nil {
		return false, err
	}
	for _, item := range items {
		var e entry
		if err := item.JSON(&e); err != nil || e.Release == 0 {
			return true, err
		}
	}
	return false, nil
}
