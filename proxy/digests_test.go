package proxy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"shunt/digest"
	"shunt/mysql"
	"shunt/proxy"
)

// TestStatementsAreCountedByTheirShape: with their literals gone, by who answered; what the proxy answers or refuses itself is counted, too.
func TestStatementsAreCountedByTheirShape(t *testing.T) {
	tr := limited(t, &mortal{}, proxy.Limits{}, 2)
	c := tr.client()
	mustRun(t, c, "UPDATE shop.goods SET n = 1 WHERE name = 'secret'", "UPDATE shop.goods SET n = 2 WHERE name = 'hidden'", "SELECT CONNECTION_ID()",
		"PREPARE p FROM 'UPDATE shop.users SET n = 1'", "EXECUTE p")
	if _, err := c.Query("SET GLOBAL read_only = 1"); err == nil {
		t.Error("SET GLOBAL was not refused")
	}
	counts := map[string]digest.Use{}
	for _, u := range tr.server.Digests().Shapes {
		counts[u.Text] = u
	}
	goods := counts["UPDATE shop.goods SET n = ? WHERE name = ?"]
	if goods.Primary != 2 || goods.Errors != 0 || len(goods.Tables) != 1 || !goods.Writes() || !slices.Equal(goods.Clusters, []string{"c"}) {
		t.Errorf("%+v", counts)
	}
	if execute := counts["EXECUTE p"]; execute.Primary != 1 || len(execute.Tables) != 1 || execute.Tables[0].Name != "users" {
		t.Errorf("what is behind EXECUTE: %+v", execute)
	}
	if own := counts["SELECT CONNECTION_ID()"]; own.Nobody != 1 || own.Errors != 0 {
		t.Errorf("answered by the proxy: %+v", own)
	}
	if refused := counts["SET GLOBAL read_only = ?"]; refused.Nobody != 1 || refused.Errors != 1 {
		t.Errorf("refused by the proxy: %+v", refused)
	}
}

// TestATextThatMayHideALiteralIsNotShown: in gbk the byte before the quote and the backslash are one character, so the literal ends there.
func TestATextThatMayHideALiteralIsNotShown(t *testing.T) {
	tr := limited(t, &mortal{}, proxy.Limits{}, 2)
	c := tr.client()
	mustRun(t, c, "SET NAMES gbk", "UPDATE d.t SET n = '\xbf\\' WHERE secret = 'x'")
	if shown := fmt.Sprint(tr.server.Digests().Shapes); strings.Contains(shown, "secret") || !strings.Contains(shown, "gbk") {
		t.Errorf("shown: %s", shown)
	}
}

// TestOfAFileNothingIsShown: the rows of LOAD DATA LOCAL come to where the text of the statement was.
func TestOfAFileNothingIsShown(t *testing.T) {
	tr := limited(t, &mortal{}, proxy.Limits{}, 2)
	c := tr.client()
	answer, err := c.Do(mysql.ComQuery, []byte("LOAD DATA LOCAL INFILE 'goods.csv' INTO TABLE d.t"))
	if err != nil || answer.File == "" {
		t.Fatalf("%+v %v", answer, err)
	}
	if _, err := c.SendFile([]byte(strings.Repeat("secret", 100))); err != nil {
		t.Fatal(err)
	}
	mustRun(t, c, "SELECT 1")
	if shown := fmt.Sprint(tr.server.Digests().Shapes); strings.Contains(shown, "secret") || !strings.Contains(shown, "LOAD DATA LOCAL INFILE ?") {
		t.Errorf("shown: %s", shown)
	}
}

// TestTransactionsAreCountedByTheirTables: from the first statement to the last, whatever ends it.
func TestTransactionsAreCountedByTheirTables(t *testing.T) {
	tr := limited(t, &mortal{}, proxy.Limits{}, 4)
	c := tr.client()
	mustRun(t, c, "UPDATE d.alone SET n = 1")
	mustRun(t, c, "BEGIN", "UPDATE d.a SET n = 1", "UPDATE d.b SET n = 1", "COMMIT")
	mustRun(t, c, "BEGIN", "UPDATE d.b SET n = 1", "UPDATE d.a SET n = 1", "ROLLBACK")
	mustRun(t, c, "UPDATE d.alone SET n = 1")
	mustRun(t, c, "BEGIN", "UPDATE d.c SET n = 1")
	_ = c.Close()
	var got []string
	for _, together := range tr.settled(2) {
		line := fmt.Sprint(together.Transactions)
		for _, table := range together.Tables {
			line += " " + table.Name
		}
		got = append(got, line)
	}
	if want := []string{"2 a b", "1 c"}; !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// settled waits until transactions with so many sets of tables are over.
func (tr *triangle) settled(sets int) (found []digest.Together) {
	tr.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); len(found) < sets; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			tr.t.Fatalf("only %d sets: %v", len(found), found)
		}
		found = tr.server.Digests().Transactions
	}
	return found
}
