package statement

import (
	"fmt"
	"testing"
)

// FuzzRun holds the runs of the folder against its steps: with and without them, a text has the same normal form, and everything else that its key
// is made of. In the same way it holds lists that are read without the lexer against those that are read with it.
func FuzzRun(f *testing.F) {
	for i, sql := range append(corpusTexts(f), goldenTexts(f)...) {
		f.Add([]byte(sql), uint8(i))
	}
	f.Add([]byte("INSERT INTO t VALUES (1, 2.5, -3, 'it''s', NULL, DEFAULT, ?, x'1f', _utf8'a'), (?, now (), IF(a, 1, (2)), `b`.`c`), (1., .5, 1e5, 'a' 'b', TRUE)"), uint8(0))
	f.Add([]byte("select t.5a, a.`b`.c*2, d%e, f <=> g, h!=i, j >= 1, k<l, m>n, o->>'$', p || q, n'x', \"r\", sum (s) from `x``y`, z where a in (1, 2) and ? = v"), uint8(1))
	f.Fuzz(func(t *testing.T, sql []byte, bits uint8) {
		if fault := otherRun(sql, Mode(bits)%4); fault != "" {
			t.Error(fault)
		}
		if fault := otherList(sql[:min(len(sql), 200)], Mode(bits)%4); fault != "" {
			t.Error(fault)
		}
	})
}

// otherRun says what runs make of a text that steps do not; empty if nothing.
func otherRun(sql []byte, mode Mode) string {
	for _, s := range []style{digestStyle, shownStyle} {
		var runs, steps folder
		runs.fold(sql, mode, s)
		steps.begin(sql, mode, s)
		for steps.step(steps.lx.next()) {
			if s == digestStyle && len(steps.out) > absorbed {
				steps.absorb()
			}
		}
		if string(runs.out) != string(steps.out) || runs.key(mode) != steps.key(mode) || runs.kinds != steps.kinds || runs.hint != steps.hint {
			return fmt.Sprintf("%q in mode %d, style %d:\n%q %+v kinds %x\n%q %+v kinds %x", sql, mode, s, runs.out, runs.key(mode), runs.kinds, steps.out,
				steps.key(mode), steps.kinds)
		}
	}
	return ""
}

// otherList says what plainList makes of a parenthesis that the list reader does not; empty if nothing.
func otherList(sql []byte, mode Mode) string {
	for pos := range sql {
		for _, row := range []bool{false, true} {
			end, params := plainList(sql, pos, row)
			l := list{ahead: lexer{sql: sql, pos: pos, mode: mode}, row: row}
			ok := l.read()
			if end == noList && ok || end > 0 && (!ok || end != l.ahead.pos || params != l.params || l.ahead.versions != 0) {
				return fmt.Sprintf("at %d of %q, row %v: plain %d %d, else %v %d %d", pos, sql, row, end, params, ok, l.ahead.pos, l.params)
			}
		}
	}
	return ""
}
