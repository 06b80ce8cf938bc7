package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"shunt/store"
	"shunt/store/memstore"
)

func TestFollowEndsWithItsCallersError(t *testing.T) {
	s := memstore.New().Open()
	for _, mine := range []error{errors.New("mine"), store.ErrCompacted, fmt.Errorf("mine: %w", store.ErrUnavailable)} {
		calls := 0
		err := store.Follow(t.Context(), s, "", func(store.Update) error { calls++; return mine })
		if !errors.Is(err, mine) || calls != 1 {
			t.Errorf("after %d calls: %v", calls, err)
		}
	}
}

func TestFollowWaitsForAStoreThatIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memstore.New().Open()
		s.Disconnect()
		time.AfterFunc(time.Hour, s.Reconnect)
		began := time.Now()
		enough := errors.New("enough")
		err := store.Follow(t.Context(), impatient{s}, "", func(u store.Update) error {
			if !u.Anew || !u.Complete || u.Revision != 1 {
				t.Errorf("told was %+v", u)
			}
			return enough
		})
		if !errors.Is(err, enough) {
			t.Error(err)
		}
		if took := time.Since(began); took < time.Hour || took > time.Hour+5*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

// impatient bounds each list, as a store does that asks over a network.
type impatient struct{ store.Store }

func (i impatient) List(ctx context.Context, r store.Range) (store.Page, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	return i.Store.List(ctx, r)
}

func TestJSONValuesAreReadAsTheyWerePut(t *testing.T) {
	type order struct{ Weight int }
	change, err := store.PutJSON("a", order{3})
	if err != nil {
		t.Fatal(err)
	}
	var got order
	if err := (store.Item{Key: "a", Value: change.Value}).JSON(&got); err != nil || got.Weight != 3 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := store.PutJSON("a", func() {}); err == nil {
		t.Error("a function was put as JSON")
	}
	if err := (store.Item{Key: "a", Value: []byte("{")}).JSON(&got); err == nil {
		t.Error("half of a value was read as JSON")
	}
}
