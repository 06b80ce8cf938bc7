package moves

import (
	"flag"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"shunt/lab"
	"shunt/tests/cluster"
	"shunt/tests/front"
)

// What make bench-moves can be told.
var (
	blogs    = flag.Int("databases", 100, "how many databases BenchmarkFleet moves")
	procs    = flag.Int("procs", 32, "how many of them at a time")
	switches = flag.Int("switches", 100, "how often BenchmarkPause switches")
	writers  = flag.Int("writers", 32, "how many clients write meanwhile")
)

// naive is how many dumps people load at a time, naiveMost how many databases are moved like that.
const naive, naiveMost = 8, 200

// BenchmarkFleet moves databases like small WordPresses between two servers, all compared, and does it as people do it, with a dump that is loaded: one half of that before, one
// after, since the machine's speed changes.
func BenchmarkFleet(b *testing.B) {
	w := &world{Cluster: cluster.Start(b, cluster.Datacenters(lab.Datacenter{Name: "paris"}, lab.Datacenter{Name: "gra"}), asDelivered()), t: b}
	w.makeBlogs(*blogs)
	half := min(*blogs, naiveMost) / 2
	for b.Loop() {
		dumped := w.dumpAndLoad(0, half)
		moved := w.moveAll()
		dumped += w.dumpAndLoad(half, 2*half)
		naiveRate, rate := float64(2*half)/dumped.Seconds(), float64(*blogs)/moved.Seconds()
		b.ReportMetric(rate, "databases/s")
		b.ReportMetric(naiveRate, "dumped/s")
		fmt.Printf("\n| way | at a time | databases | seconds | databases a second |\n|---|---|---|---|---|\n| shunt moves start, all compared | %d | %d | %.1f | %.2f |\n"+
			"| mysqldump, mysql | %d | %d | %.1f | %.2f |\n%.1f times as fast\n", *procs, *blogs, moved.Seconds(), rate, naive, 2*half, dumped.Seconds(), naiveRate, rate/naiveRate)
		w.equal()
	}
}

// asDelivered gives the servers, which the lab makes small and lets forget what a power cut would, what MariaDB 10.11 has if nobody says anything.
func asDelivered() cluster.Option {
	return cluster.Settings("innodb_buffer_pool_size=128M", "innodb_log_file_size=96M", "innodb_flush_log_at_trx_commit=1", "table_open_cache=2000")
}

// makeBlogs makes databases of 12 tables, about 1.5 MB.
func (w *world) makeBlogs(n int) {
	w.t.Helper()
	filled := func(table, columns, values string, rows int) {
		w.on("paris", "CREATE TABLE blog_0000."+table+" (id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, "+columns+") ENGINE=InnoDB",
			fmt.Sprintf("INSERT INTO blog_0000.%s SELECT %s FROM blog_0000.seq_1_to_%d", table, values, rows))
	}
	w.on("paris", "CREATE DATABASE blog_0000")
	filled("wp_posts", "author bigint, at datetime, title text, body longtext, status varchar(20), slug varchar(200), KEY (slug(100)), KEY (status, at), KEY (author)",
		"seq, seq%5, '2026-01-01 10:00:00', CONCAT('Post ', seq), REPEAT(CONCAT('All about it ', seq, '. '), 80), 'publish', CONCAT('post-', seq)", 400)
	filled("wp_postmeta", "post_id bigint, meta_key varchar(255), meta_value longtext, KEY (post_id), KEY (meta_key(191))", "seq, seq%400, CONCAT('_key_', seq%20), REPEAT('v', 60)", 4000)
	filled("wp_options", "name varchar(191) UNIQUE, value longtext, autoload varchar(20), KEY (autoload)", "seq, CONCAT('option_', seq), REPEAT('o', 900), 'yes'", 300)
	filled("wp_comments", "post bigint, author tinytext, body text, at datetime, KEY (post), KEY (at)", "seq, seq%400, 'somebody', REPEAT('well said ', 20), '2026-01-01 10:00:00'", 500)
	tables := []string{"wp_posts", "wp_postmeta", "wp_options", "wp_comments"}
	for _, t := range []string{"commentmeta", "links", "terms", "termmeta", "term_taxonomy", "term_relationships", "users", "usermeta"} {
		filled("wp_"+t, "a bigint, b varchar(200), c text, KEY (a), KEY (b(100))", "seq, seq%7, CONCAT('b', seq), REPEAT('c', 40)", 100)
		tables = append(tables, "wp_"+t)
	}
	var group errgroup.Group
	group.SetLimit(4)
	for i := 1; i < n; i++ {
		group.Go(func() error {
			name := blogName(i)
			sql := []string{"CREATE DATABASE " + name}
			for _, t := range tables {
				sql = append(sql, "CREATE TABLE "+name+"."+t+" LIKE blog_0000."+t, "INSERT INTO "+name+"."+t+" SELECT * FROM blog_0000."+t)
			}
			for _, one := range sql {
				if err := w.Datacenter("paris").Primary.Exec(w.t.Context(), one); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		w.t.Fatal(err)
	}
}

func blogName(i int) string { return fmt.Sprintf("blog_%04d", i) }

// dumpAndLoad copies databases in the way of before, and takes the copies away again.
func (w *world) dumpAndLoad(from, to int) time.Duration {
	w.t.Helper()
	source, target, root := w.Datacenter("paris").Primary, w.Datacenter("gra").Primary, w.Accounts.Root
	began := time.Now()
	var group errgroup.Group
	group.SetLimit(naive)
	for i := from; i < to; i++ {
		group.Go(func() error {
			if err := target.Exec(w.t.Context(), fmt.Sprintf("CREATE DATABASE dumped_%04d", i)); err != nil {
				return err
			}
			line := fmt.Sprintf("set -o pipefail; mariadb-dump -S %s -u%s -p%s --single-transaction --routines --triggers --events %s | mariadb -S %s -u%s -p%s -D dumped_%04d",
				source.Socket, root.User, root.Password, blogName(i), target.Socket, root.User, root.Password, i)
			if out, err := exec.CommandContext(w.t.Context(), "bash", "-c", line).CombinedOutput(); err != nil {
				return fmt.Errorf("%w: %s", err, out)
			}
			return nil
		})
	}
	err := group.Wait()
	took := time.Since(began)
	if err != nil {
		w.t.Fatal(err)
	}
	for i := from; i < to; i++ {
		w.on("gra", fmt.Sprintf("DROP DATABASE dumped_%04d", i))
	}
	return took
}

// moveAll moves all databases with a shunt of their own.
func (w *world) moveAll() time.Duration {
	w.t.Helper()
	mover := w.Accounts.Mover
	w.proxy = front.Start(w.t, w.Cluster, program, front.With(fmt.Sprintf("store: {embedded: %s}\nmoves: {account: {user: %s, password: %q}, max_procs: %d, per_source: %d, per_target: %d}\n",
		w.t.TempDir(), mover.User, mover.Password, *procs, *procs, *procs)))
	w.proxy.Await("all databases are found", patience, func() bool {
		return len(w.proxy.Ask("SHOW DATABASES WHERE cluster = 'paris' AND database LIKE 'blog_%'")) == *blogs
	})
	began := time.Now()
	w.proxy.Ask("MOVE DATABASES LIKE 'blog_%' TO gra")
	w.proxy.Await("all have switched", time.Hour, func() bool {
		s := w.proxy.Ask("SHOW MOVE STATUS")[0]
		if s["state"] == "stopped" || s["aborted"] != "0" {
			w.t.Fatalf("moves have failed: %v, %v", s, w.proxy.Ask("SHOW MOVE CLASSES"))
		}
		return s["reversible"] == strconv.Itoa(*blogs)
	})
	return time.Since(began)
}

// equal compares all databases.
func (w *world) equal() {
	w.t.Helper()
	for i := range *blogs {
		query := "SELECT SUM(CRC32(CONCAT(id, body, title, slug))) + COUNT(*) FROM " + blogName(i) + ".wp_posts"
		if from, to := w.number("paris", query), w.number("gra", query); from != to || to == 0 {
			w.t.Errorf("%s: paris has %d and gra %d", blogName(i), from, to)
		}
	}
}

// BenchmarkPause switches one database back and forth while clients write into it. No client may get an error, and no write may be lost or doubled.
func BenchmarkPause(b *testing.B) {
	w := newWorld(b, "")
	for b.Loop() {
		l := w.start(*writers, 0)
		l.more()
		w.proxy.Ask("MOVE DATABASE blog TO gra")
		m := w.await("reversible")
		var pauses []time.Duration
		gaveUp := 0
		for range *switches {
			before := m["to"]
			w.proxy.Ask("ROLLBACK MOVE blog")
			w.proxy.Await("it has switched", 2*patience, func() bool {
				m = w.move()
				return m["status"] == "reversible" && m["wish"] == "" && (m["to"] != before || m["problem"] != "" || m["stranded"] != "")
			})
			if m["to"] == before {
				gaveUp++
				continue
			}
			pause, err := strconv.ParseFloat(m["pause_seconds"], 64)
			if err != nil {
				b.Fatal(err)
			}
			pauses = append(pauses, time.Duration(pause*float64(time.Second)))
		}
		l.judge(m["to"])
		report(b, pauses, gaveUp)
	}
}

func report(b *testing.B, pauses []time.Duration, gaveUp int) {
	b.Helper()
	if len(pauses) == 0 {
		b.Fatal("it has never switched")
	}
	slices.Sort(pauses)
	at := func(share float64) time.Duration {
		return pauses[int(share*float64(len(pauses)-1)+.5)].Round(time.Millisecond)
	}
	b.ReportMetric(float64(at(.5).Milliseconds()), "p50-ms")
	b.ReportMetric(float64(at(.99).Milliseconds()), "p99-ms")
	fmt.Print(strings.Join([]string{
		"", "| writers | switches | given up | pause p50 | p99 | max |", "|---|---|---|---|---|---|",
		fmt.Sprintf("| %d | %d | %d | %s | %s | %s |", *writers, len(pauses), gaveUp, at(.5), at(.99), at(1)), "",
	}, "\n"))
}
