package config

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shunt/sharding/move/dns"
)

// named is a file with names of databases; what stands behind dns: is a test's.
const named = `
listen: 127.0.0.1:6033
clusters:
  paris: {servers: [db1:3306], account: {user: shunt, password: x}, clients: [10.0.0.2, 10.0.0.1]}
  gra: {servers: [db2:3306], account: {user: shunt, password: x}, clients: Gra.example}
databases: {shop: {hostname: Shop.db.example}, blog: {cluster: gra}}
dns: `

// TestNames: what the DNS is told, and by whom.
func TestNames(t *testing.T) {
	addresses := cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })
	places := cmp.Comparer(dns.Place.Equal)
	homes := map[string]dns.Place{
		"paris": {Addresses: []netip.Addr{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2")}}, "gra": {Alias: "gra.example."},
	}
	for text, want := range map[string]NameConfig{
		`{zone: DB.example, rfc2136: {server: "ns:53", tsig: {name: shunt, secret: "c2h1bnQ="}}}`: {Zone: "db.example.", Places: homes, Update: &dns.UpdateConfig{
			Server: "ns:53", Zone: "db.example.", Every: 200 * time.Millisecond, Key: dns.Key{Name: "shunt.", Algorithm: "hmac-sha256", Secret: "c2h1bnQ="},
		}},
		`{zone: db.example, serve: ":53", nameservers: [ns1.Example, ns2.example.], ttl: 1s, transfer: [10.0.0.0/8, 192.0.2.1]}`: {Zone: "db.example.", Places: homes, Serve: &dns.ServeConfig{
			Address: ":53", Zone: "db.example.", Nameservers: []string{"ns1.example.", "ns2.example."}, TTL: time.Second,
			Transfer: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.1/32")},
		}},
	} {
		c, err := Parse([]byte(named+text), "config.yaml")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, c.Names(), addresses, places); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
		if diff := cmp.Diff(map[string]string{"shop": "shop.db.example."}, c.Hostnames()); diff != "" {
			t.Errorf("hostnames (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(map[string]string{"blog": "gra"}, c.Sharding().Homes); diff != "" {
			t.Errorf("a hostname alone decides no home (-want +got):\n%s", diff)
		}
	}
}

// TestNamesAreReloaded: a hostname at once, if what it needs is in force; else nothing of the file.
func TestNamesAreReloaded(t *testing.T) {
	parse := func(text string) *Config {
		t.Helper()
		c, err := Parse([]byte(text), "config.yaml")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	served := named + `{zone: db.example, serve: "127.0.0.1:53", nameservers: ns.example}`
	more := strings.Replace(served, "blog: {cluster: gra}", "blog: {hostname: blog.db.example}", 1)
	now, err := parse(served).Reloaded(parse(more))
	if err != nil || now.Hostnames()["blog"] != "blog.db.example." {
		t.Errorf("%v, %v", err, now)
	}
	without := strings.Replace(strings.Replace(named, "hostname: Shop.db.example", "cluster: paris", 1), "dns: ", "", 1)
	if _, err := parse(without).Reloaded(parse(more)); err == nil || !strings.Contains(err.Error(), "restart") {
		t.Errorf("without dns in force: %v", err)
	}
}
