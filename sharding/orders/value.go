package orders

import (
	"context"
	"encoding/json"
	"slices"

	"shunt/sharding"
)

// longestName is how long a server lets names be, in characters.
const longestName = 64

// key is the entry that an order is about.
func (o Order) key() string {
	switch o.Verb {
	case SetHome, ResetHome:
		return sharding.HomePrefix + o.Database
	case SetDefault, ResetDefault:
		return sharding.DefaultKey
	case AddModule, AlterModule, DropModule, ResetModule, Undo:
	}
	return sharding.ModulePrefix + o.Module
}

// value is what an order makes of its entry; empty: there is none. before is what there is.
func (o *Orders) value(ctx context.Context, order Order, before string) (string, error) {
	if err := o.check(order); err != nil {
		return "", err
	}
	switch order.Verb {
	case SetHome:
		name := order.Name
		if name == order.Database {
			name = ""
		}
		return text(sharding.NamedHomeEntry(order.Cluster, name))
	case SetDefault:
		return text(sharding.HomeEntry(order.Cluster))
	case ResetHome, ResetDefault, ResetModule:
		if before == "" {
			return "", unknown("nothing was ordered about it")
		}
		return "", nil
	case AddModule, AlterModule, DropModule, Undo:
	}
	m, err := o.fresh(ctx)
	if err != nil {
		return "", err
	}
	return moduleValue(m, order)
}

// moduleValue is the entry of a module that is added, altered or dropped.
func moduleValue(m *sharding.Map, order Order) (string, error) {
	at := slices.IndexFunc(m.Listed(), func(l sharding.ListedModule) bool { return l.Name == order.Module })
	if order.Verb == AddModule {
		if at >= 0 {
			return "", refused("there is a module %s already; ALTER MODULE changes it", order.Module)
		}
		return entry(sharding.Module{Name: order.Module, Database: order.Database, Tables: order.Tables, Cluster: order.Cluster})
	}
	if at < 0 {
		return "", unknown("there is no module %s; SHOW MODULES lists them", order.Module)
	}
	if order.Verb == DropModule {
		if m.InFile(order.Module) {
			return text(sharding.DroppedModule())
		}
		return "", nil
	}
	module := m.Listed()[at].Module
	if order.Database != "" {
		module.Database = order.Database
	}
	if len(order.Tables) > 0 {
		module.Tables = order.Tables
	}
	if order.Cluster != "" {
		module.Cluster = order.Cluster
	}
	return entry(module)
}

func entry(m sharding.Module) (string, error) {
	if err := m.Check(); err != nil {
		return "", refused("%v", err)
	}
	return text(m.Entry())
}

// check finds what cannot be meant, before anybody is asked.
func (o *Orders) check(order Order) error {
	for _, name := range []string{order.Module, order.Database} {
		if len([]rune(name)) > longestName {
			return refused("the name %s… is longer than %d characters", string([]rune(name)[:20]), longestName)
		}
	}
	if known := o.deps.Clusters(); order.Cluster != "" && !slices.Contains(known, order.Cluster) {
		return unknown("there is no cluster %s; SHOW CLUSTERS lists them", order.Cluster)
	}
	if err := sharding.CheckName(order.Database, order.Name); err != nil {
		return refused("%v", err)
	}
	home := order.Verb == SetHome || order.Verb == ResetHome
	switch {
	case home && order.Database == "":
		return refused("which database?")
	case home && sharding.Everywhere(order.Database):
		return refused("database %s is on every cluster", order.Database)
	case (order.Verb == SetHome || order.Verb == SetDefault) && order.Cluster == "":
		return refused("on which cluster?")
	case !home && order.Verb != SetDefault && order.Verb != ResetDefault && order.Module == "":
		return refused("which module?")
	}
	return nil
}

// fresh is the map in force with all that the store has decided about modules by now.
func (o *Orders) fresh(ctx context.Context) (*sharding.Map, error) {
	items, err := o.modules(ctx)
	if err != nil {
		return nil, err
	}
	e := o.deps.Map().Edit()
	e.ForgetModules()
	for _, item := range items {
		_ = e.Take(item.Key, item.Value) // the module is listed with what is wrong with it
	}
	return e.Done(), nil
}

func text(value any) (string, error) {
	b, err := json.Marshal(value)
	return string(b), err
}
