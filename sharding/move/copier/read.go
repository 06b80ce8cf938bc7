package copier

import (
	"context"
	"hash/maphash"
	"sort"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/rows"
	"shunt/sharding/move/unit"
)

// A batch is some rows of one table, as the source sent them.
type batch struct {
	table *table
	bytes []byte // the rows, one behind the other
	ends  []int  // where each ends
	first bool   // of its table
	last  bool
}

// table is a table that is being copied.
type table struct {
	*rows.Table
	question string // on the source
	again    string // on the target, once the rows are there
	source   digest
	written  int64 // rows
}

// digest says which rows there are, in no order. The seeds are made anew for each copy, so that nobody can make rows that have the same sums.
type digest struct {
	rows uint64
	sums [2]uint64
}

type seeds [2]maphash.Seed

func (d *digest) add(row []byte, s *seeds) {
	d.rows++
	d.sums[0] += maphash.Bytes(s[0], row)
	d.sums[1] += maphash.Bytes(s[1], row)
}

// mostText bounds the statements that one packet asks with, in bytes.
const mostText = 256 << 10

// ordered puts the tables that a lock keeps first, so that it ends soon.
func (s *Snapshot) ordered(to unit.Unit) []*table {
	var list []*table
	for i := range s.Tables {
		if t := &s.Tables[i]; t.Storage != rows.Empty {
			list = append(list, &table{Table: t, question: t.Question(s.Unit, ""), again: t.Question(to, "")})
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Storage == rows.Locked && list[j].Storage != rows.Locked })
	return list
}

// packets makes groups of tables, each asked about in one packet. Tables under a lock are not in a group with others.
func packets(all []*table) (groups [][]*table) {
	bytes := 0
	for i, t := range all {
		if i == 0 || bytes > mostText || t.Storage != all[i-1].Storage {
			groups = append(groups, nil)
			bytes = 0
		}
		bytes += len(t.question)
		groups[len(groups)-1] = append(groups[len(groups)-1], t)
	}
	return groups
}

// asked is the packet for a group.
func asked(group []*table, question func(*table) string) []byte {
	text := make([]byte, control.Room)
	for i, t := range group {
		if i > 0 {
			text = append(text, ';')
		}
		text = append(text, question(t)...)
	}
	return text
}

// reader reads all tables of a snapshot into batches.
type reader struct {
	snapshot *Snapshot
	seeds    *seeds
	size     int
	out      chan<- *batch
	free     <-chan *batch
	current  *batch
}

func (r *reader) run(ctx context.Context, all []*table) error {
	for _, group := range packets(all) {
		err := r.snapshot.conn.Send(ctx, asked(group, func(t *table) string { return t.question }), control.Replies{
			Columns: func(n, _ int) error { r.current = r.fresh(group[n], true); return nil },
			Row:     func(row []byte) error { return r.row(ctx, row) },
			Done:    func(n int, _ control.Outcome) error { r.current.last = true; return r.send(ctx) },
		})
		if err != nil {
			return err
		}
		if group[0].Storage == rows.Locked {
			r.snapshot.unlock()
		}
	}
	return nil
}

func (r *reader) row(ctx context.Context, row []byte) error {
	b := r.current
	if len(b.bytes) > 0 && len(b.bytes)+len(row) > r.size {
		t := b.table
		if err := r.send(ctx); err != nil {
			return err
		}
		b = r.fresh(t, false)
		r.current = b
	}
	b.bytes = append(b.bytes, row...)
	b.ends = append(b.ends, len(b.bytes))
	b.table.source.add(row, r.seeds)
	return nil
}

// fresh takes a batch that was written, or a new one.
func (r *reader) fresh(t *table, first bool) *batch {
	select {
	case b := <-r.free:
		*b = batch{table: t, bytes: b.bytes[:0], ends: b.ends[:0], first: first}
		return b
	default:
		return &batch{table: t, first: first}
	}
}

func (r *reader) send(ctx context.Context) error {
	select {
	case r.out <- r.current:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
