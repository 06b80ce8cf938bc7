package statement

import (
	"fmt"
	"strings"
	"testing"
)

// benchTexts are statements of the sizes that applications send.
var benchTexts = []struct{ name, sql string }{
	{"point", pointSelect},
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
