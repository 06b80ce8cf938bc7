package move

import (
	"fmt"
	"strings"
	"time"
)

// Window is the time of day in which moves begin and switch, such as 22:00-05:00. Immutable.
type Window struct {
	from, to time.Duration // since midnight
	zone     *time.Location
}

// ParseWindow reads 22:00-05:00, which is in UTC, or 22:00-05:00 Europe/Paris. The error says how it is written.
func ParseWindow(text string) (Window, error) {
	const how = "write it as 22:00-05:00 (UTC), or 22:00-05:00 Europe/Paris"
	h := Window{zone: time.UTC}
	span, zone, named := strings.Cut(strings.TrimSpace(text), " ")
	begin, end, ok := strings.Cut(span, "-")
	if !ok {
		return h, fmt.Errorf("%q is no window of time; %s", text, how)
	}
	for _, part := range []struct {
		text string
		into *time.Duration
	}{{begin, &h.from}, {end, &h.to}} {
		at, err := time.Parse("15:04", part.text)
		if err != nil {
			return h, fmt.Errorf("%q is no time of day; %s", part.text, how)
		}
		*part.into = time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
	}
	if h.from == h.to {
		return h, fmt.Errorf("%q has no length; leave it out, or %s", text, how)
	}
	if named {
		var err error
		if h.zone, err = time.LoadLocation(strings.TrimSpace(zone)); err != nil {
			return h, fmt.Errorf("%q is no time zone that this machine knows; %s", zone, how)
		}
	}
	return h, nil
}

// Open says whether a moment is in them: at the first minute yes, at the last no.
func (h Window) Open(now time.Time) bool {
	now = now.In(h.zone)
	at := time.Duration(now.Hour())*time.Hour + time.Duration(now.Minute())*time.Minute
	if h.from < h.to {
		return h.from <= at && at < h.to
	}
	return h.from <= at || at < h.to
}
