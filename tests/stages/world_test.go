// Package stages moves units between two real servers: what they are made of, their rows, who has rights on them, and the gate that closes them.
//
// The corpus is in corpus_test.go: one database for each oddity, and all of them have to arrive as they were, with MariaDB and with MySQL.
package stages

import (
	"context"
	"strings"
	"testing"
	"time"

	"shunt/backend/monitor/control"
	"shunt/lab"
	"shunt/sharding/move/copier"
	"shunt/sharding/move/objects"
	"shunt/sharding/move/unit"
	"shunt/statement"
	"shunt/tests/cluster"
	"shunt/topology"
)

func TestMain(m *testing.M) {
	cluster.Main(m, cluster.Datacenters(lab.Datacenter{Name: "paris"}, lab.Datacenter{Name: "gra"}))
}

// world is two servers without replicas. Units move from paris to gra.
type world struct {
	t          testing.TB
	ctx        context.Context
	c          *cluster.Cluster
	paris, gra control.Endpoint
	atParis    *control.Conn
	atGra      *control.Conn
}

// newWorld is the servers of a lane: cluster.Shared has MariaDB's, cluster.SharedMySQL those of MySQL.
func newWorld(t testing.TB, c *cluster.Cluster) *world {
	patience := 2 * time.Minute
	if _, bench := t.(*testing.B); bench {
		patience = time.Hour
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	w := &world{t: t, ctx: ctx, c: c}
	w.paris, w.atParis = w.reach(c.Datacenter("paris").Primary)
	w.gra, w.atGra = w.reach(c.Datacenter("gra").Primary)
	return w
}

// reach makes an account for the mover, who may do everything, and connects.
func (w *world) reach(s *lab.Server) (control.Endpoint, *control.Conn) {
	w.t.Helper()
	var known int
	if err := s.DB().QueryRowContext(w.ctx, "SELECT COUNT(*) FROM mysql.user WHERE User = 'mover'").Scan(&known); err != nil {
		w.t.Fatal(err)
	}
	for _, sql := range []string{"CREATE USER mover@'%' IDENTIFIED BY 'moving'", "GRANT ALL ON *.* TO mover@'%' WITH GRANT OPTION"} {
		if known > 0 {
			break
		}
		if err := s.Exec(w.ctx, sql); err != nil {
			w.t.Fatal(err)
		}
	}
	e := control.Endpoint{Address: s.Address, User: "mover", Password: "moving"}
	return e, w.dial(e)
}

func (w *world) dial(e control.Endpoint) *control.Conn {
	w.t.Helper()
	c, err := control.Dial(w.ctx, e)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(c.Close)
	return c
}

func (w *world) mariadb() bool { return w.atParis.Flavor() == topology.MariaDB }

// exec runs statements on a connection.
func (w *world) exec(c *control.Conn, statements ...string) {
	w.t.Helper()
	for _, sql := range statements {
		if _, err := c.Query(w.ctx, sql); err != nil {
			w.t.Fatalf("%s: %v", sql, err)
		}
	}
}

// value is the first value of an answer.
func (w *world) value(c *control.Conn, sql string) string {
	w.t.Helper()
	r, err := c.Query(w.ctx, sql)
	if err != nil || r.RowNumber() == 0 {
		w.t.Fatalf("%s: no answer, %v", sql, err)
	}
	text, _ := r.GetString(0, 0)
	return text
}

// database makes an empty database at paris. It goes away with the test, on both servers.
func (w *world) database(name string, statements ...string) unit.Unit {
	w.t.Helper()
	drop := func(ctx context.Context) {
		for _, d := range []string{"paris", "gra"} {
			if err := w.c.Datacenter(d).Primary.Exec(ctx, "DROP DATABASE IF EXISTS "+statement.QuoteName(name)); err != nil {
				w.t.Error(err)
			}
		}
	}
	drop(w.ctx)
	w.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		drop(ctx)
	})
	c := w.dial(w.paris)
	w.exec(c, "SET NAMES utf8mb4", "CREATE DATABASE "+statement.QuoteName(name)+" CHARACTER SET utf8mb4", "USE "+statement.QuoteName(name))
	w.exec(c, statements...)
	return unit.Of(name)
}

// copied is what is left of a copy: the definitions on both sides.
type copied struct {
	report copier.Report
	source *objects.Objects
	target *objects.Objects
}

// copy takes a unit from paris to gra, with everything that belongs to it.
func (w *world) copy(u unit.Unit, o copier.Options) (r copied, err error) {
	s, err := copier.Take(w.ctx, w.paris, u, copier.Limits{})
	if err != nil {
		return r, err
	}
	defer s.Close()
	if r.source, err = objects.Read(w.ctx, s.Conn(), u); err != nil {
		return r, err
	}
	if err := objects.Create(w.ctx, w.atGra, r.source); err != nil {
		return r, err
	}
	if r.report, err = s.Copy(w.ctx, w.gra, o); err != nil {
		return r, err
	}
	for _, stage := range []func(context.Context, *control.Conn, *objects.Objects) error{func(ctx context.Context, c *control.Conn, o *objects.Objects) error {
		return objects.SetCounters(ctx, c, o)
	}, objects.CreateTriggers, objects.CreateEvents, objects.EnableEvents} {
		if err := stage(w.ctx, w.atGra, r.source); err != nil {
			return r, err
		}
	}
	r.target, err = objects.Read(w.ctx, w.atGra, u)
	return r, err
}

// told fails the test unless an error has all of these words.
func told(t testing.TB, err error, words ...string) {
	t.Helper()
	for _, word := range words {
		if err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("error %v, want %q", err, word)
		}
	}
}
