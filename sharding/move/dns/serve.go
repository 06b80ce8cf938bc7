package dns

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"time"

	"github.com/miekg/dns"
)

// ServeConfig is the zone that shunt answers for.
type ServeConfig struct {
	// Address is where it is asked, host:port, over UDP and TCP.
	Address string
	// Zone is as ParseName gives it, as are Nameservers: the names of all servers of the zone, which are outside of it.
	Zone        string
	Nameservers []string
	// TTL is for how long resolvers may keep an answer.
	TTL time.Duration
	// Transfer are the networks that may have the whole zone (AXFR).
	Transfer []netip.Prefix
}

// ServeDeps are what answers are made of. They are called for each question, and may be called from anywhere at any time.
type ServeDeps struct {
	// Hosts are the names in force.
	Hosts func() *Hosts
	// Place is where clients of a database come; false while nobody knows.
	Place func(database string) (Place, bool)
	// Serial grows whenever a name may lead elsewhere.
	Serial func() uint32
	Log    *slog.Logger
}

// Server answers for a zone, and for nothing else: it asks no other servers.
type Server struct {
	config ServeConfig
	deps   ServeDeps
	open   chan struct{} // closed when addr is there
	addr   net.Addr
}

// NewServer makes it. It starts nothing.
func NewServer(c ServeConfig, deps ServeDeps) *Server {
	return &Server{config: c, deps: deps, open: make(chan struct{})}
}

// Addr waits until the server is open, and tells where; nil if ctx ends before.
func (s *Server) Addr(ctx context.Context) net.Addr {
	select {
	case <-s.open:
		return s.addr
	case <-ctx.Done():
		return nil
	}
}

// Run answers until ctx ends. The error is that of opening the address.
func (s *Server) Run(ctx context.Context) error {
	stream, packets, err := listen(ctx, s.config.Address)
	if err != nil {
		return fmt.Errorf("answering for the zone %s: %w", s.config.Zone, err)
	}
	s.addr = stream.Addr()
	close(s.open)
	s.deps.Log.Info("answering for a zone", "zone", s.config.Zone, "address", s.addr.String())
	const bound = 5 * time.Second // of one question over TCP
	ended := make(chan error, 2)
	servers := []*dns.Server{
		{Listener: stream, Net: "tcp", Handler: s, ReadTimeout: bound, WriteTimeout: bound},
		{PacketConn: packets, Net: "udp", Handler: s, UDPSize: largestPacket},
	}
	for _, server := range servers {
		go func() { ended <- server.ActivateAndServe() }()
	}
	left := len(servers)
	select {
	case <-ctx.Done():
	case err = <-ended:
		left--
	}
	for _, l := range []interface{ Close() error }{stream, packets} { // which ends both, also one that has only just begun
		_ = l.Close()
	}
	for range left {
		<-ended
	}
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("answering for the zone %s: %w", s.config.Zone, err)
}

// listen opens an address for both ways of asking. Port 0 is one that is free for both.
func listen(ctx context.Context, address string) (net.Listener, net.PacketConn, error) {
	var config net.ListenConfig
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, nil, err
	}
	const tries = 10
	for try := 1; ; try++ {
		stream, err := config.Listen(ctx, "tcp", address)
		if err != nil {
			return nil, nil, err
		}
		at := net.JoinHostPort(host, strconv.Itoa(stream.Addr().(*net.TCPAddr).Port))
		packets, err := config.ListenPacket(ctx, "udp", at)
		if err == nil {
			return stream, packets, nil
		}
		_ = stream.Close()
		if port != "0" || try == tries {
			return nil, nil, err
		}
	}
}

// ServeDNS answers one question; the library calls it.
func (s *Server) ServeDNS(w dns.ResponseWriter, question *dns.Msg) {
	from, stream := w.RemoteAddr(), false
	if _, is := from.(*net.TCPAddr); is {
		stream = true
	}
	answer := s.answer(question, stream, from)
	if err := w.WriteMsg(answer); err != nil { // a client that does not listen any more, mostly
		s.deps.Log.Debug("an answer about a name was not sent", "to", from.String(), "error", err)
	}
	if stream && answer.Rcode == dns.RcodeRefused {
		_ = w.Close()
	}
}
