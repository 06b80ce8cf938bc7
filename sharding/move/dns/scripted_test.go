package dns_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	lib "github.com/miekg/dns"

	"shunt/sharding/move/dns"
)

// running is an updater that works until the test ends.
func running(t *testing.T, c dns.UpdateConfig) *dns.Updater {
	t.Helper()
	u := dns.NewUpdater(c)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = u.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return u
}

// scripted is a DNS server that says what a test wants.
type scripted struct {
	address string
	mu      sync.Mutex
	records []string                                // guarded by mu; what questions are answered from
	update  func(m *lib.Msg) (rcode int, drop bool) // called with mu held
	plain   bool                                    // it does not sign
	updates int                                     // guarded by mu
}

var scriptedKey = dns.Key{Name: "shunt.", Algorithm: "hmac-sha256", Secret: "c2h1bnQ="}

func startScripted(t *testing.T, records ...string) *scripted {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &scripted{address: l.Addr().String(), records: records}
	server := &lib.Server{
		Listener: l, Handler: s, TsigSecret: map[string]string{scriptedKey.Name: scriptedKey.Secret},
		MsgAcceptFunc: func(lib.Header) lib.MsgAcceptAction { return lib.MsgAccept },
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.ActivateAndServe()
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-ended
	})
	return s
}

func (s *scripted) ServeDNS(w lib.ResponseWriter, m *lib.Msg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	answer := new(lib.Msg)
	answer.SetReply(m)
	answer.Authoritative = true
	if m.Opcode == lib.OpcodeUpdate {
		s.updates++
		var drop bool
		if answer.Rcode, drop = s.update(m); drop {
			_ = w.Close()
			return
		}
	} else {
		for _, text := range s.records {
			if r, err := lib.NewRR(text); err == nil && r.Header().Name == m.Question[0].Name && r.Header().Rrtype == m.Question[0].Qtype {
				answer.Answer = append(answer.Answer, r)
			}
		}
	}
	if signature := m.IsTsig(); signature != nil && !s.plain && w.TsigStatus() == nil {
		answer.SetTsig(scriptedKey.Name, lib.HmacSHA256, 300, time.Now().Unix())
	}
	_ = w.WriteMsg(answer)
}

func (s *scripted) updater(t *testing.T) *dns.Updater {
	return running(t, dns.UpdateConfig{Server: s.address, Zone: "db.example.", Key: scriptedKey, Every: time.Millisecond, Timeout: 5 * time.Second})
}

// TestARaceIsNotWon: somebody changes the name between our look and our change. What is demanded stops us, and the next look tells why.
func TestARaceIsNotWon(t *testing.T) {
	s := startScripted(t, "shop.db.example. 60 A 10.0.0.1")
	s.update = func(m *lib.Msg) (int, bool) {
		var demanded []string
		for _, r := range m.Answer {
			demanded = append(demanded, lib.ClassToString[r.Header().Class]+" "+lib.TypeToString[r.Header().Rrtype])
		}
		if got := strings.Join(demanded, ", "); got != "IN A, NONE AAAA, NONE CNAME" {
			t.Errorf("it demands %s", got)
		}
		s.records = []string{"shop.db.example. 60 A 10.9.9.9"}
		return lib.RcodeNXRrset, false
	}
	err := s.updater(t).Point(t.Context(), "shop.db.example.", place(t, "10.0.0.1"), place(t, "10.0.1.1"))
	if !errors.Is(err, dns.ErrForeign) || !strings.Contains(err.Error(), "10.9.9.9") {
		t.Errorf("got %v, want ErrForeign with the address", err)
	}
	if s.updates != 1 {
		t.Errorf("%d changes were tried", s.updates)
	}
}

// TestATTLIsSetOnWhatIsThere: a race about the addresses only makes it look again.
func TestATTLIsSetOnWhatIsThere(t *testing.T) {
	s := startScripted(t, "shop.db.example. 60 A 10.0.0.1")
	s.update = func(m *lib.Msg) (int, bool) {
		if s.updates == 1 {
			s.records = []string{"shop.db.example. 60 A 10.9.9.9"}
			return lib.RcodeNXRrset, false
		}
		if added := m.Ns[len(m.Ns)-1].String(); added != "shop.db.example.\t5\tIN\tA\t10.9.9.9" {
			t.Errorf("it adds %s", added)
		}
		return lib.RcodeSuccess, false
	}
	if err := s.updater(t).SetTTL(t.Context(), "shop.db.example.", 5*time.Second); err != nil || s.updates != 2 {
		t.Errorf("%v after %d changes", err, s.updates)
	}
}

// TestAnAnswerThatIsLost: the change was made. Who tries again finds that, and changes nothing.
func TestAnAnswerThatIsLost(t *testing.T) {
	s := startScripted(t, "shop.db.example. 60 A 10.0.0.1")
	s.update = func(*lib.Msg) (int, bool) {
		s.records = []string{"shop.db.example. 60 A 10.0.1.1"}
		return 0, true
	}
	u := s.updater(t)
	if err := u.Point(t.Context(), "shop.db.example.", place(t, "10.0.0.1"), place(t, "10.0.1.1")); err == nil {
		t.Error("nobody has answered, and it is taken for done")
	}
	if err := u.Point(t.Context(), "shop.db.example.", place(t, "10.0.0.1"), place(t, "10.0.1.1")); err != nil || s.updates != 1 {
		t.Errorf("%v after %d changes", err, s.updates)
	}
}

// TestOneThatIsRefusedHarmsNoOthers: a message with a name that the key may not change is refused whole, so each is tried alone.
func TestOneThatIsRefusedHarmsNoOthers(t *testing.T) {
	s := startScripted(t, "a.db.example. 60 A 10.0.0.1", "b.db.example. 60 A 10.0.0.1")
	s.update = func(m *lib.Msg) (int, bool) {
		for _, r := range m.Ns {
			if r.Header().Name == "b.db.example." {
				return lib.RcodeRefused, false
			}
		}
		return lib.RcodeSuccess, false
	}
	u := running(t, dns.UpdateConfig{Server: s.address, Zone: "db.example.", Key: scriptedKey, Every: time.Second, Batch: 2})
	got := map[string]error{}
	var mu sync.Mutex
	var group sync.WaitGroup
	for _, name := range []string{"a.db.example.", "b.db.example."} {
		group.Go(func() {
			err := u.Point(t.Context(), name, place(t, "10.0.0.1"), place(t, "10.0.1.1"))
			mu.Lock()
			defer mu.Unlock()
			got[name] = err
		})
	}
	group.Wait()
	if a, b := got["a.db.example."], got["b.db.example."]; a != nil || b == nil || !strings.Contains(b.Error(), "REFUSED") {
		t.Errorf("a: %v, b: %v", a, b)
	}
}

// TestAServerThatDoesNotSign is not believed.
func TestAServerThatDoesNotSign(t *testing.T) {
	s := startScripted(t, "shop.db.example. 60 A 10.0.1.1")
	s.plain = true
	err := s.updater(t).Point(t.Context(), "shop.db.example.", place(t, "10.0.0.1"), place(t, "10.0.1.1"))
	if err == nil || !strings.Contains(err.Error(), "not signed") {
		t.Errorf("got %v", err)
	}
}

// TestAServerThatSaysNothing: the wait ends.
func TestAServerThatSaysNothing(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	u := running(t, dns.UpdateConfig{Server: l.Addr().String(), Zone: "db.example.", Key: scriptedKey, Every: time.Millisecond, Timeout: 200 * time.Millisecond})
	if err := u.Point(t.Context(), "shop.db.example.", place(t, "10.0.0.1"), place(t, "10.0.1.1")); err == nil {
		t.Error("it has worked")
	}
}

// TestPlaces: what may be given, and what not.
func TestPlaces(t *testing.T) {
	for text, want := range map[string]string{
		"": "nowhere", "10.0.0.2 10.0.0.1 10.0.0.2": "10.0.0.1, 10.0.0.2", "2001:DB8::1 10.0.0.1": "10.0.0.1, 2001:db8::1", "Proxy.Example": "proxy.example.",
	} {
		if got := place(t, strings.Fields(text)...).String(); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
	for _, text := range []string{"10.0.0.1 proxy.example", "a.example b.example", "10.0.0.1:3306", "fe80::1%eth0", "::ffff:10.0.0.1", "a..b", "."} {
		if p, err := dns.ParsePlace(strings.Fields(text)); err == nil {
			t.Errorf("%q was taken for %s", text, p)
		}
	}
}
