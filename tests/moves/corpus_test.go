package moves

import (
	"database/sql/driver"
	"fmt"
	"strings"
	"testing"
	"time"

	"shunt/lab"
	"shunt/sharding/move/objects"
	"shunt/sharding/move/rows"
	"shunt/sharding/move/unit"
	"shunt/sharding/move/verify"
	"shunt/statement"
	"shunt/tests/cluster"
	"shunt/tests/oddities"
	"shunt/topology"
)

// TestTheCorpusMoves: every hard database goes from paris to gra and back as a whole move, many at a time, and is at each end what it was: definitions, and a digest of each
// table. What cannot be moved says why, and stays as it was.
func TestTheCorpusMoves(t *testing.T) { theCorpusMoves(t) }

func TestMySQLTheCorpusMoves(t *testing.T) { theCorpusMoves(t, cluster.MySQL()) }

func theCorpusMoves(t *testing.T, opts ...cluster.Option) {
	w := &world{Cluster: cluster.Start(t, append(opts, cluster.Datacenters(lab.Datacenter{Name: "paris"}, lab.Datacenter{Name: "gra"}))...), t: t}
	before := map[string]portrait{}
	refused := map[string]string{}
	for _, o := range oddities.Corpus() {
		if !o.For(w.Binaries.Flavor() == topology.MariaDB) {
			continue
		}
		name := "ugly_" + o.Name
		w.makeOddity(name, o.SQL)
		if o.Refused == "" {
			before[name] = w.portrait("paris", name)
		} else {
			before[name], refused[name] = portrait{}, o.Refused
		}
	}
	w.front(func(config string) string {
		return strings.Replace(config, "moves: {", "moves: {per_source: 12, per_target: 12, ", 1)
	})
	w.proxy.Await("all databases are found", patience, func() bool {
		return len(w.proxy.Ask("SHOW DATABASES WHERE cluster = 'paris' AND database LIKE 'ugly_%'")) == len(before)
	})
	w.proxy.Ask("MOVE DATABASES LIKE 'ugly_%' TO gra")
	w.moved(before, refused, "gra")
	for name, was := range before {
		if refused[name] == "" {
			w.same(name, was, "gra")
			w.proxy.Ask("ROLLBACK MOVE " + statement.QuoteName(name))
		}
	}
	w.moved(before, refused, "paris")
	for name, was := range before {
		if refused[name] == "" {
			w.same(name, was, "paris")
			w.proxy.Ask("FINISH MOVE " + statement.QuoteName(name))
		}
	}
	w.proxy.Await("gra has nothing left of them", patience, func() bool {
		return w.number("gra", "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE 'ugly\\_%'") == 0
	})
	t.Logf("%d databases went to gra and back, %d were refused", len(before)-len(refused), len(refused))
}

// moved waits until all databases are on a cluster, but for those that are to be refused.
func (w *world) moved(all map[string]portrait, refused map[string]string, to string) {
	w.t.Helper()
	var late []string
	for deadline := time.Now().Add(3 * patience); ; time.Sleep(50 * time.Millisecond) {
		late = nil
		list := w.proxy.Ask("SHOW MOVES WHERE database LIKE 'ugly_%'")
		for _, row := range list {
			switch words := refused[row["database"]]; {
			case words != "" && row["status"] == "failed" && strings.Contains(row["problem"], words):
			case row["status"] == "failed":
				w.t.Fatalf("%s: %s", row["database"], row["problem"])
			case row["status"] != "reversible" || row["to"] != to || row["wish"] != "":
				late = append(late, fmt.Sprintf("%v", row))
			}
		}
		if len(late) == 0 && len(list) == len(all) {
			return
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("%d of %d are not on %s: %s", len(late), len(all), to, strings.Join(late, "\n"))
		}
	}
}

// makeOddity makes one on paris, in one session.
func (w *world) makeOddity(name string, statements []string) {
	w.t.Helper()
	conn, err := w.Datacenter("paris").Primary.DB().Conn(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	defer conn.Close()
	for _, sql := range append([]string{"SET NAMES utf8mb4", "CREATE DATABASE " + statement.QuoteName(name) + " CHARACTER SET utf8mb4", "USE " + statement.QuoteName(name)}, statements...) {
		if _, err := conn.ExecContext(w.t.Context(), sql); err != nil {
			w.t.Fatalf("%s: %s: %v", name, sql, err)
		}
	}
	_ = conn.Raw(func(any) error { return driver.ErrBadConn }) // what it has set is not for the next one
}

// portrait is what a database is made of, and a digest of each table.
type portrait struct {
	objects *objects.Objects
	tables  []rows.Table
	sums    []verify.Sum
}

// portrait takes one on the primary of a cluster.
func (w *world) portrait(cluster, database string) (p portrait) {
	w.t.Helper()
	ctx, u := w.t.Context(), unit.Of(database)
	c := w.mover(cluster)
	defer c.Close()
	err := func() (err error) {
		if p.objects, err = objects.Read(ctx, c, u); err != nil {
			return err
		}
		if p.tables, err = rows.Read(ctx, c, u); err != nil {
			return err
		}
		if err = verify.Prepare(ctx, c); err != nil {
			return err
		}
		p.sums, err = verify.Tables(ctx, c, u, p.tables)
		return err
	}()
	if err != nil {
		w.t.Fatalf("%s on %s: %v", database, cluster, err)
	}
	return p
}

// same compares a database with what it was.
func (w *world) same(name string, was portrait, cluster string) {
	w.t.Helper()
	now := w.portrait(cluster, name)
	for _, d := range objects.Compare(was.objects, now.objects) {
		w.t.Errorf("%s on %s: %s", name, cluster, d)
	}
	if len(now.sums) != len(was.sums) {
		w.t.Fatalf("%s on %s has %d tables, it had %d", name, cluster, len(now.sums), len(was.sums))
	}
	for i, sum := range now.sums {
		if sum != was.sums[i] {
			w.t.Errorf("%s on %s: table %s has %v, it had %v", name, cluster, now.tables[i].Name, sum, was.sums[i])
		}
	}
}
