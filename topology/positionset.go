package topology

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Contains says whether all transactions of q are in p. It does not allocate.
func (p Position) Contains(q Position) bool {
	for source, spans := range q {
		for _, s := range spans {
			if !p.has(source, s) {
				return false
			}
		}
	}
	return true
}

// has says whether a whole span is in the set. There is a gap between any two of its spans, so one of them has to have all.
func (p Position) has(source string, s Span) bool {
	spans := p[source]
	for i := len(spans) - 1; i >= 0; i-- {
		if s.Start >= spans[i].Start {
			return s.End <= spans[i].End
		}
	}
	return false
}

// Union is the set of the transactions of both. Neither is changed.
func (p Position) Union(q Position) Position {
	if p.Contains(q) {
		return p
	}
	u := maps.Clone(p)
	if u == nil {
		u = Position{}
	}
	for source, spans := range q {
		u[source] = merge(slices.Concat(u[source], spans))
	}
	return u
}

// Text is the set as the functions of a server take it that wait for it: MASTER_GTID_WAIT, WAIT_FOR_EXECUTED_GTID_SET. MariaDB looks at domain and
// sequence number; the server id between them does not matter there (https://mariadb.com/kb/en/master_gtid_wait/).
func (p Position) Text(flavor Flavor) string {
	var b strings.Builder
	for _, source := range slices.Sorted(maps.Keys(p)) {
		if spans := p[source]; len(spans) > 0 {
			if b.Len() > 0 {
				b.WriteByte(',')
			}
			writeSource(&b, flavor, source, spans)
		}
	}
	return b.String()
}

func writeSource(b *strings.Builder, flavor Flavor, source string, spans []Span) {
	b.WriteString(source)
	if flavor == MariaDB {
		b.WriteString("-1-")
		b.WriteString(strconv.FormatUint(spans[len(spans)-1].End, 10))
		return
	}
	for _, s := range spans {
		b.WriteByte(':')
		b.WriteString(strconv.FormatUint(s.Start, 10))
		if s.End > s.Start {
			b.WriteByte('-')
			b.WriteString(strconv.FormatUint(s.End, 10))
		}
	}
}
