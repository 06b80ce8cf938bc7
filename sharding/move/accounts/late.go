package accounts

import (
	"context"
	"strings"
	"time"

	"shunt/topology"
)

// How statements are waited for that are under way: for so long, and then their sessions are ended and have as long to go.
const (
	latePoll  = 2 * time.Millisecond
	lateGrace = 200 * time.Millisecond
	lateBound = time.Second
)

// endStatements waits for the statements of those who had rights that are under way now, and ends the sessions of those that take long. A server looks at rights first, then
// waits for whatever else the statement needs, and may lock the unit's tables long after the barrier.
//
// Those that stand in another database and do not name the unit are left alone: they are the neighbours'.
func (g *gate) endStatements(ctx context.Context) error {
	users := g.users()
	if len(users) == 0 {
		return nil
	}
	condition := "COMMAND <> 'Sleep' AND USER IN (" + strings.Join(users, ", ") + ") AND (DB = " + quote(g.u.Database) + " OR INFO IS NULL OR INSTR(INFO, " + quote(g.u.Database) + ") > 0)"
	under, err := g.told(ctx, g.statement(), condition)
	killed := false
	for began := time.Now(); err == nil && len(under) > 0; {
		if err := pause(ctx, latePoll); err != nil {
			return err
		}
		still := condition + " AND " + g.statement() + " IN (" + quoted(under) + ")"
		if took := time.Since(began); took > lateBound {
			return errStillThere
		} else if took > lateGrace && !killed {
			ids, err := g.sessions(ctx, still)
			if err != nil {
				return err
			}
			if err := g.kill(ctx, ids); err != nil {
				return err
			}
			killed = true
		}
		under, err = g.told(ctx, g.statement(), still)
	}
	return err
}

// statement tells the statements of a session apart.
func (g *gate) statement() string {
	if g.c.Flavor() == topology.MariaDB {
		return "QUERY_ID"
	}
	return "CONCAT(ID, '.', COALESCE((SELECT MAX(E.EVENT_ID) FROM performance_schema.events_statements_current E JOIN performance_schema.threads T USING (THREAD_ID) " +
		"WHERE T.PROCESSLIST_ID = PROCESSLIST.ID AND E.END_EVENT_ID IS NULL), 0))"
}

func quoted(list []string) string {
	var b strings.Builder
	for i, one := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(quote(one))
	}
	return b.String()
}
