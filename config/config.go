// Package config reads config.yaml and hands each room its part. [Load] gives a [Config], or all that is wrong with the file at once,
// each fault with its line. [File] is the file as Go values; the methods of Config make the rooms' own Config structs of it.
// [Diff] tells what a reload would change, [Config.Reloaded] takes over what can change without a restart.
//
// It checks what a file can be checked for without contacting anybody; whether servers answer is the monitor's business. Who
// swaps a new configuration in, and what that takes, is cmd/shunt's.
package config

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"

	"gopkg.in/yaml.v3"

	"shunt/backend"
)

// Config is a configuration without faults. It is not changed once it is made.
type Config struct {
	File File

	name     string                  // of the file
	lines    map[string]int          // of each setting that the file gives, by its path
	tls      []*tls.Config           // of each listener; nil for none
	networks [][]netip.Prefix        // of each listener, those of proxy_protocol
	link     map[string]backend.Link // of each cluster
	ordered  map[string]string       // of servers that operators want otherwise: what is different, by the names of their settings
	transfer []netip.Prefix          // networks that may have the zone
	storeTLS *tls.Config             // of the connections to the store; nil for none
}

// Load reads the file at path. The error is Faults if the file could be read.
func Load(path string) (*Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	return Parse(text, path)
}

// Parse reads a configuration. name is that of its file, for faults; relative paths in it start from the file's folder. The error is
// Faults.
func Parse(text []byte, name string) (*Config, error) {
	return parse(text, name, realSecrets(filepath.Dir(name)))
}

func parse(text []byte, name string, from secrets) (*Config, error) {
	c := &Config{name: name, lines: map[string]int{}}
	setDefaults(reflect.ValueOf(&c.File).Elem())
	d := &decoder{file: name, secret: from, lines: c.lines}
	if root := d.document(text); root != nil {
		d.decode(root, reflect.ValueOf(&c.File).Elem(), "", "")
		c.check(d)
	}
	if len(d.faults) > 0 {
		return nil, d.faults.inOrder()
	}
	return c, nil
}

// yamlError is how the library reports what is no YAML at all.
var yamlError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// document is the content of the one document that a file must be; nil, with a fault, if it is none.
func (d *decoder) document(text []byte) *yaml.Node {
	var document, second yaml.Node
	in := yaml.NewDecoder(bytes.NewReader(text))
	err := in.Decode(&document)
	if errors.Is(err, io.EOF) {
		d.fault(&yaml.Node{}, "", "the file is empty", "docs/reference/config.md has the least that works")
		return nil
	}
	if err == nil {
		err = in.Decode(&second)
		if err == nil {
			d.fault(&second, "", "the file has a second document", "remove the --- before it")
			return nil
		}
	}
	if !errors.Is(err, io.EOF) {
		d.syntax(err)
		return nil
	}
	return document.Content[0]
}

func (d *decoder) syntax(err error) {
	text, line := err.Error(), 1
	if m := yamlError.FindStringSubmatch(text); m != nil {
		text = m[2]
		line, _ = strconv.Atoi(m[1]) // without a number the fault is in the first line
	}
	d.fault(&yaml.Node{Line: line}, "", "this is not YAML: "+text, "")
}
