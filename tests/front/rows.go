package front

import (
	"context"
	"database/sql"
)

// Querier is a database, a connection of one, or a transaction.
type Querier interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}

// Rows reads a whole result as text, NULL as "".
func Rows(ctx context.Context, db Querier, q string, args ...any) ([]map[string]string, error) {
	rows, err := db.QueryContext(ctx, q, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var out []map[string]string
	for rows.Next() {
		values, into := make([]sql.NullString, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		row := map[string]string{}
		for i, n := range names {
			row[n] = values[i].String
		}
		out = append(out, row)
	}
	return out, rows.Err()
}
