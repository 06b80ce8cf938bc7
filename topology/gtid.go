package topology

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// GTID names one transaction. Source is the domain in MariaDB (decimal) and the server UUID, with ":tag" if there is one,
// in MySQL; Seq counts within the source.
//
// MariaDB's middle number, the server id, is left out: within a domain the sequence alone orders
// (https://mariadb.com/kb/en/gtid/, with gtid_strict_mode).
type GTID struct {
	Source string
	Seq    uint64
}

// ParseGTID reads one GTID as the session trackers give it: "0-1-5" or "uuid:5" or "uuid:tag:5". A set with several members
// gives its last one's end; ok is false for text that is neither. It does not allocate for what servers send, since it
// runs after every write.
func ParseGTID(flavor Flavor, s string) (g GTID, ok bool) {
	last := strings.TrimSpace(s[strings.LastIndexByte(s, ',')+1:])
	var err error
	if flavor == MySQL {
		err = eachInterval(last, func(source string, span Span) { g = GTID{source, span.End} })
	} else {
		g, err = parseMariaDB(last)
	}
	if err != nil {
		return GTID{}, false
	}
	return g, true
}

// Span is a run of sequence numbers, both ends included.
type Span struct{ Start, End uint64 }

// Position is a set of executed transactions: sorted spans per source, with a gap between any two. In MariaDB, where a
// position is one GTID per domain, each domain has the one span 1 to that. Immutable once made.
type Position map[string][]Span

// ParsePosition reads @@gtid_slave_pos or @@gtid_current_pos (MariaDB) or @@gtid_executed (MySQL). The empty string is
// the empty position.
func ParsePosition(flavor Flavor, s string) (Position, error) {
	p := Position{}
	for part := range strings.SplitSeq(s, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		var err error
		if flavor == MySQL {
			err = eachInterval(part, func(source string, span Span) { p[source] = append(p[source], span) })
		} else {
			err = p.addMariaDB(part)
		}
		if err != nil {
			return nil, err
		}
	}
	for source, spans := range p {
		p[source] = merge(spans)
	}
	return p, nil
}

func (p Position) addMariaDB(part string) error {
	g, err := parseMariaDB(part)
	if err != nil {
		return err
	}
	if old := p[g.Source]; len(old) == 0 || old[0].End < g.Seq {
		p[g.Source] = []Span{{1, g.Seq}}
	}
	return nil
}

// parseMariaDB reads domain-server-sequence.
func parseMariaDB(s string) (GTID, error) {
	domain, rest, _ := strings.Cut(s, "-")
	server, sequence, _ := strings.Cut(rest, "-")
	for _, number := range []string{domain, server} {
		if _, err := strconv.ParseUint(number, 10, 32); err != nil {
			return GTID{}, fmt.Errorf("GTID %q is not domain-server-sequence", s)
		}
	}
	seq, err := strconv.ParseUint(sequence, 10, 64)
	if err != nil {
		return GTID{}, fmt.Errorf("GTID %q is not domain-server-sequence", s)
	}
	return GTID{domain, seq}, nil
}

// eachInterval reads uuid[:tag]:a[-b][:c…] and calls found for each interval. One UUID may carry several tags one behind
// the other, as in MySQL 8.3 and later; a tag begins with a letter or an underscore, so it is no number
// (https://dev.mysql.com/doc/refman/8.4/en/replication-gtids-concepts.html).
func eachInterval(s string, found func(source string, span Span)) error {
	const uuidLength = 36
	if len(s) <= uuidLength || s[uuidLength] != ':' {
		return fmt.Errorf("GTID %q is not uuid:interval", s)
	}
	uuid := strings.ToLower(s[:uuidLength])
	source, intervals := uuid, 0
	for item := range strings.SplitSeq(s[uuidLength+1:], ":") {
		item = strings.TrimSpace(item)
		if item != "" && (item[0] < '0' || item[0] > '9') {
			source = uuid + ":" + strings.ToLower(item)
			continue
		}
		span, ok := parseInterval(item)
		if !ok {
			return fmt.Errorf("GTID %q: %q is not an interval", s, item)
		}
		intervals++
		found(source, span)
	}
	if intervals == 0 {
		return fmt.Errorf("GTID %q has no interval", s)
	}
	return nil
}

// parseInterval reads "a" or "a-b".
func parseInterval(s string) (Span, bool) {
	from, to, ranged := strings.Cut(s, "-")
	start, err := strconv.ParseUint(from, 10, 64)
	if err != nil || start == 0 {
		return Span{}, false
	}
	if !ranged {
		return Span{start, start}, true
	}
	end, err := strconv.ParseUint(to, 10, 64)
	return Span{start, end}, err == nil && end >= start
}

// merge sorts spans and joins those that overlap or touch, which [Position.Covers] relies on. Servers send them so
// already; text that people typed may be otherwise.
func merge(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Compare(a.Start, b.Start) })
	merged := spans[:1]
	for _, next := range spans[1:] {
		last := &merged[len(merged)-1]
		if next.Start-1 > last.End {
			merged = append(merged, next)
			continue
		}
		last.End = max(last.End, next.End)
	}
	return merged
}

// Covers says whether the transaction g is in the set. It does not allocate.
func (p Position) Covers(g GTID) bool {
	spans := p[g.Source]
	for i := len(spans) - 1; i >= 0; i-- { // the newest span is last and nearly always the one
		if g.Seq >= spans[i].Start {
			return g.Seq <= spans[i].End
		}
	}
	return false
}

// CoversAll says whether every one of gs is in the set.
func (p Position) CoversAll(gs []GTID) bool {
	for _, g := range gs {
		if !p.Covers(g) {
			return false
		}
	}
	return true
}

// Beyond lists what of the set is not in other, one text for each source, sorted: the source and the whole spans that are
// not all there. It is empty if other has everything.
func (p Position) Beyond(other Position) (beyond []string) {
	for source, spans := range p {
		for _, s := range spans {
			inside := slices.ContainsFunc(other[source], func(o Span) bool { return o.Start <= s.Start && s.End <= o.End })
			if !inside {
				beyond = append(beyond, fmt.Sprintf("%s:%d-%d", source, s.Start, s.End))
			}
		}
	}
	slices.Sort(beyond)
	return beyond
}

// With is what either set has.
func (p Position) With(other Position) Position {
	all := Position{}
	for _, set := range []Position{p, other} {
		for source, spans := range set {
			all[source] = append(all[source], spans...)
		}
	}
	for source, spans := range all {
		all[source] = merge(spans)
	}
	return all
}
