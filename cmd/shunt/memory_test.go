package main

import "testing"

// TestGarbageIsCollectedWhenItIsWorthIt: half of what is in use, and 32 MiB at least; a process that is just beginning is taken for one that has 1 MiB in use.
func TestGarbageIsCollectedWhenItIsWorthIt(t *testing.T) {
	for live, want := range map[uint64]int{0: 3200, 1 << 20: 3200, 16 << 20: 200, 64 << 20: 50, 1 << 30: 50} {
		if got := garbage(live); got != want {
			t.Errorf("with %d bytes in use garbage is collected at %d percent, not %d", live, got, want)
		}
	}
}
