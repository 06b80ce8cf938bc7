package statement

import "bytes"

// What introduces the hints in a comment.
var (
	shuntMark       = []byte("shunt:")
	traceparentMark = []byte("traceparent='")
	requestMark     = []byte("request='")
	afterMark       = []byte("after=")
)

// maxCommented is longer than any version of the header (W3C Trace Context, "traceparent"), so that a comment
// can't make us carry more.
const maxCommented = 128

// read gathers what the text of a comment asks for. Words of later comments win. It allocates only for what is the
// client's own: a token, a traceparent, a word that is not known.
func (h *Hint) read(comment []byte) {
	if len(comment) > len(requestMark) {
		if value := commented(comment, traceparentMark); value != "" {
			h.Traceparent = value
		}
		if value := commented(comment, requestMark); value != "" {
			h.Request = value
		}
	}
	rest, ok := bytes.CutPrefix(bytes.TrimSpace(comment), shuntMark)
	for ok && len(rest) > 0 {
		end := wordEnd(rest)
		if word := rest[:end]; len(word) > 0 && !h.take(word) && h.Bad == "" {
			h.Bad = string(word)
		}
		rest = rest[min(end+1, len(rest)):]
	}
}

// wordEnd returns where the first word of a hint ends. A token after= may hold commas: 0-1-7,1-2-9.
func wordEnd(text []byte) int {
	for i, c := range text {
		switch c {
		case ' ', '\t', '\r', '\n':
			return i
		case ',':
			if !bytes.HasPrefix(text, afterMark) || !beginsPosition(text[i+1:]) {
				return i
			}
		}
	}
	return len(text)
}

// beginsPosition says whether text goes on with a part of a GTID set: hexadecimal digits up to a hyphen or a colon.
func beginsPosition(text []byte) bool {
	i := 0
	for i < len(text) && allHex(text[i:i+1]) {
		i++
	}
	return i > 0 && i < len(text) && (text[i] == '-' || text[i] == ':')
}

// commented reads the value of a key as sqlcommenter writes them, key='value' behind a comma, a blank or nothing
// (https://google.github.io/sqlcommenter/spec/). Those that are read here hold no character that the format escapes.
func commented(comment, mark []byte) string {
	at := bytes.Index(comment, mark)
	if at < 0 || at > 0 && comment[at-1] != ',' && comment[at-1] != ' ' {
		return ""
	}
	value := comment[at+len(mark):]
	if end := bytes.IndexByte(value, '\''); end > 0 && end <= maxCommented {
		return string(value[:end])
	}
	return ""
}

// take obeys one word of a hint and says whether it is known.
func (h *Hint) take(word []byte) bool {
	key, value, setting := bytes.Cut(word, []byte("="))
	if setting {
		return h.set(key, value)
	}
	switch string(word) {
	case "primary":
		h.Role = PrimaryRole
	case "replica":
		h.Role = ReplicaRole
	case "atomic":
		h.Atomic = true
	default:
		return false
	}
	return true
}

func (h *Hint) set(key, value []byte) bool {
	switch string(key) {
	case "consistency":
		return h.consistency(value)
	case "critical":
		h.NotCritical = string(value) == "false"
		return h.NotCritical || string(value) == "true"
	case "after":
		h.After = string(value)
		return len(value) > 0
	case "request":
		if len(value) > maxCommented || len(value) == 0 {
			return false
		}
		if value[0] != '\'' { // else it is read already
			h.Request = string(value)
		}
		return true
	case "traceparent":
		return true // read already
	default:
		return false
	}
}

// consistency takes one of the levels; the constant is kept, not the client's bytes.
func (h *Hint) consistency(value []byte) bool {
	for _, level := range [...]string{"eventual", "sticky", "causal", "primary", "causal-global"} {
		if string(value) == level {
			h.Consistency = level
			return true
		}
	}
	return false
}
