// Package shop is the sample application of a lab: a small web shop's database, made by [Load], and a [Workload] of page
// views and orders on it that checks what it reads.
//
// It speaks to any *sql.DB, a server's or a proxy's, and knows neither: starting servers is the room lab's.
package shop

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"strings"
)

// Database is the name of the sample database.
const Database = "shop"

//go:embed schema.sql
var schema string

// Load makes the database shop: twelve tables with some thousand rows, which are the same every time, a view and a
// function. db needs the right to create it and is best an account that may stay, as the view and the function run with its
// rights. A database of that name that is there already is an error and is left alone.
func Load(ctx context.Context, db *sql.DB) error {
	for statement := range strings.SplitSeq(schema, ";\n") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("loading the sample shop: %q: %w", firstLine(statement), err)
		}
	}
	for _, t := range sample() {
		if err := t.insert(ctx, db); err != nil {
			return fmt.Errorf("loading the sample shop: table %s: %w", t.name, err)
		}
	}
	return nil
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}
