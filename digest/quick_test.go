package digest_test

import (
	"strings"
	"testing"
	"time"

	"shunt/digest"
)

// TestTheFastestAnswerCounts: lately, so that a shape whose server has become slower follows it, slowly and no further than to what answers take now.
func TestTheFastestAnswerCounts(t *testing.T) {
	const us = time.Microsecond
	for name, c := range map[string]struct {
		answers []time.Duration
		want    time.Duration
	}{
		"none":                           {nil, 0},
		"the first":                      {[]time.Duration{300 * us}, 300 * us},
		"a faster one":                   {[]time.Duration{300 * us, 100*us + 1}, 100*us + 1},
		"a slower one":                   {[]time.Duration{160 * us, 500*us + 1}, 160 * us},
		"one that is slower by a little": {[]time.Duration{160 * us, 160*us + 16}, 160*us + 16},
		"none that took any time":        {[]time.Duration{0}, 1},
		"a fast one behind slow ones":    {[]time.Duration{160 * us, 512 * us, 512 * us, 80 * us}, 80 * us},
	} {
		t.Run(name, func(t *testing.T) {
			s := newWorld(digest.Config{}).shape("shop", "SELECT name FROM users WHERE id = 7", noon)
			for _, took := range c.answers {
				s.Began(took)
			}
			if got := s.Quickest(); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// TestAShapeFollowsAServerThatHasBecomeSlower: slowly, by answers whose times have any last digits, and no further than to the fastest of them.
func TestAShapeFollowsAServerThatHasBecomeSlower(t *testing.T) {
	s := newWorld(digest.Config{}).shape("shop", "SELECT name FROM users WHERE id = 7", noon)
	s.Began(100 * time.Microsecond)
	slow := func(n int) time.Duration {
		for i := range n {
			s.Began(400*time.Microsecond + time.Duration(i%100))
		}
		return s.Quickest()
	}
	if got := slow(160); got <= 100*time.Microsecond || got > 130*time.Microsecond {
		t.Errorf("%v after some: a few slow ones do not tell a slow server", got)
	}
	if got := slow(20000); got < 400*time.Microsecond || got > 401*time.Microsecond {
		t.Errorf("%v in the end", got)
	}
}

// TestWhatHasNoPlaceIsNotKnownToBeQuick: the shape that stands for all others has fast ones and slow ones.
func TestWhatHasNoPlaceIsNotKnownToBeQuick(t *testing.T) {
	w := newWorld(digest.Config{Shapes: 16})
	shapes := map[*digest.Shape]int{}
	for i := range 18 {
		s := w.shape("shop", "SELECT "+strings.Repeat("a", i+1)+" FROM t", noon)
		s.Began(100 * time.Microsecond)
		shapes[s]++
	}
	for s, n := range shapes {
		if got := s.Quickest(); (got == 0) != (n == 2) {
			t.Errorf("a shape of %d texts: %v", n, got)
		}
	}
	if len(shapes) != 17 {
		t.Errorf("18 texts have %d shapes", len(shapes))
	}
}

// TestAShapeIsApartForAWhile: until the time that was said last.
func TestAShapeIsApartForAWhile(t *testing.T) {
	w := newWorld(digest.Config{})
	s, other := w.shape("shop", "SELECT name FROM users WHERE id = 7", noon), w.shape("shop", "SELECT id FROM users", noon)
	if s.Apart(noon) {
		t.Error("at first")
	}
	s.KeepApart(noon.Add(time.Second))
	for after, want := range map[time.Duration]bool{0: true, time.Second - 1: true, time.Second: false, time.Hour: false} {
		if got := s.Apart(noon.Add(after)); got != want {
			t.Errorf("after %v: %v", after, got)
		}
	}
	if other.Apart(noon) {
		t.Error("and so is another shape")
	}
	s.KeepApart(noon.Add(time.Minute))
	if !s.Apart(noon.Add(time.Second)) {
		t.Error("not for as long as was said then")
	}
}
