package statement

import (
	"strings"
	"testing"
)

// TestTheTreeShowsWhatATextDoes: each of these facts would be missed in a Statement that tells nothing, and none in ours.
func TestTheTreeShowsWhatATextDoes(t *testing.T) {
	c := newChecker()
	for sql, want := range map[string]string{
		"SELECT * FROM shop.t":                                "the table {Schema:shop Name:t Write:false}",
		"DELETE FROM t":                                       "the table {Schema: Name:t Write:true}",
		"UPDATE a JOIN b USING (id) SET a.x = 1":              "the table {Schema: Name:a Write:false}",
		"WITH x AS (SELECT * FROM u) SELECT * FROM x":         "the table {Schema: Name:u Write:false}",
		"DELETE x FROM (SELECT 1) AS y JOIN shop.t AS x":      "the table {Schema:shop Name:t Write:false}",
		"SELECT f(1)":                                         "the function f",
		"CALL shop.p(1)":                                      "the function shop.p",
		"SELECT 1 FROM (SELECT GET_LOCK('a', 1) AS b) AS c":   "gets_lock",
		"SELECT LAST_INSERT_ID(5), LAST_INSERT_ID()":          "uses_insert_id sets_insert_id",
		"SELECT @a := 1":                                      "assigns_var",
		"DO (SELECT 1 FOR UPDATE)":                            "locks_rows",
		"SELECT SQL_CALC_FOUND_ROWS 1":                        "calc_found_rows",
		"SELECT 1 INTO OUTFILE '/tmp/x'":                      "into_file",
		"SELECT @@global.x":                                   "server_facts",
		"SELECT ?":                                            "1 placeholders",
		"EXPLAIN ANALYZE SELECT RELEASE_LOCK('a')":            "releases_lock",
		"LOAD DATA LOCAL INFILE 'x' INTO TABLE t":             "the table {Schema: Name:t Write:true}",
		"CREATE TEMPORARY TABLE a.b (c INT REFERENCES d (e))": "the table {Schema:a Name:b Write:true}",
	} {
		nodes := c.trees(sql, 0)
		if len(nodes) != 1 {
			t.Errorf("%s: the parser sees %d statements", sql, len(nodes))
			continue
		}
		facts := factsOf(nodes[0])
		if got := facts.missing(&Statement{}); got != want {
			t.Errorf("%s: it shows %q first, want %q", sql, got, want)
		}
		if fault := c.fault(sql, 0); fault != "" {
			t.Error(fault)
		}
	}
	if got := misses(&Statement{Kind: Select}, c.trees("DELETE FROM t", 0)[0]); got != "the parser sees a delete" {
		t.Errorf("a DELETE that is called a SELECT: %q", got)
	}
}

// TestMostTextsAreJudged: a parser that refused everything would find no fault.
func TestMostTextsAreJudged(t *testing.T) {
	c := newChecker()
	texts := corpusTexts(t)
	same := 0
	for _, sql := range texts {
		c.fault(sql, 0)
		if text := c.restored(sql, 0); text != "" && text == c.restored(respelled([]byte(sql), 0), 0) {
			same++
		}
	}
	if len(texts) < 500 || c.checked < len(texts)/2 || same < len(texts)/2 {
		t.Errorf("of %d texts %d were judged, and %d read again", len(texts), c.checked, same)
	}
}

func TestTextsAreSpelledAnew(t *testing.T) {
	for _, c := range []struct {
		text string
		mode Mode
		want string
	}{
		{`SELECT "a"`, 0, "SELECT 'a'"},
		{`SELECT "a""b\"`, AnsiQuotes, "SELECT `a\"b\\`"},
		{`SELECT 'it\'s', 'a'`, 0, "SELECT 'it''s' , 'a'"},
		{`SELECT 'a\'`, NoBackslashEscapes, `SELECT 'a\'`},
		{"SELECT a.b,f(@'c d')/* e */-1", 0, "SELECT a.b , f( @`c d` ) - 1"},
	} {
		if got := strings.TrimSpace(respelled([]byte(c.text), c.mode)); got != c.want {
			t.Errorf("%s becomes %s, want %s", c.text, got, c.want)
		}
	}
	w := writer{twist: []byte{3}, lists: true}
	got := string(w.write([]byte("SELECT a FROM t WHERE b IN (1) AND c = 'x' ")))
	for _, want := range []string{"select /* a 'comment' */ a /* a 'comment' */ from /* a 'comment' */ t", "(4711)", "'other '' text' ; "} {
		if !strings.Contains(got, want) {
			t.Errorf("in another way it is %s, without %s", got, want)
		}
	}
}
