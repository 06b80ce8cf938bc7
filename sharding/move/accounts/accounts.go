// Package accounts knows who has rights on a unit, and opens and closes it to them.
//
// [Read] finds every account and role with rights on a database: by name, by pattern, on tables, columns and routines, by roles, and by rights on everything. [Create]
// makes the accounts on another server with their passwords, which nobody knows, and without their rights on the unit; [Open] gives those.
//
// [Close] is the grant gate: it takes all rights on the unit away, after telling what they were, ends the sessions that would not notice, and waits for transactions. Other
// databases of the same accounts go on. [CloseSchema] is the gate that MySQL has itself. [State] says who can still write. Everything can be done again after it was cut off
// anywhere.
package accounts

import (
	"fmt"
	"strings"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/rows"
	"shunt/statement"
	"shunt/topology"
)

// Grantee is an account or a role.
type Grantee struct {
	User string
	Host string // empty for a role of MariaDB, and for PUBLIC
	Role bool
}

// String is the grantee as statements name it.
func (g Grantee) String() string {
	switch {
	case g.Host == "" && g.User == "PUBLIC":
		return "PUBLIC"
	case g.Host == "":
		return statement.QuoteName(g.User)
	}
	return statement.QuoteName(g.User) + "@" + statement.QuoteName(g.Host)
}

// Grant is some rights on one object, as SHOW GRANTS has them.
type Grant struct {
	Rights  string // such as SELECT (`a`), INSERT
	Object  string // such as `shop`.*, `shop`.`orders`, PROCEDURE `shop`.`p`; * for everything is not quoted
	Grantee Grantee
	Option  bool // may be granted on
	// Covered says that the object is a pattern that other databases need, so that it stays: the gate covers it with an exact grant that gives nothing worth having.
	Covered bool
}

// Statement gives the rights again.
func (g Grant) Statement() string { return g.on(g.Object) }

func (g Grant) on(object string) string {
	text := "GRANT " + g.Rights + " ON " + object + " TO " + g.Grantee.String()
	if g.Option {
		text += " WITH GRANT OPTION"
	}
	return text
}

// Exact gives the rights for one database only, whatever the pattern was: for the server that the database moves to, where other databases may fit it.
func (g Grant) Exact(database string) string {
	if strings.HasSuffix(g.Object, "`.*") {
		return g.on(exact(database) + ".*")
	}
	return g.Statement()
}

// revoke takes the rights away.
func (g Grant) revoke() []string {
	from := " ON " + g.Object + " FROM " + g.Grantee.String()
	list := []string{"REVOKE " + g.Rights + from}
	if g.Option {
		list = append(list, "REVOKE GRANT OPTION"+from)
	}
	return list
}

// exact is a database's name where a grant has a pattern.
func exact(database string) string {
	return statement.QuoteName(strings.NewReplacer(`\`, `\\`, "_", `\_`, "%", `\%`).Replace(database))
}

// nothing is the right that covers a pattern: without the others it shows nothing and changes nothing.
const nothing = "SHOW VIEW"

// cover makes the exact grant before which a server does not look at a pattern; uncover takes it away.
func (g Grant) cover(database string) string {
	return "GRANT " + nothing + " ON " + exact(database) + ".* TO " + g.Grantee.String()
}

func (g Grant) uncover(database string) string {
	return "REVOKE " + nothing + " ON " + exact(database) + ".* FROM " + g.Grantee.String()
}

// Finding is something about accounts that a move has to know, with a way out.
type Finding struct {
	Kind    string // everywhere, cascade, other flavor, conflict
	Account string // or what else it is about
	Way     string
}

// String is the finding for people.
func (f Finding) String() string { return f.Kind + ": " + f.Account + ": " + f.Way }

// parseGrant reads a line of SHOW GRANTS; ok is false for lines that are about something else: roles, default roles, proxies.
func parseGrant(line string) (g Grant, to string, ok bool) {
	rest, ok := strings.CutPrefix(line, "GRANT ")
	if !ok {
		return g, "", false
	}
	if g.Rights, rest, ok = cut(rest, " ON "); !ok || g.Rights == "PROXY" {
		return g, "", false
	}
	if g.Object, rest, ok = cut(rest, " TO "); !ok {
		return g, "", false
	}
	to, more, _ := cut(rest, " ")
	g.Option = strings.Contains(more, "GRANT OPTION")
	return g, to, true
}

// cut splits a text at a separator that is in no quotes.
func cut(text, separator string) (before, after string, ok bool) {
	var quote byte
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case strings.HasPrefix(text[i:], separator):
			return text[:i], text[i+len(separator):], true
		case c == '`' || c == '\'' || c == '"':
			quote = c
		}
	}
	return text, "", false
}

// pattern is the database pattern of an object such as `shop%`.*, or PROCEDURE `shop`.`p`, and whether it is for a whole database.
func (g Grant) pattern() (pattern string, whole bool) {
	object := g.Object
	for _, kind := range []string{"PROCEDURE ", "FUNCTION ", "PACKAGE BODY ", "PACKAGE ", "TABLE "} {
		object = strings.TrimPrefix(object, kind)
	}
	database, rest, _ := cut(object, ".")
	return unquoted(database), rest == "*"
}

// table is the table of an object such as `shop`.`orders`; empty if it is none.
func (g Grant) table() string {
	if strings.HasPrefix(g.Object, "`") {
		if _, rest, _ := cut(g.Object, "."); rest != "*" {
			return unquoted(rest)
		}
	}
	return ""
}

func unquoted(name string) string {
	return strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(name, "`"), "`"), "``", "`")
}

// like is what servers do with patterns of databases: % and _, and a backslash before a character that is meant itself.
func like(name, pattern string) bool {
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '%':
			for j := 0; j <= len(name); j++ {
				if like(name[j:], pattern[i+1:]) {
					return true
				}
			}
			return false
		case name == "":
			return false
		case c == '_':
		case c == '\\' && i+1 < len(pattern):
			i++
			if name[0] != pattern[i] {
				return false
			}
		case name[0] != c:
			return false
		}
		name = name[1:]
	}
	return name == ""
}

// session lets names be written and read as they are.
func session(c *control.Conn) []string {
	list := []string{"SET NAMES utf8mb4", "SET SESSION sql_mode='NO_ENGINE_SUBSTITUTION', sql_quote_show_create=1"}
	if c.Flavor() == topology.MySQL && c.AtLeast("8.0.17") {
		list = append(list, "SET SESSION print_identified_with_as_hex=ON")
	}
	return list
}

func quote(text string) string { return rows.Quote(text) }

var errModule = fmt.Errorf("the gate of grants closes whole databases; tables of a module are closed by the tombstone gate")
