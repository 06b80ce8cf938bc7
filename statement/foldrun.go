package statement

import (
	"bytes"
	"encoding/binary"
)

// runText is how long a text may be to be folded in runs; so its normal form stays below what is absorbed.
const runText = 16 << 10

// wholeText is more parentheses than a text has that is folded in runs, so that a run does not end with one.
const wholeText = runText + 1

// run folds tokens as step does, as far as they are of the sorts that most statements consist of: words, whole numbers, strings without
// escapes, names in backticks, placeholders, most marks. At the first of another sort it stops, and step goes on from there. It also stops
// behind the parenthesis that closes the last of those that are open, and returns how many are open now.
//
// It writes nothing that step would not (FuzzRun), but is several times faster: all it knows between two tokens is in variables of its own.
func (f *folder) run(open int) int {
	sql, pos := f.lx.sql, f.lx.pos
	if f.pending || f.signed || f.style == compactStyle || len(sql) > runText {
		return open
	}
	n, out := len(f.out), f.room(2*(len(sql)-pos)+len("        "))
	prev, prevEnd, flags, mark := f.prev, f.prevEnd, f.flags, f.mark
	afterDot, params, kinds := f.lx.afterDot, f.params, f.kinds
	gap := 1 // whether a blank is due
	if f.bare || mark == '(' || mark == '.' {
		gap = 0
	}
	began := pos
tokens:
	for open > 0 && pos < len(sql) {
		c, end := sql[pos], pos+1
		switch classes[c] {
		case classSpace:
			pos++
			continue
		case classLetter:
			for end < len(sql) && identByte(sql[end]) {
				end++
			}
			size := end - pos
			if size == 1 && end < len(sql) && sql[end] == '\'' {
				break tokens // a literal, perhaps
			}
			known := &words[unlisted]
			if size <= 8 {
				spelled := shortWord(sql, pos, size)
				if mark != '.' {
					known = listed(spelled&^caseBits, 0, size)
				}
				if known.flags&reserved != 0 {
					spelled = known.spelled
				}
				out[n] = ' '
				binary.LittleEndian.PutUint64(out[n+gap:], spelled)
			} else {
				word := sql[pos:end]
				if mark != '.' {
					known = lookUp(word)
				}
				out[n] = ' '
				if copy(out[n+gap:], word); known.flags&reserved != 0 {
					copy(out[n+gap:], known.text)
				}
			}
			if known.flags&beforeList != 0 || n == 0 && known.flags&reserved == 0 {
				break tokens // a list may follow, or it is a verb
			}
			n += gap + size
			prev, flags, mark, gap = tokWord, known.flags, 0, 1
		case classDigit:
			for end < len(sql) && isDigit(sql[end]) {
				end++
			}
			if mark == '.' || end < len(sql) && (sql[end] == '.' || identByte(sql[end])) {
				break tokens
			}
			out[n], out[n+gap] = ' ', '?'
			n += gap + 1
			kinds = kinds*31 + uint64(tokNumber)<<4
			prev, flags, mark, gap = tokNumber, 0, 0, 1
		case classQuote:
			if end = plainEnd(sql, pos); end == 0 || c == '"' { // what that means depends on the mode
				break tokens
			}
			out[n] = ' '
			if n += gap; c == '\'' {
				out[n] = '?'
				n++
				kinds = kinds*31 + uint64(tokString)<<4
				prev = tokString
			} else {
				n += copy(out[n:], sql[pos:end])
				prev = tokQuoted
			}
			flags, mark, gap = 0, 0, 1
		case classMark:
			kind, next := tokPunct, 1 // whether a blank is due behind it
			switch c {
			case ',':
				gap = 0
			case '=', '%':
			case ')':
				gap = 0
				open--
			case '(':
				if glues(prev, flags) && (flags&gapSensitive == 0 || prevEnd == pos) {
					gap = 0
				}
				next = 0
				open++
			case '.':
				if end == len(sql) || isDigit(sql[end]) {
					break tokens
				}
				afterDot = prev == tokWord || prev == tokQuoted || prev == tokSysVar
				gap, next = 0, 0
			case '?':
				kind = tokParam
				params++
				kinds = kinds*31 + uint64(tokParam)<<4
			case '*', '<', '>', '!':
				if end == len(sql) || classes[sql[end]] == classMark && sql[end] != '(' && sql[end] != ')' && sql[end] != ',' {
					break tokens // of two bytes or more, perhaps
				}
			default:
				break tokens
			}
			out[n], out[n+gap] = ' ', c
			n += gap + 1
			prev, flags, mark, gap = kind, 0, c, next
			if kind == tokParam {
				mark = 0
			}
		default:
			break tokens
		}
		pos, prevEnd = end, end
	}
	f.out, f.lx.pos = out[:n], pos
	if prevEnd > began {
		f.prev, f.prevEnd, f.flags, f.mark, f.bare = prev, prevEnd, flags, mark, false
		f.lx.last, f.lx.lastEnd, f.lx.afterDot = prev, prevEnd, mark == '.' && afterDot
		f.params, f.kinds = params, kinds
	}
	return open
}

// usualRoom is what most texts have room in, so that a folder soon needs no more.
const usualRoom = 1 << 10

// room returns the memory of the normal form, with room for as many bytes more.
func (f *folder) room(more int) []byte {
	if free := cap(f.out) - len(f.out); free < more {
		f.out = append(make([]byte, 0, len(f.out)+max(more, usualRoom)), f.out...)
	}
	return f.out[:cap(f.out)]
}

// shortWord returns the bytes of a word of up to eight as a number.
func shortWord(sql []byte, pos, size int) uint64 {
	if len(sql)-pos >= 8 {
		return binary.LittleEndian.Uint64(sql[pos:]) & (1<<(8*size&63) - 1 | -uint64(size>>3))
	}
	return eight(sql[pos : pos+size])
}

// plainEnd returns the end of what is in quotes at pos; 0 if the closing quote is missing, or an escape may hide it.
func plainEnd(sql []byte, pos int) int {
	inside := sql[pos+1:]
	size := bytes.IndexByte(inside, sql[pos])
	switch {
	case size < 0, size+1 < len(inside) && inside[size+1] == sql[pos]:
		return 0
	case sql[pos] == '\'' && bytes.IndexByte(inside[:size], '\\') >= 0:
		return 0
	}
	return pos + 1 + size + 1
}
