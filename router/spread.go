package router

import "shunt/session"

// everyPart settles what makes, alters or drops a database that has modules: each cluster that has a part of it carries it out, its home last, since
// the client hears the home's answer. A session that is held cannot be on several.
func (d *decision) everyPart() bool {
	if !d.st.Whole || d.world.Only != "" || len(d.world.Map.Modules(d.whole())) == 0 {
		return false
	}
	database := d.whole()
	clusters, err := d.world.Map.Parts(database)
	if err != nil {
		return d.refuse(ErrorClash, "HY000", err.Error())
	}
	if len(clusters) < 2 {
		return false
	}
	home := clusters[0]
	if d.world.OnServer || d.world.OneServer || d.facts.Pins&^session.PinDiagnostics != 0 {
		return d.refuse(ErrorTwoClusters, "HY000", "database ", database, " has modules on other clusters than ", home, ", and each has to carry the statement out; ",
			"send it as text, outside of a transaction and without temporary tables or locks")
	}
	d.because(Spreads)
	d.Verdict, d.Clusters = Spread, append(clusters[1:], home)
	return true
}

// whole is the database that a statement is about as a whole.
func (d *decision) whole() string {
	if len(d.st.Databases) > 0 {
		return d.st.Databases[0]
	}
	return d.facts.Schema
}
