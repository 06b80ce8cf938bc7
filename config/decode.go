package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// decoder fills a File from the nodes of a YAML document. It does not stop at a fault: what is wrong is noted and left at its
// default, so that all faults are found at once. The library's own decoding is not used, because it names no lines for what it
// takes in silently.
type decoder struct {
	file   string
	secret secrets
	lines  map[string]int // of each setting that the file gives, by its path
	faults Faults
}

// fault notes what is wrong at a node.
func (d *decoder) fault(n *yaml.Node, path, text, hint string) {
	d.faults = append(d.faults, Fault{File: d.file, Line: max(n.Line, 1), Key: path, Text: text, Hint: hint})
}

// decode fills one value. opts are the tags of the field that it belongs to.
func (d *decoder) decode(n *yaml.Node, into reflect.Value, path string, opts reflect.StructTag) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		d.fault(n, path, "has no value", "give it one, or remove the line")
		return
	}
	switch v := into.Addr().Interface().(type) {
	case *Secret:
		d.secretValue(n, v, path)
		return
	case *time.Duration, *Size, *int, *bool, *string:
		d.scalar(n, into, path, opts)
		return
	}
	switch {
	case into.Kind() == reflect.Struct:
		d.section(n, into, path)
	case isNamed(into.Type().Elem()):
		d.named(n, into, path)
	default:
		d.list(n, into, path, opts)
	}
}

// scalar fills one value of those that are written as one word.
func (d *decoder) scalar(n *yaml.Node, into reflect.Value, path string, opts reflect.StructTag) {
	if n.Kind != yaml.ScalarNode {
		d.fault(n, path, "must be "+kindName(into.Type(), opts)+", not "+nodeName(n), "")
		return
	}
	if text, hint := setScalar(n, into, opts); text != "" {
		d.fault(n, path, text, hint)
	}
}

// section fills a struct from a mapping, or from the one value that stands for it.
func (d *decoder) section(n *yaml.Node, into reflect.Value, path string) {
	if n.Kind == yaml.ScalarNode {
		if f, ok := fieldWith(into.Type(), "short"); ok {
			d.lines[join(path, f.Tag.Get("yaml"))] = n.Line
			d.decode(n, into.FieldByIndex(f.Index), join(path, f.Tag.Get("yaml")), f.Tag)
			return
		}
	}
	if n.Kind != yaml.MappingNode {
		d.fault(n, path, "must be a section of settings, not "+nodeName(n), "")
		return
	}
	for key, value := range d.pairs(n, path) {
		d.setting(key, value, into, path)
	}
	d.needs(n, into, path)
}

// setting fills the field that a key names.
func (d *decoder) setting(key, value *yaml.Node, into reflect.Value, path string) {
	var known []string
	for i := range into.NumField() {
		f := into.Type().Field(i)
		name := f.Tag.Get("yaml")
		switch {
		case name == "*":
			d.namedEntry(key, value, into.Field(i), path)
			return
		case name == key.Value:
			d.lines[join(path, name)] = key.Line
			d.decode(value, into.Field(i), join(path, name), f.Tag)
			return
		case name != nameKey:
			known = append(known, name)
		}
	}
	d.fault(key, join(path, key.Value), "is not a setting", didYouMean(key.Value, known))
}

// needs notes the settings that are missing, or are empty texts.
func (d *decoder) needs(n *yaml.Node, section reflect.Value, path string) {
	for f := range settingsOf(section.Type()) {
		if f.Tag.Get("need") == "" {
			continue
		}
		full := join(path, f.Tag.Get("yaml"))
		line, given := d.lines[full]
		value := section.FieldByIndex(f.Index)
		switch {
		case !given:
			d.fault(n, full, "is missing", "")
		case value.Kind() == reflect.String && value.Len() == 0 && !d.hasFault(full):
			d.fault(&yaml.Node{Line: line}, full, "is empty", "")
		}
	}
}

// named fills a list of structs from a mapping, whose keys are their names.
func (d *decoder) named(n *yaml.Node, into reflect.Value, path string) {
	if n.Kind != yaml.MappingNode {
		d.fault(n, path, "must be a section with a name for each entry, not "+nodeName(n), "")
		return
	}
	for key, value := range d.pairs(n, path) {
		d.namedEntry(key, value, into, path)
	}
}

func (d *decoder) namedEntry(key, value *yaml.Node, into reflect.Value, path string) {
	entry := newEntry(into)
	entry.FieldByName("Name").SetString(key.Value)
	d.lines[join(path, key.Value)] = key.Line
	d.decode(value, entry, join(path, key.Value), "")
	into.Set(reflect.Append(into, entry))
}

// list fills a list from a sequence, or from a single entry where that is allowed.
func (d *decoder) list(n *yaml.Node, into reflect.Value, path string, opts reflect.StructTag) {
	entries := n.Content
	switch {
	case n.Kind == yaml.SequenceNode:
	case opts.Get("one") != "":
		entries = []*yaml.Node{n}
	default:
		d.fault(n, path, "must be a list, not "+nodeName(n), "write it in brackets: [a, b]")
		return
	}
	for i, e := range entries {
		entry := newEntry(into)
		at := fmt.Sprintf("%s[%d]", path, i)
		d.lines[at] = e.Line
		d.decode(e, entry, at, opts)
		into.Set(reflect.Append(into, entry))
	}
}

// newEntry is an element for a list, with its defaults.
func newEntry(list reflect.Value) reflect.Value {
	entry := reflect.New(list.Type().Elem()).Elem()
	setDefaults(entry)
	return entry
}

// pairs gives the keys and values of a mapping, without those that are no names or come twice.
func (d *decoder) pairs(n *yaml.Node, path string) func(yield func(key, value *yaml.Node) bool) {
	return func(yield func(key, value *yaml.Node) bool) {
		seen := map[string]int{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			switch {
			case key.Kind != yaml.ScalarNode:
				d.fault(key, path, "has "+nodeName(key)+" where a name must be", "")
			case key.ShortTag() == "!!merge":
				d.fault(key, path, "merges another section (<<), which is not supported", "write the settings out")
			case seen[key.Value] != 0:
				d.fault(key, join(path, key.Value), fmt.Sprintf("is given twice, first in line %d", seen[key.Value]), "")
			default:
				seen[key.Value] = key.Line
				if !yield(key, value) {
					return
				}
			}
		}
	}
}

// line is where a setting is given; where its section is, if only that is; else the first line.
func (d *decoder) line(path string) int {
	for {
		if line, ok := d.lines[path]; ok {
			return line
		}
		cut := max(strings.LastIndexByte(path, '.'), strings.LastIndexByte(path, '['))
		if cut < 0 {
			return 1
		}
		path = path[:cut]
	}
}

// hasFault says whether something is wrong with a setting, or in a section, already.
func (d *decoder) hasFault(path string) bool {
	return slices.ContainsFunc(d.faults, func(f Fault) bool { return strings.HasPrefix(f.Key, path) })
}

// nodeName is what a node is, for people.
func nodeName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a section"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode, yaml.DocumentNode, yaml.AliasNode:
	}
	return fmt.Sprintf("%q", n.Value)
}
