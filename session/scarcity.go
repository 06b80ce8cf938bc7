package session

// Scarcity says what becomes of the reads of a session while no replica is in service.
type Scarcity uint8

// The ways. limits.primary_reads bounds the first.
const (
	ToPrimary Scarcity = iota // the primary answers, so many at a time
	ToStale                   // a replica answers that lags too much or does not replicate, with a warning
	ToError                   // the client hears an error
)

var scarcities = [...]string{"primary", "stale", "error"}

func (s Scarcity) String() string { return scarcities[s] }

// ParseScarcity reads a word of config.yaml.
func ParseScarcity(word string) (Scarcity, bool) {
	for s, name := range scarcities {
		if word == name {
			return Scarcity(s), true
		}
	}
	return ToPrimary, false
}
