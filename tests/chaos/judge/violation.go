package judge

import (
	"fmt"
	"strings"
	"time"
)

// Kind is what a violation violates.
type Kind uint8

// The kinds. The first four are stale reads.
const (
	ReadYourWrites Kind = iota // a session did not see what it had written
	MonotonicReads             // a session did not see what it had seen
	CausalWrites               // a session did not see what the giver of its token had written
	CausalReads                // a session did not see what the giver of its token had seen
	LostWrite                  // acknowledged, and not there
	DoubledWrite               // applied twice
	RefusedWrite               // the client was told that nothing was applied, and it was
	WrongAnswer                // the client was told another version than the one that it made
	Phantom                    // a read saw what nobody had committed, or not yet
	Gap                        // the database lacks a version that a later one was made from
)

var kindNames = [...]string{"read your writes", "monotonic reads", "causal writes", "causal reads", "lost write", "doubled write", "refused write",
	"wrong answer", "phantom", "gap"}

func (k Kind) String() string { return kindNames[k] }

// Violation is one of the things that must not have happened.
type Violation struct {
	Kind   Kind
	Cell   Cell    // as it was read, or as the journal or the table has it; of a lost write, as its client was told
	Needed int64   // the version that was due
	Events []Event // those concerned, the one that is wrong last
}

// String tells the violation and the events concerned, a line each.
func (v Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: ", v.Kind)
	switch c := v.Cell; v.Kind {
	case ReadYourWrites, MonotonicReads, CausalWrites, CausalReads:
		fmt.Fprintf(&b, "cell %d was read at version %d, and %d was due", c.Key, c.Version, v.Needed)
	case LostWrite:
		fmt.Fprintf(&b, "version %d of cell %d was acknowledged and is not there", v.Needed, c.Key)
	case DoubledWrite:
		fmt.Fprintf(&b, "versions %d and %d of cell %d are of one request", v.Needed, c.Version, c.Key)
	case RefusedWrite:
		fmt.Fprintf(&b, "version %d of cell %d was made by a request that was refused", c.Version, c.Key)
	case WrongAnswer:
		fmt.Fprintf(&b, "version %d of cell %d was made, and its client was told %d", c.Version, c.Key, v.Needed)
	case Phantom:
		fmt.Fprintf(&b, "version %d of cell %d, said to be of #%d, was read and had not been committed", c.Version, c.Key, c.Writer)
	case Gap:
		fmt.Fprintf(&b, "cell %d is at version %d, and %d was due", c.Key, c.Version, v.Needed)
	}
	for i := range v.Events {
		b.WriteString("\n\t" + v.Events[i].String())
	}
	return b.String()
}

// String is one line.
func (e *Event) String() string {
	parts := []string{fmt.Sprintf("session %d #%d", e.Session, e.Request)}
	add := func(word, text string) {
		if text != "" {
			parts = append(parts, word+text)
		}
	}
	add("", e.Kind)
	add("via ", e.Via)
	parts = append(parts, fmt.Sprintf("%v to %v", e.Invoked.Round(time.Microsecond), e.Returned.Round(time.Microsecond)))
	if e.After != 0 {
		add("after #", fmt.Sprint(e.After))
	}
	add("read ", cells(e.Read))
	add("wrote ", cells(e.Wrote))
	add("", e.Outcome.String())
	add("", e.Error)
	return strings.Join(parts, ", ")
}

func cells(all []Cell) string {
	texts := make([]string, len(all))
	for i, c := range all {
		texts[i] = fmt.Sprintf("%d=v%d", c.Key, c.Version)
		if c.Writer != 0 {
			texts[i] += fmt.Sprintf("(#%d)", c.Writer)
		}
	}
	return strings.Join(texts, " ")
}

func malformed(e *Event, why string) error {
	return fmt.Errorf("judge: this is no history: %s: %s", why, e)
}

// Only keeps the violations of some kinds.
func Only(all []Violation, kinds ...Kind) (some []Violation) {
	for _, v := range all {
		for _, k := range kinds {
			if v.Kind == k {
				some = append(some, v)
			}
		}
	}
	return some
}

// Count says how many violations of each kind there are, for one line of a log.
func Count(all []Violation) string {
	count := map[Kind]int{}
	for _, v := range all {
		count[v.Kind]++
	}
	var parts []string
	for k := range Kind(len(kindNames)) {
		if count[k] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count[k], k))
		}
	}
	if parts == nil {
		return "none"
	}
	return strings.Join(parts, ", ")
}
