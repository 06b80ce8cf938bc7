package statement

// noList is the end of what is certainly no list of literals.
const noList = -1

// plainList reads a list of literals in parentheses, without a lexer, as far as it consists of what most lists do: numbers, strings without
// escapes, placeholders, NULL and the like. It returns the end of the list and how many placeholders it has; [noList] if something else
// is in it; 0 if somebody has to look closer. row says that the list is a row of values, where DEFAULT is one.
func plainList(sql []byte, pos int, row bool) (end, params int) {
	pos = behindBlanks(sql, pos)
	if pos == len(sql) || sql[pos] != '(' {
		return 0, 0
	}
	for {
		if pos = behindBlanks(sql, pos+1); pos == len(sql) {
			return 0, 0
		}
		switch classes[sql[pos]] {
		case classDigit:
			pos = behindNumber(sql, pos)
		case classQuote:
			if sql[pos] != '\'' {
				return 0, 0
			}
			pos = plainEnd(sql, pos)
		case classLetter:
			if pos = behindConstant(sql, pos, row); pos == noList {
				return noList, 0
			}
		case classMark:
			if sql[pos] != '?' {
				return 0, 0
			}
			params++
			pos++
		default:
			return 0, 0
		}
		if pos == 0 {
			return 0, 0
		}
		if pos = behindBlanks(sql, pos); pos == len(sql) {
			return 0, 0
		}
		switch sql[pos] {
		case ')':
			return pos + 1, params
		case ',':
		default:
			return 0, 0
		}
	}
}

func behindBlanks(sql []byte, pos int) int {
	for pos < len(sql) && classes[sql[pos]] == classSpace {
		pos++
	}
	return pos
}

// behindNumber returns the end of digits with a point among them or behind, or none; 0 if that is not all of the number.
func behindNumber(sql []byte, pos int) int {
	pos += digitRun(sql[pos:])
	if pos < len(sql) && sql[pos] == '.' {
		pos++
		pos += digitRun(sql[pos:])
	}
	if pos < len(sql) && (identByte(sql[pos]) || sql[pos] == '.') {
		return 0
	}
	return pos
}

// behindConstant returns the end of a word if it stands for a constant; noList if it does not, 0 if it may belong to a literal.
func behindConstant(sql []byte, pos int, row bool) int {
	end := pos + 1
	for end < len(sql) && identByte(sql[end]) {
		end++
	}
	word := sql[pos:end]
	switch {
	case word[0] == '_', end-pos == 1:
		return 0
	case flagsOf(word)&elidable == 0, !row && equalWord(word, "DEFAULT"):
		return noList
	}
	return end
}
