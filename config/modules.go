package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"shunt/sharding"
)

// checkAllModules finds modules that are about nothing, on clusters that are not there, or that share tables.
func (c *Config) checkAllModules(d *decoder) {
	for i, m := range c.File.Modules {
		path := "modules." + m.Name
		if m.Cluster != "" {
			c.checkCluster(d, path+".cluster", m.Cluster)
		}
		if sharding.Everywhere(m.Database) {
			d.wrong(path+".database", m.Database+" is on every cluster", "")
		}
		for j, table := range m.Tables {
			if table == "" || strings.ContainsAny(table, ". `") {
				d.wrong(fmt.Sprintf("%s.tables[%d]", path, j), fmt.Sprintf("%q is no name of a table", table), "write names without their database, such as b_stat_*")
			}
		}
		for _, before := range c.File.Modules[:i] {
			if p, q, both := sharding.Overlap(before.module(), m.module()); both {
				d.wrong(path+".tables", fmt.Sprintf("%s has tables in common with %s of module %s", q, p, before.Name), "a table can be in one module only")
			}
		}
	}
}

// checkModules finds names that no module has.
func (c *Config) checkModules(d *decoder, path string, names []string) {
	var known []string
	for _, m := range c.File.Modules {
		known = append(known, m.Name)
	}
	for i, name := range names {
		if !slices.Contains(known, name) && !d.hasFault("modules") {
			d.wrong(fmt.Sprintf("%s[%d]", path, i), "there is no module "+name, didYouMean(name, known))
		}
	}
}

func (m Module) module() sharding.Module {
	joins, _ := sharding.ParseJoins(m.Joins) // checked when the file was read
	return sharding.Module{Name: m.Name, Database: m.Database, Tables: m.Tables, Cluster: m.Cluster, Joins: joins}
}

// checkNames finds names that databases cannot have on their clusters, and those that two have on one cluster.
func (c *Config) checkNames(d *decoder) {
	homes := c.File.Databases.Homes
	on := func(home Database) (clusters []string) {
		for _, m := range c.File.Modules {
			if m.Database == home.Name {
				clusters = append(clusters, m.Cluster)
			}
		}
		return append(clusters, home.Cluster)
	}
	for i, home := range homes {
		if home.Physical == "" {
			continue
		}
		path := "databases." + home.Name + ".name"
		if err := sharding.CheckName(home.Name, home.Physical); err != nil {
			d.wrong(path, err.Error(), "")
		}
		for j, other := range homes {
			if i == j || home.Physical != cmp.Or(other.Physical, other.Name) || j > i && other.Physical != "" {
				continue
			}
			for _, cluster := range on(home) {
				if slices.Contains(on(other), cluster) {
					d.wrong(path, fmt.Sprintf("database %s has the name %s on cluster %s already", other.Name, home.Physical, cluster), "give one of them another name, or another cluster")
					break
				}
			}
		}
	}
}
