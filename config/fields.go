package config

import (
	"iter"
	"reflect"
	"strings"
)

// nameKey is the yaml tag of the field that takes the name of an entry.
const nameKey = "<name>"

// settingsOf gives the fields of a section that are settings or sections, which the name is not.
func settingsOf(section reflect.Type) iter.Seq[reflect.StructField] {
	return func(yield func(reflect.StructField) bool) {
		for i := range section.NumField() {
			f := section.Field(i)
			if f.Tag.Get("yaml") == nameKey {
				continue
			}
			if !yield(f) {
				return
			}
		}
	}
}

// fieldWith finds the first field that has a tag.
func fieldWith(section reflect.Type, tag string) (reflect.StructField, bool) {
	for f := range settingsOf(section) {
		if f.Tag.Get(tag) != "" {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

// isNamed says whether the entries of a list are written as a mapping from their names.
func isNamed(entry reflect.Type) bool {
	return entry.Kind() == reflect.Struct && entry.NumField() > 0 && entry.Field(0).Tag.Get("yaml") == nameKey
}

// notGiven is a setting that has another's value.
const notGiven = -1

// setDefaults fills a section, or an entry of a list, with what holds if nothing is given.
func setDefaults(v reflect.Value) {
	if v.Kind() != reflect.Struct || isSecret(v.Type()) {
		return
	}
	for f := range settingsOf(v.Type()) {
		field := v.FieldByIndex(f.Index)
		if text := f.Tag.Get("default"); text != "" {
			setText(field, text) // a test parses all of them
			continue
		}
		if f.Tag.Get("inherit") != "" {
			field.SetInt(notGiven)
			continue
		}
		setDefaults(field)
	}
}

func isSecret(t reflect.Type) bool { return t == reflect.TypeFor[Secret]() }

// join puts a name behind a path.
func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// idText is a part of an identity: a text, or a list of them.
func idText(v reflect.Value) string {
	if list, is := v.Interface().([]string); is {
		if len(list) == 0 {
			return "*"
		}
		return strings.Join(list, ",")
	}
	return v.String()
}

// identity is what tells an entry of a list from the others: its address, its user@host, or its users@databases.
func identity(entry reflect.Value) string {
	var parts []string
	for f := range settingsOf(entry.Type()) {
		if f.Tag.Get("id") != "" {
			parts = append(parts, idText(entry.FieldByIndex(f.Index)))
		}
	}
	return strings.Join(parts, "@")
}
