package router

import (
	"slices"

	"shunt/session"
	"shunt/sharding"
	"shunt/statement"
)

// joinable are the effects that a SELECT may have which is answered from several clusters: what it does to its session, it does where it runs.
const joinable = statement.Unremarkable | statement.SessionVars | statement.Impure | statement.AssignsVar | statement.CalcFoundRows |
	statement.UsesInsertID | statement.UsesFoundRows | statement.UsesRowCount | statement.UsesDiagnostics

// noJoin says why a statement cannot be answered whose tables are on several clusters; empty if it can be tried: a SELECT, in its text, of a session that is
// not held on a replica, where nothing can be copied to. Rows that it locks would have to be locked where they live.
func (d *decision) noJoin() string {
	switch {
	case d.st.Kind != statement.Select || d.st.Fallback:
		return "only a SELECT can be answered from two clusters"
	case d.st.Effects&^joinable != 0:
		return "a SELECT that locks, writes files or asks a server about itself is for one cluster"
	case slices.ContainsFunc(d.st.Tables, func(t statement.Table) bool { return t.Write }): // a sequence, of which a copy would be set
		return "a SELECT that locks, writes files or asks a server about itself is for one cluster"
	case d.facts.Pins&session.PinOneShot != 0:
		return "a setting is meant for the next statement alone"
	case d.facts.Pins&^session.PinDiagnostics != 0 && d.facts.PinReplica:
		return "the session is held on a replica (" + d.facts.Pins.String() + ")"
	case !d.facts.Autocommit:
		return "autocommit is off"
	case d.module != nil && d.module.Joins == sharding.RefuseJoins:
		return "module " + d.module.Name + " has joins: refuse"
	}
	return ""
}

// spreads notes that the statement needs one cluster more.
func (d *decision) spreads(cluster string) {
	if d.split == nil {
		d.split = []string{d.Cluster}
	}
	if !slices.Contains(d.split, cluster) {
		d.split = append(d.split, cluster)
	}
}

// join settles a statement whose tables are on several clusters.
func (d *decision) join() bool {
	if d.split == nil {
		return false
	}
	if why := d.noJoin(); why != "" { // of a module that came later
		return d.refuse(ErrorTwoClusters, "HY000", "the statement needs clusters ", list(d.split), ", and ", why, "; send one statement to each")
	}
	d.because(Joins)
	d.Verdict, d.Clusters = Combine, d.split
	return true
}

func list(names []string) string {
	text := names[0]
	for i, name := range names[1:] {
		if i == len(names)-2 {
			text += " and " + name
		} else {
			text += ", " + name
		}
	}
	return text
}
