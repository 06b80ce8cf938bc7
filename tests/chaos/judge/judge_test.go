package judge_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	. "shunt/tests/chaos/judge"
)

// script makes a history of lines: "A 1 w x3" is request 1 of session A, which wrote cell x at version 3; "r x3.1 y0" read x at version 3, of
// request 1, and y at version 0. Behind a write may stand "refused" or "unknown", before all "after=7" for a token given after request 7. Lines
// that begin with "journal" and "rows" have cells in the same way; without them the journal is what was acknowledged.
func script(t *testing.T, text string) *History {
	t.Helper()
	h := &History{Lost: map[int64]bool{}}
	journal := false
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
		case words[0] == "journal":
			journal = true
			h.Journal = append(h.Journal, readCells(t, words[1:])...)
		case words[0] == "rows":
			h.Rows = append(h.Rows, readCells(t, words[1:])...)
		case words[0] == "lost":
			for _, w := range words[1:] {
				h.Lost[number(t, w)] = true
			}
		default:
			h.Events = append(h.Events, event(t, words, len(h.Events)))
		}
	}
	if !journal {
		h.Journal = acknowledged(h)
	}
	return h
}

func event(t *testing.T, words []string, i int) Event {
	t.Helper()
	e := Event{Session: int(words[0][0]), Request: number(t, words[1])}
	e.Invoked, e.Returned = time.Duration(2*i), time.Duration(2*i+1)
	var cells *[]Cell
	for _, w := range words[2:] {
		switch {
		case w == "r":
			cells = &e.Read
		case w == "w":
			cells = &e.Wrote
		case w == "refused":
			e.Outcome = Refused
		case w == "unknown":
			e.Outcome = Unknown
		case strings.HasPrefix(w, "after="):
			e.After = number(t, w[len("after="):])
		default:
			*cells = append(*cells, readCells(t, []string{w})...)
		}
	}
	return e
}

func readCells(t *testing.T, words []string) (cells []Cell) {
	t.Helper()
	for _, w := range words {
		version, writer, _ := strings.Cut(w[1:], ".")
		cells = append(cells, Cell{Key: int(w[0]), Version: number(t, version), Writer: number(t, "0"+writer)})
	}
	return cells
}

func number(t *testing.T, text string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func acknowledged(h *History) (journal []Cell) {
	for _, e := range h.Events {
		for _, c := range e.Wrote {
			if e.Outcome == OK {
				journal = append(journal, Cell{Key: c.Key, Version: c.Version, Writer: e.Request})
			}
		}
	}
	return journal
}

func TestCheck(t *testing.T) {
	for _, test := range []struct {
		name, script string
		want         string // kinds and requests
	}{
		{"nothing", "", ""},
		{"own write seen", "A 1 w x1\nA 2 r x1.1", ""},
		{"own write not seen", "A 1 w x1\nA 2 r x0", "read your writes 2"},
		{"own write not seen, others' seen before", "B 1 w x1\nA 2 r x1.1\nA 3 w x2\nA 4 r x1.1", "read your writes 4"},
		{"a newer one of others is as good", "A 1 w x1\nB 2 w x2\nA 3 r x2.2", ""},
		{"others may be behind", "A 1 w x1\nB 2 r x0", ""},
		{"the write's own event reads from before it", "A 1 r x0 w x1\nA 2 r x1.1", ""},
		{"every cell of a read counts", "A 1 w x1 y1\nA 2 r y1.1 x0", "read your writes 2"},
		{"unknown writes may be seen or not", "A 1 w x1 unknown\nA 2 r x0\njournal x1.1", ""},
		{"unknown writes, once seen, stay", "A 1 w x1 unknown\nA 2 r x1.1\nA 3 r x0\njournal x1.1", "monotonic reads 3"},

		{"time goes on", "B 1 w x1\nA 2 r x0\nA 3 r x1.1\nA 4 r x1.1", ""},
		{"time goes back", "B 1 w x1\nA 2 r x1.1\nA 3 r x0", "monotonic reads 3"},
		{"time goes back, and over an own write", "B 1 w x1\nA 2 w x2\nA 3 r x2.2\nA 4 r x0", "monotonic reads 4, read your writes 4"},
		{"each session has its own time", "B 1 w x1\nA 2 r x1.1\nC 3 r x0", ""},
		{"a read within what was rolled back counts", "B 1 w x1\nA 2 r x1.1 w y1 refused\nA 3 r x0", "monotonic reads 3"},

		{"a token brings what was written", "A 1 w x1\nB 2 after=1 r x0", "causal writes 2"},
		{"and what was read", "C 1 w x1\nA 2 r x1.1\nB 3 after=2 r x0", "causal reads 3"},
		{"and what came by a token", "A 1 w x1\nB 2 after=1 r y0\nC 3 after=2 r x0", "causal writes 3"},
		{"from then on", "A 1 w x1\nB 2 after=1 r x1.1\nB 3 r y0\nB 4 r x0", "causal writes 4, monotonic reads 4"},
		{"not what was written after it was given", "A 1 w x1\nA 2 w x2\nB 3 after=1 r x1.1", ""},
		{"nor before it is taken", "A 1 w x1\nB 2 r x0\nB 3 after=1 r x1.1", ""},
		{"a second token brings more", "A 1 w x1\nB 2 after=1 r x1.1\nA 3 w x2\nB 4 after=3 r x1.1", "causal writes 4"},
		{"there and back", "A 1 w x1\nB 2 after=1 w x2\nA 3 after=2 r x1.1", "causal writes 3"},

		{"lost", "A 1 w x1\njournal", "lost write 1"},
		{"one of a transaction's is lost", "A 1 w x1 y1\njournal x1.1", "lost write 1"},
		{"unknown may be lost", "A 1 w x1 unknown\njournal", ""},
		{"unknown may be there", "A 1 w x1 unknown\njournal x1.1", ""},
		{"unknown may not be there twice", "A 1 w x1 unknown\njournal x1.1 x2.1", "doubled write 1"},
		{"acknowledged once, applied twice", "A 1 w x1\njournal x1.1 x2.1", "doubled write 1"},
		{"refused and not there", "A 1 w x1 refused\njournal", ""},
		{"refused and there", "A 1 w x1 refused\njournal x1.1", "refused write 1"},
		{"told another's version", "A 1 w x1\nB 2 w x1\njournal x1.1 x2.2", "wrong answer 2"},
		{"a read of what is not there", "A 1 w x1\nB 2 r x2.1", "phantom 2"},
		{"a read of another writer's", "A 1 w x1\nB 2 w x2\nC 3 r x1.2", "phantom 3"},
		{"a read of what was rolled back", "A 1 w x1 refused\nB 2 r x1.1\njournal", "phantom 2"},
		{"a read of what is still to come", "B 1 r x1.2\nA 2 w x1", "phantom 1"},
		{"a version is missing", "A 1 w x1\nA 2 w x2\njournal x2.2", "gap -, lost write 1"},
		{"the row is behind its journal", "A 1 w x1\nrows x0", "gap -"},
		{"the row is ahead of its journal", "A 1 w x1\nrows x2.1", "gap -"},
		{"the row agrees", "A 1 w x1\nrows x1.1 y0", ""},

		{"died with its server", "A 1 w x1\nlost 1\njournal", ""},
		{"and is not missed by who wrote it", "A 1 w x1\nA 2 r x0\nlost 1\njournal", ""},
		{"nor by who saw it", "A 1 w x1\nB 2 r x1.1\nB 3 r x0\nlost 1\njournal", ""},
		{"its version is given again", "A 1 w x1\nB 2 w x1\nA 3 r x1.2\nlost 1\njournal x1.2", ""},
		{"others are missed as ever", "A 1 w x1\nA 2 w y1\nA 3 r y0\nlost 1\njournal y1.2", "read your writes 3"},
	} {
		t.Run(test.name, func(t *testing.T) {
			all, err := script(t, test.script).Check()
			if got := summary(all); err != nil || got != test.want {
				t.Errorf("%s, %v; want %s", got, err, test.want)
				for _, v := range all {
					t.Log(v)
				}
			}
		})
	}
}

// summary lists kinds and the requests that are wrong, sorted.
func summary(all []Violation) string {
	seen := map[string]bool{}
	for _, v := range all {
		request := "-"
		if n := len(v.Events); n > 0 {
			request = strconv.FormatInt(v.Events[n-1].Request, 10)
		}
		seen[fmt.Sprintf("%s %s", v.Kind, request)] = true
	}
	return strings.Join(sorted(seen), ", ")
}

func TestWhatIsNoHistory(t *testing.T) {
	for name, text := range map[string]string{
		"a number twice":               "A 1 r x0\nB 1 r x0",
		"a token of nobody":            "A 1 after=7 r x0",
		"a token of later":             "A 1 after=2 r x0\nB 2 r x0",
		"a journal of others":          "A 1 w x1\njournal x1.1 x2.9",
		"a place in the journal twice": "A 1 w x1\nB 2 w x1",
		"a cell that was not tried":    "A 1 w x1\njournal y1.1",
	} {
		if all, err := script(t, text).Check(); err == nil {
			t.Errorf("%s: no error, %v", name, all)
		}
	}
	overlapping := script(t, "A 1 r x0\nA 2 r x0")
	overlapping.Events[1].Invoked = overlapping.Events[0].Invoked
	if _, err := overlapping.Check(); err == nil {
		t.Error("a session with two requests at a time: no error")
	}
}

func TestAViolationShowsTheEventsConcerned(t *testing.T) {
	h := script(t, "A 1 w x1\nB 2 r y0\nA 3 r x0")
	h.Events[2].Via, h.Events[2].Kind = "127.0.0.1:6033", "select"
	all, err := h.Check()
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	text := all[0].String()
	for _, want := range []string{"read your writes: cell 120 was read at version 0, and 1 was due", "session 65 #1", "session 65 #3, select, via 127.0.0.1:6033"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q does not say %q", text, want)
		}
	}
	if strings.Contains(text, "#2,") {
		t.Errorf("%q tells of what has nothing to do with it", text)
	}
	if got := Count(all); got != "1 read your writes" || Count(nil) != "none" {
		t.Errorf("%q, %q", got, Count(nil))
	}
	if len(Only(all, MonotonicReads)) != 0 || len(Only(all, MonotonicReads, ReadYourWrites)) != 1 {
		t.Error("Only keeps others")
	}
}
