package accounts

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strings"
	"time"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/rows"
	"shunt/sharding/move/unit"
	"shunt/statement"
)

// Closing is how to close a unit.
type Closing struct {
	// Persist is told the statements that open the unit again, before anything is changed; its error leaves all as it is. If the gate is half closed, from a try before, they are less than
	// what it was told then: those are in Earlier. nil: nobody keeps them but the caller of Close.
	Persist func(statements []string) error
	// Earlier are the statements that were persisted by an earlier try.
	Earlier []string
	// Spare are users whose sessions are not ended: the movers' own.
	Spare []string
	// Foreign says that a prepared XA transaction is not about the unit; nil: each may be, and the gate does not close.
	Foreign func(xid string) bool
	// Grace is how long transactions that have written in the unit may take to end before their sessions are ended; 0: 200 ms.
	Grace time.Duration
}

// Closed is what [Close] did.
type Closed struct {
	// Open are the statements for [Open], in their order.
	Open []string
	// Killed is how many sessions were ended.
	Killed int
	// Findings name those whom the gate does not stop.
	Findings []Finding
}

// PreparedError names prepared XA transactions. On MariaDB they hold no lock that a barrier would wait for, and could be committed after it.
type PreparedError struct{ Xids []string }

func (e *PreparedError) Error() string {
	return "prepared XA transactions may be about the unit: " + strings.Join(e.Xids, ", ") + "; XA COMMIT or XA ROLLBACK them, or wait for whoever prepared them"
}

// Close takes away all rights on a unit, and returns when nobody can write in it any more and every transaction that has written there has ended, before ctx ends. After an error the unit may be half
// closed: [Open] opens it, Close closes it. Other databases of the same accounts go on. Errors: *PreparedError.
func Close(ctx context.Context, c *control.Conn, u unit.Unit, o Closing) (*Closed, error) {
	r, err := Read(ctx, c, u)
	if err != nil {
		return nil, err
	}
	events, err := eventsOf(ctx, c, u)
	if err != nil {
		return nil, err
	}
	closed := &Closed{Open: merged(o.Earlier, r.opening(events)), Findings: r.Findings}
	if o.Persist != nil {
		if err := o.Persist(closed.Open); err != nil {
			return closed, err
		}
	}
	if err := each(ctx, c, disabling(events, u)); err != nil {
		return closed, err
	}
	if err := each(ctx, c, r.closing()); err != nil {
		return closed, err
	}
	g := &gate{c: c, u: u, o: o, closed: closed}
	return closed, g.drain(ctx)
}

// opening are the statements that undo [Rights.closing].
func (r *Rights) opening(events []event) (list []string) {
	for _, g := range r.Grants {
		if g.Covered {
			list = append(list, g.uncover(r.Database))
		}
	}
	for _, g := range r.Grants {
		if !g.Covered {
			list = append(list, g.Statement())
		}
	}
	for _, e := range events {
		if e.enabled {
			list = append(list, e.alter(r.Database, "ENABLE"))
		}
	}
	return list
}

// closing takes away what can be taken, and covers patterns.
func (r *Rights) closing() (list []string) {
	for _, g := range r.Grants {
		if !g.Covered {
			list = append(list, g.revoke()...)
		}
	}
	for _, g := range r.Grants {
		if g.Covered {
			list = append(list, g.cover(r.Database))
		}
	}
	return list
}

// merged puts the statements of an earlier try before those of this one, each once.
func merged(earlier, now []string) []string {
	list, seen := []string{}, map[string]bool{}
	var rest []string
	for _, sql := range append(append([]string{}, earlier...), now...) {
		switch {
		case seen[sql]:
		case strings.HasPrefix(sql, "REVOKE "):
			list = append(list, sql)
		default:
			rest = append(rest, sql)
		}
		seen[sql] = true
	}
	return append(list, rest...)
}

// notThere are errors of taking away what is not there: another try was faster.
func notThere(err error) bool {
	switch control.Code(err) {
	case 1141, 1147, 1403, 1539:
		return true
	}
	return false
}

// each runs statements, in one round trip where nothing is in the way. What is not there any more need not be taken away.
func each(ctx context.Context, c *control.Conn, statements []string) error {
	statements = expanded(statements)
	for len(statements) > 0 {
		results, err := c.Script(ctx, statements...)
		if err == nil {
			return nil
		}
		if failed := min(len(results), len(statements)-1); notThere(err) {
			statements = statements[failed+1:]
		} else {
			return fmt.Errorf("%s: %w", statements[failed], err)
		}
	}
	return nil
}

// under finds what an event was made under in the statement that alters it.
var under = regexp.MustCompile(`^ALTER /\* under (\w+) (\w+) \*/ `)

// expanded has events altered under the settings that they were made under: servers note those of whoever alters them in the place of the former.
func expanded(statements []string) (list []string) {
	for _, sql := range statements {
		m := under.FindStringSubmatch(sql)
		if m == nil {
			list = append(list, sql)
			continue
		}
		set := "SET SESSION collation_connection=" + m[2]
		if ascii(sql) {
			set = "SET SESSION character_set_client=" + m[1] + ", collation_connection=" + m[2]
		}
		list = append(list, set, sql, "SET NAMES utf8mb4")
	}
	return list
}

func ascii(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r > 126 }) < 0
}

// Open opens a unit with the statements that [Close] told, in their order. It may be called again.
func Open(ctx context.Context, c *control.Conn, statements []string) error {
	if _, err := c.Script(ctx, session(c)...); err != nil {
		return err
	}
	return each(ctx, c, statements)
}

// OpenElsewhere are the statements for [Open] on the server that the unit moved to. Of several patterns of a grantee that fit a database only the most specific one counts, so only
// that one is given. Events are the business of package objects.
func (r *Rights) OpenElsewhere() (list []string) {
	best := map[Grantee]int{}
	for i, g := range r.Grants {
		pattern, whole := g.pattern()
		if !whole {
			continue
		}
		j, ok := best[g.Grantee]
		if ok {
			other, _ := r.Grants[j].pattern()
			ok = wildcard(other) >= wildcard(pattern)
		}
		if !ok {
			best[g.Grantee] = i
		}
	}
	for i, g := range r.Grants {
		if _, whole := g.pattern(); !whole || best[g.Grantee] == i {
			list = append(list, g.Exact(r.Database))
		}
	}
	return list
}

// wildcard is where a pattern's first wildcard is: the later, the more specific is it.
func wildcard(pattern string) int {
	for i := 0; i < len(pattern); i++ {
		switch pattern[i] {
		case '\\':
			i++
		case '%', '_':
			return i
		}
	}
	return math.MaxInt
}

// event is an event of the unit.
type event struct {
	name, definer      string
	enabled            bool
	client, connection string // character_set_client and collation_connection that it was made under
}

func eventsOf(ctx context.Context, c *control.Conn, u unit.Unit) (list []event, err error) {
	r, err := c.Query(ctx, "SELECT EVENT_NAME, DEFINER, STATUS, CHARACTER_SET_CLIENT, COLLATION_CONNECTION FROM information_schema.EVENTS WHERE EVENT_SCHEMA = "+quote(u.Database))
	if err != nil {
		return nil, fmt.Errorf("the events of %s: %w", u, err)
	}
	for _, row := range rows.Texts(r) {
		list = append(list, event{row[0], row[1], row[2] == "ENABLED", row[3], row[4]})
	}
	return list, nil
}

// alter changes an event and keeps its definer, who would else be who asks.
func (e event) alter(database, how string) string {
	definer := statement.QuoteName(e.definer)
	if at := strings.LastIndexByte(e.definer, '@'); at >= 0 {
		definer = Grantee{User: e.definer[:at], Host: e.definer[at+1:]}.String()
	}
	return "ALTER /* under " + e.client + " " + e.connection + " */ DEFINER=" + definer + " EVENT " + unit.Of(database).Table(e.name) + " " + how
}

func disabling(events []event, u unit.Unit) (list []string) {
	for _, e := range events {
		if e.enabled {
			list = append(list, e.alter(u.Database, "DISABLE"))
		}
	}
	return list
}

// pause is between two looks at something that takes a moment.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

var errStillThere = errors.New("sessions in the unit do not end")
