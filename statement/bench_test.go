package statement

import (
	"fmt"
	"strings"
	"testing"
)

// benchTexts are statements of the sizes that applications send.
var benchTexts = []struct{ name, sql string }{
	{"sysbench", "SELECT c FROM sbtest1 WHERE id=5"},
	{"point", pointSelect},
	{"prepared", "SELECT c FROM sbtest1 WHERE id=? AND k BETWEEN ? AND ?"},
	{"framework", "select `users`.* from `users` where `users`.`id` = '5' and `users`.`deleted_at` is null limit 1"},
	{"hint", "/* shunt: replica */ " + pointSelect},
	{"join", `SELECT u.id, u.name, COUNT(o.id) AS orders, SUM(o.total) FROM users u JOIN orders o ON o.user_id = u.id
		LEFT JOIN items i ON i.order_id = o.id WHERE u.country = 'FR' AND o.created_at >= '2024-01-01' AND o.state IN (1, 2, 3)
		GROUP BY u.id, u.name HAVING COUNT(o.id) > 5 ORDER BY orders DESC LIMIT 20`},
	{"insert", "INSERT INTO orders (id, user_id, total, state, created_at) VALUES (NULL, 17, 99.95, 'new', NOW())"},
	{"insert100", "INSERT INTO t (a, b, c) VALUES (1, 'some text', 3.5)" + strings.Repeat(", (2, 'some other text', 4.5)", 99)},
	{"update", "UPDATE users SET last_seen = NOW(), visits = visits + 1 WHERE id = 12345"},
}

func BenchmarkHit(b *testing.B) {
	for _, c := range benchTexts {
		b.Run(c.name, func(b *testing.B) {
			p := NewParser(Config{})
			sql := []byte(c.sql)
			p.Parse(sql, 0)
			b.ReportAllocs()
			b.SetBytes(int64(len(sql)))
			for b.Loop() {
				p.Parse(sql, 0)
			}
		})
	}
}

func BenchmarkHitParallel(b *testing.B) {
	p := NewParser(Config{})
	var texts [][]byte
	for i := range 64 {
		texts = append(texts, fmt.Appendf(nil, "SELECT id, k, v FROM t%d WHERE id = 12345", i))
		p.Parse(texts[i], 0)
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			p.Parse(texts[i%len(texts)], 0)
		}
	})
}

func BenchmarkMiss(b *testing.B) {
	for _, c := range benchTexts {
		b.Run(c.name, func(b *testing.B) {
			p := NewParser(Config{})
			sql := []byte(c.sql)
			b.ReportAllocs()
			for b.Loop() {
				p.statements(sql, 0, 0)
			}
		})
	}
}

func BenchmarkUncached(b *testing.B) {
	for _, sql := range []string{"SET NAMES utf8mb4", "SET @a = 5", "SELECT LAST_INSERT_ID()", "KILL 5"} {
		b.Run(sql, func(b *testing.B) {
			p := NewParser(Config{})
			text := []byte(sql)
			b.ReportAllocs()
			for b.Loop() {
				p.Parse(text, 0)
			}
		})
	}
}

func BenchmarkLargeInsertDigest(b *testing.B) {
	sql := []byte("INSERT INTO t VALUES (1, 'x')" + strings.Repeat(", (2, 'some text of some length')", 1<<20/32))
	var f folder
	b.SetBytes(int64(len(sql)))
	for b.Loop() {
		f.fold(sql, 0, digestStyle)
	}
}

// BenchmarkHitParallelOne is all cores with the same statement, as a benchmark of a server sends it.
func BenchmarkHitParallelOne(b *testing.B) {
	p := NewParser(Config{})
	sql := []byte("SELECT c FROM sbtest1 WHERE id=5")
	p.Parse(sql, 0)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			p.Parse(sql, 0)
		}
	})
}

// BenchmarkShapes asks for as many shapes as there are, one after the other: those that the cache holds, and more than it holds. What has to be
// classified anew is left out.
func BenchmarkShapes(b *testing.B) {
	for _, shapes := range []int{10, 10000, 100000} {
		b.Run(fmt.Sprint(shapes), func(b *testing.B) {
			c, st := newCache(defaultCacheSize), &Statement{}
			keys := make([]key, shapes)
			for i := range keys {
				keys[i].digest = digestOf(fmt.Append(nil, i))
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				k := keys[i%shapes]
				if c.get(&k) == nil {
					c.put(k, st, true)
				}
			}
			if n := c.len(); n > defaultCacheSize {
				b.Errorf("%d statements in the cache", n)
			}
		})
	}
}
