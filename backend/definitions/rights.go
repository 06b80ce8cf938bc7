package definitions

import (
	"context"
	"slices"
	"strings"

	"shunt/backend/monitor/control"
	"shunt/topology"
)

// rights are what the control account may do with a database, as far as its own grants tell. What it has by a role is not among them.
type rights struct {
	account  string   // as a GRANT names it
	database string   // the same
	has      []string // in the database, or everywhere
	routines bool     // it may see all bodies
}

func readRights(ctx context.Context, c *control.Conn, database string) (rights, error) {
	r := rights{database: "`" + strings.ReplaceAll(database, "`", "``") + "`"}
	note := func(row []string) { r.has = append(r.has, row[0]) }
	const own = " WHERE GRANTEE = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')"
	err := rows(ctx, c, "SELECT CURRENT_USER()", func(row []string) {
		name, host, _ := strings.Cut(row[0], "@")
		r.account = quoted(name) + "@" + quoted(host)
	})
	if err == nil {
		err = rows(ctx, c, "SELECT PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES"+own, note)
	}
	if err != nil {
		return r, err
	}
	r.routines = r.may("SHOW_ROUTINE") || r.may("SELECT") // everywhere, until now
	if c.Flavor() == topology.MariaDB {
		_, refused := c.Query(ctx, "SELECT 1 FROM mysql.proc LIMIT 0")
		r.routines = refused == nil
		if refused != nil && control.Code(refused) == 0 {
			return r, refused
		}
	}
	return r, rows(ctx, c, "SELECT PRIVILEGE_TYPE FROM information_schema.SCHEMA_PRIVILEGES"+own+" AND "+quoted(database)+" LIKE TABLE_SCHEMA", note)
}

func (r *rights) may(all ...string) bool {
	for _, one := range all {
		if !slices.Contains(r.has, one) {
			return false
		}
	}
	return true
}

// missing compares the rights with what was seen: what came with its definition was allowed in some way.
func (s *Schema) missing(r rights, mariadb bool) (list []Missing) {
	lacks := func(what string, seen bool, needs ...string) {
		if r.may(needs...) || seen {
			return
		}
		list = append(list, Missing{what, "GRANT " + strings.Join(needs, ", ") + " ON " + r.database + ".* TO " + r.account})
	}
	lacks("tables and foreign keys", len(s.Tables) > 0, "SELECT")
	hidden := func(v View) bool { return v.Query == "" }
	lacks("views", len(s.Views) > 0 && !slices.ContainsFunc(s.Views, hidden), "SELECT", "SHOW VIEW")
	lacks("triggers", s.seen("trigger"), "TRIGGER")
	lacks("events", s.seen("event"), "EVENT")
	if !r.routines {
		grant := "GRANT SHOW_ROUTINE ON *.* TO " + r.account
		if mariadb {
			grant = "GRANT SELECT ON mysql.proc TO " + r.account
		}
		list = append(list, Missing{"procedures and functions", grant})
	}
	return list
}

// seen says whether there are programs of a kind, and all with their bodies.
func (s *Schema) seen(kind string) bool {
	some := false
	for _, p := range s.Programs {
		if p.Kind == kind {
			if p.Body == "" {
				return false
			}
			some = true
		}
	}
	return some
}
