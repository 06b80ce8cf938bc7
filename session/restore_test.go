package session

import (
	"strings"
	"testing"
)

// commands reads a train of packets as text: one line per command.
func commands(t *testing.T, r Restoration) string {
	t.Helper()
	var lines []string
	b := r.Bytes
	for len(b) > 0 {
		n := int(b[0]) | int(b[1])<<8 | int(b[2])<<16
		payload := b[4 : 4+n]
		b = b[4+n:]
		name := map[byte]string{comResetConnection: "RESET", comInitDB: "INIT_DB ", comQuery: "QUERY "}[payload[0]]
		lines = append(lines, name+string(payload[1:]))
	}
	if len(lines) != r.Answers {
		t.Errorf("%d commands, but %d answers are expected", len(lines), r.Answers)
	}
	return strings.Join(lines, "\n")
}

func TestRestore(t *testing.T) {
	const base = "trackers=1"
	shop := Clean.WithSchema("shop")
	zone := shop.withVar("time_zone", "'+01:00'")
	for _, c := range []struct {
		name     string
		from, to *State
		guard    bool
		extra    string
		want     string
	}{
		{"the same state needs nothing", zone, shop.withVar("time_zone", "'+01:00'"), true, "", ""},
		{"from login", Clean, zone, false, "", "INIT_DB shop\nQUERY SET SESSION time_zone='+01:00'"},
		{"another value replaces the old one", zone, shop.withVar("time_zone", "'+02:00'"), false, "", "QUERY SET SESSION time_zone='+02:00'"},
		{"what is not to be there needs a reset", zone, shop, false, "", "RESET\nINIT_DB shop\nQUERY SET trackers=1"},
		{"an unknown connection is reset", nil, shop, false, "", "RESET\nINIT_DB shop\nQUERY SET trackers=1"},
		{"user variables", Clean, Clean.withUser("a`b", "5"), false, "", "QUERY SET @`a``b`=5"},
		{"a user variable of somebody else", Clean.withUser("a", "1"), Clean.withUser("b", "2"), false, "", "RESET\nQUERY SET trackers=1,@`b`=2"},
		{"a role", Clean, Clean.withRole("auditor"), false, "", "QUERY SET ROLE auditor"},
		{"something for this statement only", zone, zone, false, "last_insert_id=7", "QUERY SET last_insert_id=7"},
		{"a guard on the database", Clean, shop, true, "",
			"INIT_DB shop\nQUERY KILL IF(DATABASE()<=>_utf8mb4 X'73686F70',18446744073709551615,CONNECTION_ID())\nQUERY SELECT NULL INTO @shunt_ready FROM (SELECT 1) a"},
		{"a guard on settings", shop, zone, true, "",
			"QUERY SET SESSION time_zone='+01:00',@shunt_ready=1\nQUERY KILL IF(@shunt_ready<=>1,18446744073709551615,CONNECTION_ID())\nQUERY SELECT NULL INTO @shunt_ready FROM (SELECT 1) a"},
		{"warnings of somebody else", zone.Stained(), zone, true, "", "QUERY SELECT NULL INTO @shunt_last FROM (SELECT 1) a"},
		{"warnings of somebody else, and a setting", shop.Stained(), zone, false, "", "QUERY SET SESSION time_zone='+01:00'\nQUERY SELECT NULL INTO @shunt_last FROM (SELECT 1) a"},
	} {
		r := Restore(nil, c.from, c.to, Link{Baseline: base}, c.guard, c.extra)
		if got := commands(t, r); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, strings.ReplaceAll(got, "\n", " | "), strings.ReplaceAll(c.want, "\n", " | "))
		}
		if wantReset := strings.HasPrefix(c.want, "RESET"); r.Reset != wantReset || NeedsReset(c.from, c.to) != wantReset && c.want != "" {
			t.Errorf("%s: Reset is %v, NeedsReset says %v", c.name, r.Reset, NeedsReset(c.from, c.to))
		}
	}
}

func TestStatesWithEqualContentAreEqual(t *testing.T) {
	a := Clean.WithSchema("d").withVar("a", "1").withVar("b", "2").withUser("x", "'y'")
	b := Clean.withUser("x", "'y'").withVar("b", "3").withVar("b", "2").withVar("a", "1").WithSchema("d")
	if !a.Equal(b) || a.Fingerprint() != b.Fingerprint() || a.PrepareContext() != b.PrepareContext() {
		t.Error("the order in which things were set makes a difference")
	}
	for name, other := range map[string]*State{
		"schema": a.WithSchema("e"), "variable": a.withVar("a", "2"), "user variable": a.withUser("x", "'z'"), "role": a.withRole("r"),
	} {
		if a.Equal(other) || a.Fingerprint() == other.Fingerprint() {
			t.Errorf("another %s makes no difference", name)
		}
	}
	if a.withVar("sql_mode", "''").PrepareContext() == a.PrepareContext() || a.withVar("time_zone", "''").PrepareContext() != a.PrepareContext() {
		t.Error("what a server reads at prepare is sql_mode, but not the time zone")
	}
}

func TestLiteral(t *testing.T) {
	for _, c := range [][3]string{
		{"time_zone", "+01:00", "'+01:00'"}, {"sql_mode", "", "''"}, {"max_statement_time", "1.500000", "1.500000"},
		{"lock_wait_timeout", "50", "50"}, {"character_set_results", "", "NULL"}, {"x", "it's", "'it''s'"},
		{"x", `a\b`, "X'615C62'"}, {"x", "-", "'-'"}, {"x", "1.2.3", "'1.2.3'"}, {"autocommit", "OFF", "'OFF'"},
	} {
		if got := Literal(c[0], c[1]); got != c[2] {
			t.Errorf("%s = %q is written %s, want %s", c[0], c[1], got, c[2])
		}
	}
}

func TestCharacterSetsThatGoTogetherAreSetByNames(t *testing.T) {
	login := New(Login{Charset: "utf8mb4", Collation: "utf8mb4_bin"}).State()
	if got, want := commands(t, Restore(nil, Clean, login, Link{}, false, "")), "QUERY SET NAMES 'utf8mb4' COLLATE 'utf8mb4_bin'"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	off := login.withVar("character_set_results", "NULL")
	if got, want := commands(t, Restore(nil, login, off, Link{}, false, "")), "QUERY SET SESSION character_set_results=NULL"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
