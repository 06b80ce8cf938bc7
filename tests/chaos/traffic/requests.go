package traffic

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/go-sql-driver/mysql"

	"shunt/tests/chaos/judge"
)

const (
	readText   = "SELECT id, version, writer FROM cells WHERE id IN (%d, %d)"
	readStmt   = "SELECT id, version, writer FROM cells WHERE id IN (?, ?)"
	updateText = "UPDATE cells SET version = LAST_INSERT_ID(version + 1), writer = %d, writers = CONCAT(writers, writer, ' ') WHERE id = %d"
	updateStmt = "UPDATE cells SET version = LAST_INSERT_ID(version + 1), writer = ?, writers = CONCAT(writers, writer, ' ') WHERE id = ?"
)

// look makes a request that only reads.
func (s *session) look(ctx context.Context, e *judge.Event) (err error) {
	keys := s.cells(2)
	switch roll := s.dice.IntN(10); {
	case s.token != nil:
		e.Kind, e.After = "read with a token", s.token.after
		e.Read, err = readCells(ctx, s.conn, s.token.hint()+fmt.Sprintf(readText, keys[0], keys[1]))
	case roll < 5:
		e.Kind = "read"
		e.Read, err = readCells(ctx, s.conn, fmt.Sprintf(readText, keys[0], keys[1]))
	case roll < 9:
		e.Kind = "prepared read"
		e.Read, err = s.lookPrepared(ctx, keys)
	default:
		e.Kind = "read-only transaction"
		e.Read, err = s.lookTwice(ctx, keys)
	}
	return err
}

func (s *session) lookPrepared(ctx context.Context, keys []int) (_ []judge.Cell, err error) {
	if s.read == nil {
		if s.read, err = s.conn.PrepareContext(ctx, readStmt); err != nil {
			return nil, err
		}
	}
	return scan(s.read.QueryContext(ctx, keys[0], keys[1]))
}

// lookTwice reads in a transaction that only reads.
func (s *session) lookTwice(ctx context.Context, keys []int) (cells []judge.Cell, _ error) {
	tx, err := s.conn.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	for _, pair := range [][]int{keys, s.cells(2)} {
		some, err := readCells(ctx, tx, fmt.Sprintf(readText, pair[0], pair[1]))
		if err != nil {
			_ = tx.Rollback() // the first error says more
			return cells, err
		}
		cells = append(cells, some...)
	}
	return cells, tx.Commit()
}

// write makes a request that writes.
func (s *session) write(ctx context.Context, e *judge.Event) error {
	switch roll := s.dice.IntN(10); {
	case roll < 4:
		e.Kind = "update"
		return s.updateAlone(e, func(key int) (sql.Result, error) {
			return s.conn.ExecContext(ctx, fmt.Sprintf(updateText, e.Request, key))
		})
	case roll < 7:
		e.Kind = "prepared update"
		if s.update == nil {
			var err error
			if s.update, err = s.conn.PrepareContext(ctx, updateStmt); err != nil {
				e.Outcome = judge.Refused
				return err
			}
		}
		return s.updateAlone(e, func(key int) (sql.Result, error) { return s.update.ExecContext(ctx, e.Request, key) })
	case roll < 9:
		e.Kind = "transaction"
		return s.transaction(ctx, e, (*sql.Tx).Commit)
	}
	e.Kind = "rollback"
	return s.transaction(ctx, e, func(tx *sql.Tx) error {
		e.Outcome = judge.Refused
		return tx.Rollback()
	})
}

// updateAlone writes one cell in a statement of its own.
func (s *session) updateAlone(e *judge.Event, update func(key int) (sql.Result, error)) error {
	key := s.cells(1)[0]
	c, err := made(key, update)
	e.Wrote = []judge.Cell{c}
	e.Outcome = outcome(err)
	return err
}

// made is the cell that an update has made: the answer tells the version, which the database has counted.
func made(key int, update func(key int) (sql.Result, error)) (judge.Cell, error) {
	c := judge.Cell{Key: key}
	r, err := update(key)
	if err != nil {
		return c, err
	}
	if c.Version, err = r.LastInsertId(); err != nil {
		return c, err
	}
	if n, err := r.RowsAffected(); err != nil || n != 1 {
		return c, fmt.Errorf("an update of cell %d changed %d rows, not one: %w", key, n, err)
	}
	return c, nil
}

// transaction reads a cell and writes two, and ends as end does. Whatever goes wrong before a COMMIT was sent, nothing is applied.
func (s *session) transaction(ctx context.Context, e *judge.Event, end func(*sql.Tx) error) error {
	keys := s.cells(2)
	for _, key := range keys {
		e.Wrote = append(e.Wrote, judge.Cell{Key: key})
	}
	e.Outcome = judge.Refused
	tx, err := s.conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	fail := func(err error) error {
		_ = tx.Rollback() // the first error says more
		return err
	}
	if e.Read, err = readCells(ctx, tx, fmt.Sprintf(readText, keys[0], keys[1])); err != nil {
		return fail(err)
	}
	for i, key := range keys {
		if e.Wrote[i], err = made(key, func(key int) (sql.Result, error) {
			return tx.ExecContext(ctx, fmt.Sprintf(updateText, e.Request, key))
		}); err != nil {
			return fail(err)
		}
	}
	e.Outcome = judge.OK
	if err := end(tx); err != nil {
		if e.Outcome == judge.OK {
			e.Outcome = outcome(err)
		}
		return err
	}
	return nil
}

// outcome reads an error of a write that stands alone, or of a COMMIT.
//
// Servers' own errors, and shunt's that say so (docs/reference/errors.md), mean that nothing was applied. What is left is when the connection
// broke, or was ended, in the middle.
func outcome(err error) judge.Outcome {
	if err == nil {
		return judge.OK
	}
	var e *mysql.MySQLError
	if !errors.As(err, &e) {
		return judge.Unknown
	}
	switch e.Number {
	case 9920, 9921, 9923, // the connection to the server broke
		1053, 1317, 1927, 3169: // a shutdown, or somebody has killed the statement or the connection
		return judge.Unknown
	}
	return judge.Refused
}

// hopeless says whether an error was the connection's end.
func hopeless(err error) bool {
	var e *mysql.MySQLError
	return !errors.As(err, &e)
}
