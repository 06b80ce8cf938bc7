package session

import (
	"testing"

	"shunt/statement"
)

// asksInVain says whether a statement asks for a last value that no connection of the session's has any more.
func (l *life) asksInVain(sql string) bool {
	st, _ := l.parser.Parse([]byte(sql), 0)
	return l.Facts().SequenceGone(st)
}

// goBack gives the connection in use back.
func (l *life) goBack() {
	l.DropLinger()
	l.Pinned("", "", false)
}

// TestNextvalKeepsTheConnectionForAMoment: the next statement may ask, and most never do.
func TestNextvalKeepsTheConnectionForAMoment(t *testing.T) {
	for _, sql := range []string{
		"SELECT NEXTVAL(s)", "SELECT NEXT VALUE FOR shop.s", "INSERT INTO t VALUES (NEXTVAL(s))", "DO NEXTVAL(s)", "SELECT 1; SELECT NEXTVAL(s)",
		"EXECUTE IMMEDIATE 'SELECT NEXTVAL(s)'",
	} {
		l := newLife()
		l.say(sql, calm)
		if !l.Linger() {
			t.Errorf("%s: pins %q, not for a moment", sql, l.Pins())
		}
		if l.say("SELECT 1", calm); l.Pins() != 0 {
			t.Errorf("%s: pins %q after the next statement", sql, l.Pins())
		}
	}
}

// TestWhoAsksForLastvalStays: from then on nothing that is asked can be lost, until the session is reset.
func TestWhoAsksForLastvalStays(t *testing.T) {
	l := newLife()
	l.say("SELECT NEXTVAL(s)", calm)
	if l.asksInVain("SELECT LASTVAL(s)") {
		t.Error("the connection that knows is still there")
	}
	l.say("SELECT LASTVAL(s)", calm)
	l.say("SELECT 1", calm)
	if l.Pins() != PinSequence {
		t.Errorf("pins %q, want sequence", l.Pins())
	}
	if l.ResetConnection(); l.Pins() != 0 || l.asksInVain("SELECT LASTVAL(s)") {
		t.Errorf("pins %q after a reset, which makes a server forget it, too", l.Pins())
	}
}

// TestALastValueThatIsGone: another connection has none, or another session's.
func TestALastValueThatIsGone(t *testing.T) {
	l := newLife()
	l.say("SELECT NEXTVAL(s)", calm)
	l.goBack()
	for sql, vain := range map[string]bool{
		"SELECT LASTVAL(s)": true, "SELECT LASTVAL(shop.s)": true, "INSERT INTO t SELECT PREVIOUS VALUE FOR S": true, "SELECT s.currval FROM dual": true,
		"SELECT LASTVAL(other)": false, "SELECT LASTVAL(blog.s)": false, "SELECT NEXTVAL(s), LASTVAL(s)": false, "SELECT * FROM s": false,
	} {
		if l.asksInVain(sql) != vain {
			t.Errorf("%s: in vain %v, want %v", sql, !vain, vain)
		}
	}
	l.AskSequences() // as the proxy does, which refuses it
	if l.say("SELECT NEXTVAL(s)", calm); l.Pins()&PinSequence == 0 || l.asksInVain("SELECT LASTVAL(s)") {
		t.Errorf("pins %q: whoever has asked once will ask again", l.Pins())
	}
}

// TestALastValueOfATransaction is lost with its connection, and with a transaction's over several clusters when that ends.
func TestALastValueOfATransaction(t *testing.T) {
	l := newLife()
	l.say("BEGIN", open)
	l.say("SELECT NEXTVAL(s)", open)
	l.Pinned("paris", "p1", false)
	l.Sleep()
	if l.asksInVain("SELECT LASTVAL(s)") {
		t.Error("its branch sleeps, and is woken for the question")
	}
	l.Wake("paris", "p1", false)
	if l.Lost(); !l.asksInVain("SELECT LASTVAL(s)") {
		t.Error("its connection is lost")
	}
}

// TestSequencesThatAreNotNamed: s.nextval looks like a column, so the session stays where it is.
func TestSequencesThatAreNotNamed(t *testing.T) {
	l := newLife()
	if l.say("SELECT s.nextval FROM dual", calm); l.Pins()&PinSequence == 0 {
		t.Errorf("pins %q", l.Pins())
	}
}

// TestAFailedStatementHasTaken: an INSERT that meets a duplicate key has advanced the sequence all the same.
func TestAFailedStatementHasTaken(t *testing.T) {
	l := newLife()
	l.say("SELECT LASTVAL(s)", calm)
	if l.fail("INSERT INTO t VALUES (NEXTVAL(s))", 1062); l.Pins()&PinSequence == 0 {
		t.Errorf("pins %q", l.Pins())
	}
}

// TestTracksTransactions: which states make a server tell of transactions, and which statements change that.
func TestTracksTransactions(t *testing.T) {
	for value, tracks := range map[string]bool{"'STATE'": true, "'CHARACTERISTICS'": true, "2": true, "'OFF'": false, "0": false} {
		if got := Clean.withVar(transactionTracker, value).TracksTransactions(); got != tracks {
			t.Errorf("with %s: %v", value, got)
		}
	}
	if Clean.TracksTransactions() || (*State)(nil).TracksTransactions() {
		t.Error("nothing is tracked by default")
	}
	parser := statement.NewParser(statement.Config{})
	for sql, sets := range map[string]bool{
		"SET session_track_transaction_info = 'STATE'": true, "SET @a = 1; SET SESSION session_track_transaction_info = OFF": true,
		"SET @session_track_transaction_info = 1": false, "SET session_track_schema = ON": false, "SELECT 1": false,
	} {
		if st, _ := parser.Parse([]byte(sql), 0); SetsTransactionTracker(st) != sets {
			t.Errorf("%s: %v, want %v", sql, !sets, sets)
		}
	}
}
