package catalog

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"shunt/topology"
)

// pattern is the host part of an account's name. Immutable, shared by all accounts that have it.
type pattern struct {
	text    string
	masked  bool // matches IPv4 addresses by ip and mask
	ip      uint32
	mask    uint32
	written maskForm
	rank    rank
}

// maskForm is how the network of a pattern is written.
type maskForm int

const (
	noMask  maskForm = iota
	cidr             // a.b.c.d/n, MySQL 8.0.23 and later only
	netmask          // a.b.c.d/m.m.m.m
)

// rank orders patterns from specific to general, element by element, smaller first.
type rank [5]int

func newPattern(text string, flavor topology.Flavor) *pattern {
	p := &pattern{text: strings.ToLower(text)} // servers store host names so
	p.readNetwork(flavor)
	if flavor == topology.MySQL {
		p.rank = p.mysqlRank()
	} else {
		p.rank = p.mariadbRank()
	}
	return p
}

// readNetwork takes in an IPv4 network; anything else is left to be compared as text, as the servers do it.
func (p *pattern) readNetwork(flavor topology.Flavor) {
	network, suffix, found := strings.Cut(p.text, "/")
	ip, ok := ipv4(network)
	if !found || !ok {
		return
	}
	if mask, ok := ipv4(suffix); ok {
		p.masked, p.ip, p.mask, p.written = true, ip, mask, netmask
		return
	}
	if n, err := strconv.Atoi(suffix); flavor == topology.MySQL && err == nil && n >= 0 && n <= 32 {
		p.masked, p.ip, p.mask, p.written = true, ip, ^uint32(0)<<(32-n), cidr
	}
}

func ipv4(s string) (uint32, bool) {
	a, err := netip.ParseAddr(s)
	if err != nil || !a.Is4() {
		return 0, false
	}
	b := a.As4()
	return binary.BigEndian.Uint32(b[:]), true
}

// matches says whether a client may be meant: by its address, which is not valid for one on a unix socket, or by its host
// name, which is empty if it is not known. A network is compared with the address alone if there is one.
func (p *pattern) matches(ip netip.Addr, hostname string) bool {
	if p.masked && ip.Is4() {
		b := ip.As4()
		return binary.BigEndian.Uint32(b[:])&p.mask == p.ip
	}
	return p.text == "" ||
		hostname != "" && like(strings.ToLower(hostname), p.text) ||
		ip.IsValid() && like(ip.String(), p.text)
}

// like is SQL's LIKE with the escape character \, over bytes. Where a character does not fit, the last "%" takes one more,
// so that the work is bounded by the product of the lengths.
func like(s, pattern string) bool {
	at, star, starAt := 0, -1, 0
	i := 0
	for at < len(s) {
		switch {
		case i < len(pattern) && pattern[i] == '%':
			i++
			star, starAt = i, at
		case i < len(pattern) && pattern[i] == '_':
			i++
			at++
		case i+1 < len(pattern) && pattern[i] == '\\' && pattern[i+1] == s[at]:
			i += 2
			at++
		case i < len(pattern) && pattern[i] != '\\' && pattern[i] == s[at]:
			i++
			at++
		case star >= 0:
			starAt++
			i, at = star, starAt
		default:
			return false
		}
	}
	return strings.Trim(pattern[i:], "%") == ""
}

// mariadbRank estimates how many host names a pattern matches, as MariaDB 10.4 and later do (sql/sql_acl.cc,
// get_magic_sort, described there): with "%" in it, by how many characters the wildcards may stand for; without, by the
// number of "_". A literal matches one, and a network counts as a literal since it has no wildcard.
func (p *pattern) mariadbRank() rank {
	const longest = 255
	literals, ones, manys, prefix := 0, 0, 0, 0
	for i := 0; i < len(p.text); i++ {
		c := p.text[i]
		if c == '%' || c == '_' {
			if ones+manys == 0 {
				prefix = literals
			}
			if c == '_' {
				ones++
				continue
			}
			manys++
			for i+1 < len(p.text) && p.text[i+1] == '%' {
				i++
			}
			continue
		}
		if c == '\\' && i+1 < len(p.text) {
			i++
		}
		literals++
	}
	free := 0
	if manys > 0 {
		free = longest - literals - ones
	}
	if free > ones {
		return rank{free, 1, manys, ones, prefix}
	}
	return rank{ones, 0, free, manys, prefix}
}

// mysqlRank puts addresses before networks, CIDR before netmasks, long masks before short ones, all of them before
// names; names are ordered by where their first wildcard stands, and the empty pattern comes last
// (https://dev.mysql.com/doc/refman/8.4/en/connection-access.html).
func (p *pattern) mysqlRank() rank {
	_, address := ipv4(p.text)
	if p.masked || address {
		return rank{0, int(p.written), 32 - bits.OnesCount32(p.mask)}
	}
	const noWildcard = 128
	position := noWildcard
	switch i := firstWildcard(p.text); {
	case p.text == "":
		position = 0
	case i >= 0:
		position = min(i+1, noWildcard-1)
	}
	return rank{1, noWildcard - position}
}

func firstWildcard(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '%', '_':
			return i
		}
	}
	return -1
}

// patterns makes one pattern of each text: most accounts share a few.
type patterns struct {
	flavor topology.Flavor
	known  map[string]*pattern
}

func newPatterns(flavor topology.Flavor) patterns {
	return patterns{flavor: flavor, known: map[string]*pattern{}}
}

func (p patterns) of(text string) *pattern {
	if p.known[text] == nil {
		p.known[text] = newPattern(text, p.flavor)
	}
	return p.known[text]
}

// compare orders patterns from specific to general. Among equals the text that is later in the alphabet comes first:
// MariaDB puts localhost before 127.0.0.1 in this way.
func (p *pattern) compare(q *pattern) int {
	return cmp.Or(slices.Compare(p.rank[:], q.rank[:]), cmp.Compare(q.text, p.text))
}
