package chaos

import (
	"testing"

	"shunt/tests/chaos/judge"
)

// kept has the judge look at a history and fails the test with every promise that was broken.
func kept(t *testing.T, h *judge.History) {
	t.Helper()
	reportAll(t, broken(verdict(t, h)))
}

// broken are the violations of what shunt promises. A session reads its own writes; those of others it sees as soon as replication brings them
// (docs/architecture.md), and not again if the next replica is further behind.
func broken(all []judge.Violation) (some []judge.Violation) {
	for _, v := range all {
		if v.Kind != judge.MonotonicReads {
			some = append(some, v)
		}
	}
	return some
}
