package dns_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	lib "github.com/miekg/dns"

	"shunt/sharding/move/dns"
	"shunt/sharding/move/dns/bindtest"
)

// zone is a server whose databases a test moves.
type zone struct {
	address string
	home    atomic.Pointer[map[string]dns.Place]
	serial  atomic.Uint32
}

// hosts are the databases and their names; ghost is one whose home nobody knows.
var hosts = map[string]string{"shop": "shop.db.example.", "blog": "blog.db.example.", "wiki": "wiki.db.example.", "deep": "a.b.c.db.example.", "ghost": "ghost.db.example."}

// serve answers for db.example.
func serve(t *testing.T, names map[string]string, transfer ...netip.Prefix) *zone {
	t.Helper()
	z := &zone{}
	z.serial.Store(7)
	z.home.Store(&map[string]dns.Place{
		"shop": place(t, "10.0.0.1", "10.0.0.2"), "blog": place(t, "10.0.0.1", "2001:db8::1"), "wiki": place(t, "paris.example"), "deep": place(t, "10.0.0.9"),
	})
	known := dns.NewHosts("db.example.", names)
	s := dns.NewServer(dns.ServeConfig{
		Address: "127.0.0.1:0", Zone: "db.example.", Nameservers: []string{"ns1.example.", "ns2.example."}, TTL: 5 * time.Second, Transfer: transfer,
	}, dns.ServeDeps{
		Hosts:  func() *dns.Hosts { return known },
		Place:  func(database string) (dns.Place, bool) { p, ok := (*z.home.Load())[database]; return p, ok },
		Serial: z.serial.Load, Log: slog.New(slog.DiscardHandler),
	})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("it ends with %v", err)
		}
	})
	opened, stop := context.WithTimeout(ctx, 10*time.Second)
	defer stop()
	address := s.Addr(opened)
	if address == nil {
		t.Fatal("it does not open")
	}
	z.address = address.String()
	return z
}

// answered is what dig says in a line: the status, the flags, then the records of the answer and of the authority.
func answered(text string) string {
	var parts []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, ";; ->>HEADER<<-"):
			_, status, _ := strings.Cut(line, "status: ")
			status, _, _ = strings.Cut(status, ",")
			parts = append(parts, status)
		case strings.HasPrefix(line, ";; flags:"):
			flags, _, _ := strings.Cut(strings.TrimPrefix(line, ";; flags: "), ";")
			parts = append(parts, flags)
		case line != "" && !strings.HasPrefix(line, ";"):
			parts = append(parts, strings.Join(strings.Fields(line), " "))
		}
	}
	return strings.Join(parts, " | ")
}

const soa = "db.example. 5 IN SOA ns1.example. hostmaster.db.example. 7 60 10 86400 5"

// TestAnswers: what dig says, over UDP and TCP.
func TestAnswers(t *testing.T) {
	z := serve(t, hosts)
	for _, c := range []struct{ name, ask, want string }{
		{"addresses", "shop.db.example A", "NOERROR | qr aa | shop.db.example. 5 IN A 10.0.0.1 | shop.db.example. 5 IN A 10.0.0.2"},
		{"as the question spells it", "SHOP.db.EXAMPLE A", "NOERROR | qr aa | SHOP.db.EXAMPLE. 5 IN A 10.0.0.1 | SHOP.db.EXAMPLE. 5 IN A 10.0.0.2"},
		{"of both kinds", "blog.db.example AAAA", "NOERROR | qr aa | blog.db.example. 5 IN AAAA 2001:db8::1"},
		{"there is none of this kind", "shop.db.example AAAA", "NOERROR | qr aa | " + soa},
		{"another name, asked for an address", "wiki.db.example A", "NOERROR | qr aa | wiki.db.example. 5 IN CNAME paris.example."},
		{"another name", "wiki.db.example CNAME", "NOERROR | qr aa | wiki.db.example. 5 IN CNAME paris.example."},
		{"any", "blog.db.example ANY", "NOERROR | qr aa | blog.db.example. 5 IN A 10.0.0.1 | blog.db.example. 5 IN AAAA 2001:db8::1"},
		{"no such name", "nobody.db.example A", "NXDOMAIN | qr aa | " + soa},
		{"below a name", "www.shop.db.example A", "NXDOMAIN | qr aa | " + soa},
		{"only others are below it", "c.db.example A", "NOERROR | qr aa | " + soa},
		{"and below that", "b.c.db.example TXT", "NOERROR | qr aa | " + soa},
		{"several labels", "a.b.c.db.example A", "NOERROR | qr aa | a.b.c.db.example. 5 IN A 10.0.0.9"},
		{"a type that nobody knows", "shop.db.example TYPE65280", "NOERROR | qr aa | " + soa},
		{"the zone", "db.example SOA", "NOERROR | qr aa | " + soa},
		{"its servers", "db.example NS", "NOERROR | qr aa | db.example. 3600 IN NS ns1.example. | db.example. 3600 IN NS ns2.example."},
		{"the zone has no address", "db.example A", "NOERROR | qr aa | " + soa},
		{"a home that nobody knows", "ghost.db.example A", "SERVFAIL | qr"},
		{"another zone", "example.com A", "REFUSED | qr"},
		{"another class", "version.bind CH TXT", "REFUSED | qr"},
		{"the parent", "example NS", "REFUSED | qr"},
		{"EDNS", "+edns=0 +bufsize=512 shop.db.example A", "NOERROR | qr aa | shop.db.example. 5 IN A 10.0.0.1 | shop.db.example. 5 IN A 10.0.0.2"},
		{"a cookie, which is not taken", "+cookie shop.db.example TXT", "NOERROR | qr aa | " + soa},
		{"DNSSEC", "+dnssec shop.db.example AAAA", "NOERROR | qr aa | " + soa},
		{"an EDNS of later", "+edns=1 +noednsnegotiation shop.db.example A", "BADVERS | qr"},
		{"recursion is not offered", "+recurse shop.db.example TXT", "NOERROR | qr aa rd | " + soa},
		{"another kind of message", "+opcode=NOTIFY shop.db.example A", "NOTIMP | qr"},
		{"an update", "+noadflag +opcode=UPDATE shop.db.example SOA", "NOTIMP | qr"},
	} {
		for _, way := range []string{"+notcp", "+tcp"} {
			t.Run(c.name+way, func(t *testing.T) {
				args := []string{way, "+norecurse", "+noedns", "+nocookie", "+ignore"}
				if got := answered(bindtest.Dig(t, z.address, append(args, strings.Fields(c.ask)...)...)); got != c.want {
					t.Errorf("dig %s: got  %s\nwant %s", c.ask, got, c.want)
				}
			})
		}
	}
}

// TestANameIsWhereItsDatabaseIs: at the next question.
func TestANameIsWhereItsDatabaseIs(t *testing.T) {
	z := serve(t, hosts)
	for i, home := range []dns.Place{place(t, "10.0.1.1"), place(t, "gra.example"), place(t, "10.0.0.1")} {
		z.home.Store(&map[string]dns.Place{"shop": home})
		z.serial.Store(uint32(10 + i))
		if got := strings.TrimSpace(bindtest.Dig(t, z.address, "+short", "+norecurse", "shop.db.example", "A")); got != home.String() {
			t.Errorf("it leads to %q, want %s", got, home)
		}
		if got := strings.Fields(bindtest.Dig(t, z.address, "+short", "db.example", "SOA"))[2]; got != fmt.Sprint(10+i) {
			t.Errorf("the serial is %s, want %d", got, 10+i)
		}
	}
}

// TestTheWholeZoneIsForThoseWhoMayHaveIt: nobody, unless their network is named; and over TCP only.
func TestTheWholeZoneIsForThoseWhoMayHaveIt(t *testing.T) {
	closed := serve(t, hosts)
	for _, kind := range []string{"AXFR", "IXFR=3"} {
		if got := bindtest.Dig(t, closed.address, "db.example", kind); !strings.Contains(got, "Transfer failed") && !strings.Contains(got, "REFUSED") {
			t.Errorf("%s: got %s", kind, got)
		}
	}
	open := serve(t, hosts, netip.MustParsePrefix("127.0.0.0/8"))
	want := []string{
		soa, "db.example. 3600 IN NS ns1.example.", "db.example. 3600 IN NS ns2.example.", "a.b.c.db.example. 5 IN A 10.0.0.9", "blog.db.example. 5 IN A 10.0.0.1",
		"blog.db.example. 5 IN AAAA 2001:db8::1", "shop.db.example. 5 IN A 10.0.0.1", "shop.db.example. 5 IN A 10.0.0.2", "wiki.db.example. 5 IN CNAME paris.example.", soa,
	}
	if got := answered(bindtest.Dig(t, open.address, "db.example", "AXFR")); got != strings.Join(want, " | ") {
		t.Errorf("got %s", got)
	}
	m := new(lib.Msg)
	m.SetAxfr("db.example.")
	if answer, err := lib.Exchange(m, open.address); err != nil || answer.Rcode != lib.RcodeRefused {
		t.Errorf("over UDP: %v, %v", answer, err)
	}
}

// TestAnAnswerThatDoesNotFit is cut, and whole over TCP.
func TestAnAnswerThatDoesNotFit(t *testing.T) {
	z := serve(t, hosts)
	var many []string
	for i := range 100 {
		many = append(many, fmt.Sprintf("10.0.0.%d", i+1))
	}
	z.home.Store(&map[string]dns.Place{"shop": place(t, many...)})
	if got := answered(bindtest.Dig(t, z.address, "+ignore", "+norecurse", "+noedns", "shop.db.example", "A")); !strings.HasPrefix(got, "NOERROR | qr aa tc") {
		t.Errorf("over UDP: %s", got)
	}
	if got := strings.Count(bindtest.Dig(t, z.address, "+short", "+norecurse", "shop.db.example", "A"), "10.0.0."); got != len(many) {
		t.Errorf("dig has got %d addresses at last", got)
	}
}

// TestWhatIsNoQuestion: a bare header, and bytes that are nothing, end nothing.
func TestWhatIsNoQuestion(t *testing.T) {
	z := serve(t, hosts)
	conn, err := lib.DialTimeout("udp", z.address, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := conn.Conn.Write([]byte("nothing")); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Conn.Write([]byte{0x12, 0x34, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0}); err != nil { // it says that it has a question, and ends
		t.Fatal(err)
	}
	answer, err := conn.ReadMsg()
	if err != nil || answer.Rcode != lib.RcodeFormatError {
		t.Errorf("a bare header is answered with %v (%v)", answer, err)
	}
	if got := bindtest.Dig(t, z.address, "+short", "a.b.c.db.example", "A"); strings.TrimSpace(got) != "10.0.0.9" {
		t.Errorf("then it says %q", got)
	}
}
