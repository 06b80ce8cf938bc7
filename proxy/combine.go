package proxy

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"shunt/mysql"
	"shunt/router"
	"shunt/sharding"
	"shunt/statement"
	"shunt/tablecopy"
	"shunt/topology"
)

// A SELECT whose tables are on several clusters is answered by one of these servers. The parts of its tables that live elsewhere are fetched as the client
// itself may read them, and put into temporary tables of the same names in the connection that the statement then runs on, as it is. So whatever the statement
// does is done by a server, with its own types, collations and order.

// source is one table of such a statement.
type source struct {
	statement.Source
	schema    string
	place     sharding.Place // not of one in information_schema, which is everywhere
	catalog   *router.Description
	databases []string // that it is asked about, in information_schema; none: all
	def       *tablecopy.Definition
	filters   []string // what its rows have to meet
	rows      []mysql.Row
	fetched   bool
	large     bool // it has more rows than may be copied
}

// combination is such a statement.
type combination struct {
	c      *Client
	j      *job
	world  router.World // that the statement was planned in
	on     string       // the cluster that the session is held on; empty: it may run on any
	parts  []*source
	single bool // a temporary table can be named only once in a statement (MySQL, error 1137)

	about      []string // the databases that it asks information_schema about
	everywhere bool     // it does not say which
	clusters   []string // that have them
}

// combine answers a SELECT whose tables are on several clusters, if what has to be copied for it is within the limits.
func (c *Client) combine(j *job, plan *router.Plan) error {
	m, err := c.newCombination(j)
	if err != nil {
		return c.notCombined(err, j, plan)
	}
	clusters := plan.Clusters
	if m.asksCatalog() {
		if clusters = m.catalogClusters(); len(clusters) == 1 && (m.world.Map.NamesOn(clusters[0]) == nil || m.catalogHome() == "") {
			j.only = clusters[0]
			return c.execute(j)
		}
	}
	for _, cluster := range m.candidates(clusters) {
		fits, err := m.fetch(cluster)
		if err != nil {
			return c.notCombined(m.first(err), j, plan)
		}
		if !fits {
			continue
		}
		copies, err := m.copies(cluster)
		if err != nil {
			return c.notCombined(m.first(err), j, plan)
		}
		j.only, j.copies = cluster, copies
		if m.asksCatalog() {
			m.move(cluster)
		}
		return c.execute(j)
	}
	return c.notCombined(m.tooLarge(), j, plan)
}

// first is the error that a server would give that has all tables: it looks at them in the order of the text.
func (m *combination) first(err error) error {
	var refusal *mysql.Error
	if !errors.As(err, &refusal) {
		return err
	}
	for _, p := range m.parts {
		if errors.As(m.define(p), &refusal) {
			return refusal
		}
	}
	return err
}

// notCombined tells why not.
func (c *Client) notCombined(err error, j *job, plan *router.Plan) error {
	if why, is := err.(*tablecopy.NotCopied); is {
		err = mysql.NewError(router.ErrorTwoClusters, "HY000", "shunt: the statement needs tables of clusters %s, which cannot be brought to one place: %s; "+
			"send one statement to each", strings.Join(plan.Clusters, " and "), why.Why)
	}
	c.server.metrics.combined.WithLabelValues(outcomeRefused).Inc()
	return c.replyOrEnd(err, j)
}

func (c *Client) newCombination(j *job) (*combination, error) {
	mode := c.mode()
	if mode&statement.AnsiQuotes != 0 {
		return nil, &tablecopy.NotCopied{Why: "sql_mode has ANSI_QUOTES"}
	}
	text := j.text
	if j.stmt != nil {
		text = []byte(j.stmt.Text)
	}
	q, ok := c.server.Parser.Query(text, mode)
	if !ok {
		return nil, &tablecopy.NotCopied{Why: "the parser does not understand the statement"}
	}
	if c.held != nil && c.session.InReadOnly() {
		return nil, &tablecopy.NotCopied{Why: "the transaction is READ ONLY"}
	}
	m := &combination{c: c, j: j, world: c.world, on: c.stays()}
	for _, s := range q.Sources {
		p := &source{Source: s, schema: s.Schema}
		if p.schema == "" {
			p.schema = c.session.State().Schema
		}
		if statement.IsCatalog(p.schema) {
			if d, ok := router.Described(p.Name); ok {
				p.catalog = &d
				m.parts = append(m.parts, p)
				continue
			}
		}
		if sharding.Everywhere(p.schema) {
			return nil, &tablecopy.NotCopied{Why: p.schema + " is another one on each cluster"}
		}
		var err error
		if p.place, err = m.world.Map.Table(p.schema, p.Name); err != nil {
			return nil, mysql.NewError(router.ErrorClash, "HY000", "shunt: %v", err)
		}
		m.parts = append(m.parts, p)
	}
	for _, cluster := range m.world.Topology.Clusters {
		m.single = m.single || cluster.Flavor == topology.MySQL
	}
	return m, m.filter(&q)
}

// define asks what a table is like, once.
func (m *combination) define(p *source) error {
	if p.def != nil {
		return nil
	}
	if p.catalog != nil {
		return m.describe(p)
	}
	rs, err := m.ask("SHOW CREATE TABLE "+tablecopy.Name(p.schema, p.Name), p.place.Cluster, true)
	if err != nil {
		return err
	}
	if len(rs.Rows) != 1 || len(rs.Rows[0]) < 2 {
		return mysql.ErrMalformed
	}
	if p.def, err = tablecopy.Parse(string(rs.Rows[0][1])); err != nil {
		if why, is := err.(*tablecopy.NotCopied); is {
			err = &tablecopy.NotCopied{Why: p.String() + ": " + why.Why}
		}
	}
	return err
}

func (p *source) String() string { return p.schema + "." + p.Name + " (" + p.place.String() + ")" }

// candidates are the clusters where the statement may run, the best first: where most of it is that is not bounded by a filter.
func (m *combination) candidates(clusters []string) []string {
	weight := map[string]int{}
	for _, p := range m.parts {
		if len(p.filters) == 0 && p.catalog == nil {
			weight[p.place.Cluster]++
		}
	}
	if m.on != "" {
		clusters = []string{m.on}
	}
	possible := slices.DeleteFunc(slices.Clone(clusters), func(cluster string) bool {
		return m.single && slices.ContainsFunc(m.parts, func(p *source) bool { return p.place.Cluster != cluster && p.Times > 1 }) ||
			m.asksCatalog() && cluster != m.catalogHome()
	})
	slices.SortStableFunc(possible, func(a, b string) int { return cmp.Compare(weight[b], weight[a]) })
	return possible
}

// fetch brings the rows that a cluster does not have. fits is false if there are too many.
func (m *combination) fetch(cluster string) (fits bool, _ error) {
	rows, bytes := m.c.server.config.JoinRows, m.c.server.config.JoinBytes
	for _, p := range m.parts {
		if p.place.Cluster == cluster || m.j.prepare { // which needs the tables without rows
			continue
		}
		if p.large {
			return false, nil
		}
		if !p.fetched {
			err := m.read(p, cluster, rows+1)
			if err == errGathered {
				p.large = true
				return false, nil
			}
			if err != nil {
				return false, err
			}
		}
		rows -= len(p.rows)
		bytes -= size(p.rows)
		if rows < 0 || bytes < 0 {
			p.large = len(p.rows) > m.c.server.config.JoinRows
			p.rows, p.fetched = nil, false // another cluster may have more room for it
			return false, nil
		}
	}
	return true, nil
}

// read asks for the rows of a source.
func (m *combination) read(p *source, cluster string, limit int) error {
	if err := m.define(p); err != nil {
		return err
	}
	if p.catalog != nil {
		return m.readCatalog(p, cluster, limit)
	}
	rs, err := m.ask(p.def.Ask(p.schema, p.Name, p.alias(), p.filters, limit), p.place.Cluster, false)
	p.rows, p.fetched = rs.Rows, err == nil
	return err
}

func (p *source) alias() string {
	if p.Alias != "" {
		return p.Alias
	}
	return p.Name
}

func size(rows []mysql.Row) (n int) {
	for _, row := range rows {
		for _, value := range row {
			n += len(value)
		}
	}
	return n
}

// tooLarge is the refusal of what is beyond the limits, or cannot be at any of the clusters.
func (m *combination) tooLarge() error {
	var tables, twice []string
	for _, p := range m.parts {
		if p.catalog != nil {
			tables = append(tables, p.schema+"."+p.Name)
			continue
		}
		tables = append(tables, p.String())
		if m.single && p.Times > 1 {
			twice = append(twice, p.Name)
		}
	}
	if len(twice) > 1 {
		return &tablecopy.NotCopied{Why: "MySQL takes a temporary table once in a statement, and " + strings.Join(twice, ", ") + " are named more often"}
	}
	limits := m.c.server.config
	return mysql.NewError(router.ErrorTwoClusters, "HY000", "shunt: the statement needs %s; to bring it to one cluster more than %d rows or %d bytes would have to be copied "+
		"(limits.join_rows, limits.join_bytes); narrow it with conditions on one of the tables, or send one statement to each cluster",
		strings.Join(tables, ", "), limits.JoinRows, limits.JoinBytes)
}

// copies are what the connection needs that the statement runs on.
func (m *combination) copies(cluster string) (*copies, error) {
	all := &copies{}
	for _, p := range m.parts {
		if p.place.Module != nil && p.place.Module.Joins == sharding.WarnJoins {
			all.warning = fmt.Sprintf("shunt: the statement joins tables of module %s with others of another cluster; modules.%s.joins is warn", p.place.Module.Name, p.place.Module.Name)
		}
		if p.place.Cluster == cluster {
			continue
		}
		if err := m.define(p); err != nil {
			return nil, err
		}
		schema := p.schema
		if p.catalog != nil {
			schema = m.about[0]
		}
		schema = m.world.Map.NamesOn(cluster).Physical(schema)
		inserts, err := p.def.Fill(schema, p.Name, p.rows)
		if err != nil {
			return nil, err
		}
		all.names = append(all.names, tablecopy.Name(schema, p.Name))
		all.statements = append(append(all.statements, p.def.Create(schema, p.Name)), inserts...)
		m.c.server.metrics.combinedRows.Add(float64(len(p.rows)))
	}
	m.c.server.metrics.combined.WithLabelValues(outcomeOK).Inc()
	return all, nil
}

// ask asks a cluster something as the client's session would. timeless: transactions do not change it.
func (m *combination) ask(sql, cluster string, timeless bool) (mysql.ResultSet, error) {
	st, _ := m.c.server.Parser.Parse([]byte(sql), m.c.mode())
	limit := m.c.server.config.JoinBytes
	sub := job{st: st, hint: m.j.hint, packets: mysql.AppendQuery(nil, 0, sql), text: []byte(sql), started: m.j.started, most: limit + limit/4 + 1<<20} // headers take some, too
	rs, _, err := m.c.askThere(&sub, cluster, timeless)
	return rs, err
}
