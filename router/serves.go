package router

import (
	"slices"
	"strings"
)

// Serves keeps a cluster for some modules or some users; an empty list is for all.
type Serves struct{ Modules, Users []string }

// notServed refuses what a cluster is not for; true if it did. What was brought to the cluster, or is asked of it for a statement as a whole, is only a question
// of who asks.
func (d *decision) notServed() bool {
	if d.world.Rules == nil {
		return false
	}
	s, kept := d.world.Rules.Serves[d.Cluster]
	switch {
	case !kept:
	case len(s.Users) > 0 && !slices.Contains(s.Users, d.facts.User):
		return d.refuse(ErrorNotServed, "HY000", "cluster ", d.Cluster, " does not serve user ", d.facts.User, " (clusters.", d.Cluster, ".serves.users); ask who runs it")
	case len(s.Modules) > 0 && d.world.Only == "" && (d.module == nil || d.module.Cluster != d.Cluster || !slices.Contains(s.Modules, d.module.Name)):
		return d.refuse(ErrorNotServed, "HY000", "cluster ", d.Cluster, " serves tables of ", strings.Join(s.Modules, ", "), " only (clusters.", d.Cluster,
			".serves.modules); name one of them, or use another database")
	}
	return false
}
