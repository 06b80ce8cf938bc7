package catalog

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"shunt/topology"
)

func TestLike(t *testing.T) {
	for _, test := range []struct {
		text, pattern string
		want          bool
	}{
		{"", "", true}, {"a", "", false}, {"", "%", true}, {"abc", "%", true}, {"abc", "a%", true}, {"abc", "%c", true},
		{"abc", "%b%", true}, {"abc", "a_c", true}, {"abc", "a_", false}, {"abc", "___", true}, {"abc", "____", false},
		{"abc", "a%b%c%", true}, {"abc", "%%", true}, {"abbbc", "a%bc", true}, {"abcbd", "a%bd", true}, {"abc", "a%d", false},
		{"a_c", `a\_c`, true}, {"abc", `a\_c`, false}, {"a%c", `a\%c`, true}, {"abc", `%\%`, false}, {"ab%", `%\%`, true},
		{"192.168.1.7", "192.168.1.%", true}, {"192.168.11.7", "192.168.1.%", false},
		{strings.Repeat("a", 255), strings.Repeat("%a", 100) + "b", false}, // would take for ever if it were tried in all ways
	} {
		if got := like(test.text, test.pattern); got != test.want {
			t.Errorf("%q like %q: %v", test.text, test.pattern, got)
		}
	}
}

// TestPatternMatches has what no test against the server here can have: other addresses than 127.x.x.x, and MySQL.
func TestPatternMatches(t *testing.T) {
	for _, test := range []struct {
		flavor   topology.Flavor
		pattern  string
		ip       string // empty: a unix socket
		hostname string
		want     bool
	}{
		{topology.MariaDB, "%", "10.1.2.3", "", true},
		{topology.MariaDB, "%", "", "localhost", true},
		{topology.MariaDB, "localhost", "", "localhost", true},
		{topology.MariaDB, "localhost", "127.0.0.1", "", false},
		{topology.MariaDB, "10.1.2.3", "10.1.2.3", "", true},
		{topology.MariaDB, "10.1.2.3", "10.1.2.4", "", false},
		{topology.MariaDB, "10.%", "10.1.2.3", "web1.example.com", true},
		{topology.MariaDB, "%.Example.com", "10.1.2.3", "WEB1.example.COM", true},
		{topology.MariaDB, "%.example.com", "10.1.2.3", "", false},
		{topology.MariaDB, "10.1.0.0/255.255.0.0", "10.1.2.3", "", true},
		{topology.MariaDB, "10.1.0.0/255.255.0.0", "10.2.2.3", "", false},
		{topology.MariaDB, "10.1.2.3/255.255.0.0", "10.1.2.3", "", false}, // bits outside of the mask: matches nobody
		{topology.MariaDB, "10.1.0.0/16", "10.1.2.3", "", false},          // not MariaDB's
		{topology.MySQL, "10.1.0.0/16", "10.1.2.3", "", true},
		{topology.MySQL, "10.1.0.0/16", "10.2.2.3", "", false},
		{topology.MySQL, "0.0.0.0/0", "10.2.2.3", "", true},
		{topology.MySQL, "10.1.0.0/33", "10.1.2.3", "", false},
		{topology.MariaDB, "::1", "::1", "", true},
		{topology.MariaDB, "2001:db8:%", "2001:db8::7", "", true},
		{topology.MariaDB, "10.0.0.0/255.0.0.0", "2001:db8::7", "", false},
		{topology.MySQL, "", "10.1.2.3", "", true},
	} {
		var ip netip.Addr
		if test.ip != "" {
			ip = netip.MustParseAddr(test.ip)
		}
		if got := newPattern(test.pattern, test.flavor).matches(ip, test.hostname); got != test.want {
			t.Errorf("%v %q matches %q, %q: %v", test.flavor, test.pattern, test.ip, test.hostname, got)
		}
	}
}

// Each list goes from specific to general.
func TestOrderOfPatterns(t *testing.T) {
	for flavor, want := range map[topology.Flavor][]string{
		topology.MySQL: {
			"10.1.2.3", "10.1.2.0/24", "10.1.0.0/16", "10.1.2.0/255.255.255.0", "10.1.0.0/255.255.0.0",
			"web.example.com", "localhost", "web1.exampl%", "10.1.2.%", "w%", "%.example.com", "%", "",
		},
		topology.MariaDB: {
			"localhost", "10.1.8.0/255.255.248.0", "10.1.2.3", "10.1.2.0/255.255.255.0", "10.1.10.3",
			"10.1.2._", "web_.example.com_", "%.example.com", "10.1.2.%", "10.%", "_%", "%",
		},
	} {
		patterns := make([]*pattern, len(want))
		for i, text := range want {
			patterns[len(want)-1-i] = newPattern(text, flavor)
		}
		slices.SortStableFunc(patterns, (*pattern).compare)
		var got []string
		for _, p := range patterns {
			got = append(got, p.text)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%v:\n%q\nwant\n%q", flavor, got, want)
		}
	}
}
