package proxy

import (
	"encoding/hex"
	"slices"
	"strings"

	"shunt/mysql"
	"shunt/session"
	"shunt/sharding"
	"shunt/statement"
	"shunt/tablecopy"
)

// A SELECT from information_schema is answered from all clusters that have a part of the databases that it asks about: their rows, of tables only where the
// tables live, are put into temporary tables with the names of those of information_schema, in one of these databases, and the statement is asked of these.

// asksCatalog says whether the statement reads information_schema.
func (m *combination) asksCatalog() bool {
	return slices.ContainsFunc(m.parts, func(p *source) bool { return p.catalog != nil })
}

// describe asks what a table of information_schema is like. Its own definition is told in other forms by each server, its columns in the same.
func (m *combination) describe(p *source) error {
	rs, err := m.ask("SELECT COLUMN_NAME, COLUMN_TYPE, CHARACTER_SET_NAME, COLLATION_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'information_schema'"+
		" AND TABLE_NAME = "+session.Quote(strings.ToUpper(p.Name))+" ORDER BY ORDINAL_POSITION", m.world.Map.Default, true)
	if err != nil {
		return err
	}
	var lines []string
	for _, row := range rs.Rows {
		if len(row) != 4 {
			return mysql.ErrMalformed
		}
		line := statement.QuoteName(string(row[0])) + " " + string(row[1])
		if row[2] != nil && row[3] != nil {
			line += " CHARACTER SET " + string(row[2]) + " COLLATE " + string(row[3])
		}
		lines = append(lines, line)
	}
	p.def, err = tablecopy.Parse("CREATE TABLE `t` (\n" + strings.Join(lines, ",\n") + "\n) DEFAULT CHARSET=utf8mb4")
	return err
}

// catalogClusters are the clusters that have a part of the databases that the statement asks information_schema about; all clusters if it does not say which.
func (m *combination) catalogClusters() []string {
	clusters := map[string]bool{}
	for _, p := range m.parts {
		if p.catalog == nil {
			clusters[p.place.Cluster] = true
			continue
		}
		for _, database := range p.databases {
			if !slices.Contains(m.about, database) {
				m.about = append(m.about, database)
			}
		}
		if len(p.databases) == 0 {
			m.everywhere = true
		}
	}
	shards := m.world.Map
	for _, database := range m.about {
		if sharding.Everywhere(database) {
			continue
		}
		parts, _ := shards.Parts(database) // of one whose home is not decided there are none
		for _, cluster := range parts {
			clusters[cluster] = true
		}
	}
	schema := m.c.session.State().Schema
	if m.on != "" {
		clusters[m.on] = true
	}
	if m.everywhere {
		for cluster := range m.world.Topology.Clusters {
			clusters[cluster] = true
		}
		if schema != "" && !sharding.Everywhere(schema) && !slices.Contains(m.about, schema) {
			m.about = append(m.about, schema)
		}
	}
	if home := m.catalogHome(); home == "" || len(clusters) == 0 { // there is no place for temporary tables
		if m.on != "" {
			return []string{m.on}
		}
		return []string{shards.Default}
	}
	for cluster := range clusters {
		m.clusters = append(m.clusters, cluster)
	}
	slices.Sort(m.clusters)
	return m.clusters
}

// catalogHome is where the temporary tables are made: at home of the first database that is asked about, or where the session is held, if that has a part of it;
// empty if there is no place.
func (m *combination) catalogHome() string {
	if len(m.about) == 0 || sharding.Everywhere(m.about[0]) {
		return ""
	}
	home, err := m.world.Map.Home(m.about[0])
	if err != nil {
		return ""
	}
	switch {
	case m.on == "":
		return home
	case m.world.Map.Hosts(m.about[0], m.on):
		return m.on
	}
	return ""
}

// readCatalog asks all clusters what they have, and keeps what lives there. What is about the servers' own databases is told by the one where the
// statement runs.
func (m *combination) readCatalog(p *source, here string, limit int) error {
	schema, table := p.def.Index(p.catalog.Schema), p.def.Index(p.catalog.Table)
	for _, cluster := range m.clusters {
		names := m.world.Map.NamesOn(cluster)
		rs, err := m.ask(p.def.Ask(p.schema, p.Name, p.alias(), p.narrowedBy(names), limit), cluster, true)
		if err != nil && hasNothingHere(err) {
			continue
		}
		if err != nil {
			return err
		}
		if len(rs.Rows) >= limit { // there may be more, of which some live here
			return errGathered
		}
		for _, row := range rs.Rows {
			if seen, err := p.renameRow(row, names); err != nil {
				return unclearName(err)
			} else if !seen {
				continue
			}
			database := fromHex(row, schema)
			if livesOn(m.world.Map, database, fromHex(row, table), cluster) || sharding.Everywhere(database) && cluster == here {
				p.rows = append(p.rows, row)
			}
		}
	}
	p.fetched = true
	return nil
}

func hasNothingHere(err error) bool {
	refusal, is := err.(*mysql.Error)
	return is && hasNothing(refusal)
}

// livesOn says whether a table, or without one a database, lives on a cluster.
func livesOn(shards *sharding.Map, database, table, cluster string) bool {
	if sharding.Everywhere(database) || sharding.IsHidden(table) {
		return false
	}
	if table == "" {
		home, err := shards.Home(database)
		return err == nil && home == cluster
	}
	place, err := shards.Table(database, table)
	return err == nil && place.Cluster == cluster
}

// fromHex is a text that was asked for in hexadecimal.
func fromHex(row mysql.Row, column int) string {
	if column < 0 || column >= len(row) {
		return ""
	}
	decoded, err := hex.DecodeString(string(row[column]))
	if err != nil {
		return ""
	}
	return string(decoded)
}

// move lets the statement ask the temporary tables, or information_schema of one cluster if the account may make none.
func (m *combination) move(cluster string) {
	one := *m.j
	one.copies = nil
	m.j.copies.otherwise = &one
	m.j.listed = true
	to := m.world.Map.NamesOn(cluster).Physical(m.about[0])
	if m.j.stmt == nil {
		m.j.text = statement.MoveCatalog(m.j.text, m.c.mode(), to)
		m.j.packets = mysql.AppendQuery(nil, m.c.caps, string(m.j.text))
		return
	}
	m.j.moved = string(statement.MoveCatalog([]byte(m.j.stmt.Text), m.c.mode(), to))
	if m.j.prepare {
		m.j.packets, _ = mysql.AppendPacket(nil, 0, append([]byte{byte(mysql.ComStmtPrepare)}, m.j.moved...))
	}
}
