package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
)

// report is the outcome of everything.
type report struct {
	machine     machine
	comparisons []comparison
	studies     []outcome
}

// outcome is what a study found: a table, and plots of it.
type outcome struct {
	title string
	notes []string
	table table
	plots []plot
}

// study is a measurement that is no comparison in rounds.
type study struct {
	name string
	run  func(ctx context.Context, b *bench) (outcome, error)
}

// measure does all that is wanted, one after the other. What fails is left out of the report and does not stop the rest, unless somebody has
// interrupted it all.
func (b *bench) measure(ctx context.Context) (r report, err error) {
	if r.machine, err = b.describe(ctx); err != nil {
		return r, err
	}
	for _, g := range groups() {
		list, fault := b.compare(ctx, g)
		if interrupted := context.Cause(ctx); interrupted != nil {
			return r, interrupted
		}
		r.comparisons = append(r.comparisons, list...)
		err = errors.Join(err, fault)
	}
	for _, s := range studies() {
		if !b.only.MatchString(s.name) {
			continue
		}
		b.say("%s …", s.name)
		found, fault := s.run(ctx, b)
		if interrupted := context.Cause(ctx); interrupted != nil {
			return r, interrupted
		}
		if fault != nil {
			b.say("%s failed: %v", s.name, fault)
			err = errors.Join(err, fmt.Errorf("%s: %w", s.name, fault))
			continue
		}
		r.studies = append(r.studies, found)
	}
	return r, err
}

// list prints the names that -only is matched with.
func list(out io.Writer) error {
	for _, g := range groups() {
		for _, w := range g.workloads {
			if _, err := fmt.Fprintf(out, "%-18s %s, %d clients\n", w.name, w.about, w.clients); err != nil {
				return err
			}
		}
	}
	for _, s := range studies() {
		if _, err := fmt.Fprintf(out, "%s\n", s.name); err != nil {
			return err
		}
	}
	return nil
}

// figure writes a number with three digits that mean something; a dash for what is not known.
func figure(v float64) string {
	switch size := math.Abs(v); {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return "–"
	case size >= 100:
		return thousands(int64(math.Round(v)))
	case size >= 10:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.2f", v)
	}
}

// thousands writes a whole number with commas.
func thousands(n int64) string {
	if n < 0 {
		return "-" + thousands(-n)
	}
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}
