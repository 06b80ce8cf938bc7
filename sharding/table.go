package sharding

import (
	"hash/maphash"
	"math/bits"
	"slices"
)

// A table is the names of all databases, each with a few bytes about it. It is immutable; whoever changes it gets another one that shares all but what is
// different.
//
// It is linear hashing over packed leaves: so many leaves that each has eight names, and one leaf is split in two whenever they have more. So it grows by a
// leaf at a time and is never rebuilt, a name costs little more than its own bytes, and the garbage collector sees a pointer per eight names. Copying
// for a change is the list of pages, one page and one leaf.
type table struct {
	seed   maphash.Seed
	pages  []*page
	leaves int // at least 1
	names  int
}

const (
	perPage = 64
	perLeaf = 8 // names on average, from which on the table has one leaf more
)

// page is a stretch of leaves. It is changed only by the edit that made it.
type page struct {
	owner  *edit
	leaves [perPage]string // entries one after the other, see entry.go
}

// edit is the mark of pages that an editor has copied already. It is not empty, so that each has an address of its own.
type edit struct{ _ byte }

func newTable() table {
	return table{seed: maphash.MakeSeed(), pages: []*page{{}}, leaves: 1}
}

// place is the number of the leaf that has a name, if any has.
func (t *table) place(name string) int { return t.leafOf(maphash.String(t.seed, name)) }

func (t *table) leafOf(hash uint64) int {
	mask := uint64(1)<<bits.Len64(uint64(t.leaves-1)) - 1
	at := hash & mask
	if at >= uint64(t.leaves) {
		at &= mask >> 1
	}
	return int(at)
}

// markOf is a byte of a hash that has no part in choosing the leaf.
func markOf(hash uint64) byte { return byte(hash >> 56) }

// find gives the text about a name. It does not allocate. It is on the path of each statement, so it steps over the entries by their first bytes, and looks
// at a name only where the mark fits.
func (t *table) find(name string) (text string, ok bool) {
	hash := maphash.String(t.seed, name)
	at := t.leafOf(hash)
	leaf, mark := t.pages[at/perPage].leaves[at%perPage], markOf(hash)
	for i := 0; i+entryHead <= len(leaf); {
		head := leaf[i : i+entryHead]
		if head[1] >= long || head[2] >= long {
			return findLong(leaf[i:], name)
		}
		from := i + entryHead
		middle := from + int(head[1])
		i = middle + int(head[2])
		if head[0] == mark && leaf[from:middle] == name {
			return leaf[middle:i], true
		}
	}
	return "", false
}

// findLong is find for a leaf in which a length takes more than a byte.
func findLong(rest, name string) (text string, ok bool) {
	for rest != "" {
		var found string
		if found, text, rest = next(rest); found == name {
			return text, true
		}
	}
	return "", false
}

// all calls yield for each name until it says false. The order means nothing.
func (t *table) all(yield func(name, text string) bool) {
	for at := range t.leaves {
		for rest := t.pages[at/perPage].leaves[at%perPage]; rest != ""; {
			var name, text string
			name, text, rest = next(rest)
			if !yield(name, text) {
				return
			}
		}
	}
}

// put is the table with a text about a name; an empty text removes the name. The edit says which pages need not be copied again, and t must not be used
// any more while the same edit goes on.
func (t table) put(e *edit, name, text string) table {
	at := t.place(name)
	page := t.owned(e, at/perPage)
	leaf, was := without(page.leaves[at%perPage], name)
	if was {
		t.names--
	}
	if text != "" {
		leaf = withEntry(leaf, markOf(maphash.String(t.seed, name)), name, text)
		t.names++
	}
	page.leaves[at%perPage] = leaf
	for t.names > perLeaf*t.leaves {
		t.split(e)
	}
	return t
}

// split adds a leaf, and gives it its part of the one that had its names so far.
func (t *table) split(e *edit) {
	added := t.leaves
	from := added - 1<<(bits.Len64(uint64(added))-1)
	if t.leaves++; added%perPage == 0 {
		t.pages = append(slices.Clip(t.pages), &page{owner: e})
	}
	old, young := t.owned(e, from/perPage), t.owned(e, added/perPage)
	var stay, go_ []byte
	for rest := old.leaves[from%perPage]; rest != ""; {
		entry := rest
		var name string
		name, _, rest = next(rest)
		entry = entry[:len(entry)-len(rest)]
		if t.place(name) == added {
			go_ = append(go_, entry...)
			continue
		}
		stay = append(stay, entry...)
	}
	old.leaves[from%perPage], young.leaves[added%perPage] = string(stay), string(go_)
}

// owned gives a page that the edit may change.
func (t *table) owned(e *edit, at int) *page {
	p := t.pages[at]
	if p.owner == e {
		return p
	}
	copied := *p
	copied.owner = e
	t.pages[at] = &copied
	return &copied
}

// begin is the table for an edit: it has a list of pages of its own.
func (t table) begin() table {
	t.pages = slices.Clone(t.pages)
	return t
}
