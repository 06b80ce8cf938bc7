package stages

import (
	"fmt"
	"os/exec"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/copier"
	"shunt/sharding/move/objects"
	"shunt/sharding/move/unit"
	"shunt/tests/cluster"
)

// blog makes a database like a small WordPress: 12 tables, about 1.5 MB.
func (w *world) blog(name string) unit.Unit {
	var sql []string
	filled := func(table, columns, values string, rows int) {
		sql = append(sql, "CREATE TABLE "+table+" ("+columns+") ENGINE=InnoDB",
			fmt.Sprintf("INSERT INTO %s WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT %s FROM n", table, rows, values))
	}
	const id = "id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, "
	sql = append(sql, w.deep())
	filled("wp_posts", id+"author bigint, at datetime, title text, body longtext, status varchar(20), slug varchar(200), KEY (slug(100)), KEY (status, at), KEY (author)",
		"i, i%5, '2026-01-01 10:00:00', CONCAT('Post ', i), REPEAT(CONCAT('All about it ''', i, '''. '), 80), 'publish', CONCAT('post-', i)", 400)
	filled("wp_postmeta", id+"post_id bigint, meta_key varchar(255), meta_value longtext, KEY (post_id), KEY (meta_key(191))", "i, i%400, CONCAT('_key_', i%20), REPEAT('v', 60)", 4000)
	filled("wp_options", id+"name varchar(191) UNIQUE, value longtext, autoload varchar(20), KEY (autoload)", "i, CONCAT('option_', i), REPEAT('o', 900), 'yes'", 300)
	filled("wp_comments", id+"post bigint, author tinytext, body text, at datetime, KEY (post), KEY (at)", "i, i%400, 'somebody', REPEAT('well said ', 20), '2026-01-01 10:00:00'", 500)
	for _, t := range []string{"commentmeta", "links", "terms", "termmeta", "term_taxonomy", "term_relationships", "users", "usermeta"} {
		filled("wp_"+t, id+"a bigint, b varchar(200), c text, KEY (a), KEY (b(100))", "i, i%7, CONCAT('b', i), REPEAT('c', 40)", 100)
	}
	return w.database(name, sql...)
}

// deep lets a recursive SELECT make many rows.
func (w *world) deep() string {
	if w.mariadb() {
		return "SET max_recursive_iterations=10000000"
	}
	return "SET cte_max_recursion_depth=10000000"
}

// BenchmarkBlogs moves small databases, 8 at a time, with their definitions and checked, and as people do it, with mysqldump. The metric is databases a second.
func BenchmarkBlogs(b *testing.B) {
	const at, most = 8, 32
	w := newWorld(b, cluster.Shared(b))
	var units []unit.Unit
	for i := range most {
		units = append(units, w.blog(fmt.Sprintf("blog_%02d", i)))
	}
	ways := []struct {
		name string
		move func(u unit.Unit) error
	}{
		{"copier", w.move},
		{"mysqldump", func(u unit.Unit) error { return w.pipe(u.Database) }},
	}
	for _, way := range ways {
		b.Run(way.name, func(b *testing.B) {
			took := time.Duration(0)
			for b.Loop() {
				for _, u := range units {
					w.exec(w.atGra, "DROP DATABASE IF EXISTS "+u.Database)
				}
				began := time.Now()
				var group errgroup.Group
				group.SetLimit(at)
				for _, u := range units {
					group.Go(func() error { return way.move(u) })
				}
				w.must(b, group.Wait())
				took += time.Since(began)
			}
			b.ReportMetric(float64(most*b.N)/took.Seconds(), "databases/s")
		})
	}
}

func (w *world) must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// move takes a unit without programs.
func (w *world) move(u unit.Unit) error {
	target, err := control.Dial(w.ctx, w.gra)
	if err != nil {
		return err
	}
	defer target.Close()
	s, err := copier.Take(w.ctx, w.paris, u, copier.Limits{})
	if err != nil {
		return err
	}
	defer s.Close()
	o, err := objects.Read(w.ctx, s.Conn(), u)
	if err != nil {
		return err
	}
	if err := objects.Create(w.ctx, target, o); err != nil {
		return err
	}
	_, err = s.Copy(w.ctx, w.gra, copier.Options{})
	return err
}

// pipe copies with mysqldump | mysql.
func (w *world) pipe(database string) error {
	from, to := w.c.Datacenter("paris").Primary, w.c.Datacenter("gra").Primary
	root := w.c.Accounts.Root
	line := fmt.Sprintf("set -o pipefail; mariadb-dump -S %s -u%s -p%s --single-transaction --routines --triggers --events --databases %s | mariadb -S %s -u%s -p%s",
		from.Socket, root.User, root.Password, database, to.Socket, root.User, root.Password)
	if out, err := exec.Command("bash", "-c", line).CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// BenchmarkRows copies a table of small rows, in each way of writing them.
func BenchmarkRows(b *testing.B) {
	const rows = 500_000
	w := newWorld(b, cluster.Shared(b))
	u := w.database("many", w.deep(), "CREATE TABLE t (id int unsigned AUTO_INCREMENT PRIMARY KEY, a varchar(40), b datetime, c int, KEY (c))",
		fmt.Sprintf("INSERT INTO t WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT i, CONCAT('row number ', i), '2026-01-01', i * 7919 %% 500000 FROM n", rows))
	for name, o := range map[string]copier.Options{"load": {}, "insert": {Statements: true}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				w.exec(w.atGra, "DROP DATABASE IF EXISTS many")
				s, err := copier.Take(w.ctx, w.paris, u, copier.Limits{})
				w.must(b, err)
				d, err := objects.Read(w.ctx, s.Conn(), u)
				w.must(b, err)
				w.must(b, objects.Create(w.ctx, w.atGra, d))
				r, err := s.Copy(w.ctx, w.gra, o)
				w.must(b, err)
				s.Close()
				b.ReportMetric(float64(r.Rows)/r.Copied.Seconds(), "rows/s")
				b.ReportMetric(float64(r.Rows)/r.Compared.Seconds(), "compared/s")
			}
		})
	}
	b.Run("mysqldump", func(b *testing.B) {
		for b.Loop() {
			w.exec(w.atGra, "DROP DATABASE IF EXISTS many")
			w.must(b, w.pipe("many"))
		}
		b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}
