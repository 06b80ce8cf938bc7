package lab

import (
	"context"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A port is free when it is chosen and taken when the server wants it: another is found.
func TestAPortThatWasLostMeanwhile(t *testing.T) {
	l, err := plan(Options{Dir: "unused", Datacenters: []Datacenter{{Name: "paris"}}})
	if err != nil {
		t.Fatal(err)
	}
	lost := l.Server("paris-1").Address
	thief, err := net.Listen("tcp", lost)
	if err != nil {
		t.Fatal(err)
	}
	defer thief.Close()
	if err := l.up(t.Context(), filepath.Join(t.TempDir(), "lab")); err != nil {
		t.Fatal(err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := l.Down(ctx); err != nil {
			t.Error(err)
		}
	}()
	again, err := Open(l.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if now := l.Server("paris-1").Address; now == lost || again.Server("paris-1").Address != now {
		t.Errorf("the server is at %s, is said to be at %s, and lost %s", now, again.Server("paris-1").Address, lost)
	}
}

func TestOneAtATime(t *testing.T) {
	dir := t.TempDir()
	unlock, err := lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock(dir); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("the second lock: %v", err)
	}
	unlock()
	if unlock, err = lock(dir); err != nil {
		t.Errorf("after unlock: %v", err)
	} else {
		unlock()
	}
}

func TestWhereNoServerIsInstalledTheErrorSaysHowTo(t *testing.T) {
	if _, err := findIn([]string{t.TempDir(), "relative", ""}); err == nil || !strings.Contains(err.Error(), InstallCommand) {
		t.Errorf("it says %v", err)
	}
}
