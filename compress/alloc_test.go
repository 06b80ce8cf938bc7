//go:build !race

package compress

import "testing"

// TestAnExchangeDoesNotAllocate: in steady state. (Not under the race detector, which makes pools forget.)
func TestAnExchangeDoesNotAllocate(t *testing.T) {
	for name, e := range map[string]exchange{"small": newExchange(30, 20), "compressed": newExchange(300, 10_000)} {
		for _, a := range []Algorithm{Zlib, Zstd} {
			client, server := ends(a)
			buf := make([]byte, 1<<20)
			allocations := testing.AllocsPerRun(200, func() {
				pass(t, client, server, e.command, buf)
				pass(t, server, client, e.answer, buf)
			})
			if allocations > 1 { // a collection may empty the pools in between
				t.Errorf("%s, %v: %.1f allocations", name, a, allocations)
			}
		}
	}
}
