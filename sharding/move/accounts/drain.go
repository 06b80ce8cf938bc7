package accounts

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/rows"
	"shunt/sharding/move/unit"
	"shunt/topology"
)

// gate is a unit whose grants are gone already, and that others may still be in.
type gate struct {
	c      *control.Conn
	u      unit.Unit
	o      Closing
	closed *Closed
}

// drain ends the sessions whose current database is the unit, since they keep the rights that they had (moves.md L2), and waits for the transactions of all others: their next
// statement on the unit is refused, but what they wrote before is not committed yet.
func (g *gate) drain(ctx context.Context) error {
	if err := g.endStatements(ctx); err != nil { // first: a USE may be among them
		return err
	}
	if err := g.endSessions(ctx); err != nil {
		return err
	}
	if err := g.prepared(ctx); err != nil {
		return err
	}
	tables, err := g.tables(ctx)
	if err != nil {
		return err
	}
	if err := g.wait(ctx, tables); err != nil {
		return fmt.Errorf("waiting for the transactions in %s: %w", g.u, err)
	}
	return g.prepared(ctx) // one that was prepared between holds no lock on MariaDB
}

// wait tries the barrier until it passes. Who stands in its way after the grace is ended.
func (g *gate) wait(ctx context.Context, tables []string) error {
	grace := g.o.Grace
	if grace == 0 {
		grace = 200 * time.Millisecond
	}
	began := time.Now()
	for {
		passed, err := g.try(ctx, tables)
		if passed || err != nil {
			return err
		}
		if time.Since(began) > grace {
			if err := g.endHolders(ctx); err != nil {
				return err
			}
		}
		if err := pause(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
}

// try takes the locks if nobody is in the way. MariaDB can do that without waiting; MySQL waits for a second at least, so who holds a lock is asked first.
func (g *gate) try(ctx context.Context, tables []string) (passed bool, err error) {
	timeout := 0
	if g.c.Flavor() == topology.MySQL {
		timeout = 1
		ids, err := g.sessions(ctx, holding(g.u.Database))
		if err != nil || len(ids) > 0 {
			return false, err
		}
	}
	err = g.barrier(ctx, tables, timeout)
	const waited = 1205
	if control.Code(err) == waited {
		return false, nil
	}
	return err == nil, err
}

// holding is the condition for sessions that hold a lock on a table of a database, for MySQL.
func holding(database string) string {
	return "ID IN (SELECT T.PROCESSLIST_ID FROM performance_schema.metadata_locks L JOIN performance_schema.threads T ON T.THREAD_ID = L.OWNER_THREAD_ID WHERE L.OBJECT_TYPE = 'TABLE' AND L.OBJECT_SCHEMA = " + quote(database) + ")"
}

// tables are the base tables to lock.
func (g *gate) tables(ctx context.Context) (list []string, err error) {
	r, err := g.c.Query(ctx, "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = "+quote(g.u.Database)+" AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE')")
	if err != nil {
		return nil, err
	}
	for _, row := range rows.Texts(r) {
		list = append(list, g.u.Table(row[0])+" READ")
	}
	return list, nil
}

// barrier waits for so many seconds at most until no transaction has written in the unit that has not ended. Nothing is locked after it.
func (g *gate) barrier(ctx context.Context, tables []string, timeout int) error {
	if len(tables) == 0 {
		return nil
	}
	_, err := g.c.Script(ctx, fmt.Sprintf("SET SESSION lock_wait_timeout=%d", timeout), "LOCK TABLES "+strings.Join(tables, ", "), "UNLOCK TABLES", "SET SESSION lock_wait_timeout=DEFAULT")
	return err
}

// endSessions kills those that are in the unit, and waits until they are gone. Who comes later has no rights; the second time is for those who were on their way when the rights
// went.
func (g *gate) endSessions(ctx context.Context) error {
	for range 2 {
		ids, err := g.sessions(ctx, "DB = "+quote(g.u.Database))
		if err != nil {
			return err
		}
		if err := g.end(ctx, ids); err != nil {
			return err
		}
	}
	return nil
}

// end kills sessions and waits until they are gone: a transaction that is being rolled back is not.
func (g *gate) end(ctx context.Context, ids []string) error {
	if err := g.kill(ctx, ids); err != nil {
		return err
	}
	for len(ids) > 0 {
		left, err := g.sessions(ctx, "ID IN ("+strings.Join(ids, ", ")+")")
		if err != nil {
			return err
		}
		if ids = left; len(ids) > 0 {
			if err := pause(ctx, time.Millisecond); err != nil {
				return fmt.Errorf("%w: %w: %s", err, errStillThere, strings.Join(ids, ", "))
			}
		}
	}
	return nil
}

// sessions are the ids of those who meet a condition, but for our own.
func (g *gate) sessions(ctx context.Context, condition string) (ids []string, err error) {
	return g.told(ctx, "ID", condition)
}

// told is something about those sessions.
func (g *gate) told(ctx context.Context, what, condition string) (list []string, err error) {
	spare := []string{"'system user'", "'event_scheduler'"}
	for _, user := range g.o.Spare {
		spare = append(spare, quote(user))
	}
	r, err := g.c.Query(ctx, "SELECT "+what+" FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() AND COMMAND NOT IN ('Binlog Dump', 'Binlog Dump GTID', 'Daemon') AND USER NOT IN ("+strings.Join(spare, ", ")+") AND "+condition)
	if err != nil {
		return nil, fmt.Errorf("looking for sessions in %s: %w", g.u, err)
	}
	for _, row := range rows.Texts(r) {
		list = append(list, row[0])
	}
	return list, nil
}

func (g *gate) kill(ctx context.Context, ids []string) error {
	const unknown = 1094
	for _, id := range ids {
		if _, err := g.c.Query(ctx, "KILL "+id); err != nil && control.Code(err) != unknown {
			return fmt.Errorf("ending session %s: %w", id, err)
		}
		g.closed.Killed++
	}
	return nil
}

// endHolders kills sessions that the barrier waits for: on MySQL those who hold a lock on a table of the unit; on MariaDB, which tells that only with a plugin, those with an open transaction, or locked
// tables, of the accounts that had rights.
func (g *gate) endHolders(ctx context.Context) error {
	condition := holding(g.u.Database)
	if g.c.Flavor() == topology.MariaDB {
		users := g.users()
		if len(users) == 0 {
			return nil
		}
		condition = "USER IN (" + strings.Join(users, ", ") + ")"
		if _, err := g.c.Query(ctx, "SELECT 1 FROM information_schema.METADATA_LOCK_INFO LIMIT 0"); err == nil {
			condition = "ID IN (SELECT THREAD_ID FROM information_schema.METADATA_LOCK_INFO WHERE TABLE_SCHEMA = " + quote(g.u.Database) + ")"
		} else {
			condition += " AND ID IN (SELECT trx_mysql_thread_id FROM information_schema.INNODB_TRX)"
		}
	}
	ids, err := g.sessions(ctx, condition)
	if err != nil {
		return err
	}
	return g.end(ctx, ids)
}

// users are those whose rights were taken, by what opens the unit again.
func (g *gate) users() (list []string) {
	for _, sql := range g.closed.Open {
		_, rest, ok := cut(sql, " TO ")
		if !ok {
			_, rest, ok = cut(sql, " FROM ")
		}
		name, _, _ := cut(rest, "@")
		name = quote(strings.ReplaceAll(strings.Trim(name, "`"), "``", "`"))
		if ok && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

// prepared looks for XA transactions that nobody has decided.
func (g *gate) prepared(ctx context.Context) error {
	r, err := g.c.Query(ctx, "XA RECOVER")
	if err != nil {
		return fmt.Errorf("looking for prepared transactions: %w", err)
	}
	var found []string
	for _, row := range rows.Texts(r) {
		if xid := row[3]; g.o.Foreign == nil || !g.o.Foreign(xid) {
			found = append(found, xid)
		}
	}
	if found != nil {
		return &PreparedError{found}
	}
	return nil
}
