package session

import (
	"strings"

	"shunt/mysql"
	"shunt/statement"
)

// Command bytes of the protocol that restoring needs (https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_command_phase.html).
const (
	comInitDB          = 0x02
	comQuery           = 0x03
	comResetConnection = 0x1F
)

// Restoration is a train of commands that makes a connection look like a session's. They are written in front of the
// statement, in the same write, and each is answered by one OK or ERR packet.
type Restoration struct {
	Bytes   []byte
	Answers int
	Reset   bool // it begins with COM_RESET_CONNECTION, which drops the connection's prepared statements
	// Guarded: one of the commands is a KILL that ends the connection if those before it did not take, so that a statement
	// that writes cannot run in another session's database or modes. Its answer is error 1094 (unknown thread) when all is
	// well, and 1927 or 1317 when it struck.
	Guarded bool

	attributes bool // see Link
}

// Link is what of a server connection matters to restoring.
type Link struct {
	// Baseline is what every server connection is set to after login and after a reset, as the items of a SET statement.
	Baseline string
	// Attributes: the connection has CLIENT_QUERY_ATTRIBUTES, so that every COM_QUERY begins with their number.
	Attributes bool
	// MultiStatements: it takes several statements in one text.
	MultiStatements bool
}

// option is the argument of COM_SET_OPTION that leaves the connection as it is.
func (l Link) option() byte {
	if l.MultiStatements {
		return 0
	}
	return 1
}

// Restore appends to dst the commands that turn a connection that carries `from` into one that carries `to`. from is nil for a
// connection about which nothing is known, which is reset first, and &Clean for one that comes from login. guard asks for the
// KILL that protects a writing statement; extra are further items for the SET, meant for this one statement
// (last_insert_id).
func Restore(dst []byte, from, to *State, link Link, guard bool, extra string) Restoration {
	r := Restoration{Bytes: dst, attributes: link.Attributes}
	if extra == "" && from.Serves(to) {
		return r
	}
	if NeedsReset(from, to) {
		r.Reset = true
		r.add([]byte{comResetConnection})
	}
	schema := restoreSchema(&r, from, to)
	items := settings(&r, from, to, link.Baseline, extra)
	if guard {
		r.guard(schema, to.Schema, items)
	} else if items != "" {
		r.query("SET " + items)
	}
	if from != nil && from.stained && !r.Guarded && !r.Reset {
		r.query(clearing("@shunt_last"))
	}
	return r
}

// clearing is a statement that takes the warnings of those before it away, in MariaDB, too, where not every statement does; and sets a variable
// to NULL.
func clearing(variable string) string { return "SELECT NULL INTO " + variable + " FROM (SELECT 1) a" }

// guard adds the SET and the KILL that ends the connection unless everything before it took. A user variable that is set
// last in the SET proves that the whole of it did (a SET statement takes effect as a whole or not at all). The error of the KILL must not be seen by
// those who ask for warnings later.
func (r *Restoration) guard(schema bool, name, items string) {
	var condition []string
	if schema {
		condition = append(condition, "DATABASE()<=>"+utf8(name))
	}
	if items != "" {
		condition = append(condition, "@shunt_ready<=>1")
		r.query("SET " + items + ",@shunt_ready=1")
	}
	if len(condition) == 0 {
		return
	}
	r.query("KILL IF(" + strings.Join(condition, " AND ") + ",18446744073709551615,CONNECTION_ID())")
	r.Guarded = true
	r.query(clearing("@shunt_ready"))
}

// Clean is the state of a connection that comes from login: nothing set.
var Clean = (&State{}).seal()

// NeedsReset says whether a connection that carries `from` has to be reset to carry `to`; what is prepared on it is lost then.
func NeedsReset(from, to *State) bool { return from == nil || !covers(to, from) }

// covers says whether everything that `from` has set, `to` sets too: then no reset is needed, later values replace earlier
// ones. A default database cannot be unset without a reset, nor even with one: see restoreSchema.
func covers(to, from *State) bool {
	if from.Role != "" && to.Role == "" {
		return false
	}
	return subset(from.Vars, to.Vars) && subset(from.User, to.User)
}

func subset(small, large []Setting) bool {
	if len(small) > len(large) {
		return false
	}
	for _, v := range small {
		if _, ok := find(large, v.Name); !ok {
			return false
		}
	}
	return true
}

func restoreSchema(r *Restoration, from, to *State) bool {
	if to.Schema == "" || !r.Reset && from.Schema == to.Schema {
		return false
	}
	r.add(append([]byte{comInitDB}, to.Schema...))
	return true
}

// settings lists what differs. After a reset everything does. Character sets come first: the text of the rest is read
// with them, so values outside ASCII are written in hexadecimal.
func settings(r *Restoration, from, to *State, base, extra string) string {
	var b strings.Builder
	item := func(parts ...string) {
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		for _, p := range parts {
			b.WriteString(p)
		}
	}
	if r.Reset {
		from = Clean
		item(base)
	}
	named := to.names() != "" && to.names() != from.names()
	if named {
		item("NAMES ", to.names())
	}
	for _, v := range to.Vars {
		if named && (v.Name == "character_set_client" || v.Name == "character_set_results") {
			continue
		}
		old, ok := from.Var(v.Name)
		switch {
		case named && v.Name == "collation_connection":
			old, ok = Quote(to.results), true
		case v.Name == "character_set_results" && from.results != to.results:
			ok = false
		}
		if !ok || old != v.Value {
			item("SESSION ", v.Name, "=", v.Value)
		}
	}
	for _, v := range to.User {
		if i, ok := find(from.User, v.Name); !ok || from.User[i].Value != v.Value {
			item("@", statement.QuoteName(v.Name), "=", v.Value)
		}
	}
	if extra != "" {
		item(extra)
	}
	if to.Role != "" && from.Role != to.Role {
		r.query("SET ROLE " + to.Role)
	}
	return b.String()
}

// utf8 writes a string literal that does not depend on the connection's character set.
func utf8(s string) string { return "_utf8mb4 " + Hex([]byte(s)) }

func (r *Restoration) query(sql string) {
	if r.attributes {
		r.add(append([]byte{comQuery, 0, 1}, sql...)) // none, in one set
		return
	}
	r.add(append([]byte{comQuery}, sql...))
}

func (r *Restoration) add(payload []byte) {
	r.Bytes, _ = mysql.AppendPacket(r.Bytes, 0, payload)
	r.Answers++
}
