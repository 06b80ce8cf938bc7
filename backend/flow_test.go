package backend

import (
	"testing"
	"time"
)

const fastest = 100 * time.Microsecond

// windows has answers come that take `ratio` times as long as the fastest of their kind, for as many windows.
func (f *flow) windows(n int, ratio float64) {
	for range n * window {
		f.answered(time.Duration(ratio*float64(fastest)), fastest)
	}
}

// TestHowManyConnectionsAreEnough: more and more while answers are as fast as ever, fewer and fewer while they are late, and one is always left.
func TestHowManyConnectionsAreEnough(t *testing.T) {
	type spell struct {
		windows int
		ratio   float64
	}
	for name, c := range map[string]struct {
		spells      []spell
		free, inUse int // so many in use are not enough, and so many are
	}{
		"fast answers":                        {[]spell{{1, 1}}, 8, 9},
		"fast answers for a while":            {[]spell{{100, 1}}, 12, 14},
		"fast answers for long":               {[]spell{{2000, 1}}, mostLines - 1, mostLines},
		"faster than their kind ever was":     {[]spell{{100, 0.5}}, 12, 14},
		"a little late, which is tolerated":   {[]spell{{100, 1.4}}, 12, 14},
		"late answers":                        {[]spell{{1, 4}}, 7, 8},
		"late answers for a while":            {[]spell{{10, 4}}, 2, 4},
		"late answers for long":               {[]spell{{100, 4}}, 0, 1},
		"answers twice as late as tolerated":  {[]spell{{1000, 2 * tolerated}}, 0, 1},
		"late for long, and fast for a while": {[]spell{{100, 4}, {21, 1}}, 2, 3},
		"late for long, and fast for long":    {[]spell{{100, 4}, {2000, 1}}, mostLines - 1, mostLines},
		"fast for long, and late for long":    {[]spell{{2000, 1}, {200, 4}}, 0, 1},
		"fast for long, and late for a while": {[]spell{{2000, 1}, {10, 4}}, 16, 32},
	} {
		t.Run(name, func(t *testing.T) {
			var f flow
			for _, s := range c.spells {
				f.windows(s.windows, s.ratio)
			}
			if f.crowded(c.free) || !f.crowded(c.inUse) {
				t.Errorf("%v are enough, want more than %d and at most %d", f.lines, c.free, c.inUse)
			}
		})
	}
}

// TestNothingIsCrowdedBeforeTheFirstWindow: nor by answers whose kind is not known.
func TestNothingIsCrowdedBeforeTheFirstWindow(t *testing.T) {
	var f flow
	for range window - 1 {
		f.answered(16*fastest, fastest)
	}
	for range 10 * window {
		f.answered(16*fastest, 0)
	}
	if f.crowded(1000) {
		t.Error("it is crowded after too few answers")
	}
	f.answered(16*fastest, fastest)
	if !f.crowded(1000) {
		t.Error("it is not after a window of them")
	}
}

// TestAPauseIsNoCrowd: one answer in a window that took for ever may have met a pause of the machine, and several are more than that.
func TestAPauseIsNoCrowd(t *testing.T) {
	for paused, crowded := range map[int]bool{1: false, 4: true} {
		var f flow
		for range 100 {
			for i := range window {
				took := fastest
				if i < paused {
					took = time.Second
				}
				f.answered(took, fastest)
			}
		}
		if got := f.crowded(startLines); got != crowded {
			t.Errorf("%d long answers in each window: %v are enough", paused, f.lines)
		}
	}
}

// TestWhatAStatementTakes: on the server, which is what its kind takes beyond the way there and back.
func TestWhatAStatementTakes(t *testing.T) {
	const way = 500 * time.Microsecond
	for name, c := range map[string]struct{ least, quickest, want time.Duration }{
		"nothing is known of the way":          {0, way, 0},
		"nothing is known of the kind":         {way, 0, 0},
		"as fast as any":                       {way, way, shortest},
		"faster than any, from another server": {way, way / 2, shortest},
		"slower than the fastest":              {way, way + 100*time.Microsecond, 100*time.Microsecond + shortest},
		"as slow as a quick one may be":        {way, way + quick - shortest, quick},
		"too slow":                             {way, way + quick - shortest + 1, 0},
	} {
		f := flow{least: c.least}
		if got := f.takes(c.quickest); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestTheWayToAServerIsWhatTheFastestAnswerTakes: of whatever kind. It follows a server that moves away, not one that stumbles, and one that moves near at once.
func TestTheWayToAServerIsWhatTheFastestAnswerTakes(t *testing.T) {
	const near, far = 100 * time.Microsecond, 1000 * time.Microsecond
	var f flow
	is := func(when string, least, most time.Duration) {
		t.Helper()
		if f.least < least || f.least > most {
			t.Errorf("%s: %v", when, f.least)
		}
	}
	f.answered(0, 0)
	is("an answer in no time", 1, 1)
	f = flow{}
	f.answered(far, far)
	is("the first answer", far, far)
	f.answered(near, 0)
	is("a faster one of a kind that is not known", near, near)
	for range 10 {
		f.answered(far, far)
	}
	is("some slow ones", near, near*11/10)
	for range 1000 {
		f.answered(far, far)
	}
	is("many slow ones", far, far)
	f.answered(near, near)
	is("a fast one again", near, near)
	f.answered(0, 0)
	is("one in no time", 1, 1)
}
