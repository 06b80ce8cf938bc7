package statement_test

import (
	"fmt"
	"strings"
	"testing"

	"shunt/statement"
)

// TestQuery: which tables a SELECT reads how often, and which of its conditions every row of a table has to meet.
func TestQuery(t *testing.T) {
	p := statement.NewParser(statement.Config{})
	for _, test := range []struct{ sql, want string }{
		{"SELECT * FROM a", "a as a; whole"},
		{"SELECT * FROM a, d.b AS x WHERE a.i = x.j AND x.k > 5 AND m IN (1, 'it''s')", "a as a, d.b as x; whole; (`a`.`i` = `x`.`j`) of a x; (`x`.`k` > 5) of x; (`m` IN (1, 'it''s')) plain m"},
		{"SELECT * FROM a JOIN b ON a.i = b.i AND b.k IS NOT NULL WHERE (b.n BETWEEN 1 AND 2.50)", "a as a, b as b; whole; (`a`.`i` = `b`.`i`) of a b; (`b`.`k` IS NOT NULL) of b; (`b`.`n` BETWEEN 1 AND 2.50) of b"},
		{"SELECT * FROM a LEFT JOIN b ON b.i = 1 WHERE a.n = 2 AND b.k = 1", "a as a, b; whole; (`a`.`n` = 2) of a; (`b`.`k` = 1) of b"},
		{"SELECT * FROM a RIGHT JOIN b ON a.i = 1", "a, b as b; whole"},
		{"SELECT * FROM a LEFT JOIN (b JOIN c ON c.i = 1) ON a.i = 3 WHERE a.i = 2", "a as a, b, c; whole; (`a`.`i` = 2) of a"},
		{"SELECT * FROM a x JOIN a y WHERE x.i = 1", "a twice; (`x`.`i` = 1) of x"},
		{"SELECT * FROM a WHERE i IN (SELECT i FROM b) AND j = 1", "a as a, b; (`j` = 1) plain j"},
		{"SELECT * FROM a, (SELECT * FROM b WHERE i = 1) s WHERE j = 1", "a as a, b; (`j` = 1) plain j"},
		{"SELECT * FROM a WHERE NOW() > t AND i = @v AND j = 1/2 AND k = -1 AND l LIKE 'x\\_%' AND (m = 1 OR n <=> NULL)",
			"a as a; whole; (`k` = (-1)) plain k; (`l` LIKE 'x\\\\_%') plain l; ((`m` = 1) OR (`n` <=> NULL)) plain m n"},
		{"SELECT ?, a.* FROM a WHERE i = ? AND j = 'é' AND k = _latin1'x' AND l = x'41'", "a as a; whole; (`i` = \x01) plain i params [1]"},
		{"WITH c AS (SELECT * FROM a) SELECT * FROM c JOIN b ON b.i = 1", "a, b; "},
		{"SELECT i FROM a WHERE i = 1 UNION SELECT i FROM b", "a, b; "},
		{"SELECT (SELECT MAX(i) FROM b WHERE b.j = a.j) FROM a", "b, a as a; "},
		{"SELECT * FROM `a``b` WHERE `c``d` = 1", "a`b as a`b; whole; (`c``d` = 1) plain c`d"},
	} {
		q, ok := p.Query([]byte(test.sql), 0)
		if !ok {
			t.Errorf("%s is not understood", test.sql)
			continue
		}
		var sources, parts []string
		for _, s := range q.Sources {
			text := strings.TrimPrefix(s.Schema+"."+s.Name, ".")
			if s.Alias != "" {
				text += " as " + s.Alias
			}
			if s.Times == 2 {
				text += " twice"
			}
			sources = append(sources, text)
		}
		parts = append(parts, strings.Join(sources, ", "))
		if q.Whole {
			parts = append(parts, "whole")
		}
		for _, f := range q.Filters {
			text := f.SQL
			if len(f.Of) > 0 {
				text += " of " + strings.Join(f.Of, " ")
			}
			if len(f.Plain) > 0 {
				text += " plain " + strings.Join(f.Plain, " ")
			}
			if len(f.Params) > 0 {
				text += fmt.Sprint(" params ", f.Params)
			}
			parts = append(parts, text)
		}
		if got := strings.Join(parts, "; "); got != strings.TrimSuffix(test.want, "; ") {
			t.Errorf("%s:\n got %s\nwant %s", test.sql, got, test.want)
		}
	}
	q, _ := p.Query([]byte("SELECT * FROM information_schema.tables t WHERE schema() = t.table_schema AND table_name IN ('a', 'b') AND x = 1 AND y NOT IN ('c')"), 0)
	if got := fmt.Sprint(q.Filters[0].Column, q.Filters[0].Values, q.Filters[1].Column, q.Filters[1].Values, q.Filters[2].Values, q.Filters[3].Column); got != "table_schema[DATABASE()]table_name[a b] []" {
		t.Errorf("values of columns: %s", got)
	}
	if got := string(statement.MoveCatalog([]byte("SELECT information_schema.`TABLES`.x, 'information_schema.', information_schema FROM Information_Schema . tables"), 0, "my`db")); got !=
		"SELECT `my``db`.`TABLES`.x, 'information_schema.', information_schema FROM `my``db` . tables" {
		t.Errorf("moved: %s", got)
	}
	if _, ok := p.Query([]byte("SELECT FROM WHERE"), 0); ok {
		t.Error("nonsense is understood")
	}
	if q, ok := p.Query([]byte("SELECT * FROM a WHERE i = 'x\\'"), statement.NoBackslashEscapes); !ok || fmt.Sprint(q.Filters) != "[{(`i` = 'x\\') [] [] [i] i [x\\]}]" {
		t.Errorf("without escapes: %v %v", ok, q.Filters)
	}
}
