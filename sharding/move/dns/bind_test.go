package dns_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"shunt/sharding/move/dns"
	"shunt/sharding/move/dns/bindtest"
)

// bind is a BIND with the zone db.example.
type bind struct {
	t       *testing.T
	address string
	key     dns.Key
}

const zoneText = `$TTL 3600
@ SOA ns1.example. hostmaster.example. 1 3600 600 86400 5
@ NS ns1.example.
shop A 10.0.0.1
shop A 10.0.0.2
blog A 10.0.0.1
blog AAAA 2001:db8::1
wiki CNAME paris.example.
`

// startBIND starts it with these records, and more.
func startBIND(t *testing.T, more string) *bind {
	t.Helper()
	s := bindtest.Start(t, "db.example", zoneText+more)
	return &bind{t, s.Address, dns.Key{Name: s.KeyName, Algorithm: "hmac-sha256", Secret: s.Secret}}
}

// has tells the records of a name in a line.
func (b *bind) has(name string) string {
	b.t.Helper()
	return b.have(name)[strings.TrimSuffix(name, ".")+"."]
}

// have tells those of several names.
func (b *bind) have(names ...string) map[string]string {
	b.t.Helper()
	args := []string{"+noall", "+answer", "+norecurse"}
	for _, name := range names {
		args = append(args, name, "CNAME", name, "A", name, "AAAA")
	}
	all := map[string][]string{}
	for line := range strings.Lines(bindtest.Dig(b.t, b.address, args...)) {
		if f := strings.Fields(line); len(f) == 5 {
			all[f[0]] = append(all[f[0]], f[1]+" "+f[3]+" "+f[4])
		}
	}
	texts := map[string]string{}
	for name, list := range all {
		slices.Sort(list)
		texts[name] = strings.Join(slices.Compact(list), ", ") // an alias is in all answers
	}
	return texts
}

// updater changes the zone with a key.
func (b *bind) updater(key dns.Key, every time.Duration) *dns.Updater {
	return running(b.t, dns.UpdateConfig{Server: b.address, Zone: "db.example.", Key: key, Every: every})
}

func place(t *testing.T, list ...string) dns.Place {
	t.Helper()
	p, err := dns.ParsePlace(list)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestANameFollows: from addresses to others of both kinds, to another name, and back; with its TTL lowered before and restored after.
func TestANameFollows(t *testing.T) {
	b := startBIND(t, "")
	u := b.updater(b.key, time.Millisecond)
	ctx := t.Context()
	paris, gra, alias := place(t, "10.0.0.2", "10.0.0.1"), place(t, "10.0.1.1", "2001:db8:1::1"), place(t, "Gra.Example")

	ttl, err := u.TTL(ctx, "shop.db.example.")
	if err != nil || ttl != time.Hour {
		t.Fatalf("the TTL is %v (%v), want 1h", ttl, err)
	}
	steps := []struct {
		what string
		do   func() error
		want string
	}{
		{"lower", func() error { return u.SetTTL(ctx, "shop.db.example.", 5*time.Second) }, "5 A 10.0.0.1, 5 A 10.0.0.2"},
		{"point", func() error { return u.Point(ctx, "shop.db.example.", paris, gra) }, "5 A 10.0.1.1, 5 AAAA 2001:db8:1::1"},
		{"point again, as after an answer that was lost", func() error { return u.Point(ctx, "SHOP.db.example", paris, gra) }, "5 A 10.0.1.1, 5 AAAA 2001:db8:1::1"},
		{"to a name", func() error { return u.Point(ctx, "shop.db.example.", gra, alias) }, "5 CNAME gra.example."},
		{"back", func() error { return u.Point(ctx, "shop.db.example.", alias, paris) }, "5 A 10.0.0.1, 5 A 10.0.0.2"},
		{"restore", func() error { return u.SetTTL(ctx, "shop.db.example.", ttl) }, "3600 A 10.0.0.1, 3600 A 10.0.0.2"},
	}
	for _, s := range steps {
		if err := s.do(); err != nil {
			t.Fatalf("%s: %v", s.what, err)
		}
		if got := b.has("shop.db.example"); got != s.want {
			t.Errorf("%s: it has %q, want %q", s.what, got, s.want)
		}
	}
}

// TestWhatSomebodyElseHasChangedIsLeftAlone: other addresses, one more, another kind, or nothing at all.
func TestWhatSomebodyElseHasChangedIsLeftAlone(t *testing.T) {
	b := startBIND(t, "")
	u := b.updater(b.key, time.Millisecond)
	gra := place(t, "10.0.1.1")
	for name, from := range map[string]dns.Place{
		"shop": place(t, "10.0.0.1"), "blog": place(t, "10.0.0.1"), "wiki": place(t, "10.0.0.1"), "nowhere": place(t, "10.0.0.1"),
	} {
		name += ".db.example."
		before := b.has(name)
		err := u.Point(t.Context(), name, from, gra)
		if !errors.Is(err, dns.ErrForeign) {
			t.Errorf("%s: %v, want ErrForeign", name, err)
		}
		if after := b.has(name); after != before {
			t.Errorf("%s was %q and is %q", name, before, after)
		}
	}
	if err := u.Point(t.Context(), "shop.other.example.", gra, gra); err == nil {
		t.Error("a name outside of the zone was changed")
	}
}

// TestWhoHasTheWrongKeyChangesNothing: another secret, or another name.
func TestWhoHasTheWrongKeyChangesNothing(t *testing.T) {
	b := startBIND(t, "")
	for want, key := range map[string]dns.Key{
		"BADSIG": {Name: b.key.Name, Algorithm: b.key.Algorithm, Secret: base64.StdEncoding.EncodeToString([]byte("another one"))},
		"BADKEY": {Name: "somebody.", Algorithm: b.key.Algorithm, Secret: b.key.Secret},
	} {
		err := b.updater(key, time.Millisecond).Point(t.Context(), "shop.db.example.", place(t, "10.0.0.1", "10.0.0.2"), place(t, "10.0.1.1"))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("with a key that should be %s: %v", want, err)
		}
	}
	if got := b.has("shop.db.example"); got != "3600 A 10.0.0.1, 3600 A 10.0.0.2" {
		t.Errorf("it has %q", got)
	}
}

// TestNamesGoTogether: those that are changed at the same time are in one message; one of them that is foreign harms none of the others.
func TestNamesGoTogether(t *testing.T) {
	const names = 20
	var more strings.Builder
	for i := range names {
		fmt.Fprintf(&more, "n%d A 10.0.0.1\n", i)
	}
	b := startBIND(t, more.String())
	u := b.updater(b.key, 2*time.Second)
	before := b.serial()
	var group sync.WaitGroup
	for i := range names {
		group.Go(func() {
			if err := u.Point(t.Context(), fmt.Sprintf("n%d.db.example.", i), place(t, "10.0.0.1"), place(t, "10.0.1.1")); err != nil {
				t.Errorf("n%d: %v", i, err)
			}
		})
	}
	group.Go(func() {
		if err := u.Point(t.Context(), "wiki.db.example.", place(t, "10.0.0.1"), place(t, "10.0.1.1")); !errors.Is(err, dns.ErrForeign) {
			t.Errorf("wiki: %v, want ErrForeign", err)
		}
	})
	group.Wait()
	if messages := b.serial() - before; messages < 1 || messages > 3 {
		t.Errorf("%d names were changed in %d messages", names, messages)
	}
	var all []string
	for i := range names {
		all = append(all, fmt.Sprintf("n%d.db.example.", i))
	}
	have := b.have(all...)
	for _, name := range all {
		if have[name] != "3600 A 10.0.1.1" {
			t.Errorf("%s has %q", name, have[name])
		}
	}
}

// serial is the zone's; it grows by one with each message that changes something.
func (b *bind) serial() (n int) {
	b.t.Helper()
	if _, err := fmt.Sscan(strings.Fields(bindtest.Dig(b.t, b.address, "+short", "db.example", "SOA"))[2], &n); err != nil {
		b.t.Fatal(err)
	}
	return n
}
