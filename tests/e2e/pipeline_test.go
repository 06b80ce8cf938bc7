package e2e

import (
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// TestPipelining: 60 clients read over three connections to each server, so that most of what they ask is sent behind others'. Among it is what a pipeline cannot have, in texts of the same shapes:
// warnings, errors, long answers, slow ones; clients that kill others' statements, and that go away in the middle. Each gets its own answers, and what it asks about them afterwards.
func TestPipelining(t *testing.T) { pipelining(t, cluster.Shared(t)) }

func TestMySQLPipelining(t *testing.T) { pipelining(t, cluster.SharedMySQL(t)) }

const (
	rowClients = 60
	rowsOfRow  = 500
)

func pipelining(t *testing.T, c *cluster.Cluster) {
	certificate := mysqltest.NewCertificate(t)
	edit := offerTLS(files(t, certificate))
	p := launchBuilt(t, c, racing, func(config string) string {
		return edit(config) + "limits: {per_server: 3, per_account: 1000, wait: 60s, linger: 30s}\nreads: {max_lag: 1h}\n"
	})
	p.awaitReady()
	database := c.Database(t, "paris")
	values := make([]string, rowsOfRow)
	for i := range values {
		values[i] = fmt.Sprintf("(%d, 'v%d', %d)", i, i, i*7)
	}
	change(t, c, "CREATE TABLE "+database+".goods (n INT PRIMARY KEY, v VARCHAR(20), d INT)", "INSERT INTO "+database+".goods VALUES "+strings.Join(values, ","))
	c.CatchUp(t)
	r := &rowTest{t: t, proxied: p, login: account(t, c, "inarow", "ALL ON *.*"), secure: certificate.Client(), until: time.Now().Add(8 * time.Second)}
	r.login.Database = database
	var group sync.WaitGroup
	for i := range rowClients {
		group.Go(func() {
			if err := r.reader(i); err != nil {
				t.Errorf("client %d: %v", i, err)
			}
		})
	}
	group.Wait()
	r.await("a tenth of the statements is counted", 10*time.Second, func() bool { return p.Metric("shunt_pool_pipelined_total") >= float64(r.asked.Load())/10 })
	t.Logf("%d statements, %.0f of them behind others", r.asked.Load(), p.Metric("shunt_pool_pipelined_total"))
	if r.killed.Load() == 0 || r.gone.Load() == 0 {
		t.Errorf("%d statements were killed, %d clients went away: the test does not do what it is for", r.killed.Load(), r.gone.Load())
	}
}

// rowTest is the stage of TestPipelining.
type rowTest struct {
	t *testing.T
	*proxied
	login               mysqltest.Options
	secure              *tls.Config
	until               time.Time
	asked, killed, gone atomic.Int64
}

// dial logs a client in; every third one inside TLS.
func (r *rowTest) dial(id int) (*mysqltest.Client, error) {
	login := r.login
	if id%3 == 0 {
		login.TLS = r.secure
	}
	return mysqltest.Dial(r.t.Context(), r.Address, login)
}

// reader is one client.
func (r *rowTest) reader(id int) error {
	dice := rand.New(rand.NewPCG(7, uint64(id)))
	c, err := r.dial(id)
	if err != nil {
		return err
	}
	defer func() { c.Close() }()
	prepared, err := c.Do(mysql.ComStmtPrepare, []byte("SELECT v FROM goods WHERE n = ?"))
	if err != nil {
		return err
	}
	for time.Now().Before(r.until) {
		r.asked.Add(1)
		n := dice.IntN(rowsOfRow)
		switch roll := dice.IntN(1000); {
		case roll < 700:
			err = r.reads(c, fmt.Sprintf("SELECT v FROM goods WHERE n = %d", n), fmt.Sprint("v", n))
		case roll < 850:
			err = r.executes(c, prepared.Prepared.ID, n)
		case roll < 920: // a division by zero for n = 0
			err = r.divides(c, dice.IntN(4))
		case roll < 960:
			err = r.mayFail(c, n, dice.IntN(5) == 0)
		case roll < 985:
			err = r.repeats(c, n, 1+dice.IntN(2)*dice.IntN(2)*30_000)
		case roll < 990:
			err = r.sleeps(c, n, dice.IntN(2)*dice.IntN(2))
		case roll < 995:
			err = r.isKilled(c, n)
		default:
			if err = r.goes(c, n); err != nil {
				return err
			}
			if c, err = r.dial(id); err != nil {
				return err
			}
			prepared, err = c.Do(mysql.ComStmtPrepare, []byte("SELECT v FROM goods WHERE n = ?"))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *rowTest) reads(c *mysqltest.Client, text, want string) error {
	if got, err := c.Value(text); err != nil || got != want {
		return fmt.Errorf("%s: %.40q, %w; want %.40q", text, got, err, want)
	}
	return nil
}

func (r *rowTest) executes(c *mysqltest.Client, statement uint32, n int) error {
	packet := binary.LittleEndian.AppendUint32(nil, statement)
	packet = append(packet, 0, 1, 0, 0, 0, 0, 1, byte(mysql.TypeLong), 0)
	a, err := c.Do(mysql.ComStmtExecute, binary.LittleEndian.AppendUint32(packet, uint32(n)))
	if err != nil {
		return err
	}
	if a.Results[0].Err != nil || len(a.Results[0].Binary) != 1 || !strings.HasSuffix(string(a.Results[0].Binary[0]), fmt.Sprint("v", n)) {
		return fmt.Errorf("execution with %d: %q, %v", n, a.Results[0].Binary, a.Results[0].Err)
	}
	return nil
}

// divides asks for the warning afterwards.
func (r *rowTest) divides(c *mysqltest.Client, n int) error {
	got, err := c.Query(fmt.Sprintf("SELECT d / n FROM goods WHERE n = %d", n))
	if err != nil {
		return err
	}
	want, warnings := "7.0000", 0
	if n == 0 {
		want, warnings = "NULL", 1
	}
	if text := got.Text(); len(text) != 1 || text[0][0] != want || int(got.OK.Warnings) != warnings {
		return fmt.Errorf("%d / %d: %v with %d warnings", n*7, n, text, got.OK.Warnings)
	}
	told, err := c.Query("SHOW WARNINGS")
	if err != nil || len(told.Rows) != warnings || warnings > 0 && string(told.Rows[0][1]) != "1365" {
		return fmt.Errorf("SHOW WARNINGS after %d / %d: %v, %w", n*7, n, told.Text(), err)
	}
	return nil
}

// mayFail: the subquery gives several rows for some.
func (r *rowTest) mayFail(c *mysqltest.Client, n int, fails bool) error {
	upTo := n
	if fails {
		n, upTo = min(n, rowsOfRow-3), min(n, rowsOfRow-3)+2
	}
	got, err := c.Value(fmt.Sprintf("SELECT (SELECT v FROM goods WHERE n BETWEEN %d AND %d) FROM goods WHERE n = 1", n, upTo))
	switch {
	case fails && err != nil && strings.Contains(err.Error(), "1242"):
		if told, err := c.Query("SHOW WARNINGS"); err != nil || len(told.Rows) != 1 || string(told.Rows[0][1]) != "1242" {
			return fmt.Errorf("SHOW WARNINGS after the error: %v, %w", told.Text(), err)
		}
	case fails || err != nil || got != fmt.Sprint("v", n):
		return fmt.Errorf("a subquery from %d to %d: %q, %w", n, upTo, got, err)
	}
	return nil
}

func (r *rowTest) repeats(c *mysqltest.Client, n, times int) error {
	return r.reads(c, fmt.Sprintf("SELECT REPEAT(v, %d) FROM goods WHERE n = %d", times, n), strings.Repeat(fmt.Sprint("v", n), times))
}

func (r *rowTest) sleeps(c *mysqltest.Client, n, times int) error {
	return r.reads(c, fmt.Sprintf("SELECT v FROM goods WHERE n = %d AND SLEEP(%d * 0.3) = 0", n, times), fmt.Sprint("v", n))
}

// isKilled has its statement killed by another connection, now or a little later. It is its answer or error 1317; nobody else hears of it.
func (r *rowTest) isKilled(c *mysqltest.Client, n int) error {
	id, err := c.Value("SELECT CONNECTION_ID()")
	if err != nil {
		return err
	}
	if err := c.Send(mysql.ComQuery, fmt.Appendf(nil, "SELECT v FROM goods WHERE n = %d", n)); err != nil {
		return err
	}
	killer, err := mysqltest.Dial(r.t.Context(), r.Address, r.login)
	if err != nil {
		return err
	}
	defer killer.Close()
	if _, err := killer.Query("KILL QUERY " + id); err != nil {
		return err
	}
	a, err := c.ReadAnswer(mysql.ComQuery)
	if err != nil {
		return err
	}
	switch result := a.Results[0]; {
	case result.Err != nil && result.Err.Number == 1317:
		r.killed.Add(1)
	case result.Err != nil || result.Text()[0][0] != fmt.Sprint("v", n):
		return fmt.Errorf("a statement that somebody has killed: %v, %v", result.Text(), result.Err)
	}
	return nil
}

// goes closes the connection while its statement is under way.
func (r *rowTest) goes(c *mysqltest.Client, n int) error {
	r.gone.Add(1)
	if err := c.Send(mysql.ComQuery, fmt.Appendf(nil, "SELECT v FROM goods WHERE n = %d", n)); err != nil {
		return err
	}
	return c.Close()
}
