package router

import "shunt/statement"

// ErrorOtherName is about databases that have another name on their clusters than applications know them by, where that cannot be hidden.
const ErrorOtherName uint16 = 9931

// unknownDatabase is ER_BAD_DB_ERROR.
const unknownDatabase = 1049

// hidden refuses statements about what the cluster calls a database that applications know by another name: there is no database of that name for them. It
// refuses those about a database whose name on its cluster another one has, too.
func (d *decision) hidden() bool {
	m := d.world.Map
	if !m.Renames() {
		return false
	}
	for i := range d.st.Tables {
		if d.hides(schemaOf(&d.st.Tables[i], d.facts)) {
			return true
		}
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
	d.refuse(unknownDatabase, "42000", "")
	d.Error.Message = "Unknown database '" + database + "'"
	return true
}
