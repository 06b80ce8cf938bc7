// Package dns has names of databases lead to where the databases are: the names that applications connect to.
//
// There are two ways, both behind [Names]. An [Updater] changes a zone of somebody else's server (RFC 2136, signed with TSIG), where each change demands that the name is as it
// was read: who has been changed by somebody else is told so, and never forced. A [Server] answers for a zone itself, and takes from the shard map where a name leads, so there is
// nothing to change.
//
// What a name is changed for, and when, is package move's business. Nobody's statements wait for anything here.
package dns

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// Names is where names are kept. Its methods may be called from anywhere at any time; all of them may be called again when nobody knows whether they have worked.
type Names interface {
	// Point has a name lead to another place, if it leads to the first one. It has worked, too, if the name leads there already. ErrForeign: it leads elsewhere.
	Point(ctx context.Context, name string, from, to Place) error
	// TTL is for how long resolvers may keep the answer; SetTTL has them keep it for another time from now on.
	TTL(ctx context.Context, name string) (time.Duration, error)
	SetTTL(ctx context.Context, name string, ttl time.Duration) error
}

// ErrForeign says that somebody else has changed a name, which is left as it is.
var ErrForeign = errors.New("somebody else has changed it")

// Place is where a name leads: addresses, or one other name. It is a value; nobody changes the list.
type Place struct {
	Addresses []netip.Addr // sorted
	Alias     string       // in lower case, with the dot at its end; empty if there are addresses
}

// ParsePlace reads a list of addresses, or of one name.
func ParsePlace(list []string) (Place, error) {
	var p Place
	for _, text := range list {
		if a, err := netip.ParseAddr(text); err == nil {
			if a.Zone() != "" || a.Is4In6() {
				return Place{}, fmt.Errorf("%s cannot stand in the DNS", text)
			}
			p.Addresses = append(p.Addresses, a)
			continue
		}
		name, err := ParseName(text)
		if err != nil {
			return Place{}, fmt.Errorf("%q is neither an address nor a name", text)
		}
		p.Alias = name
	}
	if p.Alias != "" && len(list) > 1 {
		return Place{}, errors.New("a name must be alone; addresses may be several")
	}
	return p.sorted(), nil
}

func (p Place) sorted() Place {
	p.Addresses = slices.Clone(p.Addresses)
	slices.SortFunc(p.Addresses, netip.Addr.Compare)
	p.Addresses = slices.Compact(p.Addresses)
	return p
}

// IsZero says that a place is nowhere.
func (p Place) IsZero() bool { return len(p.Addresses) == 0 && p.Alias == "" }

// Equal says whether two places are the same.
func (p Place) Equal(q Place) bool {
	return p.Alias == q.Alias && slices.Equal(p.Addresses, q.Addresses)
}

func (p Place) String() string {
	if p.IsZero() {
		return "nowhere"
	}
	texts := make([]string, 0, len(p.Addresses)+1)
	for _, a := range p.Addresses {
		texts = append(texts, a.String())
	}
	if p.Alias != "" {
		texts = append(texts, p.Alias)
	}
	return strings.Join(texts, ", ")
}

// records are those of a name that leads to a place.
func (p Place) records(name string, ttl time.Duration) []dns.RR {
	header := func(kind uint16) dns.RR_Header {
		return dns.RR_Header{Name: name, Rrtype: kind, Class: dns.ClassINET, Ttl: seconds(ttl)}
	}
	var all []dns.RR
	for _, a := range p.Addresses {
		if a.Is4() {
			all = append(all, &dns.A{Hdr: header(dns.TypeA), A: a.AsSlice()})
		} else {
			all = append(all, &dns.AAAA{Hdr: header(dns.TypeAAAA), AAAA: a.AsSlice()})
		}
	}
	if p.Alias != "" {
		all = append(all, &dns.CNAME{Hdr: header(dns.TypeCNAME), Target: p.Alias})
	}
	return all
}

// longestTTL is the greatest that the DNS has.
const longestTTL = 1<<31 - 1

func seconds(ttl time.Duration) uint32 {
	return uint32(min(max((ttl+time.Second-1)/time.Second, 0), longestTTL))
}

// ParseName reads a name, and gives it in lower case with the dot at its end.
func ParseName(text string) (string, error) {
	name := dns.CanonicalName(text)
	labels, ok := dns.IsDomainName(name)
	if !ok || labels == 0 || name == "." || strings.ContainsFunc(name, odd) {
		return "", fmt.Errorf("%q is not a name of letters, digits, - and _, with dots between", text)
	}
	return name, nil
}

func odd(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.'
}

// Below says whether a name is in a zone, and not the zone's own. Both are as ParseName gives them.
func Below(name, zone string) bool { return name != zone && dns.IsSubDomain(zone, name) }

// Mapped are names that a [Server] answers for: they are where the shard map says, so there is nothing to do.
type Mapped struct {
	// Always is the TTL of all answers.
	Always time.Duration
}

// Point has nothing to do.
func (m Mapped) Point(context.Context, string, Place, Place) error { return nil }

// TTL is always the same.
func (m Mapped) TTL(context.Context, string) (time.Duration, error) { return m.Always, nil }

// SetTTL has nothing to do.
func (m Mapped) SetTTL(context.Context, string, time.Duration) error { return nil }
