// Package binlog tests package sharding/move/binlog with MySQL on both sides: what its binary log has of ugly values, compressed transactions and
// foreign keys, and that a destination becomes the same.
package binlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"shunt/backend/monitor/control"
	"shunt/lab"
	"shunt/sharding/move/binlog"
	"shunt/sharding/move/guard"
	"shunt/tests/cluster"
	"shunt/topology"
)

const (
	token = 7
	epoch = 3
)

// world is two primaries that know nothing of each other.
type world struct {
	*cluster.Cluster
	t        *testing.T
	from, to *lab.Server
	a, b     *sql.Conn // one session of root on each
	source   *binlog.Source
	unit     binlog.Unit
}

func newWorld(t *testing.T) *world {
	c := cluster.Start(t, cluster.MySQL(), cluster.Datacenters(lab.Datacenter{Name: "paris"}, lab.Datacenter{Name: "gra"}))
	w := &world{Cluster: c, t: t, from: c.Datacenters[0].Primary, to: c.Datacenters[1].Primary, unit: binlog.Unit{Name: "shop", Database: "shop"}}
	for _, s := range []*lab.Server{w.from, w.to} {
		conn, err := s.DB().Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		if s == w.from {
			w.a = conn
		} else {
			w.b = conn
		}
		w.exec(conn, "SET sql_log_bin = 0", "GRANT ALL ON shop.* TO shunt@'%'", "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO shunt@'%'", "SET sql_log_bin = 1", "CREATE DATABASE shop")
		if err := guard.Install(t.Context(), w.dial(s)); err != nil {
			t.Fatal(err)
		}
	}
	w.source = binlog.NewSource(binlog.Config{Endpoint: w.endpoint(w.from), ServerID: 900, Idle: 20 * time.Millisecond, Silence: 5 * time.Second, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = w.source.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done })
	return w
}

func (w *world) endpoint(s *lab.Server) control.Endpoint {
	return control.Endpoint{Address: s.Address, User: w.Accounts.Control.User, Password: w.Accounts.Control.Password}
}

func (w *world) dial(s *lab.Server) *control.Conn {
	w.t.Helper()
	c, err := control.Dial(w.t.Context(), w.endpoint(s))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(c.Close)
	return c
}

func (w *world) exec(c *sql.Conn, statements ...string) {
	w.t.Helper()
	for _, sql := range statements {
		if _, err := c.ExecContext(w.t.Context(), sql); err != nil {
			w.t.Fatalf("%s: %v", sql, err)
		}
	}
}

func (w *world) both(statements ...string) {
	w.t.Helper()
	w.exec(w.a, statements...)
	w.exec(w.b, statements...)
}

func (w *world) value(c *sql.Conn, query string) (v string) {
	w.t.Helper()
	var text sql.NullString
	if err := c.QueryRowContext(w.t.Context(), query).Scan(&text); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
	return text.String
}

func (w *world) begin() {
	w.t.Helper()
	ctx := w.t.Context()
	p, err := binlog.ParsePosition(topology.MySQL, w.value(w.a, "SELECT @@global.gtid_executed"))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, s := range []*lab.Server{w.from, w.to} {
		c := w.dial(s)
		_, err := guard.Take(ctx, c, "shop", token)
		if err = errors.Join(err, guard.Enter(ctx, c, "shop", token, guard.Forward, epoch)); err != nil {
			w.t.Fatal(err)
		}
	}
	if err := guard.Start(ctx, w.dial(w.to), "shop", token, guard.Forward, "forward", p.String()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) apply() error {
	w.t.Helper()
	marker, err := guard.Mark(w.t.Context(), w.dial(w.from), "shop", token, guard.Forward, epoch)
	if err != nil || marker == "" {
		w.t.Fatalf("marker %q, error %v", marker, err)
	}
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	return binlog.NewApplier(binlog.Plan{Endpoint: w.endpoint(w.to), Source: w.source, Unit: w.unit, Stream: "forward", Token: token, Phase: guard.Forward, Epoch: epoch,
		Logger: slog.New(slog.NewTextHandler(w.t.Output(), nil))}).Run(ctx)
}

// moved changes the source, applies, and compares.
func (w *world) moved(tables []string, changes ...string) {
	w.t.Helper()
	w.begin()
	w.exec(w.a, changes...)
	if err := w.apply(); err != nil {
		w.t.Fatal(err)
	}
	w.same(tables...)
}

func (w *world) same(tables ...string) {
	w.t.Helper()
	for _, table := range tables {
		for _, query := range []string{"SELECT COUNT(*) FROM shop." + table, w.digest(table)} {
			if a, b := w.value(w.a, query), w.value(w.b, query); a != b {
				w.t.Errorf("%s differs:\n%.1500s\n%.1500s", table, a, b)
				break
			}
		}
	}
}

// digest is a query for all that a table has, byte by byte.
func (w *world) digest(table string) string {
	w.t.Helper()
	w.both("SET SESSION group_concat_max_len = 1000000000, time_zone = '+00:00'")
	columns := w.value(w.a, fmt.Sprintf("SELECT GROUP_CONCAT(CASE WHEN DATA_TYPE IN ('float', 'double') THEN CONCAT('COALESCE(FORMAT(', c, ', 30), ''-'')') WHEN DATA_TYPE = 'json' THEN CONCAT('COALESCE(', c, ', ''-'')') "+
		"ELSE CONCAT('COALESCE(HEX(', c, '), ''-'')') END ORDER BY ORDINAL_POSITION) FROM (SELECT CONCAT('`', REPLACE(COLUMN_NAME, '`', '``'), '`') AS c, DATA_TYPE, ORDINAL_POSITION FROM information_schema.COLUMNS "+
		"WHERE TABLE_SCHEMA = 'shop' AND TABLE_NAME = '%s') x", strings.ReplaceAll(strings.Trim(table, "`"), "``", "`")))
	return "SELECT GROUP_CONCAT(line ORDER BY line SEPARATOR '\\n') FROM (SELECT CAST(CONCAT_WS('|', " + columns + ") AS BINARY) AS line FROM shop." + table + ") x"
}
