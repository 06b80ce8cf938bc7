package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"shunt/admin/nearest"
)

// Fault is one thing that is wrong in a configuration.
type Fault struct {
	File string
	Line int    // from 1 on
	Key  string // the setting, with a dot between a section and what is in it; empty for the file as a whole
	Text string // what is wrong
	Hint string // what to do; may be empty
}

func (f Fault) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d: ", f.File, f.Line)
	if f.Key != "" {
		b.WriteString(f.Key + ": ")
	}
	b.WriteString(f.Text)
	if f.Hint != "" {
		b.WriteString("; " + f.Hint)
	}
	return b.String()
}

// Faults are all that is wrong in a configuration, in the order of the lines. It is the error of Load and Parse.
type Faults []Fault

// Error has a line for each fault.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, fault := range f {
		lines[i] = fault.String()
	}
	return strings.Join(lines, "\n")
}

// inOrder sorts the faults by line; one that two checks have found stays once.
func (f Faults) inOrder() Faults {
	slices.SortStableFunc(f, func(a, b Fault) int { return cmp.Compare(a.Line, b.Line) })
	return slices.Compact(f)
}

// didYouMean is the hint for a word that is not among those that are known.
func didYouMean(word string, known []string) string {
	if hint := nearest.Hint(word, known); hint != "" {
		return hint
	}
	return "there are " + strings.Join(known, ", ")
}
