package sharding

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// What operators decide is kept in the store as JSON, one key per decision, below [Prefix]:
//
//	orders/home/<database>   {"v":1,"cluster":"gra"}, with "name":"shop_v2" where it has another name on its clusters
//	orders/module/<name>     {"v":1,"database":"shop","tables":["stat_*"],"cluster":"gra"}, or {"v":1,"dropped":true} for one that the file has and that is not to be
//	orders/default           {"v":1,"cluster":"gra"}
//
// v is the version of the form. A reader refuses one that it does not know, and names that it does not know, since it cannot tell what they would mean.
const (
	Prefix       = "orders/"
	HomePrefix   = Prefix + "home/"
	ModulePrefix = Prefix + "module/"
	DefaultKey   = Prefix + "default"
)

// form is the version of the entries' form.
const form = 1

// StoredModule is what the store says of a module.
type StoredModule struct {
	Version  int      `json:"v"`
	Database string   `json:"database,omitempty"`
	Tables   []string `json:"tables,omitempty"`
	Cluster  string   `json:"cluster,omitempty"`
	Joins    string   `json:"joins,omitempty"`   // empty: answer
	Dropped  bool     `json:"dropped,omitempty"` // there is none, whatever the file says
	Fault    string   `json:"-"`                 // why the entry cannot be used
}

// StoredHome is what the store says of a database's home, or of that of new ones.
type StoredHome struct {
	Version int    `json:"v"`
	Cluster string `json:"cluster"`
	Name    string `json:"name,omitempty"` // of the database on its clusters; empty: its own
}

// stored is what the store has decided beside homes. Editors have one of their own.
type stored struct {
	home    string // of new databases; empty: as the file says
	modules map[string]StoredModule
	names   map[string]string // of databases whose home the store decides; shared, see Editor.ownNames
}

func (s stored) clone() stored {
	modules := maps.Clone(s.modules)
	if modules == nil {
		modules = map[string]StoredModule{}
	}
	return stored{s.home, modules, s.names}
}

// Entry is the value of a module in the store.
func (m Module) Entry() StoredModule {
	entry := StoredModule{Version: form, Database: m.Database, Tables: m.Tables, Cluster: m.Cluster}
	if m.Joins != AnswerJoins {
		entry.Joins = m.Joins.String()
	}
	return entry
}

// DroppedModule is the entry of a module that is not to be.
func DroppedModule() StoredModule { return StoredModule{Version: form, Dropped: true} }

// HomeEntry is the entry of a home.
func HomeEntry(cluster string) StoredHome { return StoredHome{Version: form, Cluster: cluster} }

// NamedHomeEntry is that of a database which has another name on its clusters; empty: its own.
func NamedHomeEntry(cluster, name string) StoredHome {
	return StoredHome{Version: form, Cluster: cluster, Name: name}
}

// module is the module that an entry is about.
func (s StoredModule) module(name string) Module {
	joins, _ := ParseJoins(s.Joins) // another word is a fault of the entry
	return Module{Name: name, Database: s.Database, Tables: s.Tables, Cluster: s.Cluster, Joins: joins}
}

// Take has an editor take an entry of the store: a key below Prefix with its value, nil if it was deleted. Keys that are not about the map mean
// nothing. The error says why an entry cannot be used: a home of that kind counts as not there, a module as one whose tables nobody knows.
func (e *Editor) Take(key string, value []byte) error {
	switch {
	case strings.HasPrefix(key, HomePrefix):
		database := strings.TrimPrefix(key, HomePrefix)
		home, err := readHome(value)
		if database == "" || Everywhere(database) {
			err = errors.New("no such database can have a home")
		}
		if err == nil {
			err = CheckName(database, home.Name)
		}
		if err != nil || value == nil {
			e.ResetHome(database)
			return about(key, err)
		}
		e.SetNamedHome(database, home.Cluster, home.Name)
	case strings.HasPrefix(key, ModulePrefix):
		name := strings.TrimPrefix(key, ModulePrefix)
		if value == nil {
			e.ResetModule(name)
			return nil
		}
		module, err := ReadModule(name, value)
		if err != nil {
			module.Fault = err.Error()
		}
		e.SetModule(name, module)
		return about(key, err)
	case key == DefaultKey:
		home, err := readHome(value)
		if err != nil || value == nil {
			e.SetDefault("")
			return about(key, err)
		}
		e.SetDefault(home.Cluster)
	}
	return nil
}

func about(key string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the entry %s of the store cannot be used: %w", key, err)
}

// ReadHome reads the entry of a home.
func ReadHome(value []byte) (StoredHome, error) { return readHome(value) }

func readHome(value []byte) (home StoredHome, err error) {
	if value == nil {
		return home, nil
	}
	if err := strictly(value, &home); err != nil {
		return home, err
	}
	if home.Version != form {
		return home, fmt.Errorf("its form has version %d, and this shunt knows %d", home.Version, form)
	}
	if home.Cluster == "" {
		return home, errors.New("it names no cluster")
	}
	return home, nil
}

// ReadModule reads the entry of a module.
func ReadModule(name string, value []byte) (module StoredModule, err error) {
	if err := strictly(value, &module); err != nil {
		return StoredModule{}, err
	}
	if module.Version != form {
		return StoredModule{}, fmt.Errorf("its form has version %d, and this shunt knows %d", module.Version, form)
	}
	if module.Dropped {
		return module, nil
	}
	return module, module.module(name).Check()
}

func strictly(value []byte, into any) error {
	decoder := json.NewDecoder(strings.NewReader(string(value)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("it is not as it should be: %w", err)
	}
	return nil
}

// ListedModule is a module as it is known, in force or not.
type ListedModule struct {
	Module
	From    Source
	Problem string // why it is not in force; empty if it is
}

// Listed are all modules that file and store name, by name; those that the store has dropped are not there.
func (m *Map) Listed() []ListedModule { return m.listed }

// InFile says whether the file has a module of that name.
func (m *Map) InFile(module string) bool {
	return slices.ContainsFunc(m.file.Modules, func(one Module) bool { return one.Name == module })
}

// decideModules puts the modules in force: those of the store, then those of the file that the store says nothing of. One that has a table in common
// with one before it is not in force.
func (m *Map) decideModules() {
	m.modules, m.listed = map[string][]*Module{}, nil
	for _, name := range slices.Sorted(maps.Keys(m.stored.modules)) {
		if s := m.stored.modules[name]; !s.Dropped {
			m.decide(ListedModule{s.module(name), Store, s.Fault})
		}
	}
	for _, one := range m.file.Modules {
		if _, decided := m.stored.modules[one.Name]; !decided {
			m.decide(ListedModule{one, File, ""})
		}
	}
	slices.SortStableFunc(m.listed, func(a, b ListedModule) int { return strings.Compare(a.Name, b.Name) })
}

func (m *Map) decide(one ListedModule) {
	for _, other := range m.modules[one.Database] {
		if p, q, both := Overlap(*other, one.Module); both && one.Problem == "" {
			one.Problem = fmt.Sprintf("not in force: %s has tables in common with %s of module %s", q, p, other.Name)
		}
	}
	m.listed = append(m.listed, one)
	if one.Problem == "" {
		m.modules[one.Database] = append(m.modules[one.Database], &one.Module)
	}
}
