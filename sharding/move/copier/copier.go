// Package copier copies the rows of a unit from one server to another, as they were at one moment.
//
// [Take] opens a [Snapshot] on the source, which knows its place in the binary log; what happened later is for those who read the log from there.
// [Snapshot.Copy] reads all tables over it, writes them to the target, where objects has made the tables, and reads them again there: each row counts in two
// sums of hashes with keys that nobody knows, so that rows that are not equal are found. Three things go on at once: reading, writing statements, and waiting for the
// target; memory is bounded by a few batches, and by the longest row.
package copier

import (
	"context"
	"fmt"
	"strings"
	"time"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/rows"
)

// Options are how to copy. The zero value is good.
type Options struct {
	// Batch is how many bytes of rows are written at a time; 0: 1 MiB.
	Batch int
	// Commit is after how many bytes a transaction ends on the target; 0: 64 MiB.
	Commit int64
	// Careful lets MariaDB's InnoDB write each key as each row comes, for small tables, too. Without it the keys of a table that goes in one batch are built when its transaction ends (unique_checks=0,
	// as dumps have it).
	Careful bool
	// Statements writes with INSERT even where the target would take LOAD DATA LOCAL, which is faster.
	Statements bool
	// Wait is called between batches, and returns when the next one may be written; nil: at once. Its error ends the copy.
	Wait func(ctx context.Context) error
	// Claim is told the connection that writes, before anything is written: the target is to know whose it is. nil: nobody's.
	Claim func(ctx context.Context, c *control.Conn) error
	// Begin are the statements that each transaction on the target begins with; one that fails ends the copy before the transaction has written anything.
	Begin []string
	// Progress is called after each batch, by one goroutine; it must not block. nil: nobody wants to know.
	Progress func(Progress)
	// Hidden: the target's tables have the names of hidden ones.
	Hidden bool
	// Unchecked leaves out reading the target again.
	Unchecked bool
}

// Progress is how far a copy is.
type Progress struct {
	Table   string // the last one that rows were written to
	Tables  int    // that are finished
	Of      int    // tables in all
	Rows    int64  // written until now, of all tables
	Bytes   int64  // the same, as the source sent them
	Left    int64  // rows that are to be written yet, as the source guesses; 0 before the end: there are more than it guessed
	Checked bool   // the rows are there, and are being compared: Tables counts those that were found equal
}

// Report is what was copied.
type Report struct {
	Tables   []TableReport
	Rows     int64
	Bytes    int64 // as the source sent them
	Copied   time.Duration
	Compared time.Duration
	Load     bool // LOAD DATA LOCAL was used
}

// TableReport is one table of a report.
type TableReport struct {
	Name string
	Rows int64
}

// DifferenceError says that tables of the target do not have the rows of the source after the copy.
type DifferenceError struct{ Tables []string }

func (e *DifferenceError) Error() string {
	return "after the copy these tables differ: " + strings.Join(e.Tables, "; ")
}

// RefusedError names the tables that cannot be copied, each with its reason and the way out.
type RefusedError struct{ Tables []string }

func (e *RefusedError) Error() string {
	return "not copied: " + strings.Join(e.Tables, "; ")
}

// refused finds what cannot be copied. bound is how many bytes of tables may be copied under a lock.
func refused(tables []rows.Table, bound int64) error {
	var list, locked []string
	var bytes int64
	for i := range tables {
		switch t := &tables[i]; t.Storage {
		case rows.Foreign:
			list = append(list, fmt.Sprintf("%s: engine %s has its rows somewhere else, or is not known; leave the table out of the unit, or ALTER it to InnoDB", t.Name, t.Engine))
		case rows.Locked:
			bytes += t.Bytes
			locked = append(locked, fmt.Sprintf("%s (%s, %d bytes)", t.Name, t.Engine, t.Bytes))
		}
	}
	if bytes > bound {
		list = append(list, fmt.Sprintf("%s: their rows are in no snapshot, and %d bytes are too many to hold a lock while they are copied (%d); ALTER them to InnoDB, or copy them inside the pause",
			strings.Join(locked, ", "), bytes, bound))
	}
	if list == nil {
		return nil
	}
	return &RefusedError{list}
}

// begin begins a transaction on the target.
func (o *Options) begin(ctx context.Context, c *control.Conn) error {
	if len(o.Begin) == 0 {
		return nil
	}
	_, err := c.Script(ctx, o.Begin...)
	return err
}
