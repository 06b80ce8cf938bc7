package main

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestTheReportOfSysbenchIsRead(t *testing.T) {
	text, err := os.ReadFile("testdata/sysbench.txt")
	if err != nil {
		t.Fatal(err)
	}
	w, err := parseSysbench(string(text))
	if err != nil {
		t.Fatal(err)
	}
	if w.count != 2000 || w.queries != 32000 || w.elapsed != 2008600*time.Microsecond {
		t.Errorf("%v events, %v queries in %v", w.count, w.queries, w.elapsed)
	}
	near(t, "p50", millis(w.latency.p50), 4.737)
	near(t, "p99", millis(w.latency.p99), 9.9)
	near(t, "p99.9", millis(w.latency.p999), 12.02)
	for _, broken := range []string{"", "FATAL: unable to connect", strings.ReplaceAll(string(text), "total time:", "whole time:"),
		strings.ReplaceAll(string(text), "events:              2000", "events:              0")} {
		if _, err := parseSysbench(broken); err == nil {
			t.Errorf("a report is taken that says nothing: %.40q", broken)
		}
	}
}

// near allows what a bucket of the histogram may be off.
func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 0.02*want {
		t.Errorf("%s is %v, not about %v", what, got, want)
	}
}

func TestQuantilesOfAHistogram(t *testing.T) {
	var h, other histogram
	for i := 1; i <= 500; i++ {
		h.add(time.Duration(i) * time.Microsecond)
	}
	for i := 501; i <= 1000; i++ {
		other.add(time.Duration(i) * time.Microsecond)
	}
	h.merge(&other)
	for q, want := range map[float64]float64{0.5: 500, 0.99: 990, 0.999: 999, 1: 1000} {
		near(t, "a quantile", micros(h.quantile(q)), want)
	}
	if d := (&histogram{}).quantile(0.5); d != 0 {
		t.Errorf("of nothing, half took at most %v", d)
	}
}

func TestEveryDurationIsInABucketThatFits(t *testing.T) {
	last := -1
	for d := time.Duration(0); d >= 0 && d < math.MaxInt64/3; d = d*21/20 + 1 {
		b := bucketOf(d)
		if b < last {
			t.Fatalf("%v is in bucket %d, below a shorter one in %d", d, b, last)
		}
		last = b
		if top := upperBound(b); top < d || float64(top) > float64(d)*1.016+1 || bucketOf(top) != b || bucketOf(top+1) == b {
			t.Fatalf("%v is in bucket %d, which ends at %v", d, b, top)
		}
	}
	if b := bucketOf(math.MaxInt64); b >= len((&histogram{}).buckets) {
		t.Errorf("the longest duration is in bucket %d", b)
	}
}

func TestMediansAndRatios(t *testing.T) {
	for want, values := range map[float64][]float64{2: {3, 1, 2}, 2.5: {4, 1, 2, 3}, 7: {7}, 5: {math.NaN(), 5}} {
		if got := median(values); got != want {
			t.Errorf("the median of %v is %v", values, got)
		}
	}
	if !math.IsNaN(median(nil)) {
		t.Error("nothing has a median")
	}
	// The machine was half as fast in the second round. The ratios hold all the same: 2, 2 and 3.
	over, under := costs(20, 40, 30), costs(10, 20, 10)
	if got := medianRatio(over, under, sample.cpuEach); got != 2 {
		t.Errorf("the median ratio is %v", got)
	}
	if !math.IsNaN(medianRatio(over, costs(0, 0, 0), sample.cpuEach)) {
		t.Error("there is a ratio to nothing")
	}
	if got := spread(costs(10, 20, 40), sample.cpuEach); got != 150 {
		t.Errorf("the spread is %v %%", got)
	}
}

// costs are samples of so many µs of CPU each.
func costs(each ...float64) (list []sample) {
	for _, us := range each {
		list = append(list, sample{work: work{count: 1000}, cpu: time.Duration(us * 1000 * float64(time.Microsecond))})
	}
	return list
}

func TestOnlyWhatIsBetweenTheMarksIsReplaced(t *testing.T) {
	root := t.TempDir()
	file := filepath.Join(root, documentFile)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("# Story\n"+markBegin+"\nold\n"+markEnd+"\nthe end\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time changes nothing
		if err := write(root, "\nnew\n", []plot{{file: "a.svg", title: "A"}}); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(file)
		if want := "# Story\n" + markBegin + "\n\nnew\n\n" + markEnd + "\nthe end\n"; err != nil || string(text) != want {
			t.Errorf("%q, not %q: %v", text, want, err)
		}
	}
	if _, err := os.Stat(filepath.Join(root, plotFolder, "a.svg")); err != nil {
		t.Error(err)
	}
	for _, document := range []string{"", markBegin, markEnd + markBegin} {
		if _, err := between(document, "new"); err == nil {
			t.Errorf("%q has no place for the account, and that is no error", document)
		}
	}
}

func TestATableIsAligned(t *testing.T) {
	tb := table{head: []string{"name", "µs"}, rows: [][]string{{"a", "1.00"}, {"longer", "–"}}}
	want := "| name   |   µs |\n|--------|-----:|\n| a      | 1.00 |\n| longer |    – |\n"
	if got := tb.markdown(); got != want {
		t.Errorf("\n%s, not\n%s", got, want)
	}
	for v, want := range map[float64]string{0.1234: "0.12", 12.34: "12.3", 123.4: "123", 1234567: "1,234,567", -1234: "-1,234", math.Inf(1): "–"} {
		if got := figure(v); got != want {
			t.Errorf("%v is written %s", v, got)
		}
	}
}

func TestAPlotIsAPicture(t *testing.T) {
	p := plot{title: "Cost & size", x: "clients", y: "µs", series: []series{
		{"<one>", []point{{1, 10}, {100, 20}, {10_000, math.NaN()}}}, {"two", []point{{10_000, 40}}}}}
	text := p.svg()
	if err := wellFormed(text); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	for _, part := range []string{"Cost &amp; size", "&lt;one&gt;", ">1<", ">10,000<", ">40<"} {
		if !strings.Contains(text, part) {
			t.Errorf("%s is not in the picture:\n%s", part, text)
		}
	}
	if strings.Contains(text, "NaN") || strings.Count(text, "<circle") != 3 {
		t.Errorf("3 points were to be drawn:\n%s", text)
	}
	d := drawing{low: 0, high: 4, top: 40}
	for v, want := range map[float64]float64{1: marginLeft, 100: marginLeft + drawWidth/2, 10_000: marginLeft + drawWidth} {
		if got := d.x(v); math.Abs(got-want) > 0.5 {
			t.Errorf("%v is drawn at %v, not at %v", v, got, want)
		}
	}
	if err := wellFormed(plot{}.svg()); err != nil {
		t.Errorf("a plot of nothing: %v", err)
	}
}

func wellFormed(text string) error {
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func TestTheHighestValueIsBelowTheLastTick(t *testing.T) {
	for _, highest := range []float64{0.031, 1, 7.9, 8, 99, 100, 12_345} {
		step, top := ticks(highest)
		if n := top / step; top < highest || n < 3.9 || n > 8.1 {
			t.Errorf("up to %v: steps of %v up to %v", highest, step, top)
		}
	}
}
