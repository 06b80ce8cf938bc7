package store

import (
	"encoding/json"
	"fmt"
)

// Txn is a change of several keys: all of it, or nothing. No key may be in Then twice. It has at most MaxChanges conditions, and as
// many changes.
type Txn struct {
	If   []Condition
	Then []Change
}

// MaxChanges is how many conditions, and how many changes, a Txn may have; MaxBytes how long its keys and values may be, together.
const (
	MaxChanges = 128
	MaxBytes   = 1 << 20
)

// Condition is what must be true of a key: that its last change was at a revision. 0: that there is no such key.
type Condition struct {
	Key      string
	Revision Revision
}

// Unchanged demands that a key is as it was read; of one that did not exist, that it still does not.
func Unchanged(i Item) Condition {
	if !i.Exists() {
		return Absent(i.Key)
	}
	return Condition{Key: i.Key, Revision: i.Revision}
}

// Absent demands that there is no such key.
func Absent(key string) Condition { return Condition{Key: key} }

// Change puts or deletes a key.
type Change struct {
	Key    string
	Value  []byte
	Lease  LeaseID // that the key lives by from now on; 0: none
	Delete bool
}

// Put sets a key. The value belongs to the caller again when Commit has returned. A key that was tied to a lease is no longer.
func Put(key string, value []byte) Change { return Change{Key: key, Value: value} }

// PutLeased sets a key that is deleted when the lease ends.
func PutLeased(key string, value []byte, l Lease) Change {
	return Change{Key: key, Value: value, Lease: l.ID()}
}

// Delete removes a key. One that does not exist is not told by a watch.
func Delete(key string) Change { return Change{Key: key, Delete: true} }

// PutJSON sets a key to the JSON of a value. The error is about the value.
func PutJSON(key string, value any) (Change, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return Change{}, fmt.Errorf("the value of %s as JSON: %w", key, err)
	}
	return Put(key, text), nil
}

// JSON reads the item's value into what into points to.
func (i Item) JSON(into any) error {
	if err := json.Unmarshal(i.Value, into); err != nil {
		return fmt.Errorf("the value of %s, at revision %d: %w", i.Key, i.Revision, err)
	}
	return nil
}

// Check says what is wrong with a Txn, before anybody is asked: an ErrRefused.
func (t Txn) Check() error {
	if len(t.Then) > MaxChanges || len(t.If) > MaxChanges {
		return fmt.Errorf("%w: %d conditions and %d changes in one transaction, %d of each are allowed; make several of them", ErrRefused, len(t.If), len(t.Then), MaxChanges)
	}
	if len(t.Then) == 0 {
		return fmt.Errorf("%w: a transaction that changes nothing", ErrRefused)
	}
	seen, bytes := make(map[string]bool, len(t.Then)), 0
	for _, c := range t.Then {
		bytes += len(c.Key) + len(c.Value)
		if c.Key == "" || seen[c.Key] {
			return fmt.Errorf("%w: key %q is empty, or in one transaction twice", ErrRefused, c.Key)
		}
		seen[c.Key] = true
	}
	if bytes > MaxBytes {
		return fmt.Errorf("%w: %d bytes in one transaction, %d are allowed; make several of it", ErrRefused, bytes, MaxBytes)
	}
	return nil
}
