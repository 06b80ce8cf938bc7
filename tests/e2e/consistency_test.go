package e2e

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"shunt/lab"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
	"shunt/topology"
)

// TestConsistency: what each consistency promises, before replicas that do not apply anything any more until they are told to.
func TestConsistency(t *testing.T) {
	consistency(t, cluster.Start(t, cluster.Datacenters(onePairLayout())))
}

func TestMySQLConsistency(t *testing.T) {
	consistency(t, cluster.Start(t, cluster.MySQL(), cluster.Datacenters(onePairLayout())))
}

func onePairLayout() lab.Datacenter { return lab.Datacenter{Name: "paris", Replicas: 1} }

// past is a shunt whose replica shows what was there when it was frozen.
type past struct {
	*proxied
	t     *testing.T
	login mysqltest.Options
	freed func()
	n     int // what was last written
}

const consistencyRules = `reads:
  max_lag: 1h
  critical: {except: ["*.counters"]}
  rules:
    - {users: [reporting], consistency: eventual}
    - {databases: ["shop_lazy_*"], consistency: eventual}
    - {tables: ["*.sessions"], consistency: causal-global}
    - {tables: ["*.stock"], consistency: primary}
`

func consistency(t *testing.T, c *cluster.Cluster) {
	p := &past{proxied: startShunt(t, c, consistencyRules), t: t}
	shop := c.Accounts.Shop
	p.login = mysqltest.Options{User: shop.User, Password: shop.Password, Database: c.Database(t, "paris")}
	change(t, c, "CREATE DATABASE shop_lazy_1", "CREATE TABLE shop_lazy_1.goods (n INT)", "INSERT INTO shop_lazy_1.goods VALUES (0)")
	reporting := account(t, c, "reporting", "SELECT, INSERT, UPDATE ON *.*")
	reporting.Database = p.login.Database
	first := p.session()
	for _, table := range []string{"goods", "counters", "sessions", "stock"} {
		must(t, first, "CREATE TABLE "+table+" (n INT)")
		must(t, first, "INSERT INTO "+table+" VALUES (0)")
	}
	c.CatchUp(t)
	p.await("the replica serves", 10*time.Second, func() bool { return inService(p.proxied, c.Datacenters[0].Replicas[0].Address) })

	for name, story := range map[string]func(*past){
		"eventual reads the past": func(p *past) {
			s := p.session()
			must(t, s, "SET shunt_consistency = 'eventual'")
			p.writes(s, "goods")
			p.sees(s, "goods", false)
			must(t, s, "SET shunt_consistency = DEFAULT")
			p.sees(s, "goods", true)
			p.saysOf(s, "/* shunt: consistency=eventual */ SELECT n FROM goods", false)
		},
		"causal reads what the session wrote, and others do not": func(p *past) {
			s, other := p.session(), p.session()
			p.writes(s, "goods")
			p.sees(s, "goods", true)
			p.sees(other, "goods", false)
		},
		"causal does not go back behind what the session has read": func(p *past) {
			s, other := p.session(), p.session()
			p.writes(other, "goods")
			p.saysOf(s, "/* shunt: primary */ SELECT n FROM goods", true)
			p.sees(s, "goods", true)
		},
		"a token brings the past of another session along": func(p *past) {
			s, other, third := p.session(), p.session(), p.session()
			p.writes(s, "goods")
			token := must(t, s, "SELECT @@shunt_token")
			p.saysOf(other, "/* shunt: after="+token+" */ SELECT n FROM goods", true)
			p.sees(other, "goods", true)
			must(t, third, "SET shunt_token = '"+must(t, other, "SELECT @@shunt_token")+"'")
			p.sees(third, "goods", true)
			p.sees(p.session(), "goods", false)
		},
		"a token comes with a login": func(p *past) {
			s := p.session()
			p.writes(s, "goods")
			login := p.login
			login.Attributes = mysql.AppendAttribute(nil, "shunt_token", must(t, s, "SELECT @@shunt_token"))
			p.sees(raw(t, p.Address, login), "goods", true)
			login.Attributes = mysql.AppendAttribute(nil, "shunt_consistency", "eventual")
			p.sees(raw(t, p.Address, login), "goods", false)
			login.Attributes = mysql.AppendAttribute(nil, "shunt_token", "nonsense")
			if answer := logIn(t, p.Address, login); !strings.Contains(answer, "9916") {
				t.Errorf("a login with a token that is none: %s", answer)
			}
		},
		"a session tracker has the token of each write": func(p *past) {
			s, other := p.session(), p.session()
			must(t, s, "SET shunt_track_token = ON")
			p.n++
			r, err := s.Query(fmt.Sprintf("UPDATE goods SET n = %d", p.n))
			if err != nil {
				t.Fatal(err)
			}
			p.saysOf(other, "/* shunt: after="+tracked(t, r, "shunt_token")+" */ SELECT n FROM goods", true)
			must(t, s, "SET shunt_track_token = OFF")
			if r, _ = s.Query("UPDATE goods SET n = n"); tracked(t, r, "shunt_token") != "" {
				t.Error("a token is told that nobody wants")
			}
		},
		"a request ends with a reset": func(p *past) {
			s, other := p.session(), p.session()
			p.says(s, "/* shunt: request=reset%d */ UPDATE goods SET n = %d", p.n+1)
			p.saysOf(other, fmt.Sprintf("/* shunt: request=reset%d */ SELECT n FROM goods", p.n), true)
			if err := other.ChangeUser(p.login); err != nil {
				t.Fatal(err)
			}
			p.sees(other, "goods", false)
		},
		"a token has what its session has read, too": func(p *past) {
			s, other, third := p.session(), p.session(), p.session()
			p.writes(s, "goods")
			p.saysOf(other, "/* shunt: primary */ SELECT n FROM goods", true)
			p.saysOf(third, "/* shunt: after="+must(t, other, "SELECT @@shunt_token")+" */ SELECT n FROM goods", true)
		},
		"a request key holds connections together": func(p *past) {
			s, other := p.session(), p.session()
			p.says(s, "/* shunt: request=%d */ UPDATE goods SET n = %d", p.n+1)
			p.saysOf(other, fmt.Sprintf("SELECT n FROM goods /*request='%d'*/", p.n), true)
			p.sees(p.session(), "goods", false)
		},
		"a traceparent holds connections together": func(p *past) {
			s, other := p.session(), p.session()
			const trace = "4bf92f3577b34da6a3ce929d0e0e47"
			p.says(s, "/*traceparent='00-"+trace+"%02d-00f067aa0ba902b7-01'*/ UPDATE goods SET n = %d", p.n+1)
			p.saysOf(other, fmt.Sprintf("SELECT n FROM goods /*action='x',traceparent='00-"+trace+"%02d-aaf067aa0ba902b7-01'*/", p.n), true)
			p.sees(p.session(), "goods", false)
		},
		"sticky: after a critical write the primary, until the request ends": func(p *past) {
			s, other := p.session(), p.session()
			must(t, s, "SET shunt_consistency = sticky")
			p.writes(other, "goods")
			must(t, s, "UPDATE counters SET n = n + 1")
			p.sees(s, "goods", false) // that was not critical
			must(t, s, "/* shunt: critical=false */ UPDATE stock SET n = n + 1")
			p.sees(s, "goods", false)
			must(t, s, "UPDATE stock SET n = n + 1")
			p.sees(s, "goods", true)
			p.prepared(s, "SELECT CAST(n AS CHAR) AS value FROM goods", true)
			p.writes(other, "goods")
			p.sees(s, "goods", true)
			must(t, s, "SET shunt_request = 'the next one'")
			must(t, s, "SET shunt_consistency = eventual")
			p.sees(s, "goods", false)
		},
		"sticky: a transaction is critical if one of its writes is": func(p *past) {
			s, other := p.session(), p.session()
			must(t, s, "SET shunt_consistency = sticky")
			p.writes(other, "goods")
			p.all(s, "BEGIN", "UPDATE counters SET n = n + 1", "COMMIT")
			p.sees(s, "goods", false)
			p.all(s, "BEGIN", "UPDATE counters SET n = n + 1", "UPDATE stock SET n = n + 1", "ROLLBACK")
			p.sees(s, "goods", false)
			p.all(s, "BEGIN", "UPDATE stock SET n = n + 1", "UPDATE counters SET n = n + 1", "COMMIT")
			p.sees(s, "goods", true)
		},
		"causal-global: a table's rule": func(p *past) {
			s, other := p.session(), p.session()
			p.writes(s, "sessions")
			p.sees(other, "sessions", true)
		},
		"primary: a table's rule": func(p *past) {
			s, other := p.session(), p.session()
			p.writes(s, "stock")
			p.sees(other, "stock", true)
		},
		"a database's rule": func(p *past) {
			s := p.session()
			p.writes(s, "shop_lazy_1.goods")
			p.sees(s, "shop_lazy_1.goods", false)
			must(t, s, "SET @@shunt_consistency = causal")
			p.sees(s, "shop_lazy_1.goods", true)
		},
		"an account's rule": func(p *past) {
			s := raw(t, p.Address, reporting)
			p.writes(s, "goods")
			p.sees(s, "goods", false)
			p.is(must(t, s, "SELECT @@shunt_consistency AS c"), "eventual")
		},
	} {
		t.Run(name, func(t *testing.T) {
			p.t = t
			p.freeze(c.Datacenters[0].Replicas[0])
			story(p)
			p.freed()
			c.CatchUp(t)
		})
	}
	t.Run("what cannot be followed", func(t *testing.T) { p.t = t; p.unfollowed(c) })
	if c.Binaries.Flavor() == topology.MySQL {
		t.Run("a token as a query attribute", func(t *testing.T) {
			p.t = t
			p.freeze(c.Datacenters[0].Replicas[0])
			defer p.freed()
			p.attributes()
		})
	}
	t.Run("wrong words", func(t *testing.T) { p.t = t; p.wrongWords(p.session()) })
}

// unfollowed: a write without the binary log is counted, and its session reads from the primary, which alone has it.
func (p *past) unfollowed(c *cluster.Cluster) {
	p.t.Helper()
	right := "BINLOG ADMIN"
	if c.Binaries.Flavor() == topology.MySQL {
		right = "SYSTEM_VARIABLES_ADMIN"
	}
	login := account(p.t, c, "sly", "SELECT, UPDATE ON *.*", right+" ON *.*")
	login.Database = p.login.Database
	s, before := raw(p.t, p.Address, login), p.Metric("shunt_blind_writes_total")
	must(p.t, s, "SET SESSION sql_log_bin = 0")
	p.writes(s, "goods")
	must(p.t, s, "SET SESSION sql_log_bin = 1")
	p.sees(s, "goods", true)
	if err := s.ChangeUser(login); err != nil {
		p.t.Fatal(err)
	}
	p.sees(s, "goods", false) // another session may miss it for ever
	if after := p.Metric("shunt_blind_writes_total"); after != before+1 {
		p.t.Errorf("%v blind writes were counted", after-before)
	}
}

// attributes: a client of MySQL may send a token, and its request, beside the text.
func (p *past) attributes() {
	p.t.Helper()
	login := p.login
	login.Capabilities = mysqltest.ClientCapabilities | mysql.CapQueryAttributes
	s, other := p.session(), raw(p.t, p.Address, login)
	p.writes(s, "goods")
	token := must(p.t, s, "SELECT @@shunt_token")
	p.says(s, "/* shunt: request=by-attribute-%d */ UPDATE stock SET n = %d", p.n)
	for name, value := range map[string]string{"shunt_token": token, "shunt_request": fmt.Sprintf("by-attribute-%d", p.n)} {
		if got := p.with(raw(p.t, p.Address, login), name, value, "SELECT n FROM goods"); got != fmt.Sprint(p.n) {
			p.t.Errorf("with %s: %s, want %d", name, got, p.n)
		}
	}
	if got := p.with(other, "something", token, "SELECT n FROM goods"); got == fmt.Sprint(p.n) {
		p.t.Error("an attribute of another name is taken for a token")
	}
}

// with runs a query with one attribute of text.
func (p *past) with(c *mysqltest.Client, name, value, q string) string {
	p.t.Helper()
	payload := []byte{1, 1, 0, 1, byte(mysql.TypeVarString), 0} // one attribute, in one set; not NULL; its type follows
	payload = mysql.AppendLenencString(payload, name)
	payload = mysql.AppendLenencString(payload, value)
	a, err := c.Do(mysql.ComQuery, append(payload, q...))
	if err != nil || a.Results[0].Err != nil {
		p.t.Fatalf("%s: %v %v", q, err, a.Results)
	}
	return a.Results[0].Text()[0][0]
}

func (p *past) wrongWords(s *mysqltest.Client) {
	p.t.Helper()
	for q, want := range map[string]string{
		"SET shunt_consistency = 'quick'":                           "9915",
		"SET shunt_consistency = sticky, sql_mode = ''":             "9915",
		"SET shunt_speed = 1":                                       "9915",
		"SET shunt_token = 'elsewhere:0-1-1'":                       "9916",
		"SET shunt_token = 'paris:nonsense'":                        "9916",
		"SET shunt_token = DEFAULT":                                 "9915",
		"/* shunt: after=paris:nonsense */ SELECT n FROM goods":     "9916",
		"/* shunt: after=nonsense */ UPDATE goods SET n = 1000 + n": "9916",
	} {
		if answer := said(s, q); len(answer) < 10 || answer[6:10] != want {
			p.t.Errorf("%s: %s, want error %s", q, answer, want)
		}
	}
	if _, err := prepareOn(s, "SET shunt_consistency = sticky"); err == nil {
		p.t.Error("a SET of shunt's own variables was prepared")
	}
	p.is(must(p.t, s, "SELECT n < 1000 FROM goods"), "1")
}

func (p *past) session() *mysqltest.Client { return raw(p.t, p.Address, p.login) }

// freeze has the replica apply nothing more, while it goes on answering, until freed.
func (p *past) freeze(replica *lab.Server) {
	p.t.Helper()
	conn, err := replica.DB().Conn(p.t.Context())
	if err == nil {
		_, err = conn.ExecContext(p.t.Context(), "FLUSH TABLES WITH READ LOCK")
	}
	if err != nil {
		p.t.Fatal(err)
	}
	p.freed = func() {
		if _, err := conn.ExecContext(context.Background(), "UNLOCK TABLES"); err != nil {
			p.t.Error(err)
		}
		_ = conn.Close()
	}
	p.t.Cleanup(func() { _ = conn.Close() }) // which unlocks, if the story has failed
}

func (p *past) all(s *mysqltest.Client, statements ...string) {
	p.t.Helper()
	for _, q := range statements {
		must(p.t, s, q)
	}
}

// writes puts a new number into a table.
func (p *past) writes(s *mysqltest.Client, table string) {
	p.t.Helper()
	p.n++
	must(p.t, s, fmt.Sprintf("UPDATE %s SET n = %d", table, p.n))
}

// says writes a new number with a statement that has it twice.
func (p *past) says(s *mysqltest.Client, format string, n int) {
	p.t.Helper()
	p.n = n
	must(p.t, s, fmt.Sprintf(format, n, n))
}

// sees checks whether a session reads the number that was written last, or an older one.
func (p *past) sees(s *mysqltest.Client, table string, want bool) {
	p.t.Helper()
	p.saysOf(s, "SELECT n FROM "+table, want)
}

func (p *past) saysOf(s *mysqltest.Client, q string, want bool) {
	p.t.Helper()
	if got := must(p.t, s, q); (got == fmt.Sprint(p.n)) != want {
		p.t.Errorf("%s: %s, what was written is %d, and it is to be seen: %v", q, got, p.n, want)
	}
}

func (p *past) prepared(s *mysqltest.Client, q string, want bool) {
	p.t.Helper()
	id, err := prepareOn(s, q)
	if err != nil {
		p.t.Fatal(err)
	}
	packets, err := executeOn(s, id)
	if err != nil {
		p.t.Fatal(err)
	}
	if seen := bytes.Contains(bytes.Join(packets, nil), []byte(fmt.Sprint(p.n))); seen != want {
		p.t.Errorf("%s, prepared: what was written is %d, and it is seen: %v", q, p.n, seen)
	}
}

// tracked is what an answer's session trackers say of a variable; empty if they say nothing.
func tracked(t *testing.T, r mysqltest.Result, name string) string {
	t.Helper()
	tracks, err := r.Tracks()
	if err != nil {
		t.Fatal(err)
	}
	for _, track := range tracks {
		if string(track.Name) == name {
			return string(track.Value)
		}
	}
	return ""
}

func (p *past) is(got, want string) {
	p.t.Helper()
	if got != want {
		p.t.Errorf("%q, want %q", got, want)
	}
}
