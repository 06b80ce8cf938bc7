package chaos

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"shunt/tests/chaos/judge"
)

// census counts what is in a history, for one line of a log.
func census(h *judge.History) string {
	sessions, kinds, errors := map[int]bool{}, map[string]int{}, map[string]int{}
	for i := range h.Events {
		e := &h.Events[i]
		sessions[e.Session] = true
		kinds[e.Kind]++
		if e.Error != "" {
			errors[heading(e)]++
		}
	}
	return fmt.Sprintf("%d sessions, %d requests (%s), errors: %s", len(sessions), len(h.Events), tally(kinds), tally(errors))
}

// heading is what an error has in common with others: what was asked, and the error's number.
func heading(e *judge.Event) string {
	number, _, _ := strings.Cut(e.Error, ":")
	return e.Kind + ": " + number + " " + e.Outcome.String()
}

func tally(counts map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%d %s", counts[name], name))
	}
	if parts == nil {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// lost says whether an event failed because a connection to a server was lost (docs/reference/errors.md).
func lost(e *judge.Event) bool {
	for _, number := range []string{"9920", "9921", "9923"} {
		if strings.HasPrefix(e.Error, "Error "+number+" ") {
			return true
		}
	}
	return false
}

// failures are the events that ended in an error.
func failures(h *judge.History) (some []judge.Event) {
	for _, e := range h.Events {
		if e.Error != "" {
			some = append(some, e)
		}
	}
	return some
}
