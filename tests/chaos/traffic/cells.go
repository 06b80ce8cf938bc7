package traffic

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"shunt/tests/chaos/judge"
)

// Prepare makes the cells in a database, all at version 0. db goes to its primary.
//
// The journal of a cell is in its own row: an UPDATE adds its writer to the text in writers. A table of its own, kept by a trigger, would do as
// well, but a server does not tell LAST_INSERT_ID(expr) of an UPDATE that has a trigger (MariaDB 10.11), and that is how a client learns its version.
func Prepare(ctx context.Context, db *sql.DB, cells int) error {
	if _, err := db.ExecContext(ctx, "CREATE TABLE cells (id INT PRIMARY KEY, version BIGINT NOT NULL, writer BIGINT NOT NULL, writers MEDIUMTEXT NOT NULL)"+
		" ENGINE = InnoDB CHARACTER SET ascii"); err != nil {
		return err
	}
	rows := make([]string, cells)
	for id := range rows {
		rows[id] = fmt.Sprintf("(%d, 0, 0, '')", id)
	}
	_, err := db.ExecContext(ctx, "INSERT INTO cells VALUES "+strings.Join(rows, ", "))
	return err
}

// Collect reads the cells and their journals as a server has them.
func Collect(ctx context.Context, db *sql.DB, database string) (journal, cells []judge.Cell, err error) {
	rows, err := db.QueryContext(ctx, fmt.Sprintf("SELECT id, version, writer, writers FROM `%s`.cells", database))
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c judge.Cell
		var writers string
		if err := rows.Scan(&c.Key, &c.Version, &c.Writer, &writers); err != nil {
			return nil, nil, err
		}
		cells = append(cells, c)
		for i, writer := range strings.Fields(writers) {
			line := judge.Cell{Key: c.Key, Version: int64(i + 1)}
			if _, err := fmt.Sscan(writer, &line.Writer); err != nil {
				return nil, nil, fmt.Errorf("the journal of cell %d has %q: %w", c.Key, writer, err)
			}
			journal = append(journal, line)
		}
	}
	return journal, cells, rows.Err()
}

// querier is what runs a query: a pool, a connection, a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func readCells(ctx context.Context, db querier, query string) ([]judge.Cell, error) {
	rows, err := db.QueryContext(ctx, query)
	return scan(rows, err)
}

// scan reads cells to the end and closes the rows.
func scan(rows *sql.Rows, err error) (cells []judge.Cell, _ error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c judge.Cell
		if err := rows.Scan(&c.Key, &c.Version, &c.Writer); err != nil {
			return nil, err
		}
		cells = append(cells, c)
	}
	return cells, rows.Err()
}
