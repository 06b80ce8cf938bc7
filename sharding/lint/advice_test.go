package lint_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"shunt/backend/definitions"
	"shunt/digest"
	"shunt/sharding"
	"shunt/sharding/lint"
)

// advice gives proposals as lines: name: patterns.
func advice(w lint.World) (lines []string) {
	for _, p := range lint.Advise("shop", w) {
		lines = append(lines, p.Module.Name+": "+strings.Join(p.Module.Tables, " "))
	}
	return lines
}

func wants(t *testing.T, w lint.World, want ...string) {
	t.Helper()
	if got := advice(w); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestAdvice: orders hang together by a key, a join and a transaction; statistics and search by names and a join.
func TestAdvice(t *testing.T) {
	w := newTraffic()
	w.ask(100, digest.Primary, "INSERT INTO b_stat_hits VALUES (1)")
	w.ask(20, digest.Primary, "UPDATE b_stat_day SET n = 1")
	w.ask(50, digest.Replica, "SELECT * FROM b_search_word JOIN b_search_content USING (id)")
	w.ask(30, digest.Replica, "SELECT * FROM goods JOIN users USING (id)")
	w.ask(20, digest.Primary, "SELECT * FROM goods WHERE id = 7 FOR UPDATE")
	w.transaction(80, "INSERT INTO orders VALUES (1)", "UPDATE goods SET n = 1")
	w.transaction(1, "UPDATE users SET n = 1", "INSERT INTO b_stat_hits VALUES (1)") // one in a hundred and eighty
	world := w.world(definitions.Schema{
		Tables:      []string{"b_search_content", "b_search_word", "b_stat_day", "b_stat_hits", "goods", "items", "log", "orders", "users"},
		ForeignKeys: []definitions.ForeignKey{{Name: "k", Table: "items", OtherDatabase: "shop", Other: "orders"}},
	})
	wants(t, world, "stat: b_stat_*", "search: b_search_*", ": goods items log orders users")
	all := lint.Advise("shop", world)
	stat, search, stays := all[0], all[1], all[2]
	if stat.Statements != 121 || stat.PerSecond != 1.21 || stat.Writes != 121.0/282 || stat.Reads != 0 || stat.Time != 121.0/302 {
		t.Errorf("statistics would take %+v", stat)
	}
	if len(stat.Crosses) != 1 || stat.Crosses[0].Kind != lint.Transaction || stat.Crosses[0].Count != 1 {
		t.Errorf("what crosses: %+v", stat.Crosses)
	}
	if search.Statements != 50 || search.Time != 0 || len(search.Crosses) != 0 {
		t.Errorf("search would take %+v", search)
	}
	if stays.Statements != 211 || stays.Reads != 1 || !strings.Contains(stays.Verdict, "stays") {
		t.Errorf("what stays: %+v", stays)
	}
}

func TestAdviceCases(t *testing.T) {
	abc := definitions.Schema{Tables: []string{"a", "b", "c", "d"}}
	with := func(s definitions.Schema, change func(*definitions.Schema)) definitions.Schema {
		change(&s)
		return s
	}
	for _, test := range []struct {
		about   string
		asks    []string // each a hundred times
		schema  definitions.Schema
		modules []sharding.Module
		want    []string
	}{
		{"nothing is asked", nil, abc, nil, []string{": a b c d"}},
		{"no tables", []string{"SELECT 1"}, definitions.Schema{}, nil, nil},
		{"tables that nobody may list", []string{"SELECT * FROM a JOIN b", "SELECT * FROM c"}, definitions.Schema{}, nil, []string{"c: c", ": a b"}},
		{"a view is what it reads", []string{"SELECT * FROM v", "SELECT * FROM c"}, with(abc, func(s *definitions.Schema) {
			s.Views = []definitions.View{{Name: "v", Query: "select 1 from shop.a join shop.b join shop.d"}}
		}), nil, []string{"c: c", ": a b d"}},
		{"a procedure is what it touches", []string{"CALL p()", "SELECT * FROM c"}, with(abc, func(s *definitions.Schema) {
			s.Programs = []definitions.Program{{Kind: "procedure", Name: "p", Body: "UPDATE a JOIN b JOIN d SET a.n = 1"}}
		}), nil, []string{"c: c", ": a b d"}},
		{"a trigger ties", []string{"SELECT * FROM a", "SELECT * FROM b", "SELECT * FROM c", "SELECT * FROM d"}, with(abc, func(s *definitions.Schema) {
			s.Programs = []definitions.Program{{Kind: "trigger", Name: "t", Table: "a", Body: "UPDATE b JOIN d SET b.n = 1"}}
		}), nil, []string{"c: c", ": a b d"}},
		{"what has moved already", []string{"SELECT * FROM a JOIN b", "SELECT * FROM c", "SELECT * FROM d"}, abc, []sharding.Module{{Name: "x", Database: "shop", Tables: []string{"d"}, Cluster: "stats"}},
			[]string{"c: c", ": a b"}},
		{"names that all have in common say nothing", []string{"SELECT * FROM wp_a JOIN wp_b", "SELECT * FROM wp_c", "SELECT * FROM wp_d"},
			definitions.Schema{Tables: []string{"wp_a", "wp_b", "wp_c", "wp_d"}}, nil, []string{"wp_c: wp_c", "wp_d: wp_d", ": wp_a wp_b"}},
		{"a family of which one has other company", []string{"SELECT * FROM s_a", "SELECT * FROM s_b JOIN x JOIN y"},
			definitions.Schema{Tables: []string{"s_a", "s_b", "x", "y", "z"}}, nil, []string{"s_a: s_a", ": s_b x y z"}},
	} {
		t.Run(test.about, func(t *testing.T) {
			w := newTraffic()
			for _, sql := range test.asks {
				w.ask(100, digest.Primary, sql)
			}
			wants(t, w.world(test.schema, test.modules...), test.want...)
		})
	}
}

// TestAdviceIsTheSameEachTime: maps have no order, advice has.
func TestAdviceIsTheSameEachTime(t *testing.T) {
	w := newTraffic()
	var tables []string
	for i := range 60 {
		tables = append(tables, fmt.Sprintf("t%02d_x", i))
		w.ask(10, digest.Primary, fmt.Sprintf("SELECT * FROM t%02d_x JOIN t%02d_x", i, i*7%60))
	}
	world := w.world(definitions.Schema{Tables: tables})
	first := advice(world)
	for range 20 {
		if again := advice(world); !slices.Equal(first, again) {
			t.Fatalf("first %q\nthen  %q", first, again)
		}
	}
}

// TestAdviceForManyTables: it ends soon for a database of a size that nobody has on purpose.
func TestAdviceForManyTables(t *testing.T) {
	w := newTraffic()
	var s definitions.Schema
	for i := range 5000 {
		s.Tables = append(s.Tables, fmt.Sprintf("part_%d_of_%d", i%50, i))
		s.ForeignKeys = append(s.ForeignKeys, definitions.ForeignKey{Name: fmt.Sprint(i), Table: s.Tables[i], OtherDatabase: "shop", Other: s.Tables[i/100]})
	}
	for i := range 1000 {
		w.ask(1, digest.Primary, fmt.Sprintf("SELECT * FROM %s JOIN %s", s.Tables[i], s.Tables[i*13%5000]))
	}
	if got := lint.Advise("shop", w.world(s)); len(got) == 0 {
		t.Error("no advice")
	}
}
