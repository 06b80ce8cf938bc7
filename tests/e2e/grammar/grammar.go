// Package grammar makes the statements of the differential test: sessions of statements, each for a connection and a database of its own.
//
// What can be made is written down in the files of this folder that end in .txt, which read as a grammar does: a rule has a name and
// alternatives, and an alternative is a text with other rules' names in it. [Sessions] walks through it with a random generator of its own, so
// that a seed gives the same statements everywhere and always. It takes alternatives that were never used before others.
//
// What a text cannot say is Go: which tables there are by now, which of their columns a statement sees (scope.go), what columns have for types
// (kinds.go), which views, savepoints and variables were made (names.go), what has to be sorted so that two servers give the same rows in the
// same order. The model of the database need not be right: a statement that fails, fails on every server.
package grammar

import (
	"bufio"
	"embed"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

//go:embed *.txt
var files embed.FS

// rule is one of the grammar's: a name and what can stand in its place.
type rule struct {
	name         string
	where        string // file and line
	alternatives []*alternative
}

// alternative is a text with references to rules.
type alternative struct {
	text   string
	weight int
	scope  bool // begins with @: tables that it names are not seen outside of it
	parts  []part
	depth  int // how many rules deep its shortest text is
	number int // among all alternatives
	soon   set // those that it leads to within a few rules, itself included
}

// part is a piece of an alternative: text, or a reference.
type part struct {
	text  string
	name  string // of a rule or a function; empty: text
	arg   string // what follows the colon
	first bool   // !: made before the other parts, since they depend on it
	param bool   // ?: may become a parameter of a prepared statement
}

var (
	reference = regexp.MustCompile(`<([!?]?)([a-z][a-z0-9 ]*)(?::([^<>]*))?>`)
	weighted  = regexp.MustCompile(`^(\d+)\* `)
)

// grammar is what all files say, and what they may refer to beside their own rules.
type grammar struct {
	rules     map[string]*rule
	functions map[string]function
	fresh     set // alternatives that were never used
}

// function makes a text that needs more than a rule can say.
type function func(g *generator, arg string) string

// read parses all files. A fault in them is an error that names the place.
func read() (*grammar, error) {
	all := &grammar{rules: map[string]*rule{}, functions: functions()}
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		text, err := files.ReadFile(e.Name())
		if err != nil {
			return nil, err
		}
		if err := parse(all.rules, e.Name(), string(text)); err != nil {
			return nil, err
		}
	}
	if err := all.measure(); err != nil {
		return nil, err
	}
	all.lookAhead()
	return all, nil
}

// parse adds the rules of one file. A line that is not indented is a rule's name, an indented one an alternative, # begins a comment.
func parse(rules map[string]*rule, name, text string) error {
	var current *rule
	lines := bufio.NewScanner(strings.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		where := fmt.Sprintf("%s:%d", name, n)
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
		case !strings.HasPrefix(line, "    "):
			if rules[line] != nil {
				return fmt.Errorf("%s: the rule %q is there twice", where, line)
			}
			current = &rule{name: line, where: where}
			rules[line] = current
		case current == nil:
			return fmt.Errorf("%s: an alternative without a rule", where)
		default:
			current.alternatives = append(current.alternatives, newAlternative(line[4:]))
		}
	}
	return lines.Err()
}

// newAlternative parses "3* @SELECT <number>": weight, mark of a scope, text.
func newAlternative(text string) *alternative {
	a := &alternative{text: text, weight: 1}
	if m := weighted.FindStringSubmatch(text); m != nil {
		a.weight, _ = strconv.Atoi(m[1])
		text = text[len(m[0]):]
	}
	text, a.scope = strings.CutPrefix(text, "@")
	text = strings.ReplaceAll(text, ";;", between)
	last := 0
	for _, m := range reference.FindAllStringSubmatchIndex(text, -1) {
		p := part{name: text[m[4]:m[5]], first: text[m[2]:m[3]] == "!", param: text[m[2]:m[3]] == "?"}
		if m[6] >= 0 {
			p.arg = text[m[6]:m[7]]
		}
		a.parts = append(a.parts, part{text: text[last:m[0]]}, p)
		last = m[1]
	}
	a.parts = append(a.parts, part{text: text[last:]})
	return a
}

// unbounded is the depth of a text that nobody has found an end of.
const unbounded = 1 << 20

// measure finds how deep the shortest text of each alternative is. A reference to nothing, and a rule that never ends, are errors.
func (all *grammar) measure() error {
	for _, r := range all.rules {
		for _, a := range r.alternatives {
			a.depth = unbounded
		}
	}
	for changed := true; changed; {
		changed = false
		for _, r := range all.rules {
			for _, a := range r.alternatives {
				depth, err := all.shortest(a)
				if err != nil {
					return fmt.Errorf("%s: %w", r.where, err)
				}
				if depth < a.depth {
					a.depth, changed = depth, true
				}
			}
		}
	}
	for _, r := range all.rules {
		if r.depth() >= unbounded {
			return fmt.Errorf("%s: %q has no alternative that ends", r.where, r.name)
		}
	}
	return nil
}

func (all *grammar) shortest(a *alternative) (int, error) {
	depth := 0
	for _, p := range a.parts {
		switch r := all.rules[p.name]; {
		case p.name == "":
		case r != nil:
			depth = max(depth, r.depth()+1)
		case all.functions[p.name] == nil:
			return 0, fmt.Errorf("%q names %q, which there is not", a.text, p.name)
		}
	}
	return depth, nil
}

// depth is that of the shortest alternative.
func (r *rule) depth() int {
	depth := unbounded
	for _, a := range r.alternatives {
		depth = min(depth, a.depth)
	}
	return depth
}
