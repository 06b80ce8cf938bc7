package statement_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"shunt/statement"
)

// TestProgram: the tables and routines that bodies of stored programs name, an asterisk behind those that are written.
func TestProgram(t *testing.T) {
	for _, test := range []struct{ about, body, tables, calls, unclear string }{
		{about: "a trigger of one statement", body: "INSERT INTO stat_day (n) VALUES (NEW.id)", tables: "stat_day*"},
		{about: "a block", body: "BEGIN UPDATE a SET n = 1; DELETE FROM shop.b WHERE id = OLD.id; END", tables: "a* shop.b*"},
		{about: "conditions", body: `BEGIN
			IF (SELECT COUNT(*) FROM a) > 1 AND CASE WHEN x THEN 1 ELSE 2 END THEN INSERT INTO b VALUES (1);
			ELSEIF EXISTS (SELECT 1 FROM c) THEN SELECT 1; ELSE DELETE FROM d; END IF;
			CASE (SELECT MAX(n) FROM e) WHEN 1 THEN REPLACE INTO f VALUES (1); ELSE BEGIN END; END CASE;
			END`, tables: "a b* c d* e f*"},
		{about: "loops", body: `outer_loop: LOOP
			WHILE (SELECT n FROM a) DO UPDATE b SET n = n + 1; END WHILE;
			REPEAT SET x = x + 1; UNTIL x > (SELECT n FROM c) END REPEAT;
			FOR r IN (SELECT id FROM d) DO INSERT INTO e VALUES (r.id); END FOR;
			LEAVE outer_loop; END LOOP outer_loop`, tables: "a b* c d e*"},
		{about: "declarations", body: `BEGIN DECLARE n INT DEFAULT (SELECT MAX(id) FROM a); DECLARE x, y INT;
			DECLARE rows CURSOR FOR SELECT id FROM b JOIN c USING (id);
			DECLARE CONTINUE HANDLER FOR SQLSTATE '02000', NOT FOUND INSERT INTO d VALUES (1);
			DECLARE EXIT HANDLER FOR 1062 BEGIN ROLLBACK; DELETE FROM e; END;
			OPEN rows; FETCH rows INTO x; CLOSE rows; END`, tables: "a b c d* e*"},
		{about: "values", body: "BEGIN SET NEW.total = (SELECT SUM(price) FROM items), @x = 1; RETURN (SELECT 1 FROM a); END", tables: "items a"},
		{about: "SELECT INTO a variable", body: "BEGIN SELECT COUNT(*), MAX(n) INTO x, y FROM a JOIN b USING (id); END", tables: "a b"},
		{about: "calls", body: "BEGIN CALL tidy(1); CALL other.tidy(2); SELECT with_vat(price) FROM a; SET x = with_vat(2); END", tables: "a",
			calls: "other.tidy tidy with_vat"},
		{about: "statements that are made at run time", body: "BEGIN PREPARE s FROM @text; EXECUTE s; EXECUTE IMMEDIATE 'DELETE FROM a'; END", tables: "a*",
			unclear: "PREPARE s FROM @text"},
		{about: "what nobody knows", body: "BEGIN FROBNICATE THE TABLE; END", unclear: "FROBNICATE THE TABLE"},
		{about: "Oracle's style", body: "AS x INT; BEGIN NULL; END", unclear: "a body in the style of sql_mode ORACLE"},
		{about: "nothing"},
		{about: "no end", body: "BEGIN IF x THEN SELECT 'a"},
	} {
		t.Run(test.about, func(t *testing.T) {
			found := statement.NewParser(statement.Config{}).Program(test.body, 0)
			var tables []string
			for _, table := range found.Tables {
				name := strings.TrimPrefix(table.Schema+"."+table.Name, ".")
				if table.Write {
					name += "*"
				}
				tables = append(tables, name)
			}
			slices.Sort(found.Functions)
			got := fmt.Sprintf("%v %v %q", tables, found.Functions, strings.Join(found.Unclear, "; "))
			want := fmt.Sprintf("%v %v %q", strings.Fields(test.tables), strings.Fields(test.calls), test.unclear)
			if got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// FuzzProgram: whatever a body is, it is read to its end.
func FuzzProgram(f *testing.F) {
	f.Add("BEGIN DECLARE c CURSOR FOR SELECT 1; IF x THEN SELECT 1; END IF; END", byte(0))
	f.Add("CASE WHEN END UNTIL FOR DECLARE HANDLER FOR", byte(1))
	parser := statement.NewParser(statement.Config{CacheSize: 10})
	f.Fuzz(func(_ *testing.T, body string, mode byte) { parser.Program(body, statement.Mode(mode&3)) })
}
