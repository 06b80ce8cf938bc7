package session

import (
	"strconv"
	"strings"

	"shunt/statement"
)

const comSetOption = 0x1B

// Lacks tells which questions about the last statements the statement asks that the connection in use cannot answer by itself. disturbed: a SET of ours
// goes in front of it, which changes ROW_COUNT(), as priming the others does.
func (s *Session) Lacks(st *statement.Statement, disturbed bool) statement.Effects {
	const asked = statement.UsesFoundRows | statement.UsesRowCount
	if !st.Effects.Any(asked) {
		return 0
	}
	if st.Kind == statement.Multi {
		st = st.List[0] // what the others ask is about those before them
	}
	lacks := st.Effects & asked &^ s.here
	if disturbed || lacks != 0 {
		lacks |= st.Effects & statement.UsesRowCount
	}
	return lacks
}

// Prime adds what makes a connection answer those questions as the session's own would. What cannot be brought about was refused before
// (Facts.Gone and Torn). Measured on MariaDB 10.11 and MySQL 9.7:
//
//   - SELECT … LIMIT n-1,1 INTO @v sets FOUND_ROWS() to n and ROW_COUNT() to 1;
//   - SET sets ROW_COUNT() to 0, COM_SET_OPTION sets it to -1, and neither changes FOUND_ROWS().
func (s *Session) Prime(r *Restoration, lacks statement.Effects, link Link) {
	rowCount := int64(-2) // what the commands so far have set it to, if that matters
	if lacks.Has(statement.UsesFoundRows) {
		r.query(findRows(s.foundRows))
		rowCount = min(s.foundRows, 1)
		s.here |= statement.UsesFoundRows
	}
	if !lacks.Has(statement.UsesRowCount) || rowCount == s.rowCount {
		return
	}
	switch s.rowCount {
	case 1:
		r.query(findRows(1))
		s.here, s.foundHidden = s.here&^statement.UsesFoundRows, false
	case 0:
		r.query("SET @shunt_last=NULL")
	default:
		r.add([]byte{comSetOption, link.option(), 0})
	}
}

// findRows is a statement that finds n rows without reading any table.
func findRows(n int64) string {
	const ten = "(SELECT 1" + " UNION ALL SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT 1" + " UNION ALL SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT 1" +
		" UNION ALL SELECT 1 UNION ALL SELECT 1 UNION ALL SELECT 1)"
	switch n {
	case 0:
		return clearing("@shunt_last") + " WHERE 0"
	case 1:
		return clearing("@shunt_last")
	}
	var b strings.Builder
	b.WriteString("SELECT NULL INTO @shunt_last FROM ")
	for name, power := 'a', int64(1); power < n; name, power = name+1, power*10 {
		if power > 1 {
			b.WriteByte(',')
		}
		b.WriteString(ten + " " + string(name))
	}
	b.WriteString(" LIMIT " + strconv.FormatInt(n-1, 10) + ",1")
	return b.String()
}
