package config

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Reloaded is c with those settings of next that a reload can put in force; the others stay as they are until a restart, and
// Diff against next goes on telling them. It fails if next's live settings need a cluster that c does not have: that
// comes with a restart only. The error is Faults.
func (c *Config) Reloaded(next *Config) (*Config, error) {
	merged := *c
	merged.lines = maps.Clone(c.lines)
	merged.File.Clusters = slices.Clone(c.File.Clusters)
	merged.takeLive(reflect.ValueOf(&merged.File).Elem(), reflect.ValueOf(&next.File).Elem(), next.lines, "", "restart")
	merged.takeServers(next)
	d := &decoder{file: next.name, lines: merged.lines}
	merged.checkClusters(d)
	for i := range d.faults {
		d.faults[i].Hint = "a cluster that is removed keeps its servers until a restart"
	}
	if len(d.faults) > 0 {
		return nil, d.faults
	}
	merged.checkDatabases(d)
	merged.checkAllModules(d)
	for i := range d.faults {
		d.faults[i].Hint = "a new cluster needs a restart first"
	}
	if len(d.faults) > 0 {
		return nil, d.faults
	}
	merged.checkHostnames(d)
	for i := range d.faults {
		d.faults[i].Hint = "dns and clusters.<name>.clients need a restart first"
	}
	if len(d.faults) > 0 {
		return nil, d.faults
	}
	return &merged, nil
}

// takeLive copies the live settings of a section, and where they stand. What it copies belongs to next, which nobody changes.
func (c *Config) takeLive(into, from reflect.Value, lines map[string]int, path, reload string) {
	for f := range settingsOf(into.Type()) {
		at, inherited := join(path, f.Tag.Get("yaml")), reload
		if tag := f.Tag.Get("reload"); tag != "" {
			inherited = tag
		}
		if f.Tag.Get("yaml") == "*" {
			at = path
		}
		if f.Type.Kind() == reflect.Struct && !isSecret(f.Type) {
			c.takeLive(into.FieldByIndex(f.Index), from.FieldByIndex(f.Index), lines, at, inherited)
			continue
		}
		if inherited == "live" {
			into.FieldByIndex(f.Index).Set(from.FieldByIndex(f.Index))
			c.takeLines(lines, at)
		}
	}
}

// takeServers gives the clusters that next has, too, next's servers.
func (c *Config) takeServers(next *Config) {
	for i := range c.File.Clusters {
		cluster := &c.File.Clusters[i]
		if other := next.cluster(cluster.Name); other != nil {
			cluster.Servers = other.Servers
			c.takeLines(next.lines, "clusters."+cluster.Name+".servers")
		}
	}
}

// takeLines has a setting, and what is in it, stand where next has it.
func (c *Config) takeLines(lines map[string]int, path string) {
	within := func(key string) bool {
		rest, is := strings.CutPrefix(key, path)
		return is && (rest == "" || rest[0] == '.' || rest[0] == '[')
	}
	maps.DeleteFunc(c.lines, func(key string, _ int) bool { return within(key) })
	for key, line := range lines {
		if within(key) {
			c.lines[key] = line
		}
	}
}
