package statement

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pingcap/tidb/pkg/parser"
	"github.com/pingcap/tidb/pkg/parser/ast"
	driver "github.com/pingcap/tidb/pkg/parser/test_driver"
)

// FuzzPlain holds the one promise on which replicas depend: what is called plain is a pure read. The judge is the SQL parser's tree, in which every value
// that can be reached must be of a type that is known to be harmless; what nobody has thought of is not. It is asked about the text as it is and as we
// read its comments. Each text is tried whole, cut, and with another one spliced in. What the parser refuses proves nothing.
func FuzzPlain(f *testing.F) {
	texts := append(goldenTexts(f), hazards...)
	for i, sql := range texts {
		f.Add(sql, texts[(i*7+1)%len(texts)], uint16(i), uint8(i))
	}
	j := newJudge()
	f.Fuzz(func(t *testing.T, sql, other string, cut uint16, mode uint8) {
		at := int(cut) % (len(sql) + 1)
		for _, text := range []string{sql, sql[:at] + other, sql[at:]} {
			j.try(t, text, Mode(mode)%4)
		}
	})
}

// TestNoSpliceIsAPlainWrite does the same with texts that are cut anywhere, also within a word, and put together, in every mode.
func TestNoSpliceIsAPlainWrite(t *testing.T) {
	texts := append(goldenTexts(t), hazards...)
	dice := rand.New(rand.NewPCG(1, 2))
	piece := func() string {
		s := texts[dice.IntN(len(texts))]
		from := dice.IntN(len(s) + 1)
		return s[from : from+dice.IntN(len(s)-from+1)]
	}
	j := newJudge()
	for _, sql := range texts {
		for mode := range Mode(4) {
			j.try(t, sql, mode)
		}
	}
	for range splices {
		mode := Mode(dice.IntN(4))
		j.try(t, texts[dice.IntN(len(texts))]+" "+piece(), mode)
		j.try(t, piece()+piece()+piece(), mode)
		sql := texts[dice.IntN(len(texts))]
		at := dice.IntN(len(sql) + 1)
		j.try(t, sql[:at]+" "+piece()+" "+sql[at:], mode)
	}
	if j.plain < splices/100 {
		t.Errorf("only %d texts were plain, so little was tried", j.plain)
	}
}

const splices = 3000

// TestTheJudgeSeesWhatIsNoRead: the judge would find these, were they called plain. The parser knows not all of them.
func TestTheJudgeSeesWhatIsNoRead(t *testing.T) {
	j, found := newJudge(), 0
	for _, sql := range hazards {
		for _, node := range j.trees(sql, 0) {
			if impure(node) != "" {
				found++
				break
			}
		}
	}
	if found < len(hazards)*2/3 {
		t.Errorf("of %d texts that are no reads it sees %d", len(hazards), found)
	}
}

// judge has a Parser and who checks it.
type judge struct {
	ours   *Parser
	theirs *parser.Parser
	plain  int // texts that were called plain
}

func newJudge() *judge {
	return &judge{ours: NewParser(Config{CacheSize: 1000, MaxParse: 4096}), theirs: parser.New()}
}

// try checks one text, as it is understood by itself, and as texts before it that had the same shape.
func (j *judge) try(t *testing.T, text string, mode Mode) {
	t.Helper()
	st, _ := j.ours.Parse([]byte(text), mode)
	if st.Plain || j.ours.statements([]byte(text), mode, 0).Plain {
		j.plain++
		j.check(t, text, mode)
	}
}

// hazards are texts that other programs have taken for reads.
var hazards = []string{
	"SELECT a FROM t FOR UPDATE", "(SELECT a FROM t LOCK IN SHARE MODE)", "SELECT * FROM (SELECT a FROM t FOR SHARE SKIP LOCKED) x",
	"WITH x AS (SELECT 1) DELETE FROM t USING t JOIN x", "WITH x AS (SELECT a FROM t FOR UPDATE) SELECT * FROM x",
	"SELECT a INTO OUTFILE '/tmp/x' FROM t", "SELECT @a := 1", "SELECT 1 FROM t WHERE (@b := a) > 0", "SELECT GET_LOCK('a', 1)",
	"SELECT 1; DELETE FROM t", "SELECT 1 /*! FOR UPDATE */ FROM t", "SELECT 1 FROM t /*!50000 LOCK IN SHARE MODE*/", "SELECT 1 /*M! INTO @a */",
	"SELECT \"a\" \"b; DELETE FROM t\"", "SELECT 'a\\'; DELETE FROM t; -- '", "SELECT NEXTVAL(s)", "SELECT s.nextval", "SELECT LAST_INSERT_ID(5)",
	"EXPLAIN ANALYZE DELETE FROM t", "ANALYZE SELECT a FROM t FOR UPDATE", "EXPLAIN SELECT f(1)", "SELECT db.f(1)", "SELECT f(1)",
	"SELECT GROUP_CONCAT(a ORDER BY GET_LOCK('x', 1)) FROM t", "SELECT SUM(a) OVER (PARTITION BY SLEEP(1)) FROM t", "SHOW TABLES WHERE GET_LOCK('x', 1)",
	"SELECT SQL_CALC_FOUND_ROWS a FROM t", "SELECT DEFAULT(a) FROM t", "SELECT @@read_only", "TABLE t FOR UPDATE", "VALUES ROW(GET_LOCK('a',1))",
	"SELECT 1 UNION SELECT 2 FOR UPDATE", "SELECT 1 UNION (SELECT 2 INTO @a)", "SELECT 1 --\n+ 1", "SELECT 1--/**/+GET_LOCK('a', 1)", "SELECT 1--/*!1*/+GET_LOCK('a', 1)", "SELECT 1 # x\n; DELETE FROM t", "DO SLEEP(1)",
	"SELECT a FROM t PROCEDURE ANALYSE()", "SELECT * FROM t LIMIT 1 INTO @a", "SET STATEMENT x=1 FOR SELECT 1", "SELECT 1 FROM t WHERE a = (SELECT b FROM u FOR UPDATE)",
}

// check reports what in a plain text is no pure read.
func (j *judge) check(t *testing.T, text string, mode Mode) {
	t.Helper()
	if refused([]byte(text), mode) {
		return
	}
	var readings []string
	if !strings.Contains(text, "/*T!") && !strings.Contains(text, "/*!9") { // the parser reads these as no server does
		readings = append(readings, text)
	}
	if without, ok := bare([]byte(text), mode); ok {
		readings = append(readings, without)
	}
	for _, reading := range readings {
		for _, node := range j.trees(reading, mode) {
			if why := impure(node); why != "" {
				t.Errorf("%q is plain in mode %d, with %s", text, mode, why)
			}
		}
	}
}

// trees parses a text; nil if the parser refuses it, or fails.
func (j *judge) trees(text string, mode Mode) (nodes []ast.StmtNode) {
	defer func() {
		if recover() != nil { // the parser's own faults are not the point here
			j.theirs = parser.New()
		}
	}()
	j.theirs.SetSQLMode(treeMode(mode))
	nodes, _, err := j.theirs.ParseSQL(text)
	if err != nil {
		return nil
	}
	return nodes
}

// refused knows what the parser takes and servers do not (measured on MariaDB 10.11): @ and @@ without a name, a dot with nothing behind it, 1.e without an
// exponent, empty names; and what is not closed.
func refused(text []byte, mode Mode) bool {
	l, last := lexer{sql: text, mode: mode}, token{}
	for t := l.next(); t.kind != tokEnd; last, t = t, l.next() {
		name := t.kind == tokWord || t.kind == tokQuoted || text[t.start] == '*'
		switch {
		case t.kind == tokPunct && text[t.start] == '@', last.kind == tokPunct && text[last.start] == '.' && !name:
			return true
		case last.kind == tokNumber && last.end == t.start && text[t.start]|0x20 == 'e', t.kind == tokQuoted && t.end-t.start == 2:
			return true
		}
	}
	return l.open || last.kind == tokPunct && text[last.start] == '.'
}

// impure says what in a statement is not of a pure read; empty if nothing is.
func impure(statement ast.StmtNode) (why string) {
	switch statement.(type) {
	case *ast.SelectStmt, *ast.SetOprStmt, *ast.ShowStmt, *ast.ExplainStmt:
	default:
		return fmt.Sprintf("a %T", statement)
	}
	everything(reflect.ValueOf(statement), map[any]bool{}, func(x any) {
		if found := impurePart(x); found != "" && why == "" {
			why = found
		}
	})
	return why
}

// everything visits all that can be reached from a value by exported fields. The tree's own visitor could pass something over.
func everything(v reflect.Value, seen map[any]bool, visit func(any)) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || seen[v.Interface()] {
			return
		}
		seen[v.Interface()] = true
		visit(v.Interface())
		everything(v.Elem(), seen, visit)
	case reflect.Interface:
		everything(v.Elem(), seen, visit)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				everything(v.Field(i), seen, visit)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			everything(v.Index(i), seen, visit)
		}
	}
}

// impurePart says why a part of a tree does not belong to a pure read.
func impurePart(x any) string {
	switch n := x.(type) {
	case *ast.SelectLockInfo:
		if n.LockType != ast.SelectLockNone {
			return "a lock"
		}
	case *ast.SelectStmtOpts:
		if n.CalcFoundRows {
			return "SQL_CALC_FOUND_ROWS"
		}
	case *ast.VariableExpr:
		if n.Value != nil || n.IsSystem {
			return "a system variable, or an assignment"
		}
	case *ast.DefaultExpr:
		return "DEFAULT"
	case *ast.FuncCallExpr:
		if why := impureCall(n); why != "" {
			return why
		}
	case ast.Node:
		if !harmless(n) {
			return fmt.Sprintf("a %T", n)
		}
	}
	return ""
}

// writers are functions that write, lock, wait for a server, or tell of one connection, whatever else is thought of them.
var writers = strings.Fields(`get_lock release_lock release_all_locks is_free_lock is_used_lock nextval setval lastval last_insert_id load_file
	found_rows row_count connection_id master_pos_wait master_gtid_wait source_pos_wait wait_for_executed_gtid_set
	wait_until_sql_thread_after_gtids sys_exec sys_eval sys_set sys_get wsrep_sync_wait_upto asynchronous_connection_failover_add_source
	group_replication_set_as_primary group_replication_switch_to_single_primary_mode`)

// impureCall says what is wrong with the call of a function. A name that is not known as a pure function's may be a stored one's.
func impureCall(n *ast.FuncCallExpr) string {
	name := n.FnName.L
	if known, ok := parserNames[name]; ok {
		name = known
	}
	if n.Schema.L != "" || slices.Contains(writers, name) || !isPure(name) {
		return "a call of " + n.FnName.L
	}
	return ""
}

// harmless says whether a node does nothing by itself but read or compute.
func harmless(n ast.Node) bool {
	switch n.(type) {
	case *ast.SelectStmt, *ast.SetOprStmt, *ast.SetOprSelectList, *ast.ShowStmt, *ast.ExplainStmt,
		*ast.WithClause, *ast.CommonTableExpression, *ast.FieldList, *ast.SelectField, *ast.WildCardField, *ast.TableRefsClause, *ast.Join,
		*ast.OnCondition, *ast.TableSource, *ast.TableName, *ast.TableSample, *ast.AsOfClause, *ast.GroupByClause,
		*ast.HavingClause, *ast.OrderByClause, *ast.ByItem, *ast.Limit, *ast.TableOptimizerHint,
		*ast.WindowSpec, *ast.PartitionByClause, *ast.FrameClause, *ast.FrameBound,
		*ast.BetweenExpr, *ast.BinaryOperationExpr, *ast.CaseExpr, *ast.WhenClause, *ast.SubqueryExpr, *ast.CompareSubqueryExpr,
		*ast.ColumnName, *ast.ColumnNameExpr, *ast.ExistsSubqueryExpr, *ast.PatternInExpr, *ast.IsNullExpr, *ast.IsTruthExpr,
		*ast.PatternLikeOrIlikeExpr, *ast.ParenthesesExpr, *ast.PositionExpr, *ast.PatternRegexpExpr, *ast.RowExpr, *ast.UnaryOperationExpr,
		*ast.ValuesExpr, *ast.MaxValueExpr, *ast.MatchAgainst, *ast.SetCollationExpr, *ast.FuncCastExpr, *ast.TrimDirectionExpr,
		*ast.GetFormatSelectorExpr, *ast.TimeUnitExpr, *ast.AggregateFuncExpr, *ast.WindowFuncExpr, *driver.ValueExpr, *driver.ParamMarkerExpr:
		return true
	}
	return false
}
