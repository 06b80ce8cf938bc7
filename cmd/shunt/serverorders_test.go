package main

import (
	"strings"
	"testing"

	"shunt/config"
	"shunt/store"
)

func entry(address, value string) store.Item {
	return store.Item{Key: config.ServerPrefix + address, Value: []byte(value), Revision: 1}
}

// TestWhatTheStoreSaysOfServers: what a proxy was told itself lies over it until the store has it, and what cannot be read says nothing.
func TestWhatTheStoreSaysOfServers(t *testing.T) {
	told := newTold()
	news := func() bool {
		select {
		case <-told.news:
			return true
		default:
			return false
		}
	}
	use := func(address string) string { return told.overlay().Of(address).Use }
	err := told.take(true, []store.Item{entry("a:1", `{"v":1,"use":"drain"}`), entry("b:1", `{"v":9}`), {Key: "orders/last", Value: []byte("{}")}})
	if err == nil || !strings.Contains(err.Error(), "orders/server/b:1") || !news() || use("a:1") != "drain" || use("b:1") != "" {
		t.Errorf("a list: %v; a is used as %q, b as %q", err, use("a:1"), use("b:1"))
	}
	if err := told.take(false, []store.Item{{Key: "orders/last", Value: []byte("{}")}}); err != nil || news() {
		t.Errorf("a change of something else is no news (%v)", err)
	}
	told.hold("a:1", config.Order{Use: "backup"})
	if err := told.take(false, []store.Item{entry("b:1", `{"v":1,"use":"drain"}`)}); err != nil || !news() || use("a:1") != "backup" || use("b:1") != "drain" {
		t.Errorf("while an order is on its way: %v; a is used as %q, b as %q", err, use("a:1"), use("b:1"))
	}
	told.hold("a:1", config.Order{}) // it was reset
	if use("a:1") != "" {
		t.Errorf("a reset lies over it: a is used as %q", use("a:1"))
	}
	told.release("a:1")
	if use("a:1") != "drain" {
		t.Errorf("the store decides again: a is used as %q", use("a:1"))
	}
	gone := entry("a:1", "")
	gone.Deleted = true
	if err := told.take(false, []store.Item{gone}); err != nil || !news() || use("a:1") != "" || use("b:1") != "drain" {
		t.Errorf("an order that was deleted: %v; a is used as %q, b as %q", err, use("a:1"), use("b:1"))
	}
	if err := told.take(true, nil); err != nil || !news() || use("b:1") != "" {
		t.Errorf("a list without orders: %v; b is used as %q", err, use("b:1"))
	}
}
