package statement

// rewrite returns text with MariaDB's own syntax, and some of MySQL's, in words that the SQL parser knows, or nil if there
// is nothing to rewrite. The result is only looked at, never sent: it means the same as far as tables, functions and
// effects go. Where something is cut out that may hold a table, it returns nil.
func rewrite(text []byte, mode Mode) []byte {
	r := &rewriter{text: text, tokens: tokensOf(text, mode)}
	for i := 0; i < len(r.tokens) && !r.failed; {
		next := i + 1
		for _, rule := range rewriteRules {
			if end := rule(r, i); end > i {
				next = end
				break
			}
		}
		i = next
	}
	if r.failed || len(r.edits) == 0 {
		return nil
	}
	return r.apply()
}

// rewriteRules each look at token i. A rule that knows what begins there edits it and returns the token behind; else it
// returns 0.
var rewriteRules = [...]func(r *rewriter, i int) int{
	(*rewriter).intoVariables, (*rewriter).systemTime, (*rewriter).rowsExamined, (*rewriter).offsetFetch,
	(*rewriter).minus, (*rewriter).valuesRows, (*rewriter).nextRow, (*rewriter).orderedSet, (*rewriter).listAggregate,
	(*rewriter).jsonTable, (*rewriter).soundsLike, (*rewriter).castType, (*rewriter).returning, (*rewriter).rowAlias,
	(*rewriter).valueCall, (*rewriter).quoteName,
}

type edit struct {
	start, end int
	text       string
}

type rewriter struct {
	text   []byte
	tokens []token
	edits  []edit       // in order
	failed bool         // what was cut out may hold a table
	commas map[int]bool // those between the rows of VALUES
}

func tokensOf(text []byte, mode Mode) (all []token) {
	l := lexer{sql: text, mode: mode}
	for t := l.next(); t.kind != tokEnd; t = l.next() {
		all = append(all, t)
	}
	return all
}

// is says whether the tokens from i on are the words; a word of one character may be a mark.
func (r *rewriter) is(i int, words ...string) bool {
	for k, word := range words {
		if i+k < 0 || i+k >= len(r.tokens) {
			return false
		}
		if t := r.tokens[i+k]; t.kind != tokWord && t.kind != tokPunct || !equalWord(r.text[t.start:t.end], word) {
			return false
		}
	}
	return true
}

func (r *rewriter) isOne(i int, words ...string) bool {
	for _, word := range words {
		if r.is(i, word) {
			return true
		}
	}
	return false
}

func (r *rewriter) kind(i int) tokenKind {
	if i < 0 || i >= len(r.tokens) {
		return tokEnd
	}
	return r.tokens[i].kind
}

// isName says whether token i is an identifier.
func (r *rewriter) isName(i int) bool {
	switch r.kind(i) {
	case tokQuoted:
		return true
	case tokWord:
		t := r.tokens[i]
		return flagsOf(r.text[t.start:t.end])&reserved == 0
	default:
		return false
	}
}

// replace puts text in place of the tokens from i up to end.
func (r *rewriter) replace(i, end int, text string) {
	end = min(end, len(r.tokens))
	for k := i; k < end; k++ {
		if r.isOne(k, "SELECT", "TABLE") {
			r.failed = true
		}
	}
	at := len(r.text)
	if i < len(r.tokens) {
		at = r.tokens[i].start
	}
	until := at
	if end > i {
		until = r.tokens[end-1].end
	}
	r.edits = append(r.edits, edit{at, until, text})
}

func (r *rewriter) cut(i, end int) { r.replace(i, end, " ") }

// closing returns the parenthesis that closes the one at i, or the end.
func (r *rewriter) closing(i int) int {
	for depth := 0; i < len(r.tokens); i++ {
		switch {
		case r.is(i, "("):
			depth++
		case r.is(i, ")"):
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(r.tokens)
}

// find returns the first of the words between i and end that is in no parenthesis, or end.
func (r *rewriter) find(i, end int, words ...string) int {
	for ; i < end; i++ {
		if r.isOne(i, words...) {
			return i
		}
		if r.is(i, "(") {
			i = r.closing(i)
		}
	}
	return end
}

func (r *rewriter) apply() []byte {
	out := make([]byte, 0, len(r.text)+32)
	at := 0
	for _, e := range r.edits {
		out = append(out, r.text[at:e.start]...)
		out = append(out, e.text...)
		at = e.end
	}
	return append(out, r.text[at:]...)
}
