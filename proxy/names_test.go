package proxy

import (
	"testing"

	"shunt/mysql"
	"shunt/sharding"
	"shunt/statement"
)

// shopNames is a cluster that calls shop shop_v2, and has a shop that nobody is to see.
func shopNames() *sharding.Names {
	return sharding.NewMap(1, sharding.Config{Default: "paris", Homes: map[string]string{"shop": "paris"}, Names: map[string]string{"shop": "shop_v2"}}, nil).NamesOn("paris")
}

// TestMessagesInTheWordsOfApplications: where a message names a database is known by its number. What clients have stored stays as it is.
func TestMessagesInTheWordsOfApplications(t *testing.T) {
	for _, test := range []struct {
		number     int
		text, want string
	}{
		{1146, "Table 'shop_v2.t' doesn't exist", "Table 'shop.t' doesn't exist"},
		{1146, "Table 'shop_v2.shop_v2' doesn't exist", "Table 'shop.shop_v2' doesn't exist"},
		{1049, "Unknown database 'shop_v2'", "Unknown database 'shop'"},
		{1044, "Access denied for user 'shop_v2'@'%' to database 'shop_v2'", "Access denied for user 'shop'@'%' to database 'shop'"},
		{1051, "Unknown table 'shop_v2.a,shop_v2.b'", "Unknown table 'shop.a,shop.b'"},
		{1305, "PROCEDURE shop_v2.p does not exist", "PROCEDURE shop.p does not exist"},
		{1452, "a foreign key constraint fails (`shop_v2`.`t`, CONSTRAINT `shop_v2` FOREIGN KEY (`a`) REFERENCES `shop_v2`.`u` (`a`))",
			"a foreign key constraint fails (`shop`.`t`, CONSTRAINT `shop_v2` FOREIGN KEY (`a`) REFERENCES `shop`.`u` (`a`))"},
		{1062, "Duplicate entry 'shop_v2.x' for key 'a'", "Duplicate entry 'shop_v2.x' for key 'a'"},
		{1366, "Incorrect integer value: 'shop_v2.x' for column `shop_v2`.`t`.`a` at row 1", "Incorrect integer value: 'shop_v2.x' for column `shop`.`t`.`a` at row 1"},
		{1644, "'shop_v2.t' is what the application says", "'shop_v2.t' is what the application says"},
		{1003, "select `shop_v2`.`t`.`a` AS `a`,'`shop_v2`.`t`' AS `x` from `shop_v2`.`t`", "select `shop`.`t`.`a` AS `a`,'`shop_v2`.`t`' AS `x` from `shop`.`t`"},
		{1025, "Error on rename of './shop_v2/t' to './shop_v2/u' (errno: 2)", "Error on rename of './shop/t' to './shop/u' (errno: 2)"},
	} {
		if got := logicalMessage(test.number, "", test.text, shopNames(), nil); got != test.want {
			t.Errorf("%d %s\nbecomes %s\nwant    %s", test.number, test.text, got, test.want)
		}
	}
}

// TestASyntaxErrorQuotesTheClient: what servers quote ends behind eighty bytes.
func TestASyntaxErrorQuotesTheClient(t *testing.T) {
	p, sql := statement.NewParser(statement.Config{}), "SELECT shop.t.a FROM shop.t WHERE WHERE shop.t.b = 'a text that is long enough for the quoted part to be cut'"
	st, _ := p.Parse([]byte(sql), 0)
	done, err := p.Rename([]byte(sql), 0, st, []statement.Rename{{From: "shop", To: "shop_v2"}}, statement.Rename{})
	if err != nil || done.Text == nil {
		t.Fatal(err)
	}
	near := string(done.Text[len("SELECT shop_v2.t.a FROM shop_v2.t WHERE "):])
	for cut, want := range map[string]string{
		near[:77] + "...": "near 'WHERE shop.t.b = 'a text that is long enough for the quoted part to be cut'' at line 1",
	} {
		if got := logicalSyntax("near '"+cut+"' at line 1", &done); got != want {
			t.Errorf("%s\nbecomes %s\nwant    %s", cut, got, want)
		}
	}
}

func TestRowsInTheWordsOfApplications(t *testing.T) {
	r := noNames(shopNames(), 0)
	r.shows("EVENTS")
	r.types = []mysql.ColumnType{mysql.TypeVarString, mysql.TypeLongLong, mysql.TypeVarString}
	text := func(values ...any) (row []byte) {
		for _, v := range mysql.NewRow(values...) {
			row = mysql.AppendLenencString(row, v)
		}
		return row
	}
	got, shown, err := r.appendRow(nil, text("shop_v2", 7, "shop_v2"), false)
	if err != nil || !shown || string(got) != string(text("shop", 7, "shop_v2")) {
		t.Errorf("the row is %q (%v)", got, err)
	}
	if _, shown, _ := r.appendRow(nil, text("shop", 7, "x"), false); shown {
		t.Error("a database of the cluster's own is shown")
	}
	if _, _, err := r.appendRow(nil, []byte{9, 'x'}, false); err == nil {
		t.Error("a row that is cut off is no error")
	}
	binary := append([]byte{0, 0}, mysql.AppendLenencString(nil, "shop_v2")...)
	binary = append(append(binary, 7, 0, 0, 0, 0, 0, 0, 0), mysql.AppendLenencString(nil, "x")...)
	want := append([]byte{0, 0}, mysql.AppendLenencString(nil, "shop")...)
	want = append(append(want, 7, 0, 0, 0, 0, 0, 0, 0), mysql.AppendLenencString(nil, "x")...)
	if got, shown, err := r.appendRow(nil, binary, true); err != nil || !shown || string(got) != string(want) {
		t.Errorf("the binary row is %q (%v), want %q", got, err, want)
	}
}

func TestWhatExplainTells(t *testing.T) {
	r := noNames(shopNames(), 0)
	for cell, want := range map[string]string{
		"shop_v2.t.id": "shop.t.id", "const,shop_v2.t.id": "const,shop.t.id", `"ref": ["shop_v2.t.id"]`: `"ref": ["shop.t.id"]`, "(`shop_v2`.`t`.`a` = 1)": "(`shop`.`t`.`a` = 1)",
		"shop_v2.shop_v2.id,shop_v2.t.shop_v2": "shop.shop_v2.id,shop.t.shop_v2", "shop_v2": "shop_v2", "Using where": "Using where",
	} {
		if got := string(r.explained([]byte(cell))); got != want {
			t.Errorf("%s becomes %s, want %s", cell, got, want)
		}
	}
	if got, shown := r.grant([]byte("GRANT SELECT ON `shop\\_v2`.* TO `u`@`%`")); !shown || string(got) != "GRANT SELECT ON `shop`.* TO `u`@`%`" {
		t.Errorf("%s %v", got, shown)
	}
}

func TestLike(t *testing.T) {
	for _, test := range []struct {
		pattern, name string
		want          bool
	}{{"shop", "shop", true}, {"shop%", "shop_v2", true}, {"%v2", "shop_v2", true}, {"sh_p", "shop", true}, {`sh\_p`, "shop", false}, {`sh\_p`, "sh_p", true}, {"", "a", false}, {"%", "", true}, {"a%b%c", "axxbyyc", true}, {"a", "ab", false}} {
		if fitsLike(test.pattern, test.name) != test.want {
			t.Errorf("%s LIKE %s", test.name, test.pattern)
		}
	}
}

// TestAliasesOfTheCatalog: a column that the text gives a name keeps it.
func TestAliasesOfTheCatalog(t *testing.T) {
	text := []byte("SELECT table_name, TABLE_SCHEMA AS `table_schema` FROM information_schema.tables")
	if aliased(text, []byte("table_name")) || !aliased(text, []byte("table_schema")) {
		t.Error("aliases are told wrongly")
	}
}
