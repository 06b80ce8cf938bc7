package store

import (
	"context"
	"errors"
	"time"
)

// Update is news about the keys with a prefix.
type Update struct {
	// Anew says that a full list begins with this update: what is known so far counts no longer. Keys that were deleted meanwhile are just
	// not in the list.
	Anew bool
	// Complete says that everything up to Revision is known now. Until the end of a list it is not.
	Complete bool
	// Items are keys as they are; those that were deleted say so.
	Items []Item
	// Revision is that of the list, or of the change.
	Revision Revision
}

// How long Follow waits before it lists again when the store could not be reached.
const (
	firstPause   = 100 * time.Millisecond
	longestPause = 2 * time.Second
)

// Follow keeps its caller informed about the keys with a prefix: a list in pages, then every change, and a new list whenever changes were
// missed. apply is called for one update after the other. It ends with ctx, whose cause it gives, or with apply's error. A store that
// is away is waited for.
func Follow(ctx context.Context, s Store, prefix string, apply func(Update) error) error {
	for pause := firstPause; ; {
		at, err := list(ctx, s, prefix, apply)
		if err == nil {
			pause = firstPause
			err = watch(ctx, s, prefix, at, apply)
		}
		var own caller
		switch {
		case errors.As(err, &own):
			return own.error
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.Is(err, ErrCompacted):
			pause = firstPause
		case errors.Is(err, ErrUnavailable), errors.Is(err, ErrRefused):
			pause = min(2*pause, longestPause)
		default:
			return err
		}
		if !sleep(ctx, pause) {
			return context.Cause(ctx)
		}
	}
}

// list hands all pages to apply and gives their revision.
func list(ctx context.Context, s Store, prefix string, apply func(Update) error) (Revision, error) {
	first := true
	for page, err := range Pages(ctx, s, prefix) {
		if err != nil {
			return 0, err
		}
		if err := apply(Update{Anew: first, Complete: !page.More, Items: page.Items, Revision: page.Revision}); err != nil {
			return 0, caller{err}
		}
		if !page.More {
			return page.Revision, nil
		}
		first = false
	}
	return 0, ErrUnavailable // not reached: the pages end with one that has no more, or with an error
}

func watch(ctx context.Context, s Store, prefix string, after Revision, apply func(Update) error) error {
	for changes, err := range s.Watch(ctx, prefix, after) {
		if err != nil {
			return err
		}
		if err := apply(Update{Complete: true, Items: changes.Items, Revision: changes.Revision}); err != nil {
			return caller{err}
		}
	}
	return ErrUnavailable // not reached: a watch ends with an error
}

// caller marks apply's errors: they end Follow, even if they are of a kind that the store has, too.
type caller struct{ error }

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
