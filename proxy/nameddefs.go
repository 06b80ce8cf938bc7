package proxy

import (
	"bytes"

	"shunt/mysql"
)

// renameDefinitions puts a block of column definitions, which ends what is assembled and begins at `from`, into the words of applications: the database that a
// column is of, and the names of columns that are made of the text or of a database.
func (c *Client) renameDefinitions(j *job, from int) {
	block := c.out[from:]
	if !j.named.tells(block) {
		return
	}
	block = bytes.Clone(block)
	c.out = c.out[:from]
	for len(block) > 0 {
		length, seq := mysql.Header(block)
		payload := block[mysql.HeaderLen : mysql.HeaderLen+length]
		block = block[mysql.HeaderLen+length:]
		start := len(c.out)
		c.out = j.named.appendDefinition(mysql.OpenPacket(c.out), payload)
		c.out, _ = mysql.ClosePacket(c.out, start, seq)
	}
}

// tells says whether a block may have something to rename: most have a database in them.
func (n *otherNames) tells(block []byte) bool {
	if n.names == nil {
		return false
	}
	if n.text.Text != nil || n.label != nil {
		return true
	}
	if bytes.Contains(block, []byte(tablesIn)) {
		return true
	}
	for len(block) > 0 {
		length, _ := mysql.Header(block)
		d := mysql.NewDecoder(block[mysql.HeaderLen : mysql.HeaderLen+length])
		d.LenencBytes()
		if n.names.Renames(d.LenencBytes()) {
			return true
		}
		block = block[mysql.HeaderLen+length:]
	}
	return false
}

// appendDefinition appends a column definition with other names; one that cannot be read stays as it is.
func (n *otherNames) appendDefinition(dst, payload []byte) []byte {
	d := mysql.NewDecoder(payload)
	catalog, schema, table, orgTable, name, orgName := d.LenencBytes(), d.LenencBytes(), d.LenencBytes(), d.LenencBytes(), d.LenencBytes(), d.LenencBytes()
	if d.Err() != nil {
		return append(dst, payload...)
	}
	if is := n.names.Logical(string(schema)); is != "" {
		schema = []byte(is)
	}
	if len(orgTable)+len(table) > 0 {
		name, orgName = n.listed(name), n.listed(orgName)
	}
	name, orgName = n.said(name), n.said(orgName)
	if n.label != nil && bytes.EqualFold(name, orgName) && !aliased(n.label, name) {
		name = orgName
	}
	for _, part := range [][]byte{catalog, schema, table, orgTable, name, orgName} {
		dst = mysql.AppendLenencString(dst, part)
	}
	return append(dst, payload[len(payload)-d.Len():]...)
}

// aliased says whether a text gives a column this name.
func aliased(text, name []byte) bool {
	for from := 0; ; {
		i := bytes.Index(text[from:], name)
		if i < 0 {
			return false
		}
		from += i + len(name)
		before := bytes.TrimRight(text[:from-len(name)], " `'\"")
		if len(before) > 2 && bytes.EqualFold(before[len(before)-3:], []byte(" as")) {
			return true
		}
	}
}

// said is what stood in the text of the client where a server has made a name of it.
func (n *otherNames) said(name []byte) []byte {
	if original, ok := n.text.Original(name); ok {
		return []byte(original)
	}
	return name
}

// listed is the name of the column of SHOW TABLES, which has the database in it and the pattern, for that database; others stay as they are.
func (n *otherNames) listed(name []byte) []byte {
	rest, of := bytes.CutPrefix(name, []byte(tablesIn))
	database, pattern, some := bytes.Cut(rest, []byte(" ("))
	is := n.names.Logical(string(database))
	if !of || is == "" || is == string(database) {
		return name
	}
	name = append([]byte(tablesIn), is...)
	if some {
		name = append(append(name, " ("...), pattern...)
	}
	return name
}

// tablesIn begins the name of the column of SHOW TABLES.
const tablesIn = "Tables_in_"
