// Package storetest is what every store has to pass. [Run] runs the suite on a [World]: a store, and as many clients of it as a test wants.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"shunt/store"
)

// World is a store for one test.
type World struct {
	// Prefix begins the keys that the test may use. Others may use the same store.
	Prefix string
	// Open makes a client, as a process of a fleet has one. It ends with the test.
	Open func() store.Store
	// Kill ends a client that is not the first, as the death of its process does.
	Kill func(store.Store)
	// Compact forgets what was before a revision.
	Compact func(before store.Revision)
}

// bound is how long anything may take. What is in order takes much less.
const bound = 20 * time.Second

// suite is all tests by name. Those that compact are alone with the store: other tests of it would have to list again.
func suite() map[string]func(*testing.T, World) {
	return map[string]func(*testing.T, World){
		"KeysArePutReadAndDeleted":            keys,
		"ATransactionIsDoneWhollyOrNot":       conflicts,
		"OfManyWhoCompareAndPutOneWins":       counters,
		"WhatCannotBeIsRefused":               refusals,
		"AListIsInOrderAndOfOneRevision":      lists,
		"ABigListComesInPages":                bigList,
		"AWatchTellsEveryChangeInOrder":       watches,
		"AWatchEndsWithItsContext":            watchEnds,
		"WhoFollowsMissesAndDoublesNothing":   follows,
		"AReleasedLeaseTakesItsKeysAlong":     releases,
		"ALeaseIsKeptAlive":                   keptAlive,
		"TheLeaseOfADeadProcessEnds":          deaths,
		"ADeadLeaseTakesNoKeys":               deadLeases,
		"RequestsEndWithTheirContexts":        ends,
		"StatusTellsWhatThereIs":              statuses,
		"AWatchThatMissedHistorySaysSo":       compactions,
		"WhoFollowsListsAgainAfterCompaction": followsCompaction,
	}
}

// Run runs the suite.
func Run(t *testing.T, world func(t *testing.T) World) {
	for name, test := range suite() {
		alone := name == "AWatchThatMissedHistorySaysSo" || name == "WhoFollowsListsAgainAfterCompaction"
		t.Run(name, func(t *testing.T) {
			if !alone {
				t.Parallel()
			}
			test(t, world(t))
		})
	}
}

// bounded is a context for a test.
func bounded(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), bound)
	t.Cleanup(cancel)
	return ctx
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// commit carries out changes without conditions.
func commit(t *testing.T, s store.Store, changes ...store.Change) store.Revision {
	t.Helper()
	return must[store.Revision](t)(s.Commit(bounded(t), store.Txn{Then: changes}))
}

func get(t *testing.T, s store.Store, key string) store.Item {
	t.Helper()
	return must[store.Item](t)(s.Get(bounded(t), key))
}

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("the error is %v, want %v", err, want)
	}
}

// now is the store's newest revision.
func now(t *testing.T, s store.Store) store.Revision {
	t.Helper()
	return must[store.Page](t)(s.List(bounded(t), store.Range{Prefix: "no such key", Limit: 1})).Revision
}

// put is a change with a readable value.
func put(key string, value any) store.Change { return store.Put(key, fmt.Append(nil, value)) }

// told describes changes: each key with its value, or a minus.
func told(c store.Changes, prefix string) string {
	text := ""
	for _, i := range c.Items {
		if text != "" {
			text += " "
		}
		if i.Deleted {
			text += "-" + i.Key[len(prefix):]
		} else {
			text += i.Key[len(prefix):] + "=" + string(i.Value)
		}
	}
	return text
}
