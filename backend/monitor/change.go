package monitor

import "shunt/topology"

// change is how much an observation may have changed: most change figures only, and then no other host has to be looked at.
type change uint8

const (
	figures change = iota // lag, position, threads: nothing that other hosts depend on
	words                 // and how the cluster's problem reads
	roles                 // and who is what in the cluster
)

// changed compares what is known of a host before and after an observation. It has to know everything that [decide] looks
// at.
func changed(before, after hostState) change {
	switch {
	case after.health.state != before.health.state || !after.facts.alike(before.facts):
		return roles
	case after.health.state == topology.Down && !sameText(after.health.err, before.health.err):
		return words
	}
	return figures
}

// alike says whether two observations of a server agree in all but figures and what its threads do.
func (f *facts) alike(g *facts) bool {
	if f == g || f == nil || g == nil {
		return f == g
	}
	if f.flavor != g.flavor || f.version != g.version || f.serverID != g.serverID || f.uuid != g.uuid || f.hostname != g.hostname ||
		f.port != g.port || f.peer != g.peer || f.readOnly != g.readOnly {
		return false
	}
	if f.linksRead.IsZero() != g.linksRead.IsZero() || f.linksRead.IsZero() && !sameText(f.linksError, g.linksError) {
		return false
	}
	return sameLinks(f.links, g.links)
}

func sameLinks(a, b []link) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !a[i].same(b[i]) {
			return false
		}
	}
	return true
}

// same says whether it is the same link, whatever its threads do.
func (l link) same(m link) bool {
	return l.name == m.name && l.host == m.host && l.port == m.port && l.serverID == m.serverID && l.uuid == m.uuid
}

func sameText(a, b error) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Error() == b.Error()
}

// renewed is a part with its links as they have been read now; which of them count has not changed.
func (p part) renewed(links []link) part {
	if len(p.links) == len(links) {
		p.links = links
		return p
	}
	var counted []link
	for _, l := range links {
		for _, old := range p.links {
			if l.same(old) {
				counted = append(counted, l)
			}
		}
	}
	p.links = counted
	return p
}
