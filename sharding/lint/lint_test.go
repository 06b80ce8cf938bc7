package lint_test

import (
	"strings"
	"testing"

	"shunt/backend/definitions"
	"shunt/digest"
	"shunt/sharding"
	"shunt/sharding/lint"
)

var statistics = sharding.Module{Name: "statistics", Database: "shop", Tables: []string{"stat_*", "visits"}}

// TestDefinitionsThatCross: of each sort one that crosses, and one that does not.
func TestDefinitionsThatCross(t *testing.T) {
	w := newTraffic()
	w.ask(5, digest.Primary, "INSERT INTO visits VALUES (1, 2)")
	w.ask(3, digest.Replica, "SELECT * FROM over_both")
	w.ask(2, digest.Replica, "SELECT * FROM nested")
	w.ask(7, digest.Primary, "CALL tidy(1)")
	w.ask(1, digest.Replica, "SELECT rounded(n) FROM stat_day")
	r := lint.Lint(statistics, w.world(definitions.Schema{
		Tables: []string{"goods", "stat_day", "users", "visits"},
		ForeignKeys: []definitions.ForeignKey{
			{Name: "who", Table: "visits", Columns: "user", OtherDatabase: "shop", Other: "users"},
			{Name: "inside", Table: "visits", Columns: "day", OtherDatabase: "shop", Other: "stat_day"},
			{Name: "outside", Table: "goods", Columns: "owner", OtherDatabase: "shop", Other: "users"},
		},
		Views: []definitions.View{
			{Name: "over_both", Query: "select `shop`.`visits`.`id` AS `id` from `shop`.`visits` join `shop`.`users`"},
			{Name: "nested", Query: "select 1 AS `1` from `shop`.`over_both`"},
			{Name: "misplaced", Query: "select 1 AS `1` from `shop`.`visits`"},
			{Name: "stat_goods", Query: "select 1 AS `1` from `shop`.`goods`"},
			{Name: "stat_view", Query: "select 1 AS `1` from `shop`.`stat_day`"},
			{Name: "elsewhere", Query: "select 1 AS `1` from `shop`.`goods`"},
			{Name: "hidden"},
		},
		Programs: []definitions.Program{
			{Kind: "procedure", Name: "Tidy", Body: "BEGIN DELETE FROM visits; UPDATE users SET n = 0; END"},
			{Kind: "procedure", Name: "by_call", Body: "CALL tidy(2)"},
			{Kind: "procedure", Name: "outside", Body: "DELETE FROM goods"},
			{Kind: "procedure", Name: "dynamic", Body: "BEGIN PREPARE s FROM @x; EXECUTE s; END"},
			{Kind: "function", Name: "many", Body: "RETURN (SELECT COUNT(*) FROM visits)"},
			{Kind: "function", Name: "rounded", Body: "RETURN ROUND(x, 2)"},
			{Kind: "function", Name: "unused", Body: "RETURN 1"},
			{Kind: "trigger", Name: "on_users", Table: "users", Body: "INSERT INTO stat_day VALUES (1)"},
			{Kind: "trigger", Name: "on_visits", Table: "visits", Body: "UPDATE stat_day SET n = n + 1"},
			{Kind: "event", Name: "nightly", Body: "DELETE FROM visits"},
		},
		Missing: []definitions.Missing{{What: "events", Grant: "GRANT EVENT ON `shop`.* TO 'shunt'@'%'"}},
	}))
	expect(t, r, lint.NotSeen, "events:  | ")
	expect(t, r, lint.ForeignKey, "who: visits | users")
	expect(t, r, lint.View, "over_both: visits | users", "nested: visits | users", "misplaced: visits | ", "stat_goods:  | goods")
	expect(t, r, lint.Procedure, "Tidy: visits | users", "by_call: visits | users")
	expect(t, r, lint.Function, "rounded:  | ", "many: visits | ")
	expect(t, r, lint.Trigger, "on_users: stat_day | users")
	expect(t, r, lint.Event, "nightly: visits | ")
	expect(t, r, lint.NotUnderstood, "procedure dynamic:  | ")
	for object, want := range map[string]uint64{"who": 5, "over_both": 5, "nested": 2, "Tidy": 7, "rounded": 1, "on_users": 0} {
		for _, f := range r.Findings {
			if f.Object == object && (f.Count != want || f.Share != float64(want)/18) {
				t.Errorf("%s: %d times, a share of %v", object, f.Count, f.Share)
			}
		}
	}
	verdict := r.Findings[len(r.Findings)-1]
	for _, words := range []string{"11 definitions", "2 shapes of statements", "1 not understood", "not everything could be seen", "100 seconds"} {
		if verdict.Kind != lint.Verdict || !strings.Contains(verdict.Advice, words) {
			t.Errorf("the verdict does not say %q: %s", words, verdict.Advice)
		}
	}
}

func TestTrafficThatCrosses(t *testing.T) {
	w := newTraffic()
	w.ask(90, digest.Replica, "SELECT * FROM goods")
	w.ask(4, digest.Replica, "SELECT * FROM visits v JOIN users u ON u.id = v.user WHERE v.id = 7")
	w.ask(1, digest.Primary, "INSERT INTO stat_day SELECT id FROM goods")
	w.ask(1, digest.Primary, "DELETE v FROM visits v JOIN blog.posts p USING (id)")
	w.ask(1, digest.Replica, "SELECT * FROM visits, information_schema.tables")
	w.transaction(2, "UPDATE users SET n = 1", "SELECT * FROM visits", "INSERT INTO visits VALUES (1, 'secret')")
	w.transaction(1, "SELECT * FROM goods", "INSERT INTO visits VALUES (1, 2)")
	w.transaction(3, "SELECT * FROM goods", "UPDATE users SET n = 1")
	r := lint.Lint(statistics, w.world(definitions.Schema{Tables: []string{"goods", "stat_day", "users", "visits"}}))
	ours := map[lint.Kind][]lint.Finding{}
	for _, f := range r.Findings {
		ours[f.Kind] = append(ours[f.Kind], f)
	}
	if reads := ours[lint.Read]; len(reads) != 1 || reads[0].Count != 4 || !strings.Contains(reads[0].Example, "WHERE v.id = ?") || reads[0].Theirs[0] != "users" {
		t.Errorf("reads: %+v", reads)
	}
	if writes := ours[lint.Write]; len(writes) != 2 || writes[0].Theirs[0]+writes[1].Theirs[0] != "blog.postsgoods" && writes[0].Theirs[0]+writes[1].Theirs[0] != "goodsblog.posts" {
		t.Errorf("writes: %+v", writes)
	}
	transactions := ours[lint.Transaction]
	if len(transactions) != 2 || transactions[0].Count != 2 || transactions[0].Share != 2.0/6 || !strings.Contains(transactions[0].Advice, "both sides are written") ||
		!strings.Contains(transactions[1].Advice, "only read") {
		t.Errorf("transactions: %+v", transactions)
	}
	for _, words := range []string{"UPDATE users SET n = ?; SELECT * FROM visits; INSERT INTO visits VALUES"} {
		if example := transactions[0].Example; !strings.Contains(example, words) || strings.Contains(example, "secret") {
			t.Errorf("the example is %s", example)
		}
	}
	if verdict := r.Findings[len(r.Findings)-1].Advice; !strings.Contains(verdict, "2 sets of transactions (3 transactions)") || r.Crosses() != 5 {
		t.Errorf("%d findings: %s", r.Crosses(), verdict)
	}
}

// TestTablesOfTheSameClusterDoNotCross: they will be where the module is.
func TestTablesOfTheSameClusterDoNotCross(t *testing.T) {
	w := newTraffic()
	w.ask(1, digest.Primary, "INSERT INTO visits SELECT id FROM reports.days")
	w.ask(1, digest.Primary, "INSERT INTO visits SELECT id FROM words")
	search := sharding.Module{Name: "search", Database: "shop", Tables: []string{"words"}, Cluster: "stats"}
	there := statistics
	there.Cluster = "stats"
	if r := lint.Lint(there, w.world(definitions.Schema{}, search)); r.Crosses() != 0 || !strings.Contains(r.Findings[0].Advice, "nothing that was seen crosses") {
		t.Errorf("on the same cluster: %+v", r.Findings)
	}
	if r := lint.Lint(statistics, w.world(definitions.Schema{}, search)); r.Crosses() != 2 {
		t.Errorf("on a cluster of its own: %+v", r.Findings)
	}
}
