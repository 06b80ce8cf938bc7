package dns

import (
	"net/netip"
	"time"

	"github.com/miekg/dns"
)

// set is what a name has: where it leads, and for how long resolvers keep that.
type set struct {
	place Place
	ttl   time.Duration
}

func (s set) equal(o set) bool { return s.place.Equal(o.place) && s.ttl == o.ttl }

// kinds are the types of records by which a name leads somewhere.
func kinds() []uint16 { return []uint16{dns.TypeA, dns.TypeAAAA, dns.TypeCNAME} }

// demand has a message change nothing unless the name is as it was read: the same records of all three types, and no others.
func (s set) demand(message *dns.Msg, name string) {
	there := map[uint16]bool{}
	for _, record := range s.place.records(name, 0) {
		there[record.Header().Rrtype] = true
		message.Used([]dns.RR{record})
	}
	for _, kind := range kinds() {
		if !there[kind] {
			message.RRsetNotUsed([]dns.RR{bare(name, kind)})
		}
	}
}

// replace has a message delete what a name has, and add s.
func (s set) replace(message *dns.Msg, name string) {
	for _, kind := range kinds() {
		message.RemoveRRset([]dns.RR{bare(name, kind)})
	}
	message.Insert(s.place.records(name, s.ttl))
}

// bare is a record without data.
func bare(name string, kind uint16) dns.RR {
	return &dns.ANY{Hdr: dns.RR_Header{Name: name, Rrtype: kind, Class: dns.ClassINET}}
}

// add takes in a record of an answer about name.
func (s *set) add(name string, record dns.RR) {
	if dns.CanonicalName(record.Header().Name) != name {
		return // what an alias leads to
	}
	switch r := record.(type) {
	case *dns.A:
		if a, ok := netip.AddrFromSlice(r.A.To4()); ok {
			s.place.Addresses = append(s.place.Addresses, a)
		}
	case *dns.AAAA:
		if a, ok := netip.AddrFromSlice(r.AAAA.To16()); ok {
			s.place.Addresses = append(s.place.Addresses, a)
		}
	case *dns.CNAME:
		s.place.Alias = dns.CanonicalName(r.Target)
	default:
		return
	}
	s.ttl = max(s.ttl, time.Duration(record.Header().Ttl)*time.Second)
}
