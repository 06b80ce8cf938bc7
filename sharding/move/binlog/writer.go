package binlog

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-mysql-org/go-mysql/mysql"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/guard"
	"shunt/topology"
)

// writer is a connection to the destination that applies changes.
type writer struct {
	plan          *Plan
	conn          *control.Conn
	packet        int // bytes that the server takes at once
	targets       map[Table]*Target
	before, after []Field // of the row at work
}

// sessionOf is what an applying session wants of a server: values are stored as they are told, and nothing is made up.
func sessionOf(flavor topology.Flavor) []string {
	all := []string{
		"SET NAMES binary",
		"SET SESSION time_zone = '+00:00', unique_checks = 1, foreign_key_checks = 1, innodb_strict_mode = 0, innodb_lock_wait_timeout = 10, lock_wait_timeout = 10, " +
			"sql_mode = 'NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION,ALLOW_INVALID_DATES', transaction_isolation = 'READ-COMMITTED'",
	}
	if flavor == topology.MariaDB {
		all[1] = "SET SESSION time_zone = '+00:00', unique_checks = 1, foreign_key_checks = 1, innodb_strict_mode = 0, innodb_lock_wait_timeout = 10, lock_wait_timeout = 10, " +
			"sql_mode = 'NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION,ALLOW_INVALID_DATES', tx_isolation = 'READ-COMMITTED'"
		return append(all, "SET SESSION check_constraint_checks = 0, max_statement_time = 0")
	}
	return append(all, "SET SESSION show_gipk_in_create_table_and_information_schema = 1")
}

func openWriter(ctx context.Context, p *Plan) (*writer, error) {
	e := p.Endpoint
	e.FoundRows = true
	conn, err := control.Dial(ctx, e)
	if err != nil {
		return nil, err
	}
	w := &writer{plan: p, conn: conn, targets: map[Table]*Target{}}
	for _, sql := range sessionOf(conn.Flavor()) {
		if _, err = conn.Query(ctx, sql); err != nil {
			conn.Close()
			return nil, fmt.Errorf("preparing the session with %q: %w", sql, err)
		}
	}
	r, err := conn.Query(ctx, "SELECT @@max_allowed_packet")
	if err != nil {
		conn.Close()
		return nil, err
	}
	size, err := r.GetInt(0, 0)
	w.packet = int(size)
	return w, err
}

// target reads the definition of a table, once.
func (w *writer) target(ctx context.Context, t Table) (*Target, error) {
	if d := w.targets[t]; d != nil {
		return d, nil
	}
	ctx, cancel := context.WithTimeout(ctx, w.plan.Patience)
	defer cancel()
	there := t
	if w.plan.There != nil {
		there.Name = w.plan.There(t.Name)
	}
	d, err := Describe(ctx, w.conn, there)
	if err != nil {
		return nil, err
	}
	w.targets[t] = d
	return d, nil
}

// commit does a batch: in as few round trips as its size allows, and one more for the commit, which is only sent when every statement has
// changed as many rows as it had to.
func (w *writer) commit(ctx context.Context, b *batch) error {
	ctx, cancel := context.WithTimeout(ctx, w.plan.Patience)
	defer cancel()
	b.check(true)
	b.clock(0)
	advance := guard.Advance(w.plan.Unit.Name, w.plan.Stream, guard.Progress{Position: b.position.String(), Changes: b.changes, Bytes: b.bytes})
	steps := append(b.statements, step{sql: []byte(advance), rows: -1})
	script := guard.Begin(w.plan.Unit.Name, w.plan.Token, w.plan.Phase)
	head := len(script)
	size := 0
	from := 0
	for i, s := range steps {
		if len(s.sql)+1024 > w.packet {
			return fmt.Errorf("%w: a row of %s is longer than the destination's max_allowed_packet of %d bytes", ErrTooLarge, s.table, w.packet)
		}
		if size > 0 && size+len(s.sql)+1024 > w.packet {
			if err := w.run(ctx, script, steps[from:i], head); err != nil {
				return err
			}
			script, head, size, from = nil, 0, 0, i
		}
		script = append(script, string(s.sql))
		size += len(s.sql) + 1
	}
	if err := w.run(ctx, script, steps[from:], head); err != nil {
		return err
	}
	_, err := w.conn.Query(ctx, "COMMIT")
	return err
}

// run sends statements, of which the first few are the guard's, and checks what they did. If anything is wrong the transaction is rolled back.
func (w *writer) run(ctx context.Context, script []string, steps []step, head int) error {
	results, err := w.conn.Script(ctx, script...)
	if err != nil && control.Code(err) != 0 && len(results) < head {
		return guard.Why(ctx, w.conn, w.plan.Unit.Name, w.plan.Token, w.plan.Phase, err)
	}
	for i, s := range steps {
		if head+i >= len(results) {
			break
		}
		if got := int(results[head+i].AffectedRows); s.rows >= 0 && got != s.rows {
			return w.undo(ctx, fmt.Errorf("%w: %d rows instead of %d of %s, beginning with key %s", ErrDiverged, got, s.rows, s.table, s.key))
		}
	}
	if err == nil || control.Code(err) == 0 {
		return err
	}
	failed := steps[max(0, len(results)-head)]
	switch control.Code(err) {
	case mysql.ER_DUP_ENTRY, mysql.ER_DUP_ENTRY_WITH_KEY_NAME, mysql.ER_NO_REFERENCED_ROW_2, mysql.ER_ROW_IS_REFERENCED_2, mysql.ER_NO_REFERENCED_ROW, mysql.ER_ROW_IS_REFERENCED:
		err = fmt.Errorf("%w: %s, key %s: %w", ErrDiverged, failed.table, failed.key, err)
	case mysql.ER_NO_SUCH_TABLE, mysql.ER_BAD_FIELD_ERROR, mysql.ER_BAD_DB_ERROR:
		err = fmt.Errorf("%w: %w", ErrDefinition, err)
	default:
		err = fmt.Errorf("applying a change of %s: %w", failed.table, err)
	}
	return w.undo(ctx, err)
}

func (w *writer) undo(ctx context.Context, why error) error {
	if _, err := w.conn.Query(ctx, "ROLLBACK"); err != nil {
		return errors.Join(why, err)
	}
	return why
}
