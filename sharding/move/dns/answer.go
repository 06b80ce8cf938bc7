package dns

import (
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/miekg/dns"
)

// What is answered, as a function of the question.

const (
	// largestPacket is the largest answer over UDP that is not cut on its way, whatever a client says it takes.
	largestPacket = 1232
	// Of the SOA: nobody copies the zone unless they are let, and what does not exist may exist in a moment.
	refresh, retry, expire = 60, 10, 86400
	// largestStream is the largest answer over TCP.
	largestStream = dns.MaxMsgSize
)

// answer is what is said to a question.
func (s *Server) answer(question *dns.Msg, stream bool, from net.Addr) *dns.Msg {
	answer := new(dns.Msg)
	answer.SetReply(question)
	answer.RecursionAvailable = false
	size := dns.MinMsgSize
	if option := question.IsEdns0(); option != nil {
		size = min(max(int(option.UDPSize()), dns.MinMsgSize), largestPacket)
		answer.SetEdns0(largestPacket, false)
		if option.Version() != 0 {
			answer.Rcode = dns.RcodeBadVers // the library puts its upper bits into the option
			return answer
		}
	}
	if stream {
		size = largestStream
	}
	s.fill(answer, question, stream, from)
	answer.Truncate(size)
	return answer
}

func (s *Server) fill(answer, question *dns.Msg, stream bool, from net.Addr) {
	if question.Opcode != dns.OpcodeQuery {
		answer.Rcode = dns.RcodeNotImplemented
		return
	}
	if len(question.Question) != 1 { // the library lets a bare header through
		answer.Rcode = dns.RcodeFormatError
		return
	}
	q := question.Question[0]
	name := dns.CanonicalName(q.Name)
	if q.Qclass != dns.ClassINET || !dns.IsSubDomain(s.config.Zone, name) {
		answer.Rcode = dns.RcodeRefused
		return
	}
	if q.Qtype == dns.TypeAXFR || q.Qtype == dns.TypeIXFR {
		s.transfer(answer, name, stream, from)
		return
	}
	answer.Authoritative = true
	database, there := s.deps.Hosts().find(name)
	switch {
	case !there:
		answer.Rcode = dns.RcodeNameError
	case name == s.config.Zone:
		answer.Answer = s.apex(q.Name, q.Qtype)
	case database != "":
		place, known := s.deps.Place(database)
		if !known { // another server may know
			answer.Authoritative, answer.Rcode = false, dns.RcodeServerFailure
			return
		}
		answer.Answer = slices.DeleteFunc(place.records(q.Name, s.config.TTL), func(r dns.RR) bool {
			kind := r.Header().Rrtype
			return kind != q.Qtype && kind != dns.TypeCNAME && q.Qtype != dns.TypeANY
		})
	}
	if len(answer.Answer) == 0 {
		answer.Ns = []dns.RR{s.authority(s.config.Zone)}
	}
}

// apex are the records of the zone's own name.
func (s *Server) apex(name string, kind uint16) (all []dns.RR) {
	if kind == dns.TypeSOA || kind == dns.TypeANY {
		all = append(all, s.authority(name))
	}
	if kind == dns.TypeNS || kind == dns.TypeANY {
		all = append(all, s.nameservers(name)...)
	}
	return all
}

func (s *Server) nameservers(name string) (all []dns.RR) {
	for _, server := range s.config.Nameservers {
		all = append(all, &dns.NS{Hdr: s.header(name, dns.TypeNS, time.Hour), Ns: server})
	}
	return all
}

// authority is the SOA. Its least TTL is for how long it is kept that a name does not exist.
func (s *Server) authority(name string) dns.RR {
	return &dns.SOA{
		Hdr: s.header(name, dns.TypeSOA, s.config.TTL), Ns: s.config.Nameservers[0], Mbox: "hostmaster." + s.config.Zone,
		Serial: s.deps.Serial(), Refresh: refresh, Retry: retry, Expire: expire, Minttl: seconds(s.config.TTL),
	}
}

func (s *Server) header(name string, kind uint16, ttl time.Duration) dns.RR_Header {
	return dns.RR_Header{Name: name, Rrtype: kind, Class: dns.ClassINET, Ttl: seconds(ttl)}
}

// transfer answers who wants the whole zone, if he may have it: in one message, or not at all. IXFR is answered with all of it, too.
func (s *Server) transfer(answer *dns.Msg, name string, stream bool, from net.Addr) {
	address, err := netip.ParseAddrPort(from.String())
	may := err == nil && slices.ContainsFunc(s.config.Transfer, func(p netip.Prefix) bool { return p.Contains(address.Addr().Unmap()) })
	if !may || !stream || name != s.config.Zone {
		answer.Rcode = dns.RcodeRefused
		return
	}
	hosts, end := s.deps.Hosts(), s.authority(s.config.Zone)
	all := append([]dns.RR{end}, s.nameservers(s.config.Zone)...)
	for _, host := range hosts.names() {
		database, _ := hosts.find(host)
		if place, known := s.deps.Place(database); known {
			all = append(all, place.records(host, s.config.TTL)...)
		}
	}
	answer.Authoritative, answer.Answer, answer.Compress = true, append(all, end), true
	if answer.Len() > largestStream {
		answer.Answer, answer.Authoritative, answer.Rcode = nil, false, dns.RcodeServerFailure
		s.deps.Log.Warn("the zone is too large to be given away whole", "to", from.String())
	}
}
