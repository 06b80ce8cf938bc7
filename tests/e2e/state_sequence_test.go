package e2e

import (
	"errors"
	"strconv"
	"testing"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
)

// TestTheLastValueOfASequence: LASTVAL() is what the session itself has taken, or an error, never what another has taken on the same connection. There is one
// connection, which goes back after a millisecond.
func TestTheLastValueOfASequence(t *testing.T) {
	for name, ask := range map[string]func(*testing.T, *mysqltest.Client, string) string{"as text": must, "prepared": mustPrepared} {
		t.Run(name, func(t *testing.T) {
			s := newStageOf(t, "per_server: 1, linger: 1ms", shopLogin(t))
			must(t, s.direct, "CREATE SEQUENCE s START WITH 10 NOCACHE")
			s.cluster.CatchUp(t)

			ask(t, s.through, "SELECT NEXTVAL(s)")
			s.pinned("") // its moment is over
			ask(t, s.rival, "SELECT NEXT VALUE FOR s")
			s.refuses(s.through, "SELECT LASTVAL(s)", 9906)

			// From now on it keeps the connection, until it is reset.
			took := ask(t, s.through, "SELECT NEXTVAL(s)")
			s.pinned("sequence")
			ask(t, s.through, "SELECT n FROM notes WHERE id = 1")
			for _, question := range []string{"SELECT LASTVAL(s)", "SELECT PREVIOUS VALUE FOR s"} {
				if last := ask(t, s.through, question); last != took {
					t.Errorf("%s gives %s, NEXTVAL() gave %s", question, last, took)
				}
			}
			if _, err := s.through.Do(mysql.ComResetConnection, nil); err != nil {
				t.Fatal(err)
			}

			// Somebody of the account has asked, so the others are kept, too, before they ask for the first time.
			took = ask(t, s.rival, "SELECT NEXTVAL(s)")
			ask(t, s.rival, "SELECT n FROM notes WHERE id = 1")
			if last := ask(t, s.rival, "SELECT LASTVAL(s)"); last != took {
				t.Errorf("LASTVAL() gives %s, NEXTVAL() gave %s", last, took)
			}
		})
	}
}

// TestTheLastValueOfOthers: who has taken nothing is told nothing of what others have taken on the same connection.
func TestTheLastValueOfOthers(t *testing.T) {
	for name, ask := range map[string]func(*testing.T, *mysqltest.Client, string) string{"as text": must, "prepared": mustPrepared} {
		t.Run(name, func(t *testing.T) {
			s := newStageOf(t, "per_server: 1, linger: 1ms", shopLogin(t))
			must(t, s.direct, "CREATE SEQUENCE s START WITH 10 NOCACHE")
			s.cluster.CatchUp(t)
			ask(t, s.rival, "SELECT NEXTVAL(s)")
			ask(t, s.rival, "SELECT 1")
			if last := ask(t, s.through, "SELECT LASTVAL(s)"); last != "NULL" {
				t.Errorf("LASTVAL() is %s, which the rival has taken", last)
			}
		})
	}
}

// TestTheLastValueRightBehind: at once, and in a transaction, a session that has never asked before gets it, too.
func TestTheLastValueRightBehind(t *testing.T) {
	s := newStageOf(t, "per_server: 1, linger: 5s", shopLogin(t))
	must(t, s.direct, "CREATE SEQUENCE s START WITH 10 NOCACHE")
	must(t, s.direct, "CREATE TABLE numbered (id INT)")
	s.cluster.CatchUp(t)
	for _, before := range []string{"SELECT 1", "BEGIN"} {
		c := raw(t, s.Address, s.login)
		must(t, c, before)
		must(t, c, "INSERT INTO numbered VALUES (NEXTVAL(s))")
		if before == "BEGIN" {
			must(t, c, "SELECT COUNT(*) FROM notes")
		}
		last, want := must(t, c, "SELECT LASTVAL(s)"), must(t, c, "SELECT MAX(id) FROM numbered")
		if last != want {
			t.Errorf("after %s, LASTVAL() is %s, and the row has %s", before, last, want)
		}
		_ = c.Close()
	}
}

func (s *stage) refuses(c *mysqltest.Client, q string, number uint16) {
	s.t.Helper()
	_, err := c.Query(q)
	if refusal := (*mysql.Error)(nil); !errors.As(err, &refusal) || refusal.Number != number {
		s.t.Errorf("%s: %v, want error %d", q, err, number)
	}
}

// mustPrepared is must in the binary protocol, for one column of whole numbers.
func mustPrepared(t *testing.T, c *mysqltest.Client, q string) string {
	t.Helper()
	p, err := c.Do(mysql.ComStmtPrepare, []byte(q))
	if err != nil || p.Prepared == nil {
		t.Fatalf("preparing %s: %v", q, err)
	}
	a, err := c.Do(mysql.ComStmtExecute, executePayload(p.Prepared.ID, 0, nil, 0, true))
	if err != nil || len(a.Results) != 1 || len(a.Results[0].Binary) != 1 {
		t.Fatalf("executing %s: %v, %v", q, err, a.Results)
	}
	return wholeNumber(a.Results[0].Binary[0])
}

// wholeNumber is the one value of a binary row: its header, the bits of NULL, and the bytes of the number, least first.
func wholeNumber(row []byte) string {
	if row[1] != 0 {
		return "NULL"
	}
	n := 0
	for i := len(row) - 1; i >= 2; i-- {
		n = n<<8 | int(row[i])
	}
	return strconv.Itoa(n)
}
