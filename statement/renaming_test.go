package statement

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// renames runs a text through Rename, for a session in shop, which the server calls shop_v2; blog is blog_v2 there.
func renames(t *testing.T, sql string, mode Mode) (string, error) {
	t.Helper()
	p := NewParser(Config{})
	st, _ := p.Parse([]byte(sql), mode)
	shop := Rename{"shop", "shop_v2"}
	done, err := p.Rename([]byte(sql), mode, st, []Rename{shop, {"blog", "blog-v2"}}, shop)
	if err != nil || done.Text == nil {
		return sql, err
	}
	if back, ok := done.Original(done.Text); !ok || back != sql {
		t.Errorf("%s\nbecomes %s\nand then %s", sql, done.Text, back)
	}
	return string(done.Text), nil
}

func TestTextsInTheWordsOfACluster(t *testing.T) {
	for sql, want := range map[string]string{
		"SELECT 1": "SELECT 1", "SELECT shop FROM t": "SELECT shop FROM t", "SELECT 'shop.t' FROM t": "SELECT 'shop.t' FROM t",
		"SELECT * FROM shop.t":                                                 "SELECT * FROM shop_v2.t",
		"select `shop`.`t`.id from `shop` . `t`":                               "select `shop_v2`.`t`.id from `shop_v2` . `t`",
		"SELECT * FROM blog.p JOIN shop.t USING (id)":                          "SELECT * FROM `blog-v2`.p JOIN shop_v2.t USING (id)",
		"SELECT shop.id FROM t AS shop":                                        "SELECT shop.id FROM t AS shop",
		"SELECT shop.id, x.v FROM shop JOIN shop.x":                            "SELECT shop.id, x.v FROM shop JOIN shop_v2.x",
		"SELECT shop.shop.id FROM shop.shop":                                   "SELECT shop_v2.shop.id FROM shop_v2.shop",
		"SELECT SHOP.t.id FROM t":                                              "SELECT SHOP.t.id FROM t",
		"SELECT t.shop FROM t":                                                 "SELECT t.shop FROM t",
		"SELECT /* shop.t */ 1 -- shop.t":                                      "SELECT /* shop.t */ 1 -- shop.t",
		"INSERT INTO shop.t(a) VALUES (1)":                                     "INSERT INTO shop_v2.t(a) VALUES (1)",
		"DELETE shop.t FROM shop.t JOIN shop.u ON t.a = shop.u.a":              "DELETE shop_v2.t FROM shop_v2.t JOIN shop_v2.u ON t.a = shop_v2.u.a",
		"SELECT shop.f(1), f(2)":                                               "SELECT shop_v2.f(1), f(2)",
		"CALL shop.p(1)":                                                       "CALL shop_v2.p(1)",
		"LOAD DATA LOCAL INFILE 'x' INTO TABLE shop.t (a, b) SET c = shop.t.a": "LOAD DATA LOCAL INFILE 'x' INTO TABLE shop_v2.t (a, b) SET c = shop_v2.t.a",
		"SELECT id FROM shop.t FOR UPDATE":                                     "SELECT id FROM shop_v2.t FOR UPDATE", "SELECT a FROM t WHERE shop.b = 1": "SELECT a FROM t WHERE shop.b = 1",
		"SELECT x.a FROM (SELECT a FROM shop.t) AS x, t AS shop WHERE shop.a = x.a": "SELECT x.a FROM (SELECT a FROM shop_v2.t) AS x, t AS shop WHERE shop.a = x.a",
		"SELECT shop.a FROM t AS shop JOIN shop.u FOR SYSTEM_TIME ALL":              "SELECT shop.a FROM t AS shop JOIN shop_v2.u FOR SYSTEM_TIME ALL",
		"SELECT a FROM shop.t LIMIT 1 ROWS EXAMINED 5":                              "SELECT a FROM shop_v2.t LIMIT 1 ROWS EXAMINED 5",
		"USE shop": "USE shop_v2", "USE `blog`": "USE `blog-v2`", "CREATE DATABASE IF NOT EXISTS shop": "CREATE DATABASE IF NOT EXISTS shop_v2",
		"DROP SCHEMA shop": "DROP SCHEMA shop_v2", "ALTER DATABASE shop CHARACTER SET latin1": "ALTER DATABASE shop_v2 CHARACTER SET latin1",
		"SHOW TABLES FROM shop": "SHOW TABLES FROM shop_v2", "SHOW COLUMNS FROM shop": "SHOW COLUMNS FROM shop", "SHOW COLUMNS FROM shop FROM shop": "SHOW COLUMNS FROM shop FROM shop_v2",
		"SHOW COLUMNS FROM shop.t": "SHOW COLUMNS FROM shop_v2.t", "SHOW TABLES WHERE Tables_in_shop = 'shop'": "SHOW TABLES WHERE `Tables_in_shop_v2` = 'shop'",
		"SHOW TABLES LIKE 'shop'": "SHOW TABLES LIKE 'shop'",
		"CREATE TABLE shop.a (b INT, FOREIGN KEY (b) REFERENCES blog.c (d))":    "CREATE TABLE shop_v2.a (b INT, FOREIGN KEY (b) REFERENCES `blog-v2`.c (d))",
		"RENAME TABLE shop.a TO shop.b":                                         "RENAME TABLE shop_v2.a TO shop_v2.b",
		"CREATE VIEW shop.v AS SELECT id FROM shop.t":                           "CREATE VIEW shop_v2.v AS SELECT id FROM shop_v2.t",
		"CREATE TRIGGER shop.x BEFORE INSERT ON shop.t FOR EACH ROW SET @a = 1": "CREATE TRIGGER shop_v2.x BEFORE INSERT ON shop_v2.t FOR EACH ROW SET @a = 1",
		"LOCK TABLES shop.t READ":                                               "LOCK TABLES shop_v2.t READ",
		"SELECT NEXT VALUE FOR shop.s, LASTVAL(shop.s)":                         "SELECT NEXT VALUE FOR shop_v2.s, LASTVAL(shop_v2.s)",
		"EXPLAIN SELECT * FROM shop.t":                                          "EXPLAIN SELECT * FROM shop_v2.t",
		"SELECT 1 FROM shop.t; UPDATE shop.t SET shop.t.a = 1":                  "SELECT 1 FROM shop_v2.t; UPDATE shop_v2.t SET shop_v2.t.a = 1",
		"SELECT Database ( )":                                                   "SELECT IF(DATABASE()<=>'shop_v2','shop',DATABASE())",
		"SELECT SCHEMA(), DATABASE()":                                           "SELECT IF(DATABASE()<=>'shop_v2','shop',DATABASE()), IF( DATABASE()<=>'shop_v2','shop',DATABASE())",
		"SELECT database FROM t":                                                "SELECT database FROM t",
		"PREPARE p FROM 'SELECT 1'":                                             "PREPARE p FROM 'SELECT 1'",
	} {
		if got, err := renames(t, sql, 0); err != nil || got != want {
			t.Errorf("%s\nbecomes %s (%v)\nwant    %s", sql, got, err, want)
		}
	}
	if got, err := renames(t, `SELECT * FROM "shop".t WHERE a = 'shop.x'`, AnsiQuotes); err != nil || got != `SELECT * FROM "shop_v2".t WHERE a = 'shop.x'` {
		t.Errorf("under ANSI_QUOTES: %s (%v)", got, err)
	}
}

// TestWhatIsUnclearIsSaid: where a text cannot be changed for certain, or what is kept of it would have the server's name in it.
func TestWhatIsUnclearIsSaid(t *testing.T) {
	for sql, why := range map[string]string{
		"PREPARE p FROM @sql": "variable", "EXECUTE IMMEDIATE CONCAT('a')": "variable", "PREPARE p FROM 'SELECT 1 FROM shop.t'": "prepares names",
		"GRANT ALL ON shop.* TO u": "rights", "CREATE VIEW v AS SELECT shop.t.a + 1 FROM t": "columns", "CREATE TABLE x AS SELECT DATABASE()": "keeps DATABASE()",
		"CREATE PROCEDURE p() SELECT * FROM shop.t": "program", "CREATE FUNCTION f() RETURNS TEXT RETURN DATABASE()": "keeps DATABASE()",
		"USE shop; SELECT DATABASE()": "behind a USE", "SELECT 'shop_v2' FROM shop.t": "shop_v2 in it", "SELECT x.`shop.t.a+1` FROM (SELECT shop.t.a+1 FROM shop.t) x": "in quotes",
		"SELECT /*!99999 1, */ 2 FROM shop.t": "comments", "DROP TABLE shop.shop": "table of this name", "FROBNICATE shop.t": "not understood",
	} {
		got, err := renames(t, sql, 0)
		var unclear *UnclearError
		if !errors.As(err, &unclear) || !strings.Contains(unclear.Why, why) {
			t.Errorf("%s\nbecomes %s (%v), and should be unclear: %s", sql, got, err, why)
		}
	}
}

func TestNamesOfColumnsAreExcerpts(t *testing.T) {
	p := NewParser(Config{})
	sql := "SELECT shop.t.a + 1, DATABASE(), SCHEMA() FROM shop.t"
	st, _ := p.Parse([]byte(sql), 0)
	shop := Rename{"shop", "shop_v2"}
	done, err := p.Rename([]byte(sql), 0, st, []Rename{shop}, shop)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"shop_v2.t.a + 1": "shop.t.a + 1", "IF(  DATABASE()<=>'shop_v2','shop',DATABASE())": "DATABASE()", "IF(   DATABASE()<=>'shop_v2','shop',DATABASE())": "SCHEMA()",
	} {
		if got, ok := done.Original([]byte(name)); !ok || got != want {
			t.Errorf("%q was %q, want %q", name, got, want)
		}
	}
	if got, ok := done.Original([]byte("a")); ok {
		t.Errorf("the column a is %q", got)
	}
}

func TestCanonicalTexts(t *testing.T) {
	other := func(name string) (string, bool) { return "shop", name == "shop_v2" }
	for text, want := range map[string]string{
		"CREATE VIEW `v` AS select `shop_v2`.`t`.`a` AS `a` from `shop_v2`.`t`": "CREATE VIEW `v` AS select `shop`.`t`.`a` AS `a` from `shop`.`t`",
		"select 'shop_v2.t', `x`.`shop_v2` from `x`":                            "select 'shop_v2.t', `x`.`shop_v2` from `x`",
		"nextval(`shop_v2`.`s`)":                                                "nextval(`shop`.`s`)",
		"CREATE TRIGGER shop_v2.x BEFORE INSERT ON shop_v2.t":                   "CREATE TRIGGER shop.x BEFORE INSERT ON shop.t",
	} {
		if got, err := Canonical([]byte(text), 0, other); err != nil || string(got) != want {
			t.Errorf("%s\nbecomes %s (%v)", text, got, err)
		}
	}
	if got, err := Canonical([]byte("select `shop_v2`.`a` from `x`.`t` `shop_v2`"), 0, other); err == nil {
		t.Errorf("an alias became a database: %s", got)
	}
	if got := string(FirstName([]byte("CREATE DATABASE `shop_v2` /* x */"), other)); got != "CREATE DATABASE `shop` /* x */" {
		t.Error(got)
	}
}

// FuzzRename: whatever a text is, what Rename makes of it can be turned back, and reads the same but for the names.
func FuzzRename(f *testing.F) {
	for i, sql := range append(corpusTexts(f), goldenTexts(f)...) {
		f.Add(sql, uint8(i))
	}
	p := NewParser(Config{CacheSize: 1})
	f.Fuzz(func(t *testing.T, sql string, bits uint8) {
		mode := Mode(bits) % 4
		st, _ := p.Parse([]byte(sql), mode)
		names := []Rename{}
		for _, q := range append(Qualifiers([]byte(sql), mode), st.Databases...) {
			if len(names) < 3 && plainWord(q) && !LocalToServer(q, "user") && !LocalToServer(q, "processlist") && !slices.Contains(names, Rename{q, q + "_other"}) {
				names = append(names, Rename{q, q + "_other"})
			}
		}
		if len(names) == 0 {
			names = append(names, Rename{"shop", "shop_other"})
		}
		done, err := p.Rename([]byte(sql), mode, st, names, names[0])
		if err != nil || done.Text == nil {
			return
		}
		if back, ok := done.Original(done.Text); !ok || back != sql && len(done.Text) < shortestCut {
			t.Errorf("%q\nbecomes %q\nand then %q", sql, done.Text, back)
		}
		again, _ := p.Parse(done.Text, mode)
		if again.Kind != st.Kind || len(again.Tables) != len(st.Tables) || again.Plain != st.Plain && !strings.Contains(string(done.Text), "IF(") {
			t.Fatalf("%q is %v of %v\n%q is %v of %v", sql, st.Kind, st.Tables, done.Text, again.Kind, again.Tables)
		}
		for i, table := range st.Tables {
			for _, n := range names {
				if table.Schema == n.From {
					table.Schema = n.To
					break
				}
			}
			if again.Tables[i] != table {
				t.Errorf("%q\nbecomes %q\nof %v, not %v", sql, done.Text, again.Tables[i], table)
			}
		}
	})
}
