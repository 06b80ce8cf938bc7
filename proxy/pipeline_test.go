package proxy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/netloop/looptest"
	"shunt/proxy"
)

// Which row of goods a statement asks for says what becomes of it.
const (
	waits    = 100 + iota // until the test lets it go on
	warns                 // its answer has a warning
	fails                 // … is an error
	isLong                // … is longer than a buffer
	breaks                // the server closes the connection
	waitsToo              // for another word of the test
)

func ask(n int) string { return fmt.Sprintf("SELECT v FROM goods WHERE n = %d", n) }

// pipeline is a proxy whose connections to the replica are all in use: the first client's statement keeps one waiting, the second has waited in the queue for long enough to know that there
// are no more, and those who come now are sent behind the first.
type pipeline struct {
	*triangle
	t      *testing.T
	goOn   chan struct{} // what waits goes on
	goToo  chan struct{} // … and what waits, too
	behind []*mysqltest.Client
}

func newPipeline(t *testing.T, connections int, edit func(*proxy.Config)) *pipeline {
	t.Helper()
	p := &pipeline{t: t, goOn: make(chan struct{}), goToo: make(chan struct{})}
	server := &mysqltest.Server{Handler: p.answer}
	p.triangle = newTriangle(t, setup{loop: looptest.Epoll(t, 1), replica: server, backend: func(c *backend.Config) { c.PerServer, c.Shards = connections, 1 },
		proxy: func(c *proxy.Config) {
			if c.Wait, c.Pipelining = 30*time.Second, 30*time.Second; edit != nil {
				edit(c)
			}
		}})
	known := p.client()
	for range 3 {
		value(t, known, ask(1)) // so that it is known how long such a statement takes
	}
	return p
}

func (p *pipeline) answer(cmd mysql.Command, payload []byte, w *mysqltest.Reply) {
	var n int
	text := string(payload)
	switch {
	case strings.HasPrefix(text, "SHOW WARNINGS"):
		w.ResultSet(mysql.ResultSet{Columns: []mysql.ColumnDef{mysql.TextColumn("Level"), mysql.TextColumn("Code"), mysql.TextColumn("Message")},
			Rows: []mysql.Row{mysql.NewRow("Warning", 1365, "Division by 0")}}, mysql.OK{})
		return
	case cmd == mysql.ComQuery && strings.HasPrefix(text, "SELECT") && !strings.Contains(text, "goods"): // a question of the proxy's own
		w.Value("1")
		return
	case cmd != mysql.ComQuery, !strings.Contains(text, "goods"):
		w.OK(mysql.OK{Status: mysql.StatusAutocommit})
		return
	}
	if _, err := fmt.Sscanf(text[strings.Index(text, "n = "):], "n = %d", &n); err != nil {
		p.t.Error(err)
	}
	end, rows := mysql.OK{}, []mysql.Row{mysql.NewRow(fmt.Sprint("row ", n))}
	switch n {
	case waits:
		if !w.Await(p.goOn) {
			return
		}
	case waitsToo:
		if !w.Await(p.goToo) {
			return
		}
	case warns:
		end.Warnings = 1
	case fails:
		w.Err(mysql.NewError(1365, "22012", "Division by 0"))
		return
	case isLong:
		rows = slices.Repeat(rows, 10_000)
	case breaks:
		w.Hangup()
		return
	}
	w.ResultSet(mysql.ResultSet{Columns: []mysql.ColumnDef{mysql.TextColumn("v")}, Rows: rows}, end)
}

// line has clients send statements one after the other: the first is asked at once, the second is queued, all others go behind the first if they may.
func (p *pipeline) line(texts ...string) {
	p.t.Helper()
	for _, text := range texts {
		p.join(p.client(), text)
	}
}

func (p *pipeline) join(c *mysqltest.Client, text string) {
	p.t.Helper()
	if err := c.Send(mysql.ComQuery, []byte(text)); err != nil {
		p.t.Fatal(err)
	}
	if p.behind = append(p.behind, c); len(p.behind) == 1 {
		eventually(p.t, "the server has the first statement", func() bool { return contains(p.replica.Queries(), text) })
		return
	}
	awaitState(p.t, p.triangle, proxy.Waiting, len(p.behind)-1)
}

// answers reads what each has got, as the value or the error.
func (p *pipeline) answers() (all []string) {
	p.t.Helper()
	for _, c := range p.behind {
		all = append(all, told(c))
	}
	return all
}

// told reads one answer to a query.
func told(c *mysqltest.Client) string {
	a, err := c.ReadAnswer(mysql.ComQuery)
	switch {
	case err != nil:
		return "lost"
	case a.Results[0].Err != nil:
		return fmt.Sprint("error ", a.Results[0].Err.Number)
	}
	rows := a.Results[0].Text()
	if len(rows) != 1 {
		return fmt.Sprint(len(rows), " rows")
	}
	return rows[0][0]
}

// order is the rows that the server was asked for, after those that the setup asks for.
func (p *pipeline) order() (rows []string) {
	for _, q := range p.replica.Queries() {
		if _, n, asks := strings.Cut(q, "WHERE n = "); asks {
			rows = append(rows, n)
		}
	}
	return rows[3:]
}

func (p *pipeline) expect(what string, got []string, want ...string) {
	p.t.Helper()
	if !slices.Equal(got, want) {
		p.t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// TestQuickReadsAreSentBehindOneAnother: while there are no more connections. Each gets its own answer, on the same connection, and before the one who waits for a connection of its own.
func TestQuickReadsAreSentBehindOneAnother(t *testing.T) {
	p := newPipeline(t, 1, nil)
	p.line(ask(waits), ask(1), ask(2), ask(3), ask(4))
	close(p.goOn)
	p.expect("answers", p.answers(), "row 100", "row 1", "row 2", "row 3", "row 4")
	p.expect("the server's order", p.order(), "100", "2", "3", "4", "1")
	if n := p.replica.Accepted(); n != 1 {
		t.Errorf("%d connections", n)
	}
	p.expect("the same again", []string{value(t, p.behind[2], ask(7)), value(t, p.behind[4], ask(8))}, "row 7", "row 8")
}

func TestNothingIsSentBehindAnotherWherePipeliningIsOff(t *testing.T) {
	p := newPipeline(t, 1, func(c *proxy.Config) { c.Pipelining = 0 })
	p.line(ask(waits), ask(1), ask(2), ask(3))
	close(p.goOn)
	p.expect("answers", p.answers(), "row 100", "row 1", "row 2", "row 3")
	p.expect("the server's order", p.order(), "100", "1", "2", "3")
}

// TestOthersThanQuickReadsWaitForAConnection: what writes, what needs its connection afterwards, what asks for more than rows of tables, what nobody has asked before, and whose session is another.
func TestOthersThanQuickReadsWaitForAConnection(t *testing.T) {
	for name, text := range map[string]string{
		"without a table":   "SELECT 'goods', 'n = 2'",
		"a list":            "SELECT v FROM goods WHERE n = 2; SELECT v FROM goods WHERE n = 2",
		"a shape not known": "SELECT v, v FROM goods WHERE n = 2",
	} {
		t.Run(name, func(t *testing.T) {
			p := newPipeline(t, 1, nil)
			if name != "a shape not known" {
				known := p.client()
				for range 3 {
					if _, err := known.Query(text); err != nil {
						t.Fatal(err)
					}
				}
			}
			before := len(p.order())
			p.line(ask(waits), ask(1), text, ask(4))
			close(p.goOn)
			p.answers()
			p.expect("the server's order", p.order()[before:before+2], "100", "4")
		})
	}
	t.Run("another session", func(t *testing.T) {
		p := newPipeline(t, 1, nil)
		other := p.client()
		mustRun(t, other, "SET time_zone = '+01:00'")
		value(t, p.client(), ask(5)) // the connection is as the others need it
		before := len(p.order())
		p.line(ask(waits), ask(1))
		p.join(other, ask(2))
		p.line(ask(4))
		close(p.goOn)
		p.expect("answers", p.answers(), "row 100", "row 1", "row 2", "row 4")
		p.expect("the server's order", p.order()[before:before+2], "100", "4")
	})
}

// TestAnAnswerThatNeedsItsConnectionIsAskedForAgain: warnings and errors are asked for by the next statement, and a long answer would keep the others waiting for its client. None of it is seen by
// anybody else.
func TestAnAnswerThatNeedsItsConnectionIsAskedForAgain(t *testing.T) {
	for n, want := range map[int]string{warns: "row 101", fails: "error 1365", isLong: "10000 rows"} {
		t.Run(want, func(t *testing.T) {
			p := newPipeline(t, 1, nil)
			p.line(ask(waits), ask(1), ask(2), ask(n), ask(3), ask(4))
			close(p.goOn)
			p.expect("answers", p.answers(), "row 100", "row 1", "row 2", want, "row 3", "row 4")
			if n != isLong {
				if got, err := p.behind[3].Query("SHOW WARNINGS"); err != nil || len(got.Rows) != 1 || string(got.Rows[0][1]) != "1365" {
					t.Errorf("SHOW WARNINGS: %v, %v", got.Text(), err)
				}
			}
			asked := 0
			for _, row := range p.order() {
				if row == fmt.Sprint(n) {
					asked++
				}
			}
			if asked != 2 {
				t.Errorf("it was asked %d times: %q", asked, p.order())
			}
		})
	}
}

// TestTheFirstOfARowMayNeedItsConnection, too.
func TestTheFirstOfARowMayNeedItsConnection(t *testing.T) {
	p := newPipeline(t, 1, nil)
	p.line(ask(waits), ask(1), ask(fails), ask(3))
	close(p.goOn)
	p.expect("answers", p.answers(), "row 100", "row 1", "error 1365", "row 3")
}

// TestTheLastOfARowHasTheConnectionForItself: what it needs of it, it finds there, and nothing is asked twice.
func TestTheLastOfARowHasTheConnectionForItself(t *testing.T) {
	p := newPipeline(t, 1, nil)
	p.line(ask(waits), ask(1), ask(2), ask(warns))
	close(p.goOn)
	p.expect("answers", []string{told(p.behind[0]), told(p.behind[2]), told(p.behind[3])}, "row 100", "row 2", "row 101")
	if got, err := p.behind[3].Query("SHOW WARNINGS"); err != nil || len(got.Rows) != 1 {
		t.Errorf("SHOW WARNINGS: %v, %v", got.Text(), err)
	}
	if got := told(p.behind[1]); got != "row 1" {
		t.Error(got)
	}
	p.expect("the server's order", p.order(), "100", "2", "101", "1")
}

// TestARowWhoseConnectionBreaksIsAskedAgain: all but the statement that the server closes it over each time.
func TestARowWhoseConnectionBreaksIsAskedAgain(t *testing.T) {
	p := newPipeline(t, 1, func(c *proxy.Config) { c.Wait = time.Second })
	p.line(ask(waits), ask(1), ask(2), ask(breaks), ask(3), ask(4))
	close(p.goOn)
	got := p.answers()
	if got[3] == "row 104" || got[3] == "lost" {
		t.Errorf("the one that breaks connections has got %s", got[3])
	}
	got[3] = ""
	p.expect("answers", got, "row 100", "row 1", "row 2", "", "row 3", "row 4")
}

// TestWhoLeavesARowLeavesTheOthersTheirAnswers: killed, with its statement or as a whole, or gone.
func TestWhoLeavesARowLeavesTheOthersTheirAnswers(t *testing.T) {
	for name, leave := range map[string]struct {
		do   func(p *pipeline, id uint32, c *mysqltest.Client)
		want string
	}{
		"KILL QUERY": {func(p *pipeline, id uint32, _ *mysqltest.Client) { p.server.Kill(id, true) }, "error 1317"},
		"KILL":       {func(p *pipeline, id uint32, _ *mysqltest.Client) { p.server.Kill(id, false) }, "lost"},
		"gone":       {func(_ *pipeline, _ uint32, c *mysqltest.Client) { c.Close() }, "lost"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPipeline(t, 1, nil)
			c := p.client()
			ids := p.server.Clients()
			id := slices.MaxFunc(ids, func(a, b proxy.ClientInfo) int { return int(a.ID) - int(b.ID) }).ID
			p.line(ask(waits), ask(1), ask(2))
			p.join(c, ask(3))
			p.line(ask(4), ask(5))
			leave.do(p, id, c)
			if name != "gone" {
				if got := told(c); got != leave.want {
					t.Errorf("the one who is killed has got %s", got)
				}
			}
			close(p.goOn)
			p.behind = slices.Delete(p.behind, 3, 4)
			p.expect("answers", p.answers(), "row 100", "row 1", "row 2", "row 4", "row 5")
			for _, q := range p.replica.Queries() {
				if strings.HasPrefix(q, "KILL") {
					t.Errorf("the server got %s", q)
				}
			}
		})
	}
}

// TestWhoIsBehindOneThatIsStuckIsAskedElsewhere: as soon as it has waited for a moment and there is another connection; and for a while those like the one that is stuck have connections of their own.
func TestWhoIsBehindOneThatIsStuckIsAskedElsewhere(t *testing.T) {
	p := newPipeline(t, 2, func(c *proxy.Config) { c.Pipelining = 50 * time.Millisecond })
	other := p.client()
	if err := other.Send(mysql.ComQuery, fmt.Appendf(nil, "SELECT v, v FROM goods WHERE n = %d", waitsToo)); err != nil { // it has the other connection, and leads nobody
		t.Fatal(err)
	}
	awaitState(t, p.triangle, proxy.Active, 1)
	p.line(ask(waits), ask(1), ask(3), ask(4))
	close(p.goToo)
	p.expect("answers while the first is stuck", []string{told(p.behind[1]), told(p.behind[2]), told(p.behind[3])}, "row 1", "row 3", "row 4")
	close(p.goOn)
	if got := told(p.behind[0]); got != "row 100" {
		t.Errorf("the one that was stuck has got %s", got)
	}
}
