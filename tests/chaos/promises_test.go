package chaos

import (
	"testing"

	"shunt/tests/chaos/judge"
)

// kept has the judge look at a history and fails the test with every promise that was broken: a session reads what it has written, and what it has
// seen it sees again; every write has the fate that its client was told.
func kept(t *testing.T, h *judge.History) {
	t.Helper()
	reportAll(t, verdict(t, h))
}
