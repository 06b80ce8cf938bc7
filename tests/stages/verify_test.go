package stages

import (
	"testing"

	"shunt/sharding/move/copier"
	"shunt/sharding/move/rows"
	"shunt/sharding/move/unit"
	"shunt/sharding/move/verify"
	"shunt/tests/cluster"
)

// tables are those of a unit, seen from paris, and both connections are ready to be asked for digests.
func (w *world) tables(u unit.Unit) []rows.Table {
	w.t.Helper()
	for _, c := range []error{verify.Prepare(w.ctx, w.atParis), verify.Prepare(w.ctx, w.atGra)} {
		if c != nil {
			w.t.Fatal(c)
		}
	}
	tables, err := rows.Read(w.ctx, w.atParis, u)
	if err != nil {
		w.t.Fatal(err)
	}
	return tables
}

// differences compares a unit on both servers.
func (w *world) differences(u unit.Unit) []verify.Difference {
	w.t.Helper()
	list, err := verify.Compare(w.ctx, w.atParis, w.atGra, u, w.tables(u), 50)
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

// TestEachDifferenceIsFound: two copies are alike; then one value of one row changes on one side, and the table and the row are named.
func TestEachDifferenceIsFound(t *testing.T) {
	eachDifferenceIsFound(t, newWorld(t, cluster.Shared(t)))
}

func TestMySQLEachDifferenceIsFound(t *testing.T) {
	eachDifferenceIsFound(t, newWorld(t, cluster.SharedMySQL(t)))
}

func eachDifferenceIsFound(t *testing.T, w *world) {
	u := w.database("compared", w.deep(), "SET sql_mode=''",
		"CREATE TABLE numbers (a int, b varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci, f float, d double, e enum('','x'), n bit(3), t timestamp(3) NULL, z date, j json, x blob, PRIMARY KEY (b, a))",
		"INSERT INTO numbers WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i, CONCAT('Ä', i % 10), i / 3, i / 3, 1, i % 8, '2026-01-01', '0000-00-00', '{\"a\": 1}', REPEAT('x', 100) FROM n",
		"CREATE TABLE keyless (a text, b text)", "INSERT INTO keyless VALUES ('a', NULL), ('ab', 'c'), (NULL, NULL), ('a', NULL)",
		"CREATE TABLE plain (id int PRIMARY KEY, b text)", "INSERT INTO plain VALUES (1,'x'),(2,'y'),(10,'z')")
	if _, err := w.copy(u, copier.Options{}); err != nil {
		t.Fatal(err)
	}
	if d := w.differences(u); len(d) > 0 {
		t.Fatalf("after the copy: %v", d)
	}
	for _, test := range []struct {
		change string
		table  string
		words  string
	}{
		{"UPDATE numbers SET f = f + 0.001 WHERE a = 777", "numbers", "not alike"},
		{"UPDATE numbers SET d = d + 1e-12 WHERE a = 3", "numbers", "not alike"},
		{"UPDATE numbers SET e = 'none' WHERE a = 4", "numbers", "not alike"},
		{"UPDATE numbers SET n = n ^ 1 WHERE a = 1000", "numbers", "not alike"},
		{"UPDATE numbers SET t = '2026-01-01 00:00:00.001' WHERE a = 5", "numbers", "not alike"},
		{"UPDATE numbers SET z = '2026-00-00' WHERE a = 5", "numbers", "not alike"},
		{"UPDATE numbers SET j = JSON_OBJECT(_utf8mb4'a', 2) WHERE a = 5", "numbers", "not alike"},
		{"UPDATE numbers SET x = CONCAT(x, 0x00) WHERE a = 5", "numbers", "not alike"},
		{"UPDATE numbers SET b = LOWER(b) WHERE a = 5", "numbers", ""},
		{"DELETE FROM numbers WHERE a = 500", "numbers", "on the source only"},
		{"INSERT INTO numbers (a, b) VALUES (0, 'zzz')", "numbers", "on the target only"},
		{"DELETE FROM plain", "plain", "on the source only"},
		{"INSERT INTO plain VALUES (5, NULL)", "plain", "the row with the key (5) is on the target only"},
		{"UPDATE keyless SET a = 'abc', b = '' WHERE a = 'ab'", "keyless", "4 rows"},
		{"DELETE FROM keyless WHERE a = 'a' LIMIT 1", "keyless", "3 on the target"},
		{"UPDATE keyless SET a = '' WHERE a IS NULL", "keyless", "4 rows"},
	} {
		w.exec(w.atGra, "USE compared", "SET autocommit=0", test.change)
		list := w.differences(u)
		w.exec(w.atGra, "ROLLBACK")
		if len(list) != 1 || list[0].Table != test.table {
			t.Errorf("%s: %v", test.change, list)
			continue
		}
		told(t, errorOf(list[0]), test.words)
	}
	w.exec(w.atGra, "SET autocommit=1")
}

type errorOf verify.Difference

func (e errorOf) Error() string { return verify.Difference(e).String() }

// TestKeys: the rows that were written since are compared alone.
func TestKeys(t *testing.T) { keys(t, newWorld(t, cluster.Shared(t))) }

func TestMySQLKeys(t *testing.T) { keys(t, newWorld(t, cluster.SharedMySQL(t))) }

func keys(t *testing.T, w *world) {
	u := w.database("touched", "CREATE TABLE t (a varchar(10) CHARACTER SET latin1, b date, c int, PRIMARY KEY (a, b))", "INSERT INTO t VALUES ('ä','2026-01-01',1),('b','2026-01-01',2),('c','2026-01-01',3)")
	if _, err := w.copy(u, copier.Options{}); err != nil {
		t.Fatal(err)
	}
	table := &w.tables(u)[0]
	keys := []verify.Key{{verify.Literal(&table.Columns[0], []byte("\xe4")), "'2026-01-01'"}, {verify.Literal(&table.Columns[0], []byte("b")), "'2026-01-01'"}}
	sums := func() (a, b verify.Sum) {
		t.Helper()
		a, err := verify.Keys(w.ctx, w.atParis, u, table, keys)
		if err == nil {
			b, err = verify.Keys(w.ctx, w.atGra, u, table, keys)
		}
		if err != nil {
			t.Fatal(err)
		}
		return a, b
	}
	if a, b := sums(); a != b || a.Rows != 2 {
		t.Errorf("%v and %v", a, b)
	}
	w.exec(w.atGra, "UPDATE touched.t SET c = 30 WHERE a = 'c'")
	if a, b := sums(); a != b {
		t.Errorf("another row was written: %v and %v", a, b)
	}
	w.exec(w.atGra, "UPDATE touched.t SET c = 20 WHERE a = 'b'")
	if a, b := sums(); a == b {
		t.Errorf("a row was written: %v and %v", a, b)
	}
}
