package store

import (
	"errors"
	"fmt"
	"strings"
)

// What a caller hears, and what it should do.
var (
	// ErrConflict is a Txn whose conditions do not hold. Nothing was done. Decide again, from the items in the *Conflict.
	ErrConflict = errors.New("the store has changed meanwhile")

	// ErrLeaseLost is a lease that has ended. Stop what only its holder may do.
	ErrLeaseLost = errors.New("the lease has ended")

	// ErrUnavailable is a store that did not answer in time. A read can be tried again later; whether a Txn or a Release took place is not
	// known, so look before you repeat it. The store is connected to again without your help.
	ErrUnavailable = errors.New("the store cannot be reached")

	// ErrCompacted is a revision whose history is gone: it is too old, or the store is another one than before. List again, and go on
	// from the revision of that.
	ErrCompacted = errors.New("the store has forgotten that revision")

	// ErrRefused is a request that the store will not carry out as it is: too large, not permitted, or the store is full. Trying again
	// does not help; the text says what does.
	ErrRefused = errors.New("the store refuses")
)

// Conflict is an ErrConflict with what was found.
type Conflict struct {
	// Items are the keys of the conditions that did not hold, as they are. Some may be missing that did not hold either.
	Items []Item
}

func (c *Conflict) Error() string {
	var keys []string
	for _, i := range c.Items {
		keys = append(keys, fmt.Sprintf("%s is at revision %d", i.Key, i.Revision))
	}
	return ErrConflict.Error() + ": " + strings.Join(keys, ", ")
}

// Is makes a Conflict an ErrConflict.
func (c *Conflict) Is(target error) bool { return target == ErrConflict }
