package statement

import (
	"slices"
	"strings"
)

// manyNames is how many names a list may have before a map helps to find one in it.
const manyNames = 16

// table notes that the statement names a table; a table that is named twice is written if one of the two is.
func (b *builder) table(schema, name string, write bool) {
	if name == "" {
		return
	}
	st := b.st
	if LocalToServer(schema, name) {
		st.Effects |= ServerFacts
	}
	if i := b.findTable(Table{Schema: schema, Name: name}); i >= 0 {
		st.Tables[i].Write = st.Tables[i].Write || write
		return
	}
	if b.tables != nil {
		b.tables[Table{Schema: schema, Name: name}] = len(st.Tables)
	}
	st.Tables = append(st.Tables, Table{Schema: strings.Clone(schema), Name: strings.Clone(name), Write: write})
}

// findTable returns where t is in the list, or -1.
func (b *builder) findTable(t Table) int {
	list := b.st.Tables
	if b.tables == nil && len(list) < manyNames {
		for i := range list {
			if list[i].Schema == t.Schema && list[i].Name == t.Name {
				return i
			}
		}
		return -1
	}
	if b.tables == nil {
		b.tables = make(map[Table]int, 2*manyNames)
		for i, each := range list {
			b.tables[Table{Schema: each.Schema, Name: each.Name}] = i
		}
	}
	if i, ok := b.tables[t]; ok {
		return i
	}
	return -1
}

// database notes a database that is named other than as a table's schema.
func (b *builder) database(name string) {
	if name == "" {
		return
	}
	if len(b.st.Databases) < maxDatabases && !slices.Contains(b.st.Databases, name) {
		b.st.Databases = append(b.st.Databases, strings.Clone(name))
	}
}

// maxDatabases bounds the list. A router gives up on a statement long before it names so many.
const maxDatabases = 256

// function notes a function that is not known to be pure.
func (b *builder) function(name string) {
	b.st.Effects |= Impure
	switch name {
	case "nextval":
		b.st.Effects |= TakesSequence
	case "lastval":
		b.st.Effects |= AsksSequence
	}
	if b.isCalled(name) {
		return
	}
	name = strings.Clone(name)
	b.st.Functions = append(b.st.Functions, name)
	if b.called != nil {
		b.called[name] = true
	}
}

// isCalled says whether the function is in the list.
func (b *builder) isCalled(name string) bool {
	if b.called == nil && len(b.st.Functions) < manyNames {
		return slices.Contains(b.st.Functions, name)
	}
	if b.called == nil {
		b.called = make(map[string]bool, 2*manyNames)
		for _, each := range b.st.Functions {
			b.called[each] = true
		}
	}
	return b.called[name]
}

// calls notes a call of schema.name with or without arguments.
func (b *builder) calls(schema, name string, arguments bool) {
	full := strings.ToLower(name)
	if schema != "" {
		b.database(schema)
		b.function(routineName(schema, name))
		return
	}
	switch {
	case slices.Contains(b.oddCalls, full):
		b.function(full)
	case full == "last_insert_id" && arguments:
		b.st.Effects |= SetsInsertID
		b.function(full)
	case statefulFunctions[full] != 0:
		b.st.Effects |= statefulFunctions[full]
		b.function(full)
	case !isPure(full):
		b.function(full)
	}
}

// routineName is how Functions lists a routine. The servers compare such names without case.
func routineName(schema, name string) string {
	if schema == "" {
		return strings.ToLower(name)
	}
	return strings.ToLower(schema + "." + name)
}

// lockName notes the argument of GET_LOCK or RELEASE_LOCK.
func (b *builder) lockName(name string, literal bool) {
	b.st.Locks = append(b.st.Locks, LockName{Name: strings.Clone(name), Literal: literal})
}

// takesLockName says whether the first argument of the function is a lock's name that a Statement tells.
func takesLockName(function string) bool {
	return strings.EqualFold(function, "get_lock") || strings.EqualFold(function, "release_lock")
}

// counted are the effects that a session keeps count of: told twice, they would count twice.
const counted = GetsLock | ReleasesLock | ReleasesAll | CreatesTemp | DropsTable

// adoptUncounted is adopt for a statement that does not run as a part of this one.
func (b *builder) adoptUncounted(other *Statement) {
	once := *other
	once.Locks, once.Effects = nil, other.Effects&^counted
	b.adopt(&once)
}

// adopt takes over what another statement names and does.
func (b *builder) adopt(other *Statement) {
	for _, t := range other.Tables {
		b.table(t.Schema, t.Name, t.Write)
	}
	for _, d := range other.Databases {
		b.database(d)
	}
	for _, f := range other.Functions {
		b.function(f)
	}
	for _, v := range other.Vars {
		if !slices.Contains(b.st.Vars, v) {
			b.st.Vars = append(b.st.Vars, v)
		}
	}
	b.st.Locks = append(b.st.Locks, other.Locks...)
	b.st.Effects |= other.Effects
}
