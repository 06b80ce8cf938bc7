package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// table is rows of text below a head. The first column is words, all others are figures.
type table struct {
	head []string
	rows [][]string
}

// markdown writes the table with its columns aligned, so that it reads well in a terminal, too.
func (t table) markdown() string { return t.write(1) }

// words is markdown for a table without figures.
func (t table) words() string { return t.write(len(t.head)) }

// write puts the first columns to the left and the others to the right.
func (t table) write(left int) string {
	width := make([]int, len(t.head))
	for _, row := range append([][]string{t.head}, t.rows...) {
		for i, cell := range row {
			width[i] = max(width[i], utf8.RuneCountInString(cell), 3)
		}
	}
	var b strings.Builder
	line := func(cells []string) {
		for i, cell := range cells {
			pad := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
			if i < left {
				cell += pad
			} else {
				cell = pad + cell
			}
			fmt.Fprintf(&b, "| %s ", cell)
		}
		b.WriteString("|\n")
	}
	line(t.head)
	for i := range t.head {
		if i < left {
			fmt.Fprintf(&b, "|%s", strings.Repeat("-", width[i]+2))
		} else {
			fmt.Fprintf(&b, "|%s:", strings.Repeat("-", width[i]+1))
		}
	}
	b.WriteString("|\n")
	for _, row := range t.rows {
		line(row)
	}
	return b.String()
}

// proxyNames are the targets other than direct, shunt last, in the comparisons.
func proxyNames(comparisons []comparison) (names []string) {
	for _, name := range comparisons[0].targets {
		if name != direct && name != shunted {
			names = append(names, name)
		}
	}
	return append(names, shunted)
}

// throughput is the main table: how much, at which cost.
func throughput(comparisons []comparison) (t table) {
	proxies := proxyNames(comparisons)
	t.head = []string{"workload", "clients", "unit", "direct /s"}
	for _, name := range proxies {
		t.head = append(t.head, name+" /s", name+" CPU µs")
	}
	for _, name := range proxies[:len(proxies)-1] {
		t.head = append(t.head, "CPU shunt/"+name)
	}
	t.head = append(t.head, "rate shunt/direct", "shunt p50", "p99", "p99.9 ms")
	for _, c := range comparisons {
		t.rows = append(t.rows, c.throughput(proxies))
	}
	return t
}

func (c comparison) throughput(proxies []string) []string {
	row := []string{c.about, fmt.Sprint(c.clients), c.unit, figure(medianOf(c.samples[direct], sample.rate))}
	for _, name := range proxies {
		cpu := medianOf(c.samples[name], sample.cpuEach)
		if cpu == 0 {
			cpu = math.NaN() // of a peer whose process is not known
		}
		row = append(row, figure(medianOf(c.samples[name], sample.rate)), figure(cpu))
	}
	for _, name := range proxies[:len(proxies)-1] {
		row = append(row, figure(medianRatio(c.samples[shunted], c.samples[name], sample.cpuEach)))
	}
	row = append(row, figure(medianRatio(c.samples[shunted], c.samples[direct], sample.rate)))
	return append(row, c.latencies(shunted)...)
}

// latencies are three cells: the medians over the rounds, in ms.
func (c comparison) latencies(name string) (cells []string) {
	for _, of := range []func(sample) float64{
		func(s sample) float64 { return millis(s.latency.p50) },
		func(s sample) float64 { return millis(s.latency.p99) },
		func(s sample) float64 { return millis(s.latency.p999) },
	} {
		cells = append(cells, figure(medianOf(c.samples[name], of)))
	}
	return cells
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// allLatencies is the table of latencies for every target.
func allLatencies(comparisons []comparison) (t table) {
	names := slices.Concat([]string{direct}, proxyNames(comparisons))
	t.head = []string{"workload", "clients"}
	for _, name := range names {
		t.head = append(t.head, name+" p50", "p99", "p99.9")
	}
	for _, c := range comparisons {
		row := []string{c.about, fmt.Sprint(c.clients)}
		for _, name := range names {
			row = append(row, c.latencies(name)...)
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// inside is the table of what can be known of shunt alone, and of the server behind it.
func inside(comparisons []comparison) (t table) {
	t.head = []string{"workload", "clients", "allocations per query", "bytes allocated per query", "CPU in the kernel %", "memory MB",
		"spread of the CPU %", "server CPU µs per query", "the same, direct"}
	for _, c := range comparisons {
		s := c.samples[shunted]
		server := func(s sample) float64 { return micros(s.server) / s.queries }
		t.rows = append(t.rows, []string{
			c.about, fmt.Sprint(c.clients), figure(medianOf(s, sample.allocEach)),
			figure(medianOf(s, func(s sample) float64 { return s.allocated / s.queries })),
			figure(medianOf(s, func(s sample) float64 { return 100 * float64(s.kernel) / float64(s.cpu) })),
			figure(medianOf(s, func(s sample) float64 { return s.memory / 1e6 })),
			figure(spread(s, sample.cpuEach)),
			figure(medianOf(s, server)), figure(medianOf(c.samples[direct], server)),
		})
	}
	return t
}

// spread is how far the rounds lie apart: the largest less the smallest, in percent of the median.
func spread(samples []sample, of func(sample) float64) float64 {
	if len(samples) == 0 {
		return math.NaN()
	}
	lowest, highest := math.Inf(1), math.Inf(-1)
	for _, s := range samples {
		lowest, highest = min(lowest, of(s)), max(highest, of(s))
	}
	return 100 * (highest - lowest) / medianOf(samples, of)
}
