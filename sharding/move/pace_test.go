package move

import (
	"testing"
	"time"
)

// TestHowLongACopyTakes: the estimate is what the last while says, and nothing where that says nothing.
func TestHowLongACopyTakes(t *testing.T) {
	began := time.Date(2026, 11, 30, 3, 0, 0, 0, time.UTC)
	at := func(seconds int, rows int64) sample {
		return sample{began.Add(time.Duration(seconds) * time.Second), rows}
	}
	for _, c := range []struct {
		about    string
		from, to sample
		left     int64
		want     time.Duration
	}{
		{"a thousand rows a second", at(0, 0), at(10, 10000), 60000, time.Minute},
		{"slow ones", at(0, 100), at(20, 102), 6, time.Minute},
		{"it has just begun", at(0, 0), at(1, 10000), 60000, -1},
		{"nothing came", at(0, 500), at(10, 500), 60000, -1},
		{"there are more than the server has guessed", at(0, 0), at(10, 10000), 0, -1},
		{"the last that is known is long ago", at(0, 0), at(100, 10000), 60000, -1},
	} {
		if got := remaining(c.from, c.to, c.left); got != c.want {
			t.Errorf("%s: %s, want %s", c.about, got, c.want)
		}
	}
}

// TestThePaceIsThatOfTheLastWhile: what was long ago does not count, and a copy that begins anew is another one.
func TestThePaceIsThatOfTheLastWhile(t *testing.T) {
	began := time.Date(2026, 11, 30, 3, 0, 0, 0, time.UTC)
	var p pace
	if got := p.left(sample{began, 0}, 100); got >= 0 {
		t.Errorf("before the first row it takes %s", got)
	}
	rows := int64(0)
	now := began
	for range 100 { // 1000 rows a second
		now, rows = now.Add(time.Second), rows+1000
		p.note(sample{now, rows})
	}
	for range 40 { // then 10
		now, rows = now.Add(time.Second), rows+10
		p.note(sample{now, rows})
	}
	if got := p.left(sample{now, rows}, 600); got != time.Minute {
		t.Errorf("10 rows a second in the last while: 600 take %s", got)
	}
	p.note(sample{now, 5})
	if got := p.left(sample{now.Add(5 * time.Second), 105}, 1200); got != time.Minute {
		t.Errorf("a copy that has begun anew, 20 rows a second: 1200 take %s", got)
	}
}
