package config

import (
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"shunt/admin"
)

// setting is one value of a configuration, however deep it stands.
type setting struct {
	key      string // with the identity of list entries, as people see it
	line     int    // in the file; 0: it is a default
	value    string // secrets are asterisks
	real     string // the same with the secrets in it, to be compared and never shown
	standard string // the default
	reload   string // live or restart
}

// settings lists all values: each setting, each entry of a list, each entry of a section that has names.
func (c *Config) settings() []setting {
	w := walker{lines: c.lines}
	w.section(reflect.ValueOf(&c.File).Elem(), "", "restart")
	return w.found
}

// walker collects the settings of a File.
type walker struct {
	lines map[string]int
	found []setting
}

func (w *walker) section(v reflect.Value, path, reload string) {
	for f := range settingsOf(v.Type()) {
		at, inherited := join(path, f.Tag.Get("yaml")), reload
		if tag := f.Tag.Get("reload"); tag != "" {
			inherited = tag
		}
		if f.Tag.Get("yaml") == "*" {
			at = path
		}
		w.value(v.FieldByIndex(f.Index), at, inherited, f.Tag.Get("default"))
	}
}

func (w *walker) value(v reflect.Value, path, reload, standard string) {
	switch {
	case v.Kind() == reflect.Struct && !isSecret(v.Type()):
		w.section(v, path, reload)
	case v.Kind() == reflect.Slice && isNamed(v.Type().Elem()):
		for i := range v.Len() {
			w.section(v.Index(i), join(path, v.Index(i).FieldByName("Name").String()), reload)
		}
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct:
		for i := range v.Len() {
			w.add(v.Index(i), fmt.Sprintf("%s[%s]", path, identity(v.Index(i))), fmt.Sprintf("%s[%d]", path, i), reload, "")
		}
	default:
		w.add(v, path, path, reload, standard)
	}
}

func (w *walker) add(v reflect.Value, key, path, reload, standard string) {
	w.found = append(w.found, setting{
		key: key, line: w.lines[path], value: valueText(v), real: realText(v), standard: standard, reload: reload,
	})
}

// valueText writes a value as the file could have it, secrets as asterisks.
func valueText(v reflect.Value) string { return text(v, Secret.String) }

// realText is valueText with the secrets in it.
func realText(v reflect.Value) string { return text(v, Secret.Reveal) }

func text(v reflect.Value, secret func(Secret) string) string {
	switch x := v.Interface().(type) {
	case Secret:
		return secret(x)
	case time.Duration:
		return durationText(x)
	case []string:
		if len(x) == 0 {
			return ""
		}
		return "[" + strings.Join(x, ", ") + "]"
	}
	if v.Kind() == reflect.Struct {
		return sectionText(v, secret)
	}
	return fmt.Sprint(v.Interface())
}

// sectionText writes what of a section is not as it would be by default, without what identifies it.
func sectionText(v reflect.Value, secret func(Secret) string) string {
	standard := reflect.New(v.Type()).Elem()
	setDefaults(standard)
	var parts []string
	for f := range settingsOf(v.Type()) {
		field := v.FieldByIndex(f.Index)
		if f.Tag.Get("id") != "" || reflect.DeepEqual(field.Interface(), standard.FieldByIndex(f.Index).Interface()) {
			continue
		}
		parts = append(parts, f.Tag.Get("yaml")+": "+text(field, secret))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// Settings lists what is in force: every setting, with the line that gives it. Passwords are not shown.
func (c *Config) Settings() []admin.ConfigRow {
	var rows []admin.ConfigRow
	for _, s := range c.settings() {
		row := admin.ConfigRow{Setting: s.key, Value: s.value, Default: s.standard, Source: "default", Reload: s.reload}
		if s.line > 0 {
			row.Source = fmt.Sprintf("%s:%d", filepath.Base(c.name), s.line)
		}
		if different := c.ordered[s.key]; different != "" {
			row.Source = strings.TrimPrefix(row.Source+", ", "default, ") + "ordered: " + different
		}
		rows = append(rows, row)
	}
	for _, key := range slices.Sorted(maps.Keys(c.ordered)) {
		if !slices.ContainsFunc(rows, func(r admin.ConfigRow) bool { return r.Setting == key }) { // a server that is not there any more
			rows = append(rows, admin.ConfigRow{Setting: key, Source: "ordered: " + c.ordered[key], Reload: "live"})
		}
	}
	return rows
}
