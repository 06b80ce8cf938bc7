package digest

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"shunt/statement"
)

// Report is what a Book has counted, at one moment.
type Report struct {
	Since, Taken time.Time
	Shapes       []Use // those that took most time first
	// Other are the statements whose shapes have no place.
	Other Counts
	// Transactions are the sets of tables that transactions have touched, most frequent first. OtherTransactions are those whose
	// set has no place.
	Transactions      []Together
	OtherTransactions uint64
}

// Counts are those of statements.
type Counts struct {
	Primary, Replica, Nobody uint64 // how often, by who answered
	Errors                   uint64 // of all of these, those that failed or were refused
	Rows                     uint64 // given or changed
	PrimaryTime, ReplicaTime time.Duration
	Longest                  time.Duration
}

// All is how often in all.
func (c Counts) All() uint64 { return c.Primary + c.Replica + c.Nobody }

// Time is how long servers took, in all.
func (c Counts) Time() time.Duration { return c.PrimaryTime + c.ReplicaTime }

// Use is what was counted of one shape.
type Use struct {
	// ID names the text; it is the same in all processes.
	ID string
	Description
	Counts
	First, Last time.Time
	Clusters    []string // that have answered, the first one first
}

// Writes says whether the statements write tables.
func (u *Use) Writes() bool {
	return slices.ContainsFunc(u.Tables, func(t statement.Table) bool { return t.Write })
}

// Together is what was counted of the transactions that touched the same tables.
type Together struct {
	Tables       []statement.Table
	Transactions uint64
	Example      []string // the IDs of the statements of one of them, in order; of those that touch the same tables only the first
	Incomplete   bool     // they touch more, which is not known
	Last         time.Time
}

// Report adds everything up.
func (b *Book) Report(now time.Time) Report {
	r := Report{Since: b.since, Taken: now, Other: b.other.counts(), OtherTransactions: b.otherSets.total()}
	b.shapes.each(func(s *Shape) {
		r.Shapes = append(r.Shapes, Use{
			ID: s.id, Description: s.about, Counts: s.counts(), First: time.Unix(0, s.born), Last: time.Unix(0, s.seen.Load()), Clusters: *s.clusters.Load(),
		})
	})
	slices.SortFunc(r.Shapes, func(a, b Use) int {
		return cmp.Or(cmp.Compare(b.Time(), a.Time()), cmp.Compare(b.All(), a.All()), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Database, b.Database))
	})
	r.Transactions = b.together()
	return r
}

// together adds up the sets that are the same tables: two transactions may come to them by other statements.
func (b *Book) together() []Together {
	byTables := map[key]*Together{}
	b.sets.each(func(s *set) {
		k := keyOfTables(s.tables)
		t := byTables[k]
		if t == nil {
			t = &Together{Tables: s.tables, Incomplete: s.more}
			for _, shape := range s.shapes {
				t.Example = append(t.Example, shape.id)
			}
			byTables[k] = t
		}
		t.Transactions += s.total()
		if last := time.Unix(0, s.seen.Load()); last.After(t.Last) {
			t.Last = last
		}
	})
	var all []Together
	for _, t := range byTables {
		all = append(all, *t)
	}
	slices.SortFunc(all, func(a, b Together) int {
		return cmp.Or(cmp.Compare(b.Transactions, a.Transactions), slices.CompareFunc(a.Tables, b.Tables, compareTables), cmp.Compare(writes(a), writes(b)))
	})
	return all
}

func writes(t Together) (n int) {
	for _, table := range t.Tables {
		if table.Write {
			n++
		}
	}
	return n
}

// idOf names a text to people: its digest as statement has it is another one in each process.
func idOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}
