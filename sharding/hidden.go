package sharding

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

// Tables of a module that is being moved, or can go back, have other names on the cluster that is not their home, so that nobody can use them there by theirs: package
// sharding/move/tombstone. Proxies show these names to nobody.
const (
	// HiddenPrefix begins the name of such a table, AsidePrefix that of the view that takes its place while it is hidden.
	HiddenPrefix = "__shunt_t_"
	AsidePrefix  = "__shunt_v_"
)

// HiddenName is the name that a table has while it is hidden.
func HiddenName(table string) string { return prefixed(HiddenPrefix, table) }

// AsideName is the name of the view that takes a table's place, while the table is not hidden.
func AsideName(table string) string { return prefixed(AsidePrefix, table) }

// IsHidden says whether a name is one of these. It does not allocate.
func IsHidden(table string) bool {
	return strings.HasPrefix(table, HiddenPrefix) || strings.HasPrefix(table, AsidePrefix)
}

// prefixed puts a prefix before a name. One that would be too long has a hash in the place of its end: names are found again by computing them, never by taking them apart.
func prefixed(prefix, table string) string {
	if utf8.RuneCountInString(table)+len(prefix) <= longestName {
		return prefix + table
	}
	sum := sha256.Sum256([]byte(table))
	end := "_" + hex.EncodeToString(sum[:10])
	runes := []rune(table)
	return prefix + string(runes[:longestName-len(prefix)-len(end)]) + end
}
