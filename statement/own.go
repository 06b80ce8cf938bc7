package statement

import "strings"

// OwnPrefix begins the names of the session variables that are the proxy's own. No server knows them.
const OwnPrefix = "shunt_"

// SetsOwn says whether a SET assigns session variables of the proxy's own, and whether it assigns nothing else.
func (s *Statement) SetsOwn() (some, only bool) {
	only = true
	for i := range s.Set {
		if a := &s.Set[i]; a.Scope == SessionScope && strings.HasPrefix(a.Name, OwnPrefix) {
			some = true
		} else {
			only = false
		}
	}
	return some, some && only
}
