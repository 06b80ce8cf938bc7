package orders

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"shunt/sharding"
	"shunt/store"
)

const (
	// lookBound is how long the clusters may take to tell their tables.
	lookBound = 10 * time.Second
	// mostDigests is how many statements are told; those that clients send most often come first.
	mostDigests = 100
)

// modules are the store's entries about modules and the home of new databases.
func (o *Orders) modules(ctx context.Context) ([]store.Item, error) {
	items, _, err := store.All(ctx, o.deps.Store, sharding.ModulePrefix)
	if err != nil {
		return nil, err
	}
	home, err := o.deps.Store.Get(ctx, sharding.DefaultKey)
	if home.Exists() {
		items = append(items, home)
	}
	return items, err
}

// rests says whether a database is where it is: one that is being moved has a copy elsewhere that an order would make the home.
func (o *Orders) rests(ctx context.Context, database string) error {
	if o.deps.Moving == nil {
		return nil
	}
	state, err := o.deps.Moving(ctx, database)
	if err == nil && state != "" {
		return refused("database %s is being moved (%s); ROLLBACK MOVE takes that back, FINISH MOVE ends it", database, state)
	}
	return err
}

// weigh tells what becomes different when an entry changes, and refuses what must not be.
func (o *Orders) weigh(ctx context.Context, order Order, key, before, after string) (Report, error) {
	m, err := o.fresh(ctx)
	if err != nil {
		return Report{}, err
	}
	was, _ := with(m, key, before) // what cannot be read says nothing
	is, err := with(was, key, after)
	if err != nil {
		return Report{}, refused("%v", err)
	}
	r := Report{Rows: []Row{{Item: ItemChange, Name: nameOf(key), Before: tell(was, key), After: tell(is, key)}}}
	if order.DryRun {
		r.Rows[0].Detail = "dry run: nothing was changed"
	}
	for _, database := range is.NamesTaken() {
		if !slices.Contains(was.NamesTaken(), database) {
			return r, refused("databases %s and %s would have the same name %s on one cluster", database, is.NameTaken(database), is.Physical(database))
		}
	}
	if err := o.stands(was, is); err != nil {
		return r, err
	}
	r.Rows = append(r.Rows, hides(was, is, key)...)
	var missing []string
	for _, database := range databasesOf(was, is, key) {
		if err := o.rests(ctx, database); err != nil {
			return r, err
		}
		rows, lost, err := o.tables(ctx, order, was, is, database)
		r.Rows = append(r.Rows, rows...)
		if missing = append(missing, lost...); err != nil {
			return r, err
		}
	}
	r.Rows = append(r.Rows, o.digests(was, is)...)
	if len(missing) > 0 && !order.Force {
		return r, refused("%s would not be found any more: %s; move it first, or order it with FORCE", plural(len(missing), "table"), shortened(missing))
	}
	return r, nil
}

// with is a map with one entry of the store.
func with(m *sharding.Map, key, value string) (*sharding.Map, error) {
	e := m.Edit()
	var text []byte
	if value != "" {
		text = []byte(value)
	}
	err := e.Take(key, text)
	return e.Done(), err
}

// stands refuses a map in which a module is not in force that was, or that is new, and one that needs a cluster that is not there.
func (o *Orders) stands(was, is *sharding.Map) error {
	wrong := map[string]string{}
	for _, l := range was.Listed() {
		wrong[l.Name] = l.Problem
	}
	for _, l := range is.Listed() {
		if problem, known := wrong[l.Name]; l.Problem != "" && (!known || problem == "") {
			return refused("module %s would be %s; a table can be in one module only", l.Name, l.Problem)
		}
	}
	return nil
}

// hides tells that a database is not to be seen any more under its own name, since that is now what another one is called.
func hides(was, is *sharding.Map, key string) []Row {
	database, about := strings.CutPrefix(key, sharding.HomePrefix)
	name := is.Physical(database)
	if !about || name == database || name == was.Physical(database) {
		return nil
	}
	if l, known := was.Look(name); !known || !slices.Contains(l.FoundOn, placeOf(is, database)) {
		return nil
	}
	return []Row{{Item: ItemWarning, Name: name, Detail: "it is seen as " + database + " only from now on"}}
}

func placeOf(m *sharding.Map, database string) string {
	cluster, _ := m.Home(database) // which somebody has decided
	return cluster
}

// nameOf is what a key is about, in words.
func nameOf(key string) string {
	if name, is := strings.CutPrefix(key, sharding.ModulePrefix); is {
		return "module " + name
	}
	if name, is := strings.CutPrefix(key, sharding.HomePrefix); is {
		return "database " + name
	}
	return "default home"
}

// tell is what a map says of what a key is about.
func tell(m *sharding.Map, key string) string {
	if name, is := strings.CutPrefix(key, sharding.ModulePrefix); is {
		for _, l := range m.Listed() {
			if l.Name == name {
				return fmt.Sprintf("%s (%s) on %s [%s]", l.Database, strings.Join(l.Tables, ", "), l.Cluster, l.From)
			}
		}
		return ""
	}
	if name, is := strings.CutPrefix(key, sharding.HomePrefix); is {
		l, known := m.Look(name)
		switch {
		case !known:
			return m.Default + " [default]"
		case l.From == sharding.Nobody:
			return strings.Join(l.FoundOn, " or ") + " [nobody]"
		}
		return fmt.Sprintf("%s [%s]", sharding.PlaceName(l.Cluster, name, m.Physical(name)), l.From)
	}
	return fmt.Sprintf("%s [%s]", m.Default, m.DefaultFrom())
}

// databasesOf are the databases that an entry is about, before and after.
func databasesOf(was, is *sharding.Map, key string) []string {
	if name, found := strings.CutPrefix(key, sharding.HomePrefix); found {
		return []string{name}
	}
	name, found := strings.CutPrefix(key, sharding.ModulePrefix)
	if !found {
		return nil
	}
	var databases []string
	for _, m := range []*sharding.Map{was, is} {
		for _, l := range m.Listed() {
			if l.Name == name && l.Database != "" && !slices.Contains(databases, l.Database) {
				databases = append(databases, l.Database)
			}
		}
	}
	return databases
}

// tables tells which tables of a database are looked for elsewhere, and which of them are not there.
func (o *Orders) tables(ctx context.Context, order Order, was, is *sharding.Map, database string) (rows []Row, missing []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, lookBound)
	defer cancel()
	found := map[string][]string{}
	for _, at := range placesOf(was, is, database) {
		cluster := at.cluster
		there, err := o.deps.Look(ctx, cluster, at.name)
		switch {
		case err != nil && order.Force:
			rows = append(rows, Row{Item: ItemWarning, Name: database, Detail: fmt.Sprintf("nobody has looked at its tables on cluster %s: %v", cluster, err)})
		case err != nil:
			return rows, nil, refused("nobody can see which tables of %s are on cluster %s: %v; FORCE does it without", database, cluster, err)
		case !there.Exists && hosts(is, database, cluster) && at.name == is.Physical(database):
			rows = append(rows, Row{Item: ItemWarning, Name: database, Detail: fmt.Sprintf(
				"cluster %s has no database %s: its tables cannot be made there before somebody makes it", cluster, at.name)})
		}
		found[sharding.PlaceName(cluster, database, at.name)] = there.Tables
	}
	for _, m := range sharding.Moves(was, is, database, found) {
		if !m.Here && !m.There {
			continue // it is where neither of them looks
		}
		row := Row{Item: ItemTable, Name: m.Database + "." + m.Table, Before: m.From, After: m.To}
		switch {
		case m.To == "":
			row.Detail = "nobody would know which one is meant"
			missing = append(missing, row.Name)
		case m.Missing():
			row.Detail = "it is not on cluster " + m.To
			missing = append(missing, row.Name)
		case m.Here:
			row.Detail = "both clusters have a table of this name"
		case m.From == "":
			row.Detail = "nobody had decided which one is meant"
		default:
			row.Detail = "it is there already"
		}
		rows = append(rows, row)
	}
	return rows, missing, nil
}

// place is a database on a cluster, by the name that it has or would have there.
type place struct{ cluster, name string }

// placesOf are the places where tables of a database may be, by one map or the other.
func placesOf(was, is *sharding.Map, database string) (places []place) {
	for _, cluster := range clustersOf(was, is, database) {
		places = append(places, place{cluster, was.Physical(database)})
		if name := is.Physical(database); name != was.Physical(database) {
			places = append(places, place{cluster, name})
		}
	}
	return places
}

// hosts says whether a map needs a cluster to have a database.
func hosts(m *sharding.Map, database, cluster string) bool {
	home, err := m.Home(database)
	if err == nil && home == cluster {
		return len(m.Modules(database)) > 0 // a home alone may be planned
	}
	return err == nil && m.Hosts(database, cluster)
}

// clustersOf are the clusters that may have a part of a database, by one map or the other.
func clustersOf(was, is *sharding.Map, database string) []string {
	var clusters []string
	add := func(cluster string) {
		if cluster != "" && !slices.Contains(clusters, cluster) {
			clusters = append(clusters, cluster)
		}
	}
	for _, m := range []*sharding.Map{was, is} {
		l, _ := m.Look(database)
		add(l.Cluster)
		for _, cluster := range l.FoundOn {
			add(cluster)
		}
		for _, module := range m.Modules(database) {
			add(module.Cluster)
		}
	}
	slices.Sort(clusters)
	return clusters
}

// digests tells which statements go elsewhere.
func (o *Orders) digests(was, is *sharding.Map) (rows []Row) {
	if o.deps.Digests == nil {
		return nil
	}
	all := o.deps.Digests()
	slices.SortStableFunc(all, func(a, b Digest) int { return int(min(max(int64(b.Count)-int64(a.Count), -1), 1)) })
	left := 0
	for _, d := range all {
		before, after := sharding.Target(was, d.Tables), sharding.Target(is, d.Tables)
		if slices.Equal(before, after) {
			continue
		}
		if len(rows) == mostDigests {
			left++
			continue
		}
		row := Row{Item: ItemDigest, Name: d.Text, Before: strings.Join(before, ", "), After: strings.Join(after, ", "), Detail: plural(int(d.Count), "statement")}
		if len(after) > 1 {
			row.Detail += "; it needs several clusters"
		}
		rows = append(rows, row)
	}
	if left > 0 {
		rows = append(rows, Row{Item: ItemWarning, Detail: fmt.Sprintf("%d more digests go elsewhere", left)})
	}
	return rows
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// shortened lists the first of many names.
func shortened(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + " …"
}
