package grammar

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// Statement is one statement of a session.
type Statement struct {
	Text     string // with all values in it
	Prepared string // with ? for each of Args
	Args     []any  // int64, string, []byte or nil
}

// Session is what one connection sends, in order, beginning in an empty database.
type Session struct {
	Theme      string // the rule that its statements come from
	Statements []Statement
}

// Sessions makes as many sessions of each theme, each of about the given number of statements. The themes are the rules whose names begin with
// "session ". An error is a fault of the grammar.
func Sessions(seed uint64, perTheme, length int) ([]Session, error) {
	all, err := read()
	if err != nil {
		return nil, err
	}
	return all.sessions(seed, perTheme, length), nil
}

func (all *grammar) sessions(seed uint64, perTheme, length int) (sessions []Session) {
	random := rand.New(rand.NewPCG(seed, 0))
	for range perTheme {
		for _, theme := range all.themes() {
			g := &generator{grammar: all, random: random, session: len(sessions), names: map[string][]string{}}
			g.statements("prelude")
			for len(g.out) < length {
				g.statements(theme)
			}
			sessions = append(sessions, Session{Theme: strings.TrimPrefix(theme, themePrefix), Statements: g.out})
		}
	}
	return sessions
}

const themePrefix = "session "

func (all *grammar) themes() (names []string) {
	for name := range all.rules {
		if strings.HasPrefix(name, themePrefix) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// generator makes one session.
type generator struct {
	*grammar
	random  *rand.Rand
	session int // its number
	out     []Statement

	tables []*table            // in the database, as far as the model goes
	scopes [][]*seen           // tables that the statement sees, the innermost last
	names  map[string][]string // of views, savepoints, variables …, by kind
	count  int                 // names ever given
	picked string              // what <keep> kept
	args   []literal           // parameters of the present statements
}

// between separates the statements of an alternative that makes several, once it is parsed; in the files it is ";;".
const between = "\x03"

// statements adds what a rule expands to.
func (g *generator) statements(name string) {
	g.scopes, g.args, g.picked = nil, nil, ""
	text := g.expand(name, 0)
	for _, one := range strings.Split(text, between) {
		if one = strings.TrimSpace(one); one != "" {
			g.out = append(g.out, g.finish(one))
		}
	}
}

// deepest is from which depth on the shortest alternative is taken.
const deepest = 7

// novelty is how much more often an alternative is taken that was never used, or that leads to such a one soon.
const novelty = 20

// expand gives a text of a rule.
func (g *generator) expand(name string, depth int) string {
	a := g.choose(g.rules[name], depth)
	g.fresh.remove(a.number)
	if a.scope {
		g.scopes = append(g.scopes, nil)
		defer func() { g.scopes = g.scopes[:len(g.scopes)-1] }()
	}
	texts := make([]string, len(a.parts))
	for _, first := range []bool{true, false} {
		for i, p := range a.parts {
			if p.first == first {
				texts[i] = g.part(p, depth)
			}
		}
	}
	return strings.Join(texts, "")
}

// part gives the text of a part of an alternative.
func (g *generator) part(p part, depth int) string {
	switch {
	case p.name == "":
		return p.text
	case g.rules[p.name] == nil:
		return g.functions[p.name](g, p.arg)
	case p.param:
		return g.parameter(g.expand(p.name, depth+1))
	}
	return g.expand(p.name, depth+1)
}

func (g *generator) choose(r *rule, depth int) *alternative {
	if depth > deepest {
		return slices.MinFunc(r.alternatives, func(a, b *alternative) int { return a.depth - b.depth })
	}
	weight := func(a *alternative) int {
		if a.leadsTo(g.fresh) {
			return a.weight * novelty
		}
		return a.weight
	}
	total := 0
	for _, a := range r.alternatives {
		total += weight(a)
	}
	at := g.random.IntN(total)
	for _, a := range r.alternatives {
		if at -= weight(a); at < 0 {
			return a
		}
	}
	return r.alternatives[0]
}

// one gives one of several at random.
func one[T any](g *generator, of []T) T { return of[g.random.IntN(len(of))] }

// chance is true n times of a hundred.
func (g *generator) chance(n int) bool { return g.random.IntN(100) < n }
