package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// TestSecretsAreNotShown: no way to print a configuration prints a password.
func TestSecretsAreNotShown(t *testing.T) {
	c := mustParse(t, most)
	secrets := []string{"4dmin", "fr0m file", "pa$$word", "t0p", "6C8989366EAF75BB670AD8EA7A7FC1176A95CEF4"}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("config", "file", c.File, "password", c.File.Admin.Password)
	asJSON, err := json.Marshal(c.File)
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := yaml.Marshal(c.File.Admin)
	if err != nil {
		t.Fatal(err)
	}
	changed := mustParse(t, strings.NewReplacer("password: t0p", "password: other", "6C8989", "000000", "pa$$word", "pa$$").Replace(most))
	for name, shown := range map[string]string{
		"%v": fmt.Sprintf("%v", c.File), "%+v": fmt.Sprintf("%+v", c.File), "%#v": fmt.Sprintf("%#v", c.File), "%s": fmt.Sprintf("%s", c.File.Accounts),
		"log": log.String(), "JSON": string(asJSON), "YAML": string(asYAML),
		"settings": fmt.Sprint(c.Settings()), "diff": fmt.Sprint(Diff(c, changed), Diff(changed, c)),
	} {
		if !strings.Contains(shown, masked) {
			t.Errorf("%s shows no asterisks: %s", name, shown)
		}
		for _, s := range secrets {
			if strings.Contains(shown, s) {
				t.Errorf("%s shows %q", name, s)
			}
		}
	}
}
