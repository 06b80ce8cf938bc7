// Package digest counts what clients ask, by the shape of their statements, and which tables their transactions touch
// together. It is what SHOW DIGESTS shows, and what is known of the traffic before tables are moved apart.
//
// A [Book] has a bounded number of [Shape]s and of sets of tables. proxy finds the shape of each statement in it and
// counts there, without a lock and without allocating; whoever asks gets a [Report]. What the numbers mean for a split
// is left to sharding/lint.
package digest

import (
	"hash/maphash"
	"math/bits"
	"sync"
	"time"

	"shunt/statement"
)

// Config bounds a Book. What is not positive is the default.
type Config struct {
	Shapes int           // how many shapes have a place, 8192 by default; one takes 2 KiB at most, and more only by its tables
	Sets   int           // how many sets of tables that transactions touch have a place, 4096 by default
	Idle   time.Duration // after how long without use a place may be given to another, an hour by default
}

const (
	defaultShapes = 8192
	defaultSets   = 4096
	defaultIdle   = time.Hour
)

// Book is all that was counted. Make it with [New]. Its methods may be called from anywhere at any time.
type Book struct {
	since        time.Time
	shapes       *places[Shape, *Shape]
	sets         *places[set, *set]
	other        *Shape // of all statements whose shapes have no place
	otherSets    *set
	transactions sync.Pool // of *Transaction
}

// New makes an empty book that counts from now on.
func New(c Config, now time.Time) *Book {
	if c.Shapes <= 0 {
		c.Shapes = defaultShapes
	}
	if c.Sets <= 0 {
		c.Sets = defaultSets
	}
	if c.Idle <= 0 {
		c.Idle = defaultIdle
	}
	b := &Book{
		since: now, shapes: newPlaces[Shape](c.Shapes, c.Idle), sets: newPlaces[set](c.Sets, c.Idle),
		other: newShape(key{}, Description{}, now.UnixNano()), otherSets: &set{},
		transactions: sync.Pool{New: func() any { return new(Transaction) }},
	}
	b.other.other = true
	return b
}

// key tells shapes apart, and sets of tables. It is a keyed hash: equal ones are the same.
type key [2]uint64

// The keys of the hashes of names. They differ from process to process, as those of statement.Digest do.
var seeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

func keyOf(d statement.Digest, database string) key {
	if database == "" {
		return key(d)
	}
	h := maphash.String(seeds[0], database)
	return key{d[0] ^ h, d[1] ^ bits.ReverseBytes64(h)}
}

// Find gives the shape of a statement in sessions with a default database; nil if it has to be learned first. That of
// statements without a place is one for all. It takes no lock and allocates nothing.
func (b *Book) Find(d statement.Digest, database string, now time.Time) *Shape {
	k := keyOf(d, database)
	if s := b.shapes.find(k); s != nil {
		return s
	}
	if b.shapes.isFull(k, now.UnixNano()) {
		return b.other
	}
	return nil
}

// Learn gives a shape that was not found its place, and returns it; that of all others if there is no place.
func (b *Book) Learn(d statement.Digest, about Description, now time.Time) *Shape {
	k := keyOf(d, about.Database)
	s := b.shapes.put(k, now.UnixNano(), func() *Shape { return newShape(k, about, now.UnixNano()) }, func(old *Shape) {
		old.gone.Store(true)
		b.other.absorb(old)
	})
	if s == nil {
		return b.other
	}
	return s
}
