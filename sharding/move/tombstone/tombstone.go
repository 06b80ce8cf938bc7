// Package tombstone closes the tables of a module on a server, and opens them again: the module's own gate, since rights are given for whole databases.
//
// Closing renames each table, and puts a view in its place that refers to a table which does not exist: one RENAME TABLE for all of them, so there is no moment at which some are closed
// and others not. The server waits for what is open on the tables, and whoever comes later, root too, hears error 1356 and changes nothing; triggers and foreign keys go with their
// tables. Opening is the same the other way round. What a table and its view are called is sharding's ([sharding.HiddenName], [sharding.AsideName]).
//
// Measured on MariaDB 10.11 and MySQL 9.7: INSERT, UPDATE, SELECT and LOAD DATA fail with 1356, TRUNCATE with 1146, ALTER TABLE with 1347; CREATE TABLE IF NOT EXISTS does nothing. It takes 3 to 5 ms
// for a table. Not stopped: somebody who drops the views, a CREATE TABLE of a name that nobody has, and on MariaDB an XA transaction that is prepared and has lost its session; the mover waits for those.
package tombstone

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"shunt/backend/monitor/control"
	"shunt/sharding"
	"shunt/sharding/move/rows"
	"shunt/sharding/move/unit"
)

// State is how the tables of a module are on one server, by their own names, sorted.
type State struct {
	Open   []string // they can be used
	Hidden []string // they cannot

	views map[string]bool // that are there, by the names that they have
}

// Closed says that no table of the module can be used.
func (s *State) Closed() bool { return len(s.Open) == 0 }

// Read asks a server, before ctx ends. A database that is not there has no tables.
func Read(ctx context.Context, c *control.Conn, u unit.Unit) (*State, error) {
	r, err := c.Query(ctx, "SELECT TABLE_NAME, TABLE_TYPE = 'VIEW' FROM information_schema.TABLES WHERE TABLE_SCHEMA = "+rows.Quote(u.Database)+" ORDER BY 1")
	if err != nil {
		return nil, fmt.Errorf("the tables of %s: %w", u, err)
	}
	s := &State{views: map[string]bool{}}
	var names []string
	for _, row := range rows.Texts(r) {
		names = append(names, row[0])
		if row[1] == "1" {
			s.views[row[0]] = true
		} else if u.Has(row[0]) {
			s.Open = append(s.Open, row[0])
		}
	}
	for _, table := range u.Hidden().Named(names) {
		s.Hidden = append(s.Hidden, table)
	}
	slices.Sort(s.Hidden)
	return s, nil
}

// Prepare makes the views that Close needs, before anybody waits; it may be called again.
func Prepare(ctx context.Context, c *control.Conn, u unit.Unit) error {
	s, err := Read(ctx, c, u)
	if err != nil {
		return err
	}
	return s.prepare(ctx, c, u)
}

// nothing is the table that the views refer to. It is dropped as soon as they are there.
const nothing = sharding.AsidePrefix

func (s *State) prepare(ctx context.Context, c *control.Conn, u unit.Unit) error {
	var make []string
	for _, table := range s.Open {
		if aside := sharding.AsideName(table); !s.views[aside] {
			make = append(make, "CREATE OR REPLACE VIEW "+u.Program(aside)+" AS SELECT * FROM "+u.Program(nothing))
		}
	}
	if len(make) == 0 {
		return nil
	}
	make = slices.Insert(make, 0, "CREATE TABLE IF NOT EXISTS "+u.Program(nothing)+" (shunt_moved INT)")
	if _, err := c.Script(ctx, append(make, "DROP TABLE "+u.Program(nothing))...); err != nil {
		return fmt.Errorf("making the views that close %s: %w", u, err)
	}
	return nil
}

// Close hides all tables of the module. It waits for what is open on them, a second at most, and then hides none: the error is the server's 1205. It may be called again, also after
// tables have come since. The connection's lock_wait_timeout is 5 s afterwards.
func Close(ctx context.Context, c *control.Conn, u unit.Unit) error {
	s, err := Read(ctx, c, u)
	if err != nil {
		return err
	}
	if err := s.prepare(ctx, c, u); err != nil {
		return err
	}
	var pairs []string
	for _, table := range s.Open {
		pairs = append(pairs, rename(u, table, sharding.HiddenName(table)), rename(u, sharding.AsideName(table), table))
	}
	if err := renamed(ctx, c, pairs); err != nil {
		return fmt.Errorf("closing %s: %w", u, err)
	}
	return nil
}

// Open shows all tables of the module again, as Close waits and may be repeated. The views stay, under the names that Prepare gives them, until Tidy.
func Open(ctx context.Context, c *control.Conn, u unit.Unit) error {
	s, err := Read(ctx, c, u)
	if err != nil {
		return err
	}
	var pairs []string
	for _, table := range s.Hidden {
		if s.views[table] {
			pairs = append(pairs, rename(u, table, sharding.AsideName(table)))
		}
		pairs = append(pairs, rename(u, sharding.HiddenName(table), table))
	}
	if err := renamed(ctx, c, pairs); err != nil {
		return fmt.Errorf("opening %s: %w", u, err)
	}
	return nil
}

// Tidy drops the views that are not needed while the tables are open: they are in the way of dumps, and Close makes them anew.
func Tidy(ctx context.Context, c *control.Conn, u unit.Unit) error {
	s, err := Read(ctx, c, u)
	if err != nil {
		return err
	}
	var drop []string
	for _, table := range s.Open {
		if aside := sharding.AsideName(table); s.views[aside] {
			drop = append(drop, u.Program(aside))
		}
	}
	if len(drop) == 0 {
		return nil
	}
	if _, err := c.Query(ctx, "DROP VIEW IF EXISTS "+strings.Join(drop, ", ")); err != nil {
		return fmt.Errorf("dropping the views that have closed %s: %w", u, err)
	}
	return nil
}

// Clear drops the tables that are hidden, and all views.
func Clear(ctx context.Context, c *control.Conn, u unit.Unit) error {
	s, err := Read(ctx, c, u)
	if err != nil {
		return err
	}
	statements := []string{"SET SESSION foreign_key_checks=0"}
	for _, table := range s.Hidden {
		statements = append(statements, "DROP TABLE IF EXISTS "+u.Hidden().Table(table))
		if s.views[table] {
			statements = append(statements, "DROP VIEW IF EXISTS "+u.Program(table))
		}
	}
	for _, table := range slices.Concat(s.Open, s.Hidden) {
		statements = append(statements, "DROP VIEW IF EXISTS "+u.Program(sharding.AsideName(table)))
	}
	if _, err := c.Script(ctx, statements...); err != nil {
		return fmt.Errorf("taking away what is left of %s: %w", u, err)
	}
	return nil
}

func rename(u unit.Unit, from, to string) string { return u.Program(from) + " TO " + u.Program(to) }

func renamed(ctx context.Context, c *control.Conn, pairs []string) error {
	if len(pairs) == 0 {
		return nil
	}
	_, err := c.Script(ctx, "SET SESSION lock_wait_timeout=1", "RENAME TABLE "+strings.Join(pairs, ", "), "SET SESSION lock_wait_timeout=5")
	return err
}

// name is a quoted name in a statement.
var name = regexp.MustCompile("`((?:[^`]|``)*)`")

// Own says whether a statement of the binary log is one with which a gate was closed or opened: each of its renames has a name that only this package gives.
func Own(statement string) bool {
	names := name.FindAllStringSubmatch(statement, -1)
	if !strings.HasPrefix(statement, "RENAME TABLE `") || len(names)%4 != 0 {
		return false
	}
	for ; len(names) > 0; names = names[4:] { // database, table, TO database, table
		if !sharding.IsHidden(names[1][1]) && !sharding.IsHidden(names[3][1]) {
			return false
		}
	}
	return true
}
