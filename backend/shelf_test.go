package backend

import (
	"testing"
	"unique"
)

// TestAConnectionIsFoundWhereverItWasLaidBack: on the shelf that it came from, on another one, and on one that has forgotten its bin meanwhile; and under the key that it has now.
func TestAConnectionIsFoundWhereverItWasLaidBack(t *testing.T) {
	first, second := &shelf{}, &shelf{}
	key, other := unique.Make(Key{User: "app"}), unique.Make(Key{User: "admin"})
	c := &Conn{key: key}
	lay := func(s *shelf, what string) {
		t.Helper()
		s.push(c)
		if got := s.pick(&Want{Key: c.key}); got != c {
			t.Errorf("%s: it is not found", what)
		}
		if n := s.len(); n != 0 {
			t.Errorf("%s: the shelf still has %d", what, n)
		}
	}
	lay(first, "at first")
	lay(first, "where it was")
	lay(second, "on another shelf")
	lay(first, "back again")
	first.clear(func(*Conn) bool { return true }) // of nothing: it is lent
	lay(first, "where its bin is gone")
	c.key = other
	lay(first, "with another key")
}
