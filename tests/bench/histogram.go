package main

import (
	"math"
	"math/bits"
	"slices"
	"time"
)

// histogram counts durations in buckets whose width grows with what they hold: each power of two is cut into 64, so that a bucket's bounds differ
// by less than 1.6 %. One goroutine fills it.
type histogram struct {
	buckets [64 * cuts]uint64
	total   uint64
}

const (
	cutBits = 6
	cuts    = 1 << cutBits
)

func bucketOf(d time.Duration) int {
	v := uint64(max(d, 0))
	if v < cuts {
		return int(v)
	}
	shift := bits.Len64(v) - 1 - cutBits
	return (shift+1)<<cutBits + int(v>>shift) - cuts
}

// upperBound is the largest duration in a bucket.
func upperBound(bucket int) time.Duration {
	if bucket < cuts {
		return time.Duration(bucket)
	}
	shift := bucket>>cutBits - 1
	return time.Duration((uint64(bucket&(cuts-1)+cuts)+1)<<shift - 1)
}

func (h *histogram) add(d time.Duration) {
	h.buckets[bucketOf(d)]++
	h.total++
}

func (h *histogram) merge(other *histogram) {
	for i, n := range other.buckets {
		h.buckets[i] += n
	}
	h.total += other.total
}

// quantile is the duration that the given part, from 0 to 1, did not exceed; 0 if nothing was counted.
func (h *histogram) quantile(q float64) time.Duration {
	due := uint64(math.Ceil(q * float64(h.total)))
	for i, n := range h.buckets {
		if due <= n && n > 0 {
			return upperBound(i)
		}
		due -= min(n, due)
	}
	return 0
}

func (h *histogram) latency() latency {
	return latency{h.quantile(0.5), h.quantile(0.99), h.quantile(0.999)}
}

// median is the middle of the values, the mean of the two in the middle if there are two; NaN without any. What is NaN itself does not count.
func median(values []float64) float64 {
	sorted := slices.DeleteFunc(slices.Clone(values), math.IsNaN)
	slices.Sort(sorted)
	n := len(sorted)
	if n == 0 {
		return math.NaN()
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// medianOf is the median of something in all samples.
func medianOf(samples []sample, of func(sample) float64) float64 {
	var values []float64
	for _, s := range samples {
		values = append(values, of(s))
	}
	return median(values)
}

// medianRatio is the median over the rounds of the ratio of something in two targets' samples: a round in which the machine was slow for both
// counts like any other.
func medianRatio(over, under []sample, of func(sample) float64) float64 {
	var ratios []float64
	for i := range min(len(over), len(under)) {
		if below := of(under[i]); below > 0 {
			ratios = append(ratios, of(over[i])/below)
		}
	}
	return median(ratios)
}
