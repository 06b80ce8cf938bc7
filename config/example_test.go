package config

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"
)

// example is the complete, commented configuration at the top of the repository.
const example = "../config.yaml"

// readExample reads it, with its passwords in the environment.
func readExample(t *testing.T) string {
	t.Helper()
	t.Setenv("SHUNT_ADMIN_PASSWORD", "a")
	t.Setenv("SHUNT_BACKEND_PASSWORD", "b")
	text, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// switchedOff are lines of the example that begin with # and no blank.
var switchedOff = regexp.MustCompile(`(?m)^( *)#([^ \n])`)

// everythingOn parses the example with all of its examples switched on.
func everythingOn(t *testing.T) *Config {
	t.Helper()
	text := switchedOff.ReplaceAllString(readExample(t), "$1$2")
	text = strings.NewReplacer("accounts: []", "accounts:", "rules: []", "rules:", "modules: {}", "modules:", "  pools: []  ", "  pools:  ", "        pools: []  ", "        pools: []  ").Replace(text)
	folder := t.TempDir()
	writeCertificate(t, folder, "server")
	writeCertificate(t, folder, "clients")
	if err := os.WriteFile(filepath.Join(folder, "cron.password"), []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Parse([]byte(text), filepath.Join(folder, "config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestExampleRunsAsItIs(t *testing.T) {
	readExample(t)
	c, err := Load(example)
	if err != nil {
		t.Fatal(err)
	}
	var addresses []string
	for _, h := range c.Clusters()[0].Hosts {
		addresses = append(addresses, h.Address)
	}
	if want := []string{"127.0.0.1:3311", "127.0.0.1:3312", "127.0.0.1:3313"}; !slices.Equal(addresses, want) {
		t.Errorf("cluster paris has %v, want the lab's %v", addresses, want)
	}
}

// TestExampleNamesEverySetting: each setting stands in the file, switched on or as an example.
func TestExampleNamesEverySetting(t *testing.T) {
	c := everythingOn(t)
	given := map[string]bool{}
	index := regexp.MustCompile(`\[\d+\]`)
	for path := range c.lines {
		given[index.ReplaceAllString(path, "[]")] = true
	}
	count := 0
	var walk func(section reflect.Type, path string)
	walk = func(section reflect.Type, path string) {
		for f := range settingsOf(section) {
			at := join(path, f.Tag.Get("yaml"))
			entry := f.Type
			if entry.Kind() == reflect.Slice {
				entry = entry.Elem()
			}
			switch {
			case entry.Kind() != reflect.Struct || isSecret(entry):
				count++
				if !given[at] {
					t.Errorf("config.yaml does not name %s", at)
				}
			case f.Tag.Get("yaml") == "*":
				walk(entry, join(path, "shop"))
			case isNamed(entry):
				walk(entry, at+"."+map[string]string{"clusters": "paris", "modules": "statistics"}[at])
			case f.Type.Kind() == reflect.Slice:
				walk(entry, at+"[]")
			default:
				walk(entry, at)
			}
		}
	}
	walk(reflect.TypeFor[File](), "")
	if count < 40 {
		t.Errorf("only %d settings were looked at", count)
	}
}

// TestExampleHasDefaults: what the file says is what would be without it, where there is a default.
func TestExampleHasDefaults(t *testing.T) {
	defaults := 0
	for _, s := range everythingOn(t).settings() {
		if s.standard == "" {
			continue
		}
		defaults++
		if s.value != s.standard || s.line == 0 {
			t.Errorf("%s is %q in line %d, its default %q", s.key, s.value, s.line, s.standard)
		}
	}
	if defaults < 20 {
		t.Errorf("only %d settings with a default were compared", defaults)
	}
}

// TestExampleIsCommented: each setting that is not a section has a comment on its line, or the lines above its section do.
func TestExampleIsCommented(t *testing.T) {
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(readExample(t)), &root); err != nil {
		t.Fatal(err)
	}
	top := root.Content[0].Content
	for i := 0; i < len(top); i += 2 {
		key, value := top[i], top[i+1]
		if key.HeadComment != "" || value.Kind == yaml.ScalarNode && value.LineComment != "" {
			continue
		}
		for j := 0; j+1 < len(value.Content); j += 2 {
			if value.Content[j+1].LineComment == "" {
				t.Errorf("line %d: %s.%s has no comment", value.Content[j].Line, key.Value, value.Content[j].Value)
			}
		}
	}
}

// writeCertificate makes a certificate and its key as name.pem and name.key.
func writeCertificate(t *testing.T, folder, name string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{
		name + ".pem": {Type: "CERTIFICATE", Bytes: der}, name + ".key": {Type: "PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(filepath.Join(folder, file), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTLS: modes and relative paths.
func TestTLS(t *testing.T) {
	folder := t.TempDir()
	writeCertificate(t, folder, "front")
	text := strings.Replace(least, "listen: 127.0.0.1:6033", `listen:
  - {address: "127.0.0.1:1"}
  - {address: "127.0.0.1:2", tls: {cert: front.pem, key: front.key}}
  - {address: "127.0.0.1:3", tls: {cert: front.pem, key: `+folder+`/front.key, mode: required}}
  - {address: "127.0.0.1:4", tls: {cert: missing.pem, key: missing.key, mode: off}}`, 1)
	t.Setenv("BACKEND", "x")
	c, err := Parse([]byte(text), filepath.Join(folder, "config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ offered, required bool }{{false, false}, {true, false}, {true, true}, {false, false}} {
		l := c.Proxy().Listen[i]
		if (l.TLS != nil) != want.offered || l.Required != want.required {
			t.Errorf("%s: TLS %v, required %v; want %v, %v", l.Address, l.TLS != nil, l.Required, want.offered, want.required)
		}
		if l.TLS != nil && (len(l.TLS.Certificates) != 1 || l.TLS.MinVersion != tls.VersionTLS12) {
			t.Errorf("%s: %d certificates, at least version %x", l.Address, len(l.TLS.Certificates), l.TLS.MinVersion)
		}
	}
}
