package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Between these marks docs/performance.md belongs to the harness, around them to its authors.
const (
	markBegin = "<!-- measured: begin -->"
	markEnd   = "<!-- measured: end -->"
)

// Where the account goes, in the repository.
const (
	documentFile = "docs/performance.md"
	plotFolder   = "docs/performance"
)

// tell prints the account, and writes it if that was asked for.
func (b *bench) tell(r report) error {
	text := r.markdown()
	if _, err := fmt.Fprint(b.out, text); err != nil || !b.write {
		return err
	}
	return write(b.root, text, r.plots())
}

// write puts the account and its plots into the repository at root.
func write(root, text string, plots []plot) error {
	if err := os.MkdirAll(filepath.Join(root, plotFolder), 0o755); err != nil {
		return err
	}
	for _, p := range plots {
		if err := os.WriteFile(filepath.Join(root, plotFolder, p.file), []byte(p.svg()), 0o644); err != nil {
			return err
		}
	}
	path := filepath.Join(root, documentFile)
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	updated, err := between(string(old), text)
	if err != nil {
		return fmt.Errorf("%s: %w", documentFile, err)
	}
	return os.WriteFile(path, []byte(updated), 0o644)
}

// between replaces what stands between the marks.
func between(document, text string) (string, error) {
	before, rest, ok := strings.Cut(document, markBegin)
	if !ok {
		return "", fmt.Errorf("the mark %s is missing", markBegin)
	}
	_, after, ok := strings.Cut(rest, markEnd)
	if !ok {
		return "", fmt.Errorf("the mark %s is missing behind %s", markEnd, markBegin)
	}
	return before + markBegin + "\n\n" + strings.TrimSpace(text) + "\n\n" + markEnd + after, nil
}

func (r report) plots() (all []plot) {
	for _, s := range r.studies {
		all = append(all, s.plots...)
	}
	return all
}

// markdown is the whole account.
func (r report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s.\n\n", r.machine.date.Format("2 January 2006"))
	facts := table{head: []string{"", "what was measured, and on what"}}
	for _, fact := range r.machine.facts {
		facts.rows = append(facts.rows, []string{fact[0], fact[1]})
	}
	b.WriteString(facts.words() + "\n")
	if len(r.comparisons) > 0 {
		section(&b, "### Side by side", throughput(r.comparisons).markdown())
		section(&b, "### Latency, in ms", allLatencies(r.comparisons).markdown())
		section(&b, "### Inside shunt", inside(r.comparisons).markdown())
		if calls := systemCalls(r.comparisons); len(calls.rows) > 0 {
			section(&b, "### System calls per query", calls.markdown())
		}
	}
	for _, s := range r.studies {
		section(&b, "### "+s.title, strings.Join(s.notes, "\n\n"))
		section(&b, "", s.table.markdown())
		for _, p := range s.plots {
			section(&b, "", fmt.Sprintf("![%s](performance/%s)\n", p.title, p.file))
		}
	}
	return b.String()
}

func section(b *strings.Builder, parts ...string) {
	for _, p := range parts {
		if p != "" {
			b.WriteString(strings.TrimRight(p, "\n") + "\n\n")
		}
	}
}
