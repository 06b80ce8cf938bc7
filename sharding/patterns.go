package sharding

import (
	"fmt"
	"strings"
)

// Patterns says which tables are meant: "shop.orders", "shop.log_*", "*.sessions". An asterisk stands for any characters. Immutable.
type Patterns struct {
	exact map[string]map[string]bool // database, table
	globs []glob
}

type glob struct{ database, table string }

// ParsePatterns reads patterns of database.table. The error names the first that is none.
func ParsePatterns(texts []string) (*Patterns, error) {
	p := &Patterns{exact: map[string]map[string]bool{}}
	for _, text := range texts {
		database, table, ok := strings.Cut(text, ".")
		if !ok || database == "" || table == "" {
			return nil, fmt.Errorf("%q is not database.table, such as shop.orders, shop.log_* or *.sessions", text)
		}
		if strings.Contains(text, "*") {
			p.globs = append(p.globs, glob{database, table})
			continue
		}
		if p.exact[database] == nil {
			p.exact[database] = map[string]bool{}
		}
		p.exact[database][table] = true
	}
	return p, nil
}

// Match says whether a table is meant. It does not allocate. Case matters, as it does for servers on Linux.
func (p *Patterns) Match(database, table string) bool {
	if p == nil {
		return false
	}
	if p.exact[database][table] {
		return true
	}
	for i := range p.globs {
		if Matches(p.globs[i].database, database) && Matches(p.globs[i].table, table) {
			return true
		}
	}
	return false
}

// Matches says whether a name fits a pattern in which an asterisk stands for any characters. It does not allocate.
func Matches(pattern, name string) bool {
	at, star, from := 0, -1, 0
	for i := 0; i < len(name); {
		switch {
		case at < len(pattern) && pattern[at] == '*':
			star, from = at, i
			at++
		case at < len(pattern) && pattern[at] == name[i]:
			at++
			i++
		case star >= 0: // let the last asterisk stand for one character more
			from++
			at, i = star+1, from
		default:
			return false
		}
	}
	for at < len(pattern) && pattern[at] == '*' {
		at++
	}
	return at == len(pattern)
}
