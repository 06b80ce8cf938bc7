package e2e

import (
	"bytes"
	"fmt"
	"reflect"
	"regexp"
	"slices"

	"shunt/mysql"
	"shunt/tests/e2e/grammar"
)

// allowance is a difference between a direct answer and one through shunt that is right.
type allowance struct {
	reason string
	// covers says whether packet i may differ so. The answers have equally many packets.
	covers func(s grammar.Statement, direct, through answer, i int) bool
}

// allowances are all that there are. Each needs a reason that is not "it happens to be so".
func allowances() []allowance {
	return []allowance{
		{"the order of session trackers in an OK packet: a server takes them out of a hash table, whose order depends on what else is tracked, " +
			"and shunt tracks everything", sameTrackers},
		{"CONNECTION_ID() is shunt's id of the client, not the server's of the connection", connectionID},
		{"the warnings, and the status flags about transactions, sql_mode, trackers and cursors of procedures, in the EOF packet between column definitions and " +
			"rows, in the old protocol: the server behind sends no such packet, what it would say in it is not known yet, and clients take both " +
			"from the EOF packet at the end", betweenDefinitionsAndRows},
		{"whether a query used an index: that is the optimizer's choice, for which each server, primary or replica, has statistics of its own", indexFlags},
		{"what a server tells otherwise at the second execution of a prepared statement (in MariaDB, the type of DIV in a UNION, and NOT NULL of an outer join that was made " +
			"an inner one): through shunt the second may be the first on its connection, and the first not the first", otherExecution},
		{"which error a write in a READ ONLY transaction gets that would be refused for another reason, too: a replica refuses it before it looks for that", readOnlyFirst},
		{"the length and decimals that a server infers from the value of a user variable when it prepares a statement: shunt may run one that was prepared on its " +
			"connection with another value", inferredFromVariable},
		{"which table a column of information_schema is said to be from, with its flags, length, decimals and size of a text: MySQL tells so whether the optimizer has merged the view or put it in a temporary " +
			"table (TABLES or VIEWS, say), and that is each server's own choice; and over several clusters shunt makes a table of its own of it", dictionaryTable},
		{"the order of rows that nobody asked for: it follows from the optimizer's choice, too", rowOrder},
	}
}

// compareAnswers tells the first packet that is not the same and may not differ; "" if there is none. excused says that an allowance was needed.
func compareAnswers(s grammar.Statement, direct, through answer) (difference string, excused bool) {
	direct, excused = direct.unrepeated(through)
	for i := range max(len(direct.packets), len(through.packets)) {
		switch {
		case i >= len(direct.packets):
			return fmt.Sprintf("  through shunt there is one packet more: %s", clip(through.packets[i])), excused
		case i >= len(through.packets):
			return fmt.Sprintf("  through shunt packet %d is missing: %s", i, clip(direct.packets[i])), excused
		case bytes.Equal(direct.packets[i], through.packets[i]):
			continue
		case len(direct.packets) != len(through.packets),
			!slices.ContainsFunc(allowances(), func(a allowance) bool { return a.covers(s, direct, through, i) }):
			return fmt.Sprintf("  packet %d of %d\n    direct  %s\n    through %s", i, len(direct.packets), clip(direct.packets[i]), clip(through.packets[i])), excused
		}
		excused = true
	}
	return "", excused
}

// dictionaryTable covers definitions of the same column, of a table in information_schema.
func dictionaryTable(s grammar.Statement, direct, through answer, i int) bool {
	if !dictionary.MatchString(s.Text) {
		return false
	}
	var columns [2]mysql.ColumnDef
	for at, p := range [][]byte{direct.packets[i], through.packets[i]} {
		if !bytes.HasPrefix(p, []byte("\x03def")) {
			return false
		}
		c, err := mysql.ParseColumnDef(p, mysql.CapProtocol41)
		if err != nil {
			c, err = mysql.ParseColumnDef(p, mysql.CapProtocol41|mysql.CapExtendedMetadata)
		}
		if err != nil {
			return false
		}
		c.Schema, c.Table, c.OrgTable, c.OrgName, c.Flags, c.Length, c.Decimals = "", "", "", "", 0, 0, 0
		if c.Type == mysql.TypeLongBlob || c.Type == mysql.TypeBlob {
			c.Type, c.Collation = mysql.TypeBlob, 0
		}
		columns[at] = c
	}
	return reflect.DeepEqual(columns[0], columns[1])
}

var dictionary = regexp.MustCompile(`(?i)\bFROM information_schema\.`)

// otherExecution covers packets that stand in the direct answer to another execution, or in what is fetched of it.
func otherExecution(_ grammar.Statement, direct, through answer, i int) bool {
	if len(direct.starts) < 3 || !slices.Equal(direct.starts, through.starts) || i < direct.starts[1] {
		return false
	}
	from, to := direct.command(i)
	others := slices.Concat(direct.packets[:from], direct.packets[to:])
	return slices.ContainsFunc(others, func(p []byte) bool { return bytes.Equal(p, through.packets[i]) }) ||
		i >= direct.starts[2] && bytes.Equal(unwarned(direct.packets[i]), unwarned(through.packets[i]))
}

// unwarned is what ends rows, in the modern protocol, without the number of warnings: constants are computed when a statement is prepared, and what they warn of counts
// for the execution right behind.
func unwarned(p []byte) []byte {
	if len(p) != 7 || p[0] != mysql.HeaderEOF {
		return p
	}
	return p[:5]
}

// command tells where the answer to the command begins and ends that packet i belongs to.
func (a answer) command(i int) (from, to int) {
	for _, start := range a.starts {
		if start > i {
			return from, start
		}
		from = start
	}
	return from, len(a.packets)
}

// readOnlyFirst covers an error in the place of another.
func readOnlyFirst(_ grammar.Statement, direct, through answer, i int) bool {
	if !mysql.IsErr(direct.packets[i]) || !mysql.IsErr(through.packets[i]) {
		return false
	}
	e, err := mysql.ParseErr(through.packets[i], mysql.CapProtocol41)
	return err == nil && *e == *mysql.ReadOnlyTransaction()
}

var ofVariable = regexp.MustCompile(`@[a-z]`)

// inferredFromVariable covers definitions in the answer to an execution.
func inferredFromVariable(s grammar.Statement, direct, through answer, i int) bool {
	if len(direct.starts) < 2 || i < direct.starts[1] || !ofVariable.MatchString(s.Prepared) {
		return false
	}
	d, errD := mysql.ParseColumnDef(direct.packets[i], 0)
	t, errT := mysql.ParseColumnDef(through.packets[i], 0)
	d.Length, d.Decimals = t.Length, t.Decimals
	return errD == nil && errT == nil && reflect.DeepEqual(d, t)
}

// unrepeated is the direct answer without definitions that did not change and that shunt has left out (CACHE_METADATA): a server sends them again when it had to
// prepare the statement anew, as after another session has changed some routine.
func (a answer) unrepeated(through answer) (without answer, any bool) {
	for i, p := range a.packets {
		if i >= len(through.packets) || len(p) != 2 || p[1] != 1 || !bytes.Equal(through.packets[i], []byte{p[0], 0}) || i+int(p[0]) >= len(a.packets) {
			continue
		}
		b := answer{packets: slices.Concat(a.packets[:i], [][]byte{through.packets[i]}, a.packets[i+1+int(p[0]):]), between: a.between}
		for _, start := range a.starts {
			if start > i {
				start -= int(p[0])
			}
			b.starts = append(b.starts, start)
		}
		b, _ = b.unrepeated(through)
		return b, true
	}
	return a, false
}

func clip(p []byte) string {
	text := fmt.Sprintf("%q", p)
	if len(text) > 600 {
		text = text[:600] + " …"
	}
	return text
}

func sameTrackers(_ grammar.Statement, direct, through answer, i int) bool {
	split := func(p []byte) (string, []string) {
		ok, err := mysql.ParseOK(p, mysql.CapSessionTrack)
		if err != nil || len(ok.Track) == 0 {
			return string(p), nil
		}
		var tracks []string
		for e, err := range mysql.Tracks(ok.Track) {
			if err != nil {
				return string(p), nil
			}
			tracks = append(tracks, fmt.Sprintf("%d %s=%s", e.Kind, e.Name, e.Value))
		}
		slices.Sort(tracks)
		ok.Track = nil
		return fmt.Sprintf("%+v", ok), tracks
	}
	headA, tracksA := split(direct.packets[i])
	headB, tracksB := split(through.packets[i])
	return headA == headB && slices.Equal(tracksA, tracksB)
}

var asksConnectionID = regexp.MustCompile("^SELECT CONNECTION_ID\\(\\)( AS `me`)?$")

// connectionID covers the row, which is neither the first nor the last packet.
func connectionID(s grammar.Statement, direct, through answer, i int) bool {
	return asksConnectionID.MatchString(s.Text) && i > 1 && i < len(direct.packets)-1
}

func betweenDefinitionsAndRows(_ grammar.Statement, direct, through answer, i int) bool {
	if !slices.Contains(direct.between, i) || !slices.Contains(through.between, i) {
		return false
	}
	_, a, errA := mysql.ParseEOF(direct.packets[i])
	_, b, errB := mysql.ParseEOF(through.packets[i])
	const atTheEnd = aboutIndexes | mysql.StatusInTrans | mysql.StatusNoBackslashEscapes | mysql.StatusAnsiQuotes | mysql.StatusSessionStateChanged | mysql.StatusLastRowSent
	return errA == nil && errB == nil && a&^atTheEnd == b&^atTheEnd
}

const aboutIndexes = mysql.StatusNoIndex | mysql.StatusNoGoodIndex

// indexFlags covers what ends rows: an EOF packet, or an OK packet without affected rows and insert id. In both the status begins at the fourth
// byte.
func indexFlags(_ grammar.Statement, direct, through answer, i int) bool {
	const status = 3
	without := func(p []byte) []byte {
		if !mysql.IsEOF(p) && (len(p) < 7 || p[0] > 0 && p[0] != mysql.HeaderEOF || p[1] != 0 || p[2] != 0) {
			return p
		}
		p = bytes.Clone(p)
		p[status] &^= byte(aboutIndexes)
		return p
	}
	return bytes.Equal(without(direct.packets[i]), without(through.packets[i]))
}

var sorted = regexp.MustCompile(`(?i)\bORDER\s+BY\b`)

// rowOrder covers the packets that have equals elsewhere in the answer.
func rowOrder(s grammar.Statement, direct, through answer, i int) bool {
	count := func(all [][]byte, p []byte) (n int) {
		for _, q := range all {
			if bytes.Equal(p, q) {
				n++
			}
		}
		return n
	}
	d, t := direct.packets[i], through.packets[i]
	return !sorted.MatchString(s.Text) && count(direct.packets, d) == count(through.packets, d) && count(direct.packets, t) == count(through.packets, t)
}
