package statement

import "strings"

// intoVariables cuts INTO @a, @b.
func (r *rewriter) intoVariables(i int) int {
	if !r.is(i, "INTO") || r.kind(i+1) != tokUserVar {
		return 0
	}
	end := i + 2
	for r.is(end, ",") && r.kind(end+1) == tokUserVar {
		end += 2
	}
	r.cut(i, end)
	return end
}

// systemTime cuts FOR SYSTEM_TIME … (MariaDB, system-versioned tables): an older state of the same tables.
func (r *rewriter) systemTime(i int) int {
	if !r.is(i, "FOR", "SYSTEM_TIME") {
		return 0
	}
	end := i + 2
	switch {
	case r.is(end, "ALL"):
		end++
	case r.is(end, "AS", "OF"):
		end = r.expression(end + 2)
	case r.isOne(end, "BETWEEN", "FROM"):
		end = r.expression(end + 1)
		if !r.isOne(end, "AND", "TO") {
			return 0
		}
		end = r.expression(end + 1)
	default:
		return 0
	}
	r.cut(i, end)
	return end
}

// expression returns the end of the arithmetic expression that begins at token i.
func (r *rewriter) expression(i int) int {
	for {
		i = r.operand(i)
		if !r.isOne(i, "+", "-", "*", "/", "%", "DIV", "MOD") {
			return i
		}
		i++
	}
}

func (r *rewriter) operand(i int) int {
	for r.isOne(i, "-", "+", "TRANSACTION") || r.isOne(i, "TIMESTAMP", "DATE", "TIME") && !r.is(i+1, "(") {
		i++
	}
	switch {
	case r.is(i, "INTERVAL"):
		return r.operand(i+1) + 1
	case r.is(i, "("):
		return r.closing(i) + 1
	}
	i++
	for r.is(i, ".") {
		i += 2
	}
	if r.is(i, "(") && r.kind(i-1) == tokWord {
		return r.closing(i) + 1
	}
	return i
}

// rowsExamined cuts LIMIT … ROWS EXAMINED n (MariaDB).
func (r *rewriter) rowsExamined(i int) int {
	switch {
	case r.is(i, "LIMIT", "ROWS", "EXAMINED"):
		r.cut(i, i+4)
		return i + 4
	case r.is(i, "ROWS", "EXAMINED"):
		r.cut(i, i+3)
		return i + 3
	default:
		return 0
	}
}

// offsetFetch cuts OFFSET n ROWS and FETCH FIRST n ROWS ONLY (MariaDB since 10.6).
func (r *rewriter) offsetFetch(i int) int {
	end := i
	switch {
	case r.is(i, "OFFSET") && r.isOne(i+2, "ROW", "ROWS"):
		end = i + 3
	case r.is(i, "FETCH") && r.isOne(i+1, "FIRST", "NEXT"):
		end = i + 2
		if !r.isOne(end, "ROW", "ROWS") {
			end++
		}
		end++
		switch {
		case r.is(end, "ONLY"):
			end++
		case r.is(end, "WITH", "TIES"):
			end += 2
		default:
			return 0
		}
	default:
		return 0
	}
	end = min(end, len(r.tokens))
	r.cut(i, end)
	return end
}

// minus turns MINUS (MariaDB, sql_mode ORACLE) into EXCEPT.
func (r *rewriter) minus(i int) int {
	if i == 0 || !r.is(i, "MINUS") || !r.isOne(i+1, "SELECT", "(", "ALL", "DISTINCT", "VALUES") || r.is(i-1, ".") {
		return 0
	}
	r.replace(i, i+1, "EXCEPT")
	return i + 1
}

// valuesRows turns VALUES (1), (2) as a query (MariaDB) into VALUES ROW(1), ROW(2).
func (r *rewriter) valuesRows(i int) int {
	query := i == 0 || r.isOne(i-1, "(", "UNION", "EXCEPT", "INTERSECT", "ALL", "DISTINCT", "MINUS")
	if !query || !r.is(i, "VALUES", "(") {
		return 0
	}
	r.replace(i+1, i+1, " ROW")
	if r.commas == nil {
		r.commas = make(map[int]bool)
	}
	for end := r.closing(i+1) + 1; r.is(end, ",", "("); end = r.closing(end+1) + 1 {
		r.commas[end] = true
	}
	return i + 1
}

// nextRow is valuesRows for the rows behind the first, once the rules have passed what the rows before hold.
func (r *rewriter) nextRow(i int) int {
	if !r.commas[i] {
		return 0
	}
	r.replace(i+1, i+1, " ROW")
	return i + 1
}

// orderedSet turns MEDIAN and PERCENTILE_CONT (MariaDB since 10.3) into an aggregate that the parser knows.
func (r *rewriter) orderedSet(i int) int {
	if !r.isOne(i, "MEDIAN", "PERCENTILE_CONT", "PERCENTILE_DISC") || !r.is(i+1, "(") {
		return 0
	}
	r.replace(i, i+1, "MAX")
	if end := r.closing(i+1) + 1; r.is(end, "WITHIN", "GROUP", "(") {
		until := r.closing(end+2) + 1
		r.replace(i+1, until, "(1)")
		return until
	}
	return i + 1
}

// listAggregate cuts ORDER BY and LIMIT within aggregates (MariaDB): GROUP_CONCAT(x LIMIT n), JSON_ARRAYAGG(x ORDER BY y).
func (r *rewriter) listAggregate(i int) int {
	var from int
	closing := 0
	switch {
	case r.is(i, "GROUP_CONCAT", "("):
		closing = r.closing(i + 1)
		from = r.find(i+2, closing, "LIMIT")
	case r.is(i, "JSON_ARRAYAGG", "("):
		closing = r.closing(i + 1)
		from = r.find(i+2, closing, "ORDER", "LIMIT")
	default:
		return 0
	}
	if from >= closing {
		return 0
	}
	r.cut(from, closing)
	return closing
}

// jsonTable turns JSON_TABLE(document, path COLUMNS (…)) into a derived table of the document.
func (r *rewriter) jsonTable(i int) int {
	if !r.is(i, "JSON_TABLE", "(") {
		return 0
	}
	closing := r.closing(i + 1)
	comma := r.find(i+2, closing, ",")
	if comma >= closing {
		return 0
	}
	r.replace(i, i+2, "(SELECT ")
	r.cut(comma, closing)
	return closing
}

// soundsLike makes a SOUNDS LIKE b a plain comparison.
func (r *rewriter) soundsLike(i int) int {
	if !r.is(i, "SOUNDS", "LIKE") {
		return 0
	}
	r.cut(i, i+1)
	return i + 2
}

// castType replaces types that CAST knows in MariaDB only.
func (r *rewriter) castType(i int) int {
	if !r.is(i, "AS") {
		return 0
	}
	switch {
	case r.isOne(i+1, "UUID", "INET6", "INET4") && r.is(i+2, ")"), r.is(i+1, "VARCHAR", "("):
		r.replace(i+1, i+2, "CHAR")
	case r.isOne(i+1, "INT", "INTEGER") && r.is(i+2, ")"):
		r.replace(i+1, i+2, "SIGNED")
	default:
		return 0
	}
	return i + 2
}

// returning cuts RETURNING … from the end of INSERT, REPLACE and DELETE (MariaDB).
func (r *rewriter) returning(i int) int {
	if !r.is(i, "RETURNING") || !r.isOne(0, "INSERT", "REPLACE", "DELETE") || r.is(i-1, ".") {
		return 0
	}
	r.cut(i, len(r.tokens))
	return len(r.tokens)
}

// rowAlias cuts the alias of the new row before ON DUPLICATE KEY UPDATE (MySQL since 8.0.19).
func (r *rewriter) rowAlias(i int) int {
	if !r.is(0, "INSERT") || !r.is(i, ")", "AS") || !r.isName(i+2) {
		return 0
	}
	end := i + 3
	if r.is(end, "(") {
		end = r.closing(end) + 1
	}
	if !r.is(end, "ON", "DUPLICATE") {
		return 0
	}
	r.cut(i+1, end)
	return end
}

// valueCall turns VALUE(column) in ON DUPLICATE KEY UPDATE (MariaDB) into VALUES(column).
func (r *rewriter) valueCall(i int) int {
	if !r.is(0, "INSERT") || !r.is(i, "VALUE", "(") || !r.isName(i+2) || !r.is(i+3, ")") {
		return 0
	}
	r.replace(i, i+1, "VALUES")
	return i + 1
}

// quotable are words that the parser reserves and MariaDB does not, so that they are common as names there: a column
// called rank, a table called groups.
var quotable = wordSet(`array cume_dist dense_rank first_value generated groups ilike lag last_value lateral lead nth_value
	ntile option percent_rank rank row stored tablesample until virtual window`)

// quoteName puts such a word in quotes where it can't be the keyword.
func (r *rewriter) quoteName(i int) int {
	if r.kind(i) != tokWord || r.is(i+1, "(") || r.isOne(i-1, ".", "CURRENT") {
		return 0
	}
	word := string(r.text[r.tokens[i].start:r.tokens[i].end])
	if !quotable[strings.ToLower(word)] || r.is(i, "WINDOW") && r.is(i+2, "AS", "(") {
		return 0
	}
	r.replace(i, i+1, "`"+word+"`")
	return i + 1
}
