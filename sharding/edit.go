package sharding

import (
	"encoding/binary"
	"maps"
	"slices"
)

// Editor makes the next map of one. It belongs to one goroutine, and ends with Done. What it costs is what is changed.
type Editor struct {
	next     Map
	edit     *edit
	counted  bool // the lists of clusters are its own
	redecide bool // modules have changed
	rename   bool // so may have names that databases have on their clusters
	ownNames bool // the store's are its own
}

// Edit begins a change. The map stays as it is.
func (m *Map) Edit() *Editor {
	e := &Editor{next: *m, edit: &edit{}}
	e.next.names = m.names.begin()
	e.next.stored = m.stored.clone()
	return e
}

// Done gives the map with all that was changed, with the next revision. The editor must not be used any more.
func (e *Editor) Done() *Map {
	if e.redecide {
		e.next.decideModules()
	}
	if e.rename || e.redecide {
		e.next.decideNames()
	}
	e.next.Default = e.next.file.Default
	if e.next.stored.home != "" {
		e.next.Default = e.next.stored.home
	}
	e.next.Revision++
	m := e.next
	return &m
}

// Found notes that a cluster has a database.
func (e *Editor) Found(database, cluster string) {
	if Everywhere(database) {
		return
	}
	number := e.number(cluster)
	text, _ := e.next.names.find(database)
	decided, by, found := parts(text)
	for rest := found; rest != ""; {
		var known uint64
		if known, rest = uvarint(rest); known == number {
			return
		}
	}
	e.put(database, decided, by, found+string(binary.AppendUvarint(nil, number)))
}

// Lost notes that a cluster does not have a database any more.
func (e *Editor) Lost(database, cluster string) {
	text, ok := e.next.names.find(database)
	gone, known := e.next.numbers[cluster]
	if !ok || !known {
		return
	}
	decided, by, found := parts(text)
	var left []byte
	for rest := found; rest != ""; {
		var number uint64
		if number, rest = uvarint(rest); number != gone {
			left = binary.AppendUvarint(left, number)
		}
	}
	e.put(database, decided, by, string(left))
}

// SetHome has the store decide a database's home.
func (e *Editor) SetHome(database, cluster string) { e.SetNamedHome(database, cluster, "") }

// SetNamedHome is SetHome for a database that has another name on its clusters; empty: its own.
func (e *Editor) SetNamedHome(database, cluster, name string) {
	e.setName(database, name)
	number := e.number(cluster)
	text, _ := e.next.names.find(database)
	e.put(database, number, Store, foundPart(text))
}

// ResetHome takes the store's decision about a database back: the file decides it, or discovery.
func (e *Editor) ResetHome(database string) {
	text, ok := e.next.names.find(database)
	if _, by, _ := parts(text); !ok || by != Store {
		return
	}
	e.setName(database, "")
	if cluster, ok := e.next.file.Homes[database]; ok {
		e.put(database, e.number(cluster), File, foundPart(text))
		return
	}
	e.put(database, 0, Discovered, foundPart(text))
}

// SetFile has another file in force. What the store decides stays.
func (e *Editor) SetFile(c Config) {
	before := e.next.file
	e.next.file, e.redecide = c, true
	for database, cluster := range before.Homes {
		if c.Homes[database] == cluster {
			continue
		}
		if text, ok := e.next.names.find(database); ok {
			if _, by, _ := parts(text); by == File {
				e.put(database, 0, Discovered, foundPart(text))
			}
		}
	}
	for database, cluster := range c.Homes {
		if before.Homes[database] == cluster {
			continue
		}
		text, _ := e.next.names.find(database)
		if _, by, _ := parts(text); by != Store {
			e.put(database, e.number(cluster), File, foundPart(text))
		}
	}
}

// SetDefault has the store decide the home of new databases. Empty: the file does.
func (e *Editor) SetDefault(cluster string) { e.next.stored.home = cluster }

// SetModule has the store say what a module is, or that there is none of that name.
func (e *Editor) SetModule(name string, is StoredModule) {
	e.next.stored.modules[name] = is
	e.redecide = true
}

// ResetModule takes the store's word about a module back: it is as the file has it, if the file has it.
func (e *Editor) ResetModule(name string) {
	delete(e.next.stored.modules, name)
	e.redecide = true
}

// Forget takes back all that the store has decided.
func (e *Editor) Forget() {
	var decided []string
	for name, text := range e.next.names.all {
		if _, by, _ := parts(text); by == Store {
			decided = append(decided, name)
		}
	}
	for _, database := range decided {
		e.ResetHome(database)
	}
	e.next.stored, e.redecide, e.next.Stored = stored{modules: map[string]StoredModule{}}, true, 0
	e.rename, e.ownNames = true, false
}

// ForgetModules takes back what the store has decided about modules and new databases, and leaves the homes.
func (e *Editor) ForgetModules() {
	e.next.stored, e.redecide = stored{modules: map[string]StoredModule{}, names: e.next.stored.names}, true
}

// Read notes the revision of the store that the decisions are of.
func (e *Editor) Read(revision int64) { e.next.Stored = revision }

// setName notes what the store says of a database's name on its clusters; empty: nothing.
func (e *Editor) setName(database, name string) {
	e.rename = e.rename || e.next.named != nil || name != "" || e.next.file.Names[database] != ""
	if e.next.stored.names[database] == name {
		return
	}
	if !e.ownNames {
		e.next.stored.names, e.ownNames = maps.Clone(e.next.stored.names), true
		if e.next.stored.names == nil {
			e.next.stored.names = map[string]string{}
		}
	}
	if e.next.stored.names[database] = name; name == "" {
		delete(e.next.stored.names, database)
	}
}

func (e *Editor) put(database string, cluster uint64, by Source, found string) {
	e.next.names = e.next.names.put(e.edit, database, textOf(cluster, by, found))
}

// number is a cluster's, which it gets the first time that it is heard of.
func (e *Editor) number(cluster string) uint64 {
	if n, known := e.next.numbers[cluster]; known {
		return n
	}
	if !e.counted {
		e.next.clusters, e.next.numbers = slices.Clone(e.next.clusters), maps.Clone(e.next.numbers)
		if e.next.numbers == nil {
			e.next.numbers = map[string]uint64{}
		}
		e.counted = true
	}
	n := uint64(len(e.next.clusters))
	e.next.clusters, e.next.numbers[cluster] = append(e.next.clusters, cluster), n
	return n
}

// parts takes a text apart; an empty one says nothing.
func parts(text string) (decided uint64, by Source, found string) {
	if text == "" {
		return 0, Discovered, ""
	}
	decided, by, _ = decision(text)
	return decided, by, foundIn(text)
}

func foundPart(text string) string {
	_, _, found := parts(text)
	return found
}
