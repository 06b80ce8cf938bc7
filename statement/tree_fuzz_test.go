package statement

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/pingcap/tidb/pkg/parser/ast"
)

// FuzzTree holds what a Statement tells against the SQL parser's tree: how many statements a text is, of which kind, what tables they name, what
// they call, lock and assign. It is found out in three ways: as usual, with the literals taken out as from a long text, and by tokens alone, as where the
// parser does not know the syntax. What the parser refuses proves nothing.
func FuzzTree(f *testing.F) {
	texts := append(corpusTexts(f), append(goldenTexts(f), hazards...)...)
	for i, sql := range texts {
		f.Add(sql, texts[(i*7+1)%len(texts)], uint16(i), uint8(i))
	}
	c := newChecker()
	f.Fuzz(func(t *testing.T, sql, other string, cut uint16, bits uint8) {
		at := int(cut) % (len(sql) + 1)
		for _, text := range []string{sql, sql[:at] + other + sql[at:]} {
			if fault := c.fault(text, Mode(bits)%4); fault != "" {
				t.Error(fault)
			}
		}
	})
}

// checker finds out in three ways, and knows the tree.
type checker struct {
	*judge
	usual, compact, tokens *Parser
	checked                int // statements that the parser has accepted
}

func newChecker() *checker {
	small := func(maxParse int) *Parser { return NewParser(Config{CacheSize: 1, MaxParse: maxParse}) }
	return &checker{judge: newJudge(), usual: small(0), compact: small(1), tokens: small(1)}
}

// fault says what is told wrongly of a text; empty if nothing is.
func (c *checker) fault(sql string, mode Mode) string {
	open, _ := openVersions([]byte(sql), mode)
	text, ok := bare(open, mode)
	if !ok || refused([]byte(sql), mode) || !utf8.ValidString(sql) {
		return ""
	}
	nodes := c.trees(text, mode)
	if len(nodes) == 0 || namesReserved(nodes, []byte(text), mode) {
		return ""
	}
	c.checked += len(nodes)
	c.compact.maxParse = max(1, len(text)-1)
	for _, way := range []struct {
		name string
		*Parser
	}{{"as usual", c.usual}, {"without literals", c.compact}, {"by tokens", c.tokens}} {
		st := way.statements([]byte(sql), mode, 0)
		if why := differs(st, nodes); why != "" {
			return fmt.Sprintf("%q in mode %d, read %s: %s; it is\n%s", sql, mode, way.name, why, describe(st))
		}
	}
	return ""
}

// namesReserved says whether a reserved word without quotes is a table to the parser, or a star a database: it is not to servers.
func namesReserved(nodes []ast.StmtNode, text []byte, mode Mode) bool {
	words := map[string]bool{"*": true}
	l := lexer{sql: text, mode: mode}
	for t := l.next(); t.kind != tokEnd; t = l.next() {
		if word := string(text[t.start:t.end]); t.kind == tokWord && isReserved(word) {
			words[word] = true
		}
	}
	for _, node := range nodes {
		facts := factsOf(node)
		for _, t := range facts.tables {
			if words[t.Schema] || words[t.Name] {
				return true
			}
		}
		for _, t := range facts.aliases {
			if words[t.Schema.O] || words[t.Name.O] {
				return true
			}
		}
	}
	return false
}

// differs says what a Statement tells otherwise than the trees of its text do, or not at all.
func differs(st *Statement, nodes []ast.StmtNode) string {
	if len(nodes) == 1 {
		return misses(st, nodes[0])
	}
	if st.Kind != Multi || len(st.List) != len(nodes) {
		return fmt.Sprintf("the parser sees %d statements", len(nodes))
	}
	for i, node := range nodes {
		if why := misses(st.List[i], node); why != "" {
			return fmt.Sprintf("statement %d: %s", i+1, why)
		}
		if !isComparable(node) {
			continue
		}
		facts := factsOf(node)
		facts.params, facts.names, facts.vars = st.Params, nil, nil
		if why := facts.missing(st); why != "" {
			return "the list misses " + why
		}
	}
	return ""
}

// misses says what a Statement does not tell of one tree.
func misses(st *Statement, node ast.StmtNode) string {
	if kinds := kindsOf(node); kinds != "" && st.Kind != Unknown && !strings.Contains(kinds, "|"+st.Kind.String()+"|") {
		return "the parser sees a " + strings.Trim(kinds, "|")
	}
	if !isComparable(node) {
		return ""
	}
	if set, ok := node.(*ast.SetStmt); ok {
		if why := missingAssignment(st, set); why != "" {
			return "it misses " + why
		}
	}
	facts := factsOf(node)
	if why := facts.missing(st); why != "" {
		return "it misses " + why
	}
	return ""
}
