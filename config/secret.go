package config

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// Secret is a text that nobody should see. Printing, logging and encoding it give asterisks; Reveal gives the text.
type Secret struct{ text string }

// masked stands for a secret that is not empty.
const masked = "****"

// Reveal gives the text itself.
func (s Secret) Reveal() string { return s.text }

// String hides the text.
func (s Secret) String() string {
	if s.text == "" {
		return ""
	}
	return masked
}

// GoString hides the text from %#v.
func (s Secret) GoString() string { return fmt.Sprintf("%q", s.String()) }

// LogValue hides the text from the log.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides the text from JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// secrets is where the texts come from that stand outside of the file.
type secrets struct {
	folder    string // where relative paths start
	lookupEnv func(name string) (string, bool)
	readFile  func(path string) ([]byte, error)
}

// variable is a value that names an environment variable.
var variable = regexp.MustCompile(`^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$`)

// secretValue reads a text, "${VARIABLE}" or {file: path}.
func (d *decoder) secretValue(n *yaml.Node, into *Secret, path string) {
	switch {
	case n.Kind == yaml.MappingNode:
		d.secretFile(n, into, path)
	case n.Kind != yaml.ScalarNode:
		d.fault(n, path, "must be text, not "+nodeName(n), `or "${VARIABLE}", or {file: path}`)
	case n.ShortTag() != "!!str":
		d.fault(n, path, "must be text, and YAML takes it for something else", "put it in quotes") // without the value: it is a secret
	case !strings.Contains(n.Value, "${"):
		into.text = n.Value
	default:
		d.secretVariable(n, into, path)
	}
}

func (d *decoder) secretVariable(n *yaml.Node, into *Secret, path string) {
	m := variable.FindStringSubmatch(n.Value)
	if m == nil {
		d.fault(n, path, "has a ${ that is not the whole value", `write "${VARIABLE}" alone, or {file: path}`)
		return
	}
	text, ok := d.secret.lookupEnv(m[1])
	switch {
	case !ok:
		d.fault(n, path, "the environment variable "+m[1]+" is not set", "set it before shunt starts")
	case text == "":
		d.fault(n, path, "the environment variable "+m[1]+" is empty", "set it before shunt starts")
	}
	into.text = text
}

func (d *decoder) secretFile(n *yaml.Node, into *Secret, path string) {
	var file string
	for key, value := range d.pairs(n, path) {
		if key.Value != "file" || value.Kind != yaml.ScalarNode {
			d.fault(key, join(path, key.Value), "is not a setting", "a secret is text, or {file: path}")
			return
		}
		file = value.Value
	}
	if file == "" {
		d.fault(n, path, "names no file", "a secret is text, or {file: path}")
		return
	}
	text, err := d.secret.readFile(d.secret.path(file))
	if err != nil {
		d.fault(n, path, fmt.Sprintf("the file cannot be read: %v", err), "")
		return
	}
	if into.text = strings.TrimRight(string(text), "\r\n"); into.text == "" {
		d.fault(n, path, "the file "+file+" is empty", "")
	}
}

// path is where a file is that the configuration names.
func (s secrets) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(s.folder, name)
}

// realSecrets come from the process's environment and the file system.
func realSecrets(folder string) secrets {
	return secrets{folder: folder, lookupEnv: os.LookupEnv, readFile: os.ReadFile}
}
