package proxy

import (
	"bytes"
	"errors"
	"regexp"
	"slices"
	"strings"

	"shunt/mysql"
	"shunt/router"
	"shunt/session"
	"shunt/sharding"
	"shunt/statement"
	"shunt/topology"
)

// A database may have another name on its cluster than applications know it by. What goes to a server has the server's name: the default database (Client.state)
// and the text. What comes back has the application's: definitions of columns, trackers, errors, and what servers list (namedrows.go). What cannot be told
// for certain is refused.

// otherNames is what a statement is on a cluster that has databases with other names.
type otherNames struct {
	names *sharding.Names   // nil: all have their own
	text  statement.Renamed // Text nil: as the client has sent it
	rows  *rowNames         // what in the rows of the answer is a name; nil: nothing
	label []byte            // the text, where columns without an alias have the names that MySQL's information_schema gives them; nil elsewhere
}

// rename puts the statement into the words of the cluster that it goes to. The error says why that cannot be.
func (c *Client) rename(j *job, cluster string) error {
	names := c.world.Map.NamesOn(cluster)
	if j.named = (otherNames{names: names}); names == nil {
		return nil
	}
	text := j.said()
	if j.shape == mysql.ShapeRows { // of a cursor
		j.named.rows = c.cursorRows
		return nil
	}
	if text == nil {
		return nil
	}
	if j.copies == nil && !j.silent {
		if why := showsNames(j, text, c.session.State().Schema); why != "" {
			return otherName(why)
		}
	}
	current := statement.Rename{}
	var about []statement.Rename
	add := func(database string) {
		if to := names.Physical(database); to != database && !slices.ContainsFunc(about, func(r statement.Rename) bool { return r.From == database }) {
			about = append(about, statement.Rename{From: database, To: to})
		}
	}
	schema := c.session.State().Schema
	if to := names.Physical(schema); to != schema && !c.abroad.is {
		current = statement.Rename{From: schema, To: to}
		add(schema)
	}
	for i := range j.st.Tables {
		add(j.st.Tables[i].Schema)
	}
	for _, database := range j.st.Databases {
		add(database)
	}
	if bytes.IndexByte(text, '.') >= 0 {
		for _, q := range statement.Qualifiers(text, c.mode()) {
			if add(q); names.Hides(q) && (j.st.Fallback || j.st.Kind == statement.DDL) {
				return otherName(q + " is what the cluster calls another database")
			}
		}
	}
	if j.st.Kind == statement.Select && analyses.Match(text) {
		return otherName("PROCEDURE ANALYSE gives the names on the server")
	}
	if j.listed && c.serverFlavor == topology.MySQL {
		j.named.label = text
	}
	var err error
	if j.named.text, err = c.server.Parser.Rename(text, c.mode(), j.st, about, current); err != nil {
		return unclearName(err)
	}
	if charset, ok := c.session.State().Var("character_set_client"); ok && j.named.text.Text != nil && ambiguous[strings.ToLower(charset)] {
		return otherName("texts in the character set " + charset + " cannot be changed")
	}
	j.named.rows, err = c.namedRows(j, text)
	return err
}

// analyses finds MariaDB's PROCEDURE ANALYSE.
var analyses = regexp.MustCompile(`(?i)\banalyse\b`)

// ambiguous are character sets in which a character may have a byte in it that is a quote or a letter in others.
var ambiguous = map[string]bool{"'big5'": true, "'gbk'": true, "'sjis'": true, "'cp932'": true, "'gb18030'": true, "'ucs2'": true, "'utf16'": true, "'utf16le'": true, "'utf32'": true}

// said is the text of a statement; nil for commands without one.
func (j *job) said() []byte {
	switch {
	case j.moved != "":
		return []byte(j.moved)
	case j.stmt != nil:
		return []byte(j.stmt.Text)
	}
	return j.text
}

// otherName is a refusal.
func otherName(why string) *mysql.Error {
	return mysql.NewError(router.ErrorOtherName, "HY000", "shunt: a database of the statement has another name on its cluster, and that cannot be hidden here: %s", why)
}

func unclearName(err error) error {
	var unclear *statement.UnclearError
	if errors.As(err, &unclear) {
		return otherName(unclear.Why)
	}
	return err
}

// named is a state in the words of the cluster that the connection in use is on.
func (c *Client) named(state *session.State) *session.State {
	to := c.abroad.names.Physical(state.Schema)
	if to == state.Schema {
		return state
	}
	if a := &c.abroad; a.renamedOf != state || a.renamed.Schema != to {
		a.renamedOf, a.renamed = state, state.WithSchema(to)
	}
	return c.abroad.renamed
}

// renamedPackets is the command with the renamed text, or of COM_INIT_DB with the cluster's name of the database; nil if it is to be sent as it is. attributes
// says that every COM_QUERY begins with some.
func (j *job) renamedPackets(caps mysql.Capability, same bool) []byte {
	text := j.named.text.Text
	switch {
	case j.named.names == nil:
		return nil
	case text != nil && j.stmt == nil:
		start := mysql.OpenQuery(nil, caps)
		if head := len(j.packets) - len(j.text); same && !j.silent && len(j.packets) < mysql.MaxPayload && head > mysql.HeaderLen {
			start = append(start[:0], j.packets[:head]...) // with the client's attributes
		}
		packets, _ := mysql.ClosePacket(append(start, text...), 0, 0)
		return packets
	case text != nil && j.prepare:
		packets, _ := mysql.AppendPacket(nil, 0, append([]byte{byte(mysql.ComStmtPrepare)}, text...))
		return packets
	case j.st.Kind == statement.Use && j.text == nil && j.stmt == nil && len(j.st.Databases) == 1:
		packets, _ := mysql.AppendPacket(nil, 0, append([]byte{byte(mysql.ComInitDB)}, j.named.names.Physical(j.st.Databases[0])...))
		return packets
	}
	return nil
}

// logicalTracks tells the default database of session trackers as applications know it. It gives the block itself if nothing is to be changed.
func logicalTracks(block []byte, names *sharding.Names) []byte {
	changed := false
	var out []byte
	for e, err := range mysql.Tracks(block) {
		if err != nil {
			return block
		}
		if e.Kind == mysql.TrackSchema {
			if is := names.Logical(string(e.Value)); is != "" && is != string(e.Value) {
				e.Value, changed = []byte(is), true
			}
		}
		out = e.Append(out)
	}
	if !changed {
		return block
	}
	return out
}

// catalogTables are the tables of information_schema that name databases, beside those that are described (router.Described) and those about InnoDB.
var catalogTables = map[string]bool{
	"processlist": true, "column_privileges": true, "schema_privileges": true, "table_privileges": true, "table_statistics": true, "index_statistics": true, "parameters": true,
	"files": true, "check_constraints": true, "geometry_columns": true, "metadata_lock_info": true, "schemata_extensions": true, "tables_extensions": true,
	"columns_extensions": true, "table_constraints_extensions": true, "view_routine_usage": true, "view_table_usage": true, "st_geometry_columns": true, "sequences": true,
	"periods": true, "tablespaces": true, "optimizer_trace": true, "column_statistics": true, "role_table_grants": true, "role_column_grants": true, "role_routine_grants": true,
	"query_cache_info": true, "spider_alloc_mem": true,
}

// showsNames says why a statement would show what servers call their databases; empty if it does not.
func showsNames(j *job, text []byte, schema string) string {
	st := j.st
	for i := range st.Tables {
		database, table := st.Tables[i].Schema, strings.ToLower(st.Tables[i].Name)
		if database == "" {
			database = schema
		}
		tells := false
		switch strings.ToLower(database) {
		case "performance_schema", "sys":
			tells = true
		case "mysql":
			tells = tellsDatabases[table]
		case statement.Catalog:
			_, tells = router.Described(table)
			tells = tells || catalogTables[table] || strings.HasPrefix(table, "innodb_")
		}
		if tells {
			return strings.ToLower(database) + "." + table + " has the servers' own names"
		}
	}
	if st.Lists == statement.ListsDatabases && !j.prepare {
		return "a list of databases is put together from those of all clusters, which this session cannot ask now"
	}
	if st.Kind == statement.Diagnostics && st.Label == "" && givesTexts.Match(text) {
		return "GET DIAGNOSTICS gives texts in which the server's names are"
	}
	return ""
}

// givesTexts finds items of GET DIAGNOSTICS in which there may be the name of a database.
var givesTexts = regexp.MustCompile(`(?i)message_text|_schema|schema_name|catalog`)

// tellsDatabases are the tables of the database mysql that name databases.
var tellsDatabases = map[string]bool{
	"db": true, "tables_priv": true, "columns_priv": true, "procs_priv": true, "proc": true, "event": true, "innodb_index_stats": true, "innodb_table_stats": true,
	"table_stats": true, "column_stats": true, "index_stats": true, "general_log": true, "slow_log": true,
}
