package sharding

// Location is all that a map knows of one database.
type Location struct {
	Database string
	Cluster  string   // its home; empty if From is Nobody
	From     Source   // who says so
	FoundOn  []string // the clusters that were seen to have it, sorted
	Name     string   // what it is called on its clusters, if that is another name; else empty
}

// Look tells what is known of a database; ok is false if nothing is, and it lives on the default cluster.
func (m *Map) Look(database string) (l Location, ok bool) {
	text, ok := m.names.find(database)
	if !ok {
		return Location{Database: database, Cluster: m.Default}, false
	}
	l = m.locate(database, text)
	return l, !m.unseen(l)
}

func (m *Map) locate(database, text string) Location {
	_, by, _ := decision(text)
	cluster, err := m.Home(database)
	if err != nil {
		by = Nobody
	}
	l := Location{Database: database, Cluster: cluster, From: by, FoundOn: m.seen(database, m.foundOn(text))}
	if physical := m.Physical(database); physical != database {
		found, _ := m.names.find(physical)
		l.Name, l.FoundOn = physical, nil
		if found != "" {
			l.FoundOn = m.foundOn(found)
		}
	}
	return l
}

// unseen says whether nothing is known of a database but that its name is that of another one on the clusters that have it.
func (m *Map) unseen(l Location) bool {
	return m.named != nil && m.named.hidden[l.Database] && l.From == Discovered && len(l.FoundOn) == 0
}

// All calls yield for each database that was found or decided about, in no order, until it says false.
func (m *Map) All(yield func(Location) bool) {
	for database, text := range m.names.all {
		if l := m.locate(database, text); !m.unseen(l) && !yield(l) {
			return
		}
	}
}

// Len is how many databases were found or decided about.
func (m *Map) Len() int { return m.names.names }

// DefaultFrom says who decided the home of new databases.
func (m *Map) DefaultFrom() Source {
	if m.stored.home != "" {
		return Store
	}
	return File
}
