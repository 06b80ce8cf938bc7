package router

import (
	"strings"

	"shunt/session"
	"shunt/statement"
)

// Transactions says what a transaction may do on more than one cluster.
type Transactions uint8

// The ways. docs/transactions.md has what each promises.
const (
	OneWriter Transactions = iota // it may read on all, and write on one
	Ordered                       // it may write on all, and commits on one after the other
	Atomic                        // it may write on all, and commits on all or none of them
)

// String is the word of config.yaml.
func (t Transactions) String() string { return [...]string{"one", "ordered", "atomic"}[t] }

// branch finds where a transaction goes on whose statement is for another cluster than the connection in use: on a branch that it has there, or on a new one.
// settled: it is refused. found: on, which may be the connection in use.
func (d *decision) branch() (host string, found, settled bool) {
	f := d.facts
	if f.PinHost != "" && (d.Cluster == f.PinCluster || !d.names()) {
		d.Cluster = f.PinCluster
		return f.PinHost, true, d.secondWriter()
	}
	if f.PinHost == "" && !d.names() && len(f.Branches) > 0 {
		d.Cluster = f.Branches[len(f.Branches)-1].Cluster
	}
	if d.secondWriter() {
		return "", false, true
	}
	if b := f.Branch(d.Cluster); b != nil && b.Host != "" {
		return b.Host, true, false
	}
	return "", false, false
}

// names says whether the statement names anything that lives on some cluster.
func (d *decision) names() bool {
	return len(d.st.Tables) > 0 || len(d.st.Databases) > 0 || len(d.st.Functions) > 0 || d.st.Schema || d.st.Kind == statement.Call
}

// secondWriter refuses a statement that writes on another cluster than the transaction has written on, unless it may.
func (d *decision) secondWriter() bool {
	if len(d.facts.Branches) == 0 || d.world.OnServer || !session.MayWrite(d.st) || d.world.Transactions == Ordered && !d.facts.Atomic {
		return false
	}
	here := d.facts.Branch(d.Cluster)
	for i := range d.facts.Branches {
		b := &d.facts.Branches[i]
		if !b.Wrote || b.Cluster == d.Cluster || d.facts.Atomic && b.XA && (here == nil || here.XA) {
			continue
		}
		return d.refuse(ErrorTwoWriters, "HY000", "the transaction has written on cluster ", b.Cluster, ", and this statement writes on cluster ", d.Cluster,
			d.reasonFor(), "; ", d.whyOne())
	}
	return false
}

// whyOne says why the transaction may not, and what to do.
func (d *decision) whyOne() string {
	if d.world.Transactions == Atomic {
		return "the transaction was not begun as one of several clusters: begin it with BEGIN /* shunt: atomic */, or with a default database that has modules"
	}
	return strings.Join([]string{"the setting transactions is ", d.world.Transactions.String(), ", with which a transaction writes on one cluster; ",
		"commit in between, or see atomic in docs/transactions.md"}, "")
}
