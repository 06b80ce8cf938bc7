package shop

import (
	"database/sql"
	"errors"
	"time"
)

// check counts a read of the visitor's own write. No row, or a row that holds does not hold for, is an older state.
func (p *page) check(err error, holds func() bool) error {
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	p.v.report.Checks++
	if err != nil || !holds() {
		p.v.report.Stale++
	}
	return nil
}

// transaction runs work between START TRANSACTION and COMMIT, or ROLLBACK if it fails.
func (p *page) transaction(options *sql.TxOptions, work func(*sql.Tx) error) error {
	var tx *sql.Tx
	if err := p.timed(InTransaction, func() (err error) {
		tx, err = p.conn.BeginTx(p.ctx, options)
		return err
	}); err != nil {
		return err
	}
	if err := work(tx); err != nil {
		_ = tx.Rollback() // the first error says more
		return err
	}
	if err := p.timed(InTransaction, tx.Commit); err != nil {
		return err
	}
	p.v.report.Transactions++
	return nil
}

// readAll runs queries one after the other.
func (p *page) readAll(kind Kind, queries ...string) error {
	for _, query := range queries {
		if err := p.rows(kind, query); err != nil {
			return err
		}
	}
	return nil
}

// rows reads all rows of a query. The driver prepares what has arguments and sends the rest as text.
func (p *page) rows(kind Kind, query string, args ...any) error {
	return p.timed(kind, func() error { return drain(p.conn.QueryContext(p.ctx, query, args...)) })
}

// one reads the one column of a query's first row.
func (p *page) one(kind Kind, query string, into *string, args ...any) error {
	return p.timed(kind, func() error { return p.conn.QueryRowContext(p.ctx, query, args...).Scan(into) })
}

func (p *page) exec(kind Kind, query string, args ...any) error {
	return p.timed(kind, func() error {
		_, err := p.conn.ExecContext(p.ctx, query, args...)
		return err
	})
}

// timed runs one statement and counts it if it succeeds; that a row is missing is success here.
func (p *page) timed(kind Kind, statement func() error) error {
	start := time.Now()
	err := statement()
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		p.v.times = append(p.v.times, time.Since(start))
		p.v.report.Statements[kind]++
	}
	return err
}

// drain reads rows to their end.
func drain(rows *sql.Rows, err error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
	}
	return rows.Err()
}
