package binlog

// members are the followers that get the present. Immutable: there may be thousands, of which a transaction concerns one.
type members struct {
	list []*Follower
	by   map[string][]*Follower // by database
}

func newMembers(list []*Follower) *members {
	m := &members{list, make(map[string][]*Follower, len(list))}
	for _, f := range list {
		m.by[f.unit.Database] = append(m.by[f.unit.Database], f)
	}
	return m
}

func (m *members) with(f *Follower) *members {
	return newMembers(append(m.list[:len(m.list):len(m.list)], f))
}

func (m *members) without(f *Follower) *members { return newMembers(without(m.list, f)) }

// want says whether one of them wants a table. Markers are wanted by all.
func (m *members) want(t Table) bool {
	if t.Database == controlSchema {
		return len(m.list) > 0 && m.list[0].wants(t)
	}
	for _, f := range m.by[t.Database] {
		if f.wants(t) {
			return true
		}
	}
	return false
}

// concerned are those that a group may have something for: all, if it has a marker or is about an XA transaction, which may be any unit's.
func (m *members) concerned(g *group) []*Follower {
	if g.prepares != "" || g.commits != "" || g.rollsBack != "" {
		return m.list
	}
	var databases []string
	for i := range g.changes {
		databases = addName(databases, g.changes[i].Table.Database)
	}
	for i := range g.faults {
		databases = addName(databases, g.faults[i].table.Database)
	}
	switch len(databases) {
	case 0:
		return nil
	case 1:
		if databases[0] != controlSchema {
			return m.by[databases[0]]
		}
		return m.list
	}
	var some []*Follower
	for _, d := range databases {
		if d == controlSchema {
			return m.list
		}
		some = append(some, m.by[d]...)
	}
	return some
}

func addName(names []string, name string) []string {
	for _, one := range names {
		if one == name {
			return names
		}
	}
	return append(names, name)
}
