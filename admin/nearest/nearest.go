// Package nearest finds what somebody may have meant by a word that is not known: [Of] gives the known words that look like
// it. The console and the configuration use it for their hints; what is a known word is theirs to say.
package nearest

import (
	"cmp"
	"slices"
	"strings"
)

// most is how many words Of gives: more than that help nobody.
const most = 3

// Of gives the known words that look like word, the nearest first, at most three; none if none does. Case does not count.
func Of(word string, known []string) []string {
	type candidate struct {
		word     string
		distance int
	}
	var found []candidate
	folded := strings.ToLower(word)
	for _, k := range known {
		lower := strings.ToLower(k)
		d := distance(folded, lower)
		if allowed := tolerance(folded, lower); d > allowed {
			if len(folded) < 3 || !strings.HasPrefix(lower, folded) {
				continue
			}
			d = allowed + 1 // the beginning of a word counts, after those that are only mistyped
		}
		found = append(found, candidate{k, d})
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.distance, b.distance) })
	var words []string
	for _, c := range found[:min(len(found), most)] {
		words = append(words, c.word)
	}
	return words
}

// Hint is what Of gives as a clause to put behind a message: "did you mean a or b?", or the empty string.
func Hint(word string, known []string) string {
	words := Of(word, known)
	if len(words) == 0 {
		return ""
	}
	return "did you mean " + strings.Join(words, " or ") + "?"
}

// tolerance is how many letters may be wrong between two words: one in three, and one even in the shortest.
func tolerance(a, b string) int { return max(1, max(len(a), len(b))/3) }

// distance counts the letters that have to be put in, left out, replaced or swapped with their neighbour to make one word of
// the other (Damerau-Levenshtein, each place changed once).
func distance(a, b string) int {
	before := make([]int, len(b)+1)
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			wrong := 1
			if a[i] == b[j] {
				wrong = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+wrong)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
