package digest

import (
	"cmp"
	"hash/maphash"
	"slices"
	"sync/atomic"
	"time"

	"shunt/statement"
)

// Transaction gathers the shapes of what one transaction asks. It belongs to one client; [Book.Begin] gives one and
// [Book.End] takes it back.
type Transaction struct {
	shapes [maxShapes]*Shape
	n      int
	more   bool // there were others, too
}

// maxShapes is how many shapes with different tables a transaction may have; of longer ones the first are known.
const maxShapes = 16

// Begin gives an empty Transaction.
func (b *Book) Begin() *Transaction { return b.transactions.Get().(*Transaction) }

// Add notes a statement. It allocates nothing.
func (t *Transaction) Add(s *Shape) {
	if s.other {
		t.more = true
		return
	}
	if s.tables == (key{}) {
		return
	}
	for _, known := range t.shapes[:t.n] {
		if known.tables == s.tables {
			return
		}
	}
	if t.n == maxShapes {
		t.more = true
		return
	}
	t.shapes[t.n] = s
	t.n++
}

// End counts a transaction and takes it back. It takes no lock and allocates nothing, but when no other has touched the
// same tables before.
func (b *Book) End(t *Transaction, stripe int, now time.Time) {
	if t.n > 0 {
		b.setOf(t, now.UnixNano()).count(stripe, now.UnixNano())
	}
	*t = Transaction{}
	b.transactions.Put(t)
}

// setOf finds or makes the set that the transaction has touched.
func (b *Book) setOf(t *Transaction, now int64) *set {
	var k key
	for _, s := range t.shapes[:t.n] { // in no order
		k[0] += s.tables[0]
		k[1] += s.tables[1]
	}
	if s := b.sets.find(k); s != nil {
		return s
	}
	if b.sets.isFull(k, now) {
		return b.otherSets
	}
	found := b.sets.put(k, now, func() *set { return newSet(k, t, now) }, func(old *set) { b.otherSets.parts[0].n.Add(old.total()) })
	if found == nil {
		return b.otherSets
	}
	return found
}

// set counts the transactions that have touched the same tables.
type set struct {
	key    key
	shapes []*Shape // of the first one
	tables []statement.Table
	more   bool
	seen   atomic.Int64
	parts  [stripes]struct {
		n atomic.Uint64
		_ [56]byte
	}
}

func newSet(k key, t *Transaction, now int64) *set {
	s := &set{key: k, shapes: slices.Clone(t.shapes[:t.n]), more: t.more}
	for _, shape := range s.shapes {
		s.tables = union(s.tables, shape.about.Tables)
	}
	s.seen.Store(now)
	return s
}

func (s *set) identity() key  { return s.key }
func (s *set) lastUse() int64 { return s.seen.Load() }

func (s *set) count(stripe int, now int64) {
	s.parts[stripe&(stripes-1)].n.Add(1)
	if now-s.seen.Load() > int64(seenStep) {
		s.seen.Store(now)
	}
}

func (s *set) total() (n uint64) {
	for i := range s.parts {
		n += s.parts[i].n.Load()
	}
	return n
}

// union adds tables to others, in order, and without doubles: one that is written in either is written.
func union(to, more []statement.Table) []statement.Table {
	for _, t := range more {
		at, known := slices.BinarySearchFunc(to, t, compareTables)
		if !known {
			to = slices.Insert(to, at, t)
		} else if t.Write {
			to[at].Write = true
		}
	}
	return to
}

func compareTables(a, b statement.Table) int {
	return cmp.Or(cmp.Compare(a.Schema, b.Schema), cmp.Compare(a.Name, b.Name))
}

// keyOfTables is the same for the same tables in order.
func keyOfTables(tables []statement.Table) (k key) {
	if len(tables) == 0 {
		return k
	}
	for i := range k {
		var h maphash.Hash
		h.SetSeed(seeds[i])
		for _, t := range tables {
			_, _ = h.WriteString(t.Schema) // it never fails
			_ = h.WriteByte('.')
			_, _ = h.WriteString(t.Name)
			if t.Write {
				_ = h.WriteByte(1)
			}
			_ = h.WriteByte(0)
		}
		k[i] = h.Sum64() | 1
	}
	return k
}
