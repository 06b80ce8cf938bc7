package proxy

import (
	"encoding/hex"
	"slices"
	"strings"

	"shunt/mysql"
	"shunt/session"
	"shunt/sharding"
	"shunt/statement"
)

// renameListed puts a cluster's part of a list into the words of applications: its column, and the databases in it. Those that they cannot see are left out.
func (c *Client) renameListed(part *mysql.ResultSet, st *statement.Statement, cluster string) {
	names := c.world.Map.NamesOn(cluster)
	if names == nil {
		return
	}
	n := otherNames{names: names}
	for i := range part.Columns {
		definition := n.appendDefinition(nil, part.Columns[i].Append(nil, 0))
		extended := part.Columns[i].Extended
		if column, err := mysql.ParseColumnDef(definition, 0); err == nil {
			part.Columns[i] = column
			part.Columns[i].Extended = extended
		}
	}
	if st.Lists != statement.ListsDatabases {
		return
	}
	part.Rows = slices.DeleteFunc(part.Rows, func(row mysql.Row) bool {
		is := names.Logical(string(row[0]))
		row[0] = []byte(is)
		return is == ""
	})
}

// pattern is that of SHOW DATABASES LIKE, which is about the names that applications know.
type pattern struct{ like string }

// unnarrowed is a list of databases without its pattern, and the pattern; servers whose databases have other names cannot apply it. Other lists stay as they
// are.
func (c *Client) unnarrowed(j *job) (*job, *pattern, error) {
	if j.st.Lists != statement.ListsDatabases || !c.world.Map.Renames() {
		return j, nil, nil
	}
	text := j.said()
	if _, like, where := statement.Subject(text, c.mode()); !like && !where {
		return j, nil, nil
	}
	like, ok := statement.Pattern(text, c.mode())
	if !ok {
		return nil, nil, otherName("a condition of SHOW would be about the names on the servers")
	}
	const all = "SHOW DATABASES"
	whole := *j
	whole.stmt, whole.moved, whole.text, whole.packets = nil, "", []byte(all), mysql.AppendQuery(nil, 0, all)
	return &whole, &pattern{like}, nil
}

// narrow leaves the databases that the pattern fits, and names the column as servers do.
func (p *pattern) narrow(rs *mysql.ResultSet) {
	if column := &rs.Columns[0]; column.OrgName == column.Name { // MySQL
		column.OrgName += " (" + p.like + ")"
	}
	rs.Columns[0].Name += " (" + p.like + ")"
	rs.Rows = slices.DeleteFunc(rs.Rows, func(row mysql.Row) bool { return !fitsLike(strings.ToLower(p.like), strings.ToLower(string(row[0]))) })
}

// fitsLike is LIKE.
func fitsLike(pattern, name string) bool {
	for pattern != "" {
		switch {
		case pattern[0] == '%':
			for i := range len(name) + 1 {
				if fitsLike(pattern[1:], name[i:]) {
					return true
				}
			}
			return false
		case name == "":
			return false
		case pattern[0] == '\\' && len(pattern) > 1:
			pattern = pattern[1:]
			if pattern[0] != name[0] {
				return false
			}
		case pattern[0] != '_' && pattern[0] != name[0]:
			return false
		}
		pattern, name = pattern[1:], name[1:]
	}
	return name == ""
}

// aboutNames are in the names of columns of information_schema that are, or have in them, names of databases.
var aboutNames = []string{"schema", "definition", "statement", "comment", "default", "expression", "clause"}

// narrowedBy are the conditions of a table of information_schema that a cluster can apply whose databases have other names: those about other columns, and which
// databases are asked about.
func (p *source) narrowedBy(names *sharding.Names) (filters []string) {
	if names == nil {
		return p.filters
	}
	for _, f := range p.filters {
		lower := strings.ToLower(f)
		if !slices.ContainsFunc(aboutNames, func(word string) bool { return strings.Contains(lower, word) }) {
			filters = append(filters, f)
		}
	}
	var among []string
	for _, database := range p.databases {
		among = append(among, session.Quote(names.Physical(database)))
	}
	if len(among) > 0 {
		filters = append(filters, statement.QuoteName(p.alias())+"."+statement.QuoteName(p.catalog.Schema)+" IN ("+strings.Join(among, ",")+")")
	}
	return filters
}

// renameRow puts a row of information_schema into the words of applications. It is false for one that is about a database that they cannot see.
func (p *source) renameRow(row mysql.Row, names *sharding.Names) (seen bool, err error) {
	if names == nil {
		return true, nil
	}
	for i := range min(len(row), len(p.def.Columns)) {
		column := strings.ToUpper(p.def.Columns[i].Name)
		if row[i] == nil {
			continue
		}
		text := fromHex(row, i)
		switch {
		case strings.HasSuffix(column, "_SCHEMA"), column == "SCHEMA_NAME":
			is := names.Logical(text)
			if is == "" && strings.EqualFold(column, p.catalog.Schema) {
				return false, nil
			}
			text = is
		case column == "TABLE_COMMENT":
			if strings.HasPrefix(text, "View '") {
				text = logicalMessage(0, "", text, names, nil)
			}
		case slices.ContainsFunc(aboutNames[1:], func(word string) bool { return strings.Contains(strings.ToLower(column), word) }):
			is, err := statement.Canonical([]byte(text), 0, renamedBy(names))
			if err != nil {
				return false, err
			}
			text = string(is)
		default:
			continue
		}
		row[i] = []byte(strings.ToUpper(hex.EncodeToString([]byte(text))))
	}
	return true, nil
}
