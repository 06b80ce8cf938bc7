package copier

import (
	"context"
	"fmt"
	"strings"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/rows"
)

// writer gives orders to the target.
type writer struct {
	conn     *control.Conn
	options  *Options
	in       <-chan *order
	progress Progress
	open     int64 // bytes since the last commit
	bulk     bool  // keys may be built when the transaction ends
	deferred bool  // … and are, now
	warnings map[string]string
}

func (w *writer) run(ctx context.Context) error {
	for o := range w.in {
		if w.options.Wait != nil {
			if err := w.options.Wait(ctx); err != nil {
				return err
			}
		}
		if err := w.choose(ctx, o.whole); err != nil {
			return err
		}
		if err := w.give(ctx, o); err != nil {
			return err
		}
		w.open += o.bytes
		if w.open >= w.options.Commit {
			if err := w.commit(ctx); err != nil {
				return err
			}
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return w.commit(ctx)
}

// choose lets InnoDB of MariaDB build the keys of small tables when the transaction ends. For large ones that was slower, on a server with a small log.
func (w *writer) choose(ctx context.Context, whole bool) error {
	if !w.bulk || w.deferred == whole {
		return nil
	}
	w.deferred = whole
	setting := "SET SESSION unique_checks=1"
	if whole {
		setting = "SET SESSION unique_checks=0"
	}
	if _, err := w.conn.Script(ctx, "COMMIT", setting); err != nil {
		return err
	}
	return w.options.begin(ctx, w.conn)
}

func (w *writer) commit(ctx context.Context) error {
	w.open = 0
	if _, err := w.conn.Query(ctx, "COMMIT"); err != nil {
		return err
	}
	return w.options.begin(ctx, w.conn)
}

// give runs one order, and makes sure that each statement wrote all its rows.
func (w *writer) give(ctx context.Context, o *order) error {
	var short *part
	warned := false
	err := w.conn.Send(ctx, o.text, control.Replies{
		Done: func(n int, out control.Outcome) error {
			if p := &o.parts[n]; out.Affected != uint64(p.rows) && short == nil {
				short = p
			}
			warned = warned || out.Warnings > 0
			return nil
		},
		File: func(_ int, put func([]byte) error) error { return putFile(o.file, put) },
	})
	if err != nil {
		return w.explain(o, err)
	}
	if warned || short != nil {
		w.note(ctx, o)
	}
	if short != nil {
		return fmt.Errorf("table %s did not take all rows%s", short.table.Name, w.warnings[short.table.Name])
	}
	w.tell(o)
	return nil
}

// putFile sends a file in pieces, each with room for its header in what was sent before it.
func putFile(file []byte, put func([]byte) error) error {
	const piece = 1 << 20
	buffer := make([]byte, 0, 4+min(piece, len(file)))
	for len(file) > 0 {
		n := min(piece, len(file))
		buffer = append(buffer[:4], file[:n]...)
		if err := put(buffer); err != nil {
			return err
		}
		file = file[n:]
	}
	return nil
}

func (w *writer) tell(o *order) {
	w.progress.tell(o)
	if w.options.Progress != nil {
		w.options.Progress(w.progress)
	}
}

// explain says which tables an order was about.
func (w *writer) explain(o *order, err error) error {
	const tooLarge = 1153
	names := tableNames(o)
	if control.Code(err) == tooLarge || len(o.text) > 16<<20 && control.Gone(err) {
		return fmt.Errorf("writing %d bytes to %s: %w; a row may be longer than the target's max_allowed_packet, which has to be that of the source at least", len(o.text), names, err)
	}
	return fmt.Errorf("writing to %s: %w", names, err)
}

func tableNames(o *order) string {
	var names []string
	for _, p := range o.parts {
		if len(names) == 0 || names[len(names)-1] != p.table.Name {
			names = append(names, p.table.Name)
		}
	}
	return strings.Join(names, ", ")
}

// note keeps what the target warned of in the last statement, to be told if the rows turn out to differ: a warning alone is none, such as the one for an ENUM that is none
// of its members on the source, too.
func (w *writer) note(ctx context.Context, o *order) {
	r, err := w.conn.Query(ctx, "SHOW WARNINGS LIMIT 1")
	if err != nil || r.RowNumber() == 0 {
		return
	}
	row := rows.Texts(r)[0]
	for _, p := range o.parts {
		if w.warnings[p.table.Name] == "" {
			w.warnings[p.table.Name] = fmt.Sprintf(" (the target warned: %s %s)", row[1], row[2])
		}
	}
}

// check reads the tables on the target and compares.
func (w *writer) check(ctx context.Context, all []*table, s *seeds) error {
	if _, err := w.conn.Query(ctx, "COMMIT"); err != nil { // a new transaction sees what was committed
		return err
	}
	w.progress.Tables, w.progress.Checked = 0, true
	var differ []string
	for _, group := range packets(all) {
		var got digest
		err := w.conn.Send(ctx, asked(group, func(t *table) string { return t.again }), control.Replies{
			Columns: func(int, int) error { got = digest{}; return nil },
			Row:     func(row []byte) error { got.add(row, s); return nil },
			Done: func(n int, _ control.Outcome) error {
				t := group[n]
				w.progress.Tables++
				w.progress.Table = t.Name
				if w.options.Progress != nil {
					w.options.Progress(w.progress)
				}
				if got != t.source {
					differ = append(differ, fmt.Sprintf("%s: %d rows on the source, %d on the target%s", t.Name, t.source.rows, got.rows, w.warnings[t.Name]))
				}
				return nil
			},
		})
		if err != nil {
			return fmt.Errorf("reading the rows again: %w", err)
		}
	}
	if differ != nil {
		return &DifferenceError{differ}
	}
	return nil
}
