package accounts

import (
	"context"
	"fmt"
	"strings"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/rows"
	"shunt/sharding/move/unit"
	"shunt/statement"
)

// State reads back who can still write in a unit, or read it: one line each, with the reason. Empty: the gate of grants is closed. spare are users that do not count. Accounts with
// rights on everything are findings, not the gate's business.
func State(ctx context.Context, c *control.Conn, u unit.Unit, spare []string) ([]string, []Finding, error) {
	r, err := Read(ctx, c, u)
	if err != nil {
		return nil, nil, err
	}
	covers, err := r.covers(ctx, c)
	if err != nil {
		return nil, nil, err
	}
	var list []string
	for _, g := range r.Grants {
		if !g.Covered || !covers[g.Grantee.User+"@"+g.Grantee.Host] {
			list = append(list, g.Grantee.String()+" has "+g.Rights+" on "+g.Object)
		}
	}
	events, err := eventsOf(ctx, c, u)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range events {
		if e.enabled {
			list = append(list, "event "+e.name+" is enabled")
		}
	}
	g := &gate{c: c, u: u, o: Closing{Spare: spare}}
	condition := "DB = " + quote(u.Database)
	for _, grant := range r.Grants { // they may go there, and find nothing
		if covers[grant.Grantee.User+"@"+grant.Grantee.Host] {
			condition += " AND USER <> " + quote(grant.Grantee.User)
		}
	}
	ids, err := g.sessions(ctx, condition)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range ids {
		list = append(list, "session "+id+" is in the database")
	}
	return list, r.Findings, nil
}

// covers are the grantees whose patterns are covered by an exact grant of nothing.
func (r *Rights) covers(ctx context.Context, c *control.Conn) (map[string]bool, error) {
	name := strings.TrimSuffix(strings.TrimPrefix(exact(r.Database), "`"), "`")
	result, err := c.Query(ctx, "SELECT User, Host FROM mysql.db WHERE Db = "+quote(strings.ReplaceAll(name, "``", "`"))+" AND Show_view_priv = 'Y' AND Select_priv = 'N' AND Insert_priv = 'N'")
	if err != nil {
		return nil, fmt.Errorf("which patterns are covered: %w", err)
	}
	all := map[string]bool{}
	for _, row := range rows.Texts(result) {
		all[row[0]+"@"+row[1]] = true
	}
	return all, nil
}

// CloseSchema closes a unit with MySQL's own gate, ALTER SCHEMA … READ ONLY, which stops everybody, and lets reads go on. It waits for open transactions, for a second with each try, since meanwhile
// nobody gets in; tries 0 means 5. It may be called again.
func CloseSchema(ctx context.Context, c *control.Conn, u unit.Unit, tries int) error {
	if !u.Whole() {
		return errModule
	}
	if tries == 0 {
		tries = 5
	}
	var err error
	for range tries {
		if _, err = c.Script(ctx, "SET SESSION lock_wait_timeout=1", "ALTER SCHEMA "+statement.QuoteName(u.Database)+" READ ONLY = 1"); err == nil {
			break
		}
		const timeout = 1205
		if control.Code(err) != timeout {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("closing %s: %w", u, err)
	}
	closed, err := SchemaClosed(ctx, c, u)
	if err == nil && !closed {
		err = fmt.Errorf("%s is not read only after it was made so", u)
	}
	return err
}

// OpenSchema undoes CloseSchema.
func OpenSchema(ctx context.Context, c *control.Conn, u unit.Unit) error {
	if _, err := c.Query(ctx, "ALTER SCHEMA "+statement.QuoteName(u.Database)+" READ ONLY = 0"); err != nil {
		return fmt.Errorf("opening %s: %w", u, err)
	}
	return nil
}

// SchemaClosed reads back whether MySQL's own gate is closed.
func SchemaClosed(ctx context.Context, c *control.Conn, u unit.Unit) (bool, error) {
	r, err := c.Query(ctx, "SELECT OPTIONS FROM information_schema.SCHEMATA_EXTENSIONS WHERE SCHEMA_NAME = "+quote(u.Database))
	if err != nil {
		return false, err
	}
	for _, row := range rows.Texts(r) {
		if strings.Contains(row[0], "READ ONLY=1") {
			return true, nil
		}
	}
	return false, nil
}
