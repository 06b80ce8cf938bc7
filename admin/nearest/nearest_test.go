package nearest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"shunt/admin/nearest"
)

func TestOf(t *testing.T) {
	words := []string{"clients", "clusters", "pools", "pins", "per_server", "per_account", "servers", "wait"}
	for _, c := range []struct {
		word string
		want []string
	}{
		{"clints", []string{"clients"}},
		{"CLIENT", []string{"clients"}},
		{"pisn", []string{"pins"}},                     // two letters swapped
		{"per", []string{"per_server", "per_account"}}, // the beginning of two
		{"wiat", []string{"wait"}},
		{"cluster", []string{"clusters"}},
		{"xyzzy", nil},
		{"", nil},
	} {
		if diff := cmp.Diff(c.want, nearest.Of(c.word, words)); diff != "" {
			t.Errorf("nearest to %q (-want +got):\n%s", c.word, diff)
		}
	}
}

func TestOfGivesThreeAtMost(t *testing.T) {
	got := nearest.Of("aaa", []string{"aab", "aac", "aad", "aae", "aaa"})
	if diff := cmp.Diff([]string{"aaa", "aab", "aac"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestHint(t *testing.T) {
	words := []string{"clients", "pools", "pins"}
	for word, want := range map[string]string{
		"clint": "did you mean clients?",
		"pools": "did you mean pools?",
		"zebra": "",
	} {
		if got := nearest.Hint(word, words); got != want {
			t.Errorf("the hint for %q is %q, want %q", word, got, want)
		}
	}
}
