package statement

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// Rename is a database that has another name on the server than in the text.
type Rename struct{ From, To string }

// Renamed is a text that says what the server calls its databases.
type Renamed struct {
	Text  []byte // nil: as it was
	Edits []Edit // in order
}

// Edit is a stretch of a renamed text, and what stood in its place.
type Edit struct {
	At       int // in the renamed text
	New, Old string
}

// UnclearError says why it cannot be told for certain where a text means a database.
type UnclearError struct{ Why string }

func (e *UnclearError) Error() string { return e.Why }

func unclear(why string) error { return &UnclearError{why} }

// Rename returns a text with other names of databases: where they qualify names, where they stand for themselves, and in what DATABASE() gives. st is what
// Parse has said of it, names are the databases that it may name, current is that of them which the session has as its default database; empty: none. The
// error is an *UnclearError.
func (p *Parser) Rename(sql []byte, mode Mode, st *Statement, names []Rename, current Rename) (Renamed, error) {
	if runsText(st) && st.Text == "" {
		return Renamed{}, unclear("what it runs is the text of a variable")
	}
	if !mentions(sql, names, current) {
		return Renamed{}, nil
	}
	if _, v := openVersions(sql, mode); v != 0 {
		return Renamed{}, unclear("it has comments for servers of some versions")
	}
	parts, list := split(sql, mode), []*Statement{st}
	if st.Kind == Multi {
		list = st.List
	}
	if len(parts) != len(list) {
		return Renamed{}, unclear("where its statements end")
	}
	whole := rewriter{text: sql}
	for i, part := range parts {
		r := renaming{p: p, mode: mode, st: behindExplain(list[i]), names: names, current: current}
		r.rewriter = rewriter{text: part, tokens: tokensOf(part, mode)}
		if r.moves = st.Kind == Multi && slices.ContainsFunc(list, func(one *Statement) bool { return one.Kind == Use }); r.moves && current.From == "" {
			r.current = names[0]
		}
		if err := r.statement(); err != nil {
			return Renamed{}, err
		}
		for _, e := range r.edits {
			at := cap(sql) - cap(part)
			whole.edits = append(whole.edits, edit{e.start + at, e.end + at, e.text})
		}
	}
	return whole.renamed(names)
}

// runsText says whether a statement is about the text of another one.
func runsText(st *Statement) bool {
	return st.Kind == Prepare || st.Kind == Execute && len(st.Names) == 0 || st.Kind == Multi && slices.ContainsFunc(st.List, runsText)
}

func behindExplain(st *Statement) *Statement {
	if st.Kind == Explain && st.Inner != nil {
		return st.Inner
	}
	return st
}

// mentions says whether a text may have something to rename; it is quick, and most texts have not.
func mentions(sql []byte, names []Rename, current Rename) bool {
	for _, n := range names {
		if bytes.Contains(sql, []byte(n.From)) {
			return true
		}
	}
	return current.From != "" && (containsWord(sql, "database") || containsWord(sql, "schema"))
}

// containsWord looks for a word of small letters, whatever case it is written in.
func containsWord(sql []byte, word string) bool {
	for i := 0; i+len(word) <= len(sql); i++ {
		if sql[i]|0x20 == word[0] && strings.EqualFold(string(sql[i:i+len(word)]), word) {
			return true
		}
	}
	return false
}

// renamed makes the text. A name of the server's that stands in it anyway could not be told from those that were put in.
func (r *rewriter) renamed(names []Rename) (Renamed, error) {
	if len(r.edits) == 0 {
		return Renamed{}, nil
	}
	slices.SortFunc(r.edits, func(a, b edit) int { return a.start - b.start })
	var done Renamed
	shift, until := 0, 0
	for _, e := range r.edits {
		if e.start < until {
			return Renamed{}, unclear("two names stand in one place")
		}
		until = e.end
		done.Edits = append(done.Edits, Edit{At: e.start + shift, New: e.text, Old: string(r.text[e.start:e.end])})
		shift += len(e.text) - (e.end - e.start)
	}
	for _, n := range names {
		put := slices.ContainsFunc(r.edits, func(e edit) bool { return strings.Trim(e.text, "`\"") == n.To })
		if put && bytes.Contains(r.text, []byte(n.To)) && !strings.Contains(n.From, n.To) {
			return Renamed{}, unclear("it has the name " + n.To + " in it, too, which is that of the database on its cluster")
		}
	}
	done.Text = r.apply()
	return done, nil
}

// Original is what stood in the place of an excerpt of a renamed text, such as the name of a column that the server has given it; ok is false if it is no
// excerpt with something renamed.
func (n *Renamed) Original(excerpt []byte) (original string, ok bool) {
	for from := 0; ; {
		i := bytes.Index(n.Text[from:], excerpt)
		if i < 0 || len(excerpt) == 0 {
			return "", false
		}
		start := from + i
		if original, ok := n.originalAt(start, start+len(excerpt)); ok || len(excerpt) >= shortestCut {
			if len(excerpt) >= shortestCut {
				original = n.item(start)
			}
			return original, true
		}
		from = start + 1
	}
}

// Servers cut the names that they make of expressions behind so many bytes, or less if that is within a character.
const (
	longestName = 255
	shortestCut = longestName - 3
)

// item is the expression that began at a place of the renamed text, as long as a server would make a name of it.
func (n *Renamed) item(start int) string {
	original := n.Until(start)
	r := rewriter{text: []byte(original), tokens: tokensOf([]byte(original), 0)}
	end, depth := len(original), 0
	for i, t := range r.tokens {
		switch {
		case r.is(i, "("):
			depth++
		case r.is(i, ")"):
			depth--
		}
		if depth < 0 || depth == 0 && r.isOne(i, ",", ";", "AS", "FROM", "WHERE", "INTO", "LIMIT", "UNION", "ORDER", "GROUP", "HAVING", "EXCEPT", "INTERSECT", "RETURNING") {
			end = t.start
			break
		}
	}
	name := strings.TrimRight(original[:end], " \t\r\n")
	for len(name) > longestName || len(name) < end && !utf8.ValidString(name) {
		name = name[:min(len(name)-1, longestName)]
	}
	return name
}

func (n *Renamed) originalAt(start, end int) (original string, some bool) {
	var b strings.Builder
	at := start
	for _, e := range n.Edits {
		if e.At < start || e.At+len(e.New) > end {
			continue
		}
		b.Write(n.Text[at:e.At])
		b.WriteString(e.Old)
		at, some = e.At+len(e.New), true
	}
	b.Write(n.Text[at:end])
	return b.String(), some
}

// Until gives what the text had, from the stretch at a place of the renamed one on, which is where a server begins to quote it in a syntax error.
func (n *Renamed) Until(at int) string {
	original, _ := n.originalAt(at, len(n.Text))
	return original
}
