package router

import (
	"shunt/mysql"
	"shunt/statement"
	"shunt/topology"
)

// ErrorOtherName is about databases that have another name on their clusters than applications know them by, where that cannot be hidden.
const ErrorOtherName uint16 = 9931

// What servers say of a database that is not there: ER_BAD_DB_ERROR, and where MariaDB is asked for a table of it, ER_NO_SUCH_TABLE.
const (
	unknownDatabase = 1049
	noSuchTable     = 1146
)

// hidden refuses statements about what the cluster calls a database that applications know by another name: there is no database of that name for them. It
// refuses those about a database whose name on its cluster another one has, too.
func (d *decision) hidden() bool {
	m := d.world.Map
	if !m.Renames() {
		return false
	}
	for i := range d.st.Tables {
		t := &d.st.Tables[i]
		database := schemaOf(t, d.facts)
		if !d.hides(database) {
			continue
		}
		if d.Error.Number == unknownDatabase && d.cluster.Flavor == topology.MariaDB && d.st.Kind != statement.DDL {
			d.Error = &mysql.Error{Number: noSuchTable, State: "42S02", Message: "Table '" + database + "." + t.Name + "' doesn't exist"}
		}
		return true
	}
	for _, db := range d.st.Databases {
		if d.hides(db) {
			return true
		}
	}
	return d.world.Only == "" && len(d.st.Databases) == 0 && d.hides(d.facts.Schema)
}

func (d *decision) hides(database string) bool {
	m := d.world.Map
	if other := m.NameTaken(database); other != "" {
		return d.refuse(ErrorOtherName, "HY000", "database ", database, " is to have the name ", m.Physical(database), " on its cluster, which is that of database ", other,
			" already; one of them needs another name")
	}
	names := m.NamesOn(d.Cluster)
	if !names.Hides(database) {
		return false
	}
	if d.st.Whole && d.st.Kind == statement.DDL {
		return d.refuse(ErrorOtherName, "HY000", "database ", names.Logical(database), " has the name ", database, " on cluster ", d.Cluster, "; take another one")
	}
	d.Verdict, d.Error = Refuse, &mysql.Error{Number: unknownDatabase, State: "42000", Message: "Unknown database '" + database + "'"}
	return true
}
