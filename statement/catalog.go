package statement

import "strings"

// Catalog is the name of the schema in which servers describe what they have.
const Catalog = "information_schema"

// IsCatalog says whether a schema is that, in whatever case.
func IsCatalog(schema string) bool {
	return len(schema) == len(Catalog) && strings.EqualFold(schema, Catalog)
}

// MoveCatalog returns a text in which what is qualified with information_schema is qualified with another database.
func MoveCatalog(text []byte, mode Mode, to string) []byte {
	tokens := tokensOf(text, mode)
	r := rewriter{text: text, tokens: tokens}
	for i, t := range tokens {
		if (t.kind == tokWord || t.kind == tokQuoted) && r.is(i+1, ".") && IsCatalog(strings.Trim(string(text[t.start:t.end]), "`\"")) {
			r.edits = append(r.edits, edit{t.start, t.end, QuoteName(to)})
		}
	}
	return r.apply()
}
