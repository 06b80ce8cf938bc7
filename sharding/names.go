package sharding

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// longestName is how long servers let names be.
const longestName = 64

// CheckName says what is wrong with a name that a database is to have on its clusters; an empty one is its own, and right. Texts are changed byte by byte
// whatever character set they are in, so both names have to be ASCII.
func CheckName(database, physical string) error {
	switch {
	case physical == "" || physical == database:
		return nil
	case Everywhere(physical):
		return fmt.Errorf("%s is a database of the servers' own", physical)
	case Everywhere(database):
		return fmt.Errorf("database %s is on every cluster", database)
	case len(physical) > longestName:
		return fmt.Errorf("the name %s… is longer than %d characters", physical[:20], longestName)
	}
	for _, name := range []string{database, physical} {
		for i := range len(name) {
			if c := name[i]; c <= ' ' || c > '~' || c == '`' || c == '"' || c == '\'' || c == '\\' || c == '/' || c == '.' || c == '%' {
				return errors.New("both names have to be of letters, digits and marks of ASCII, without blanks, quotes, dots, slashes and percent signs")
			}
		}
	}
	return nil
}

// Names are the databases of one cluster that have another name there than applications know them by. Immutable; nil has none.
type Names struct {
	physical map[string]string // by what applications say
	logical  map[string]string // by what the cluster says
}

// Physical is what the cluster calls a database.
func (n *Names) Physical(database string) string {
	if n == nil {
		return database
	}
	return cmp.Or(n.physical[database], database)
}

// Logical is what applications call a database of the cluster. It is empty for one that they cannot see, since its name stands for another.
func (n *Names) Logical(physical string) string {
	if n == nil {
		return physical
	}
	if name, renamed := n.logical[physical]; renamed {
		return name
	}
	if n.physical[physical] != "" {
		return ""
	}
	return physical
}

// Renames says whether a database that the cluster calls so has another name for applications, or none. It does not allocate.
func (n *Names) Renames(physical []byte) bool {
	return n != nil && (n.logical[string(physical)] != "" || n.physical[string(physical)] != "")
}

// Hides says whether a name that a statement has is only what the cluster calls another database.
func (n *Names) Hides(database string) bool {
	return n != nil && n.logical[database] != "" && n.physical[database] == ""
}

// named is what a map knows of databases with other names. A map in which each has its own has none.
type named struct {
	physical map[string]string // of all such databases
	on       map[string]*Names // by cluster
	hidden   map[string]bool   // names that are only physical ones
	taken    map[string]string // databases that must not be used: another has the name on one of their clusters
}

// Renames says whether any database has another name on its clusters than applications know it by.
func (m *Map) Renames() bool { return m != nil && m.named != nil }

// Physical is the name that a database has on its clusters. It does not allocate.
func (m *Map) Physical(database string) string {
	if m.named == nil {
		return database
	}
	return cmp.Or(m.named.physical[database], database)
}

// NamesOn are the databases that have another name on a cluster; nil if there are none.
func (m *Map) NamesOn(cluster string) *Names {
	if m == nil || m.named == nil {
		return nil
	}
	return m.named.on[cluster]
}

// NameTaken is the database that has the name already that another one is to have on its cluster; empty if all is well.
func (m *Map) NameTaken(database string) string {
	if m.named == nil {
		return ""
	}
	return m.named.taken[database]
}

// NamesTaken are the databases of which that is true, sorted.
func (m *Map) NamesTaken() []string {
	if m.named == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(m.named.taken))
}

// decideNames finds out which databases have which names on which clusters. Their homes and all modules are decided by now. Of two that want the same
// name, the first has it: those of the store come before those of the file, and those of one source by their own names.
func (m *Map) decideNames() {
	m.named = nil
	wanted := slices.Sorted(maps.Keys(m.stored.names))
	for _, database := range slices.Sorted(maps.Keys(m.file.Names)) {
		if m.decidedBy(database) == File {
			wanted = append(wanted, database)
		}
	}
	for _, database := range wanted {
		physical, own := m.stored.names[database]
		if !own {
			physical = m.file.Names[database]
		}
		if physical != "" && physical != database {
			m.rename(database, physical)
		}
	}
	if m.named == nil {
		return
	}
	for _, physical := range m.named.physical {
		if m.named.physical[physical] == "" {
			m.named.hidden[physical] = true
		}
	}
}

// decidedBy is who has decided a database's home; Discovered if nobody has.
func (m *Map) decidedBy(database string) Source {
	text, _ := m.names.find(database)
	_, by, _ := parts(text)
	return by
}

func (m *Map) rename(database, physical string) {
	if m.named == nil {
		m.named = &named{map[string]string{}, map[string]*Names{}, map[string]bool{}, map[string]string{}}
	}
	m.named.physical[database] = physical
	clusters, _ := m.Parts(database) // somebody has decided its home
	for _, cluster := range clusters {
		names := m.named.on[cluster]
		if names == nil {
			names = &Names{map[string]string{}, map[string]string{}}
			m.named.on[cluster] = names
		}
		names.physical[database] = physical
		if other := names.logical[physical]; other != "" {
			m.named.taken[database] = other
			continue
		}
		if m.decidedBy(physical) != Discovered && !m.wantsOther(physical) && m.Hosts(physical, cluster) {
			m.named.taken[database] = physical
			continue
		}
		names.logical[physical] = database
	}
}

// wantsOther says whether a database is to have another name than its own.
func (m *Map) wantsOther(database string) bool {
	physical, own := m.stored.names[database]
	if !own && m.decidedBy(database) == File {
		physical = m.file.Names[database]
	}
	return physical != "" && physical != database
}

// seen leaves out of the clusters that a database was found on those where the name stands for another one.
func (m *Map) seen(database string, clusters []string) []string {
	if m.named == nil || !m.named.hidden[database] {
		return clusters
	}
	return slices.DeleteFunc(clusters, func(cluster string) bool { return m.NamesOn(cluster).Hides(database) })
}

// homeOfSeen is Home for a name that stands for another database on some clusters, and that nobody has decided about.
func (m *Map) homeOfSeen(database, text string) (string, error) {
	switch found := m.seen(database, m.foundOn(text)); len(found) {
	case 0:
		return m.Default, nil
	case 1:
		return found[0], nil
	default:
		return "", &ClashError{database, found}
	}
}
