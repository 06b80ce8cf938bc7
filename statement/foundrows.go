package statement

// foundRows notes whether FOUND_ROWS() afterwards follows from the answer: the rows of a SELECT, or what it was before. Measured on
// MariaDB 10.11 and MySQL 9.7.
//
// Two cases are left out, since they cannot be told and nobody asks then: a MIN or MAX that MariaDB takes from an empty index leaves the
// count as it was, and every UPDATE of MySQL sets it.
func (b *builder) foundRows() {
	st := b.st
	switch st.Kind {
	case Call, Execute, Explain, Unknown:
		st.Effects |= HidesFoundRows
	case Do, Set:
		if len(st.Tables) > 0 {
			st.Effects |= HidesFoundRows
		}
	}
}

// skipsRows says whether the cursor stands on an OFFSET, or a LIMIT of two numbers: rows that are skipped count for FOUND_ROWS().
func (c *cursor) skipsRows() bool {
	ahead := c.peek()
	switch {
	case c.is("OFFSET"):
		return ahead.isCount()
	case c.is("LIMIT") && ahead.isCount():
		ahead.next()
		return ahead.isMark(',')
	}
	return false
}

// isCount says whether the cursor stands on a number or a placeholder.
func (c *cursor) isCount() bool { return c.tok.kind == tokNumber || c.tok.kind == tokParam }
