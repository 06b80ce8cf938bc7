package binlog

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/go-mysql-org/go-mysql/mysql"

	"shunt/topology"
)

// Position is a point in the binary logs of a server and its replicas: everything up to it has been seen. Of MariaDB it is a GTID for each
// domain, of MySQL a set of GTIDs. It is immutable; the zero Position is the beginning of all logs.
type Position struct {
	flavor topology.Flavor
	list   []origin // sorted by id
	from   *Position
}

// origin is how much has been seen of one domain of MariaDB, or of one server (and tag) of MySQL.
type origin struct {
	id     string // of MySQL: uuid or uuid:tag, in lower case
	domain uint32 // of MariaDB
	server uint32 // of MariaDB: of the last one
	seen   []span // of MariaDB: one from 0
}

// span is a range of numbers, both ends included.
type span struct{ first, last uint64 }

// name is a GTID taken apart.
type name struct {
	id     string
	domain uint32
	server uint32
	number uint64
}

func (n name) String() string {
	if n.id == "" {
		return fmt.Sprintf("%d-%d-%d", n.domain, n.server, n.number)
	}
	return n.id + ":" + strconv.FormatUint(n.number, 10)
}

// ParsePosition reads a position as [Position.String] writes it, or a server does: of MariaDB 0-1-100,1-2-5, of MySQL a GTID set. What stands behind
// a semicolon is where reading has to begin, see [Position.After].
func ParsePosition(flavor topology.Flavor, text string) (Position, error) {
	text, from, split := strings.Cut(text, ";")
	p, err := parse(flavor, text)
	if err == nil && split {
		var begin Position
		if begin, err = parse(flavor, from); err == nil {
			p.from = &begin
		}
	}
	return p, err
}

func parse(flavor topology.Flavor, text string) (p Position, err error) {
	p.flavor = flavor
	text = strings.ToLower(strings.Join(strings.Fields(text), ""))
	if text == "" {
		return p, nil
	}
	for _, item := range strings.Split(text, ",") {
		if flavor == topology.MariaDB {
			err = p.parseGTID(item)
		} else {
			err = p.parseSet(item)
		}
		if err != nil {
			return Position{}, fmt.Errorf("position %q: %w", text, err)
		}
	}
	sort.Slice(p.list, func(i, j int) bool { return p.list[i].less(p.list[j]) })
	return p, nil
}

func (o origin) less(q origin) bool {
	if o.id != q.id {
		return o.id < q.id
	}
	return o.domain < q.domain
}

func (p *Position) parseGTID(item string) error {
	g, err := mysql.ParseMariadbGTID(item)
	if err != nil {
		return err
	}
	p.list = append(p.list, origin{domain: g.DomainID, server: g.ServerID, seen: []span{{0, g.SequenceNumber}}})
	return nil
}

// parseSet reads uuid[:tag]:1-5:7…, with several tags perhaps.
func (p *Position) parseSet(item string) error {
	parts := strings.Split(item, ":")
	if len(parts) < 2 || len(parts[0]) != 36 {
		return fmt.Errorf("%q is no set of GTIDs", item)
	}
	id := parts[0]
	for _, part := range parts[1:] {
		if part == "" {
			return fmt.Errorf("%q is no set of GTIDs", item)
		}
		if c := part[0]; c < '0' || c > '9' {
			id = parts[0] + ":" + part
			continue
		}
		first, last, isRange := strings.Cut(part, "-")
		a, err := strconv.ParseUint(first, 10, 63)
		b := a
		if err == nil && isRange {
			b, err = strconv.ParseUint(last, 10, 63)
		}
		if err != nil || b < a || a == 0 {
			return fmt.Errorf("%q is no range of numbers", part)
		}
		p.merge(id, span{a, b})
	}
	return nil
}

func (p *Position) merge(id string, s span) {
	for i := range p.list {
		if p.list[i].id == id {
			p.list[i].seen = union(p.list[i].seen, s)
			return
		}
	}
	p.list = append(p.list, origin{id: id, seen: []span{s}})
}

// union adds a span to sorted ones that do not touch.
func union(seen []span, s span) []span {
	if n := len(seen); n > 0 && seen[n-1].last+1 == s.first { // nearly always
		seen = slices.Clone(seen)
		seen[n-1].last = s.last
		return seen
	}
	var out []span
	for _, t := range seen {
		switch {
		case t.last+1 < s.first:
			out = append(out, t)
		case s.last+1 < t.first:
			out = append(out, s)
			s = t
		default:
			s = span{min(s.first, t.first), max(s.last, t.last)}
		}
	}
	return append(out, s)
}

// String is the position as the server writes it, and [ParsePosition] reads it.
func (p Position) String() string {
	text := p.reached()
	if p.from != nil {
		text += ";" + p.from.reached()
	}
	return text
}

func (p Position) reached() string {
	var b strings.Builder
	for i, o := range p.list {
		if i > 0 {
			b.WriteByte(',')
		}
		if p.flavor == topology.MariaDB {
			fmt.Fprintf(&b, "%d-%d-%d", o.domain, o.server, o.seen[0].last)
			continue
		}
		b.WriteString(o.id)
		for _, s := range o.seen {
			b.WriteString(":" + strconv.FormatUint(s.first, 10))
			if s.last > s.first {
				b.WriteString("-" + strconv.FormatUint(s.last, 10))
			}
		}
	}
	return b.String()
}

// After is the same position, with reading to begin at another one before it. Transactions that were prepared in between (XA) and are committed
// after p are told with their changes then.
func (p Position) After(from Position) Position {
	from.from = nil
	p.from = &from
	return p
}

// begin is where reading has to begin.
func (p Position) begin() Position {
	if p.from != nil {
		return *p.from
	}
	return p
}

// without is the position alone.
func (p Position) without() Position {
	p.from = nil
	return p
}

func (p Position) find(n name) (int, bool) {
	for i := range p.list {
		if p.list[i].id == n.id && p.list[i].domain == n.domain {
			return i, true
		}
	}
	return 0, false
}

// has says whether a transaction has been seen.
func (p Position) has(n name) bool {
	i, ok := p.find(n)
	return ok && covers(p.list[i].seen, span{n.number, n.number})
}

func covers(seen []span, s span) bool {
	for i := len(seen) - 1; i >= 0; i-- {
		if seen[i].first <= s.first && s.last <= seen[i].last {
			return true
		}
	}
	return false
}

// Contains says whether everything up to q has been seen at p.
func (p Position) Contains(q Position) bool {
	for _, o := range q.list {
		i, ok := p.find(name{id: o.id, domain: o.domain})
		if !ok {
			return false
		}
		for _, s := range o.seen {
			if !covers(p.list[i].seen, s) {
				return false
			}
		}
	}
	return true
}

// with is the position when one more transaction has been seen.
func (p Position) with(n name) Position {
	list := make([]origin, len(p.list), len(p.list)+1)
	copy(list, p.list)
	p.list = list
	i, ok := p.find(n)
	switch {
	case n.id == "" && ok:
		list[i].server, list[i].seen = n.server, []span{{0, n.number}}
	case n.id == "":
		p.list = append(list, origin{domain: n.domain, server: n.server, seen: []span{{0, n.number}}})
	case ok:
		list[i].seen = union(list[i].seen, span{n.number, n.number})
	default:
		p.list = append(list, origin{id: n.id, seen: []span{{n.number, n.number}}})
	}
	if !ok {
		sort.Slice(p.list, func(i, j int) bool { return p.list[i].less(p.list[j]) })
	}
	return p
}
