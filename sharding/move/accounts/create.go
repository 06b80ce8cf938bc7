package accounts

import (
	"context"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/rows"
)

// hashed is the hash in MySQL's SHOW CREATE USER, as print_identified_with_as_hex writes it, with its plugin.
var hashed = regexp.MustCompile(`IDENTIFIED WITH '([^']*)' AS (0x[0-9A-F]+)`)

// Create makes the accounts and roles on another server, with their passwords and roles and without rights on the unit; [Open] gives those. Accounts that are there and
// alike stay as they are. The findings name those that are there and differ: nothing was changed then.
func Create(ctx context.Context, c *control.Conn, r *Rights) ([]Finding, error) {
	if c.Flavor() != r.Flavor {
		return []Finding{{"other flavor", "all accounts of " + r.Database, fmt.Sprintf("passwords of %s are of no use to %s; make the accounts there by hand, or let the proxy check the passwords", r.Flavor, c.Flavor())}}, nil
	}
	if _, err := c.Script(ctx, session(c)...); err != nil {
		return nil, err
	}
	var findings []Finding
	var statements []string
	for _, a := range r.Accounts {
		there, err := show(ctx, c, a)
		if err != nil {
			return nil, err
		}
		switch {
		case there == "":
			statements = append(statements, a.make()...)
		case there != a.Create && !a.Role:
			findings = append(findings, Finding{"conflict", a.String(), "the target has this account, and not with the same password, plugin or limits; make one of them like the other, or rename it"})
		}
		statements = append(statements, a.Roles...)
		if a.Default != "" {
			statements = append(statements, a.Default)
		}
	}
	if findings != nil {
		return findings, nil
	}
	for _, sql := range statements {
		if _, err := c.Query(ctx, sql); err != nil {
			return nil, fmt.Errorf("making an account: %s: %w", secretless(sql), err)
		}
	}
	return nil, nil
}

// secretless leaves hashes out of a statement.
func secretless(sql string) string {
	before, _, found := strings.Cut(sql, " IDENTIFIED ")
	if found {
		return before + " IDENTIFIED …"
	}
	return sql
}

// show is the account as the server has it; empty: it has none. Roles of MariaDB are shown by their grants.
func show(ctx context.Context, c *control.Conn, a Account) (string, error) {
	statement := "SHOW CREATE USER " + a.String()
	if a.Role {
		statement = "SHOW GRANTS FOR " + a.String()
	}
	r, err := c.Query(ctx, statement)
	switch control.Code(err) {
	case 1133, 1141, 1396, 1959, 3162: // there is none, in the words of each server
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("the account %s on the target: %w", a, err)
	}
	if a.Role || r.RowNumber() == 0 {
		return "a role", nil
	}
	return rows.Texts(r)[0][0], nil
}

// make gives the statements that make an account. One with two passwords is made with the old one, since only a change keeps one.
func (a *Account) make() []string {
	switch {
	case a.User == "PUBLIC" && a.Host == "":
		return nil
	case a.Role:
		return []string{"CREATE ROLE IF NOT EXISTS " + a.String()}
	case a.Second == "":
		return []string{a.Create}
	}
	m := hashed.FindStringSubmatch(a.Create)
	if m == nil {
		return []string{a.Create}
	}
	return []string{
		strings.Replace(a.Create, m[2], "0x"+strings.ToUpper(hex.EncodeToString([]byte(a.Second))), 1),
		"ALTER USER " + a.String() + " IDENTIFIED WITH '" + m[1] + "' AS " + m[2] + " RETAIN CURRENT PASSWORD",
	}
}
