package digest_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"shunt/digest"
	"shunt/statement"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// world is a book and a parser, so that shapes come from texts as they do in the proxy.
type world struct {
	*digest.Book
	parser *statement.Parser
}

func newWorld(c digest.Config) world {
	return world{digest.New(c, noon), statement.NewParser(statement.Config{})}
}

// shape finds or learns the shape of a text.
func (w world) shape(database, sql string, now time.Time) *digest.Shape {
	st, _ := w.parser.Parse([]byte(sql), 0)
	if s := w.Find(st.Digest, database, now); s != nil {
		return s
	}
	about := digest.Description{Kind: st.Kind, Database: database, Text: w.parser.Normalize([]byte(sql), 0)}
	for _, t := range st.Tables {
		if t.Schema == "" {
			t.Schema = database
		}
		about.Tables = append(about.Tables, t)
	}
	return w.Learn(st.Digest, about, now)
}

// ask counts a statement.
func (w world) ask(database, sql string, now time.Time, m digest.Sample) *digest.Shape {
	s := w.shape(database, sql, now)
	m.At = now.UnixNano()
	s.Count(0, &m)
	return s
}

func TestStatementsAreCountedByShape(t *testing.T) {
	w := newWorld(digest.Config{})
	onPrimary := digest.Sample{By: digest.Primary, Cluster: "paris", Took: 3 * time.Millisecond, Rows: 2}
	w.ask("shop", "SELECT name FROM users WHERE id = 7", noon, onPrimary)
	w.ask("shop", "select name from users where id = 'x'", noon.Add(time.Second), digest.Sample{By: digest.Replica, Cluster: "gra", Took: time.Millisecond, Failed: true})
	w.ask("shop", "SELECT name FROM users WHERE id = 8", noon.Add(2*time.Second), digest.Sample{Failed: true})
	w.ask("blog", "SELECT name FROM users WHERE id = 7", noon, onPrimary)
	r := w.Report(noon.Add(time.Minute))
	if len(r.Shapes) != 2 {
		t.Fatalf("%d shapes: the same text in two databases is about other tables", len(r.Shapes))
	}
	u := r.Shapes[0]
	want := digest.Counts{Primary: 1, Replica: 1, Nobody: 1, Errors: 2, Rows: 2, PrimaryTime: 3 * time.Millisecond, ReplicaTime: time.Millisecond, Longest: 3 * time.Millisecond}
	if u.Counts != want || u.All() != 3 || u.Time() != 4*time.Millisecond {
		t.Errorf("got  %+v\nwant %+v", u.Counts, want)
	}
	if !u.First.Equal(noon) || !u.Last.Equal(noon.Add(2*time.Second)) || !slices.Equal(u.Clusters, []string{"paris", "gra"}) {
		t.Errorf("first %v, last %v, clusters %v", u.First, u.Last, u.Clusters)
	}
	if u.Text != "SELECT name FROM users WHERE id = ?" || u.ID != r.Shapes[1].ID || len(u.ID) != 16 {
		t.Errorf("%s %s, and %s", u.ID, u.Text, r.Shapes[1].ID)
	}
	if !slices.Equal(u.Tables, []statement.Table{{Schema: "shop", Name: "users"}}) || u.Writes() {
		t.Errorf("tables %v, writes: %v", u.Tables, u.Writes())
	}
}

func TestALongTextIsCut(t *testing.T) {
	w := newWorld(digest.Config{})
	s := "SELECT `" + strings.Repeat("é", 2000) + "`"
	w.ask("", s, noon, digest.Sample{})
	if text := w.Report(noon).Shapes[0].Text; len(text) > 1030 || !strings.HasSuffix(text, "é…") || !utf8.ValidString(text) {
		t.Errorf("%d bytes: %q", len(text), text)
	}
}

// TestTheNumberOfShapesIsBounded: a shape without a place is counted with all others, and gets the place of one that nobody has used for long.
func TestTheNumberOfShapesIsBounded(t *testing.T) {
	w := newWorld(digest.Config{Shapes: 16, Idle: time.Hour})
	text := func(i int) string { return fmt.Sprintf("SELECT %s FROM t", strings.Repeat("a", i+1)) }
	var first *digest.Shape
	for i := range 20 {
		s := w.ask("", text(i), noon.Add(time.Duration(i)*time.Second), digest.Sample{})
		if i == 0 {
			first = s
		}
	}
	r := w.Report(noon)
	if len(r.Shapes) != 16 || r.Other.All() != 4 {
		t.Fatalf("%d shapes, and %d others", len(r.Shapes), r.Other.All())
	}
	w.ask("", text(19), noon.Add(time.Hour+10*time.Second), digest.Sample{})
	r = w.Report(noon)
	if len(r.Shapes) != 16 || r.Other.All() != 5 || !first.Gone() {
		t.Errorf("after an hour: %d shapes, and %d others; the oldest has gone: %v", len(r.Shapes), r.Other.All(), first.Gone())
	}
	if !slices.ContainsFunc(r.Shapes, func(u digest.Use) bool { return u.Text == text(19) }) {
		t.Error("the new one has no place")
	}
}

func TestTransactionsAreCountedByTheTablesTheyTouch(t *testing.T) {
	w := newWorld(digest.Config{Sets: 16})
	do := func(texts ...string) {
		tx := w.Begin()
		for _, q := range texts {
			tx.Add(w.ask("shop", q, noon, digest.Sample{}))
		}
		w.End(tx, 1, noon)
	}
	do("INSERT INTO orders VALUES (1)", "UPDATE goods SET n = 1", "UPDATE goods SET n = 2", "SELECT 1")
	do("UPDATE goods SET n = 1", "INSERT INTO orders VALUES (1)")                                         // in another order
	do("UPDATE goods SET n = 1 WHERE id = 7", "UPDATE goods SET n = 1", "INSERT INTO orders SELECT 1, 2") // by other statements
	do("SELECT * FROM orders JOIN users", "SELECT * FROM goods")
	do("SELECT 1")
	r := w.Report(noon)
	var got []string
	for _, together := range r.Transactions {
		line := fmt.Sprint(together.Transactions, ":")
		for _, table := range together.Tables {
			line += " " + table.Name
			if table.Write {
				line += "*"
			}
		}
		got = append(got, line)
	}
	if want := []string{"3: goods* orders*", "1: goods orders users"}; !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if ids := r.Transactions[0].Example; len(ids) != 2 {
		t.Errorf("the example has %d statements", len(ids))
	}
}

func TestTheNumberOfSetsIsBounded(t *testing.T) {
	w := newWorld(digest.Config{Sets: 16})
	for i := range 30 {
		tx := w.Begin()
		for j := range i + 1 {
			tx.Add(w.ask("d", fmt.Sprintf("SELECT * FROM t%d", j), noon, digest.Sample{}))
		}
		w.End(tx, i, noon)
	}
	r := w.Report(noon)
	if len(r.Transactions) != 16 || r.Transactions[0].Transactions+r.OtherTransactions < 2 {
		t.Fatalf("%d sets, %d others", len(r.Transactions), r.OtherTransactions)
	}
	total := r.OtherTransactions
	for _, each := range r.Transactions {
		total += each.Transactions
		if len(each.Tables) > 16 {
			t.Errorf("a set of %d tables", len(each.Tables))
		}
	}
	if total != 30 {
		t.Errorf("%d transactions in all", total)
	}
}

// TestNothingIsLostBetweenCores: what several count at the same time adds up.
func TestNothingIsLostBetweenCores(t *testing.T) {
	w := newWorld(digest.Config{})
	var group sync.WaitGroup
	for core := range 8 {
		group.Go(func() {
			for i := range 1000 {
				s := w.shape("d", fmt.Sprintf("SELECT * FROM t%d", i%10), noon)
				s.Count(core, &digest.Sample{By: digest.Replica, Cluster: fmt.Sprint("c", core%3), Took: time.Duration(i)})
				tx := w.Begin()
				tx.Add(s)
				w.End(tx, core, noon)
			}
		})
	}
	group.Wait()
	r := w.Report(noon)
	var all, transactions uint64
	for _, u := range r.Shapes {
		all += u.All()
		if len(u.Clusters) != 3 {
			t.Errorf("clusters %v", u.Clusters)
		}
	}
	for _, each := range r.Transactions {
		transactions += each.Transactions
	}
	if len(r.Shapes) != 10 || all != 8000 || transactions != 8000 {
		t.Errorf("%d shapes, %d statements, %d transactions", len(r.Shapes), all, transactions)
	}
}

// TestCountingAllocatesNothing: it is done for each statement, also for those that have no place.
func TestCountingAllocatesNothing(t *testing.T) {
	w := newWorld(digest.Config{Shapes: 16})
	for i := range 17 {
		w.ask("shop", fmt.Sprintf("SELECT * FROM t%d", i), noon, digest.Sample{})
	}
	for _, q := range []string{"SELECT * FROM t0", "SELECT * FROM t16"} {
		st, _ := w.parser.Parse([]byte(q), 0)
		sample := digest.Sample{By: digest.Primary, Cluster: "paris", Took: 5, Rows: 1}
		if n := testing.AllocsPerRun(100, func() {
			s := w.Find(st.Digest, "shop", noon)
			s.Count(3, &sample)
			tx := w.Begin()
			tx.Add(s)
			w.End(tx, 3, noon)
		}); n > 0.5 { // a pool forgets now and then
			t.Errorf("%s: %v allocations", q, n)
		}
	}
}

func BenchmarkCount(b *testing.B) {
	w := newWorld(digest.Config{})
	var shapes []statement.Digest
	for i := range 256 {
		q := fmt.Sprintf("SELECT * FROM t%d", i)
		w.shape("shop", q, noon)
		st, _ := w.parser.Parse([]byte(q), 0)
		shapes = append(shapes, st.Digest)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		s := w.Find(shapes[i&255], "shop", noon)
		s.Count(1, &digest.Sample{At: noon.UnixNano(), By: digest.Primary, Cluster: "paris", Took: 5, Rows: 1})
	}
}
