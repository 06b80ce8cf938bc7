package accounts

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/rows"
	"shunt/sharding/move/unit"
	"shunt/topology"
)

// Rights are who may do what in a unit, on one server.
type Rights struct {
	Database string
	Flavor   topology.Flavor
	Grants   []Grant   // on the unit, those of roles before those of accounts
	Accounts []Account // who has them, directly or by roles; roles come first
	Findings []Finding // such as accounts with rights on everything, which no gate of grants stops
}

// Account is an account or a role with all that is needed to make it again.
type Account struct {
	Grantee
	Create  string   // as SHOW CREATE USER has it, with the password's hash
	Second  string   // MySQL's second password, as the server stores it
	Roles   []string // statements that give it roles
	Default string   // the statement that makes one of them the default
}

// writing are the rights on everything that let an account write in any database.
const writing = "'INSERT','UPDATE','DELETE','CREATE','DROP','ALTER','INDEX','TRIGGER','EVENT','EXECUTE','CREATE ROUTINE','ALTER ROUTINE','CREATE VIEW','DELETE HISTORY','SUPER'"

// Read asks who has rights on a unit, before ctx ends. The account needs SELECT on the database mysql. Servers' own accounts are left out.
func Read(ctx context.Context, c *control.Conn, u unit.Unit) (*Rights, error) {
	if !u.Whole() {
		return nil, errModule
	}
	r := &Rights{Database: u.Database, Flavor: c.Flavor()}
	if _, err := c.Script(ctx, session(c)...); err != nil {
		return nil, err
	}
	l, err := r.look(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("reading the rights on %s: %w", u, err)
	}
	var asked []string
	for _, g := range l.grantees {
		asked = append(asked, "SHOW GRANTS FOR "+g.String())
	}
	everyone := l.everyone()
	for _, g := range everyone {
		if g.Role {
			asked = append(asked, "DO 0") // nothing but its name makes it
		} else {
			asked = append(asked, "SHOW CREATE USER "+g.String())
		}
	}
	answers, err := shown(ctx, c, asked)
	if err != nil {
		return nil, fmt.Errorf("reading the rights on %s: %w", u, err)
	}
	for i, g := range l.grantees {
		r.grants(g, l, answers[i])
	}
	for i, g := range everyone {
		r.account(g, l, everyone, answers[len(l.grantees)+i])
	}
	return r, nil
}

// shown gives the rows of statements, in one round trip where all can be answered. A row of rights whose account is gone has none.
func shown(ctx context.Context, c *control.Conn, statements []string) (answers [][][]string, err error) {
	for len(answers) < len(statements) {
		results, err := c.Script(ctx, statements[len(answers):]...)
		for _, r := range results {
			answers = append(answers, rows.Texts(r))
		}
		if err == nil {
			break
		}
		if code := control.Code(err); code != 1141 && code != 1396 && code != 3162 {
			return nil, err
		}
		answers = append(answers, nil)
	}
	return answers, nil
}

// look is what the tables of rights say.
type look struct {
	flavor    topology.Flavor
	grantees  []Grantee // with rights on the unit, roles first
	databases []string  // all there are, if a pattern is among the rights
	tables    map[string]bool
	edges     []edge
	defaults  map[Grantee]string // statements
	second    map[Grantee]string // MySQL's second passwords
	roles     map[Grantee]bool
}

// edge says that a grantee has a role.
type edge struct {
	role, to Grantee
	admin    bool
}

// hasWildcard is of a column of patterns; too much is harmless. Without one nobody needs the list of all databases, for which a server reads its whole directory.
func hasWildcard() string {
	return "REPLACE(REPLACE(Db, " + quote(`\_`) + ", ''), " + quote(`\%`) + ", '') REGEXP '[_%]'"
}

func (r *Rights) look(ctx context.Context, c *control.Conn) (*look, error) {
	l := &look{flavor: c.Flavor(), defaults: map[Grantee]string{}, second: map[Grantee]string{}, roles: map[Grantee]bool{}, tables: map[string]bool{}}
	name := quote(r.Database)
	statements := []string{
		"SELECT User, Host FROM mysql.db WHERE " + name + " LIKE Db UNION SELECT User, Host FROM mysql.tables_priv WHERE Db = " + name +
			" UNION SELECT User, Host FROM mysql.columns_priv WHERE Db = " + name + " UNION SELECT User, Host FROM mysql.procs_priv WHERE Db = " + name,
		"SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE EXISTS (SELECT 1 FROM mysql.db WHERE " + name + " LIKE Db AND " + hasWildcard() + ")",
		"SELECT DISTINCT GRANTEE FROM information_schema.USER_PRIVILEGES WHERE PRIVILEGE_TYPE IN (" + writing + ")",
	}
	if l.flavor == topology.MariaDB {
		statements = append(statements, "SELECT Role, '', User, Host, Admin_option FROM mysql.roles_mapping",
			"SELECT User, Host, JSON_VALUE(Priv, '$.default_role'), '', JSON_VALUE(Priv, '$.is_role') FROM mysql.global_priv")
	} else {
		statements = append(statements, "SELECT FROM_USER, FROM_HOST, TO_USER, TO_HOST, WITH_ADMIN_OPTION FROM mysql.role_edges",
			"SELECT U.User, U.Host, D.DEFAULT_ROLE_USER, D.DEFAULT_ROLE_HOST, '', JSON_UNQUOTE(JSON_EXTRACT(U.User_attributes, '$.additional_password'))"+
				" FROM mysql.user U LEFT JOIN mysql.default_roles D ON D.USER = U.User AND D.HOST = U.Host")
	}
	statements = append(statements, "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = "+name,
		cascades(l.flavor, name))
	results, err := c.Script(ctx, statements...)
	if err != nil {
		return nil, err
	}
	l.take(results)
	for _, row := range rows.Texts(results[2]) {
		if !own(strings.Trim(strings.SplitN(row[0], "'@'", 2)[0], "'")) {
			r.Findings = append(r.Findings, Finding{"everywhere", row[0], "it has rights on all databases, and the gate of grants stops neither it nor programs that it defined; give it rights on its own databases only, or see that it does not write while the unit moves"})
		}
	}
	for _, row := range rows.Texts(results[6]) {
		r.Findings = append(r.Findings, Finding{"cascade", "table " + row[0], "rows of " + row[1] + "." + row[2] + " that are changed change its rows, and nobody needs rights for that; drop the foreign key, or move both databases"})
	}
	l.grantees = slices.DeleteFunc(l.grantees, func(g Grantee) bool { return own(g.User) })
	return l, nil
}

// cascades asks for foreign keys that change rows of the database when rows of another one are changed. With MariaDB it is InnoDB's own list, since for others in
// information_schema every table is opened.
func cascades(f topology.Flavor, name string) string {
	if f == topology.MySQL {
		return "SELECT TABLE_NAME, UNIQUE_CONSTRAINT_SCHEMA, REFERENCED_TABLE_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = " + name +
			" AND UNIQUE_CONSTRAINT_SCHEMA <> " + name + " AND (DELETE_RULE IN ('CASCADE', 'SET NULL') OR UPDATE_RULE IN ('CASCADE', 'SET NULL'))"
	}
	const deletes, nulls, updates, nullsToo = 1, 2, 4, 8 // of TYPE
	encoded := "HEX(CONVERT(" + name + " USING filename))"
	return "SELECT SUBSTRING_INDEX(FOR_NAME, '/', -1), SUBSTRING_INDEX(REF_NAME, '/', 1), SUBSTRING_INDEX(REF_NAME, '/', -1) FROM information_schema.INNODB_SYS_FOREIGN" +
		" WHERE HEX(SUBSTRING_INDEX(FOR_NAME, '/', 1)) = " + encoded + " AND HEX(SUBSTRING_INDEX(REF_NAME, '/', 1)) <> " + encoded + fmt.Sprintf(" AND TYPE & %d", deletes|nulls|updates|nullsToo)
}

// own says whether an account is one of the server's own.
func own(user string) bool {
	return strings.HasPrefix(user, "mysql.") || user == "mariadb.sys"
}

func (l *look) take(results []*mysql.Result) {
	for _, row := range rows.Texts(results[3]) {
		e := edge{Grantee{row[0], row[1], true}, Grantee{row[2], row[3], false}, row[4] == "Y"}
		l.roles[Grantee{User: row[0], Host: row[1]}] = true
		l.edges = append(l.edges, e)
	}
	for _, row := range rows.Texts(results[4]) {
		g := Grantee{User: row[0], Host: row[1]}
		if row[4] == "true" || row[4] == "1" {
			l.roles[g] = true
		}
		if row[2] != "" && l.flavor == topology.MariaDB {
			l.defaults[g] = "SET DEFAULT ROLE " + Grantee{User: row[2]}.String() + " FOR " + g.String()
		}
		if len(row) > 5 && row[5] != "" {
			l.second[g] = row[5]
		}
	}
	for _, row := range rows.Texts(results[5]) {
		l.tables[row[0]] = true
	}
	for i := range l.edges {
		l.edges[i].to.Role = l.isRole(l.edges[i].to)
	}
	for _, row := range rows.Texts(results[0]) {
		g := Grantee{User: row[0], Host: row[1]}
		g.Role = l.isRole(g)
		l.grantees = append(l.grantees, g)
	}
	slices.SortStableFunc(l.grantees, func(a, b Grantee) int {
		switch {
		case a.Role == b.Role:
			return 0
		case a.Role:
			return -1
		}
		return 1
	})
	for _, row := range rows.Texts(results[1]) {
		l.databases = append(l.databases, row[0])
	}
}

func (l *look) isRole(g Grantee) bool {
	g.Role = false
	return l.roles[g] || g.Host == "" && l.flavor == topology.MariaDB && g.User != ""
}

// everyone are the grantees, and those who have them as roles, roles of roles too; roles first.
func (l *look) everyone() []Grantee {
	all := slices.Clone(l.grantees)
	for i := 0; i < len(all); i++ {
		for _, e := range l.edges {
			if e.role == all[i] && !slices.Contains(all, e.to) && !own(e.to.User) {
				all = append(all, e.to)
			}
		}
	}
	roles := slices.DeleteFunc(slices.Clone(all), func(g Grantee) bool { return !g.Role })
	return append(roles, slices.DeleteFunc(all, func(g Grantee) bool { return g.Role })...)
}

// grants keeps the rights of one grantee on the unit.
func (r *Rights) grants(g Grantee, l *look, lines [][]string) {
	for _, row := range lines {
		grant, to, ok := parseGrant(row[0])
		if !ok || grant.Object == "*.*" || to != g.String() { // MariaDB shows the rights of roles, too
			continue
		}
		pattern, whole := grant.pattern()
		if whole && !like(r.Database, pattern) || !whole && pattern != r.Database {
			continue
		}
		if table := grant.table(); table != "" && !l.tables[table] {
			continue // it was dropped; nothing can be written, and nobody could give the right again
		}
		grant.Grantee = g
		grant.Covered = whole && slices.ContainsFunc(l.databases, func(d string) bool { return d != r.Database && like(d, pattern) })
		if whole && grant.Rights == nothing && !grant.Option && "`"+pattern+"`" == exact(r.Database) {
			continue // the gate's own
		}
		r.Grants = append(r.Grants, grant)
	}
}

// account keeps what makes one grantee.
func (r *Rights) account(g Grantee, l *look, everyone []Grantee, shown [][]string) {
	a := Account{Grantee: g}
	if !g.Role {
		if len(shown) == 0 {
			return // a row without its account
		}
		a.Create = shown[0][0]
	}
	key := g
	key.Role = false
	a.Default, a.Second = l.defaults[key], l.second[key]
	for _, e := range l.edges {
		if e.to == g && slices.Contains(everyone, e.role) {
			text := "GRANT " + e.role.String() + " TO " + g.String()
			if e.admin {
				text += " WITH ADMIN OPTION"
			}
			a.Roles = append(a.Roles, text)
		}
	}
	r.Accounts = append(r.Accounts, a)
}

// Only leaves the rights on tables out that are not the unit's, and those on routines: a module has none.
func (r *Rights) Only(u unit.Unit) {
	r.Grants = slices.DeleteFunc(r.Grants, func(g Grant) bool {
		_, whole := g.pattern()
		table := g.table()
		return !whole && (table == "" || !u.Has(table))
	})
	r.Findings = nil // they are about the gate of grants
}
