package e2e

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/google/go-cmp/cmp"

	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// TestGo is a service with go-sql-driver/mysql: with statements that the server prepares and with those that the driver fills in.
func TestGo(t *testing.T) {
	c := cluster.Shared(t)
	certificate := mysqltest.NewCertificate(t)
	cert, key := files(t, certificate)
	p := startEdited(t, c, offerTLS(cert, key))
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(certificate.CertPEM)
	for _, interpolate := range []bool{false, true} {
		t.Run(map[bool]string{false: "prepared", true: "text"}[interpolate], func(t *testing.T) {
			direct := tellGo(t, c, c.Datacenters[0].Primary.Address, func(o *mysql.Config) { o.InterpolateParams = interpolate })
			complete(t, direct)
			for name, edit := range map[string]func(*mysql.Config){
				"through shunt": func(*mysql.Config) {},
				"through shunt, in TLS and compressed": func(o *mysql.Config) {
					o.TLS = &tls.Config{RootCAs: roots, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}
					if err := o.Apply(mysql.EnableCompression(true)); err != nil {
						t.Error(err)
					}
				},
			} {
				through := tellGo(t, c, p.Address, func(o *mysql.Config) { o.InterpolateParams = interpolate; edit(o) })
				if d := cmp.Diff(strings.Split(direct, "\n"), strings.Split(through, "\n")); d != "" {
					t.Errorf("%s (+) it sees another thing than direct (-):\n%s", name, d)
				}
			}
		})
	}
}

// goStory is told by go-sql-driver/mysql; it prints what it sees.
type goStory struct {
	t      *testing.T
	ctx    context.Context
	out    strings.Builder
	config *mysql.Config
	db     *sql.Conn
}

func tellGo(t *testing.T, c *cluster.Cluster, address string, edit func(*mysql.Config)) string {
	t.Helper()
	const database = "shop_story_go"
	change(t, c, "DROP DATABASE IF EXISTS "+database, "CREATE DATABASE "+database)
	config := mysql.NewConfig()
	config.User, config.Passwd, config.Net, config.Addr, config.DBName = c.Accounts.Shop.User, c.Accounts.Shop.Password, "tcp", address, database
	config.ParseTime, config.MultiStatements, config.Logger = true, true, &mysql.NopLogger{}
	config.MaxAllowedPacket = 4 << 20 // a longer parameter is sent in pieces of that size
	edit(config)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	g := &goStory{t: t, ctx: ctx, config: config}
	g.connect()
	for _, chapter := range []func(){g.values, g.prepared, g.blobs, g.transactions, g.errors, g.results, g.file, g.session} {
		chapter()
	}
	g.say("== end")
	return g.out.String()
}

func (g *goStory) say(format string, values ...any) { fmt.Fprintf(&g.out, format+"\n", values...) }

// another is one more connection, closed with the test.
func (g *goStory) another(edit func(*mysql.Config)) (*sql.Conn, error) {
	config := g.config.Clone()
	edit(config)
	connector, err := mysql.NewConnector(config)
	if err != nil {
		g.t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	g.t.Cleanup(func() { _ = db.Close() })
	conn, err := db.Conn(g.ctx)
	if err == nil {
		g.t.Cleanup(func() { _ = conn.Close() })
	}
	return conn, err
}

// run prints all results of a statement.
func (g *goStory) run(q string, args ...any) {
	g.say("> %.100s", q)
	rows, err := g.db.QueryContext(g.ctx, q, args...)
	if err != nil {
		g.say("  %s", refusal(err))
		return
	}
	defer rows.Close()
	for more := true; more; more = rows.NextResultSet() {
		g.show(rows)
	}
	if err := rows.Err(); err != nil {
		g.say("  ends with %s", refusal(err))
	}
}

func (g *goStory) show(rows *sql.Rows) {
	types, err := rows.ColumnTypes()
	if err != nil {
		g.say("  %s", refusal(err))
		return
	}
	for _, t := range types {
		length, _ := t.Length()
		precision, scale, _ := t.DecimalSize()
		nullable, _ := t.Nullable()
		g.say("  column %s %s %s %d %d,%d %v", t.Name(), t.DatabaseTypeName(), t.ScanType(), length, precision, scale, nullable)
	}
	values, into := make([]any, len(types)), make([]any, len(types))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			g.say("  %s", refusal(err))
			return
		}
		g.say("  %q", values)
	}
}

// exec prints what changed.
func (g *goStory) exec(q string, args ...any) {
	g.say("> %.100s", q)
	r, err := g.db.ExecContext(g.ctx, q, args...)
	if err != nil {
		g.say("  %s", refusal(err))
		return
	}
	affected, _ := r.RowsAffected()
	id, _ := r.LastInsertId()
	g.say("  affected %d id %d", affected, id)
}

func refusal(err error) string {
	var e *mysql.MySQLError
	if errors.As(err, &e) {
		return fmt.Sprintf("error %d %s %s", e.Number, e.SQLState[:], e.Message)
	}
	return "error " + err.Error()
}

// value is the first one of a result, as text.
func (g *goStory) value(conn *sql.Conn, q string, args ...any) string {
	var v sql.NullString
	if err := conn.QueryRowContext(g.ctx, q, args...).Scan(&v); err != nil {
		return refusal(err)
	}
	return v.String
}
