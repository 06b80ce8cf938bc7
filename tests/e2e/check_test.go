package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestCheckListsEveryFault: all faults of a file at once, each with its line, and exit code 1.
func TestCheckListsEveryFault(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.yaml")
	text := `listen: 127.0.0.1:6033
admin: {console: 127.0.0.1:6032, http: 127.0.0.1:6080, password: "${NO_SUCH_VARIABLE}"}
clusters:
  paris:
    servers: [127.0.0.1:3311]
    account: {user: shunt, password: x}
    acount: {}
databases:
  default: nowhere
limits:
  wait: 10
  clients: many
  clients: 5
reads:
  consistency: sometimes
modules: []
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, code := command(t, nil, "check", file)
	for line, words := range map[string]string{
		"2": "NO_SUCH_VARIABLE", "7": "account", "9": "nowhere", "11": "time span", "12": "many", "13": "twice", "15": "sometimes", "16": "modules",
	} {
		if !regexp.MustCompile(`(?m)config\.yaml:` + line + `: .*` + words).MatchString(errs) {
			t.Errorf("line %s: nothing about %q", line, words)
		}
	}
	if code != 1 || out != "" || strings.Count(errs, file+":") != 8 {
		t.Errorf("exit code %d, output %q, errors\n%s", code, out, errs)
	}
	if _, errs, code := command(t, nil, "serve", "--config", file); code != 1 || strings.Count(errs, file+":") != 8 {
		t.Errorf("serve with the same file: exit code %d, errors\n%s", code, errs)
	}
}

// TestCheckOfTheExample: the config.yaml at the top has no faults.
func TestCheckOfTheExample(t *testing.T) {
	out, errs, code := command(t, []string{"SHUNT_ADMIN_PASSWORD=a", "SHUNT_BACKEND_PASSWORD=b"}, "check", "../../config.yaml")
	if code != 0 || errs != "" || !strings.Contains(out, "no faults") {
		t.Errorf("exit code %d, output %q, errors %q", code, out, errs)
	}
}

func TestCheckWithoutAFile(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing.yaml")
	for _, args := range [][]string{{"check", missing}, {"check"}} {
		if out, errs, code := command(t, nil, args...); code != 1 || out != "" || !strings.HasPrefix(errs, "shunt: ") {
			t.Errorf("shunt %v: exit code %d, output %q, errors %q", args, code, out, errs)
		}
	}
}

func TestVersion(t *testing.T) {
	out, errs, code := command(t, nil, "version")
	if code != 0 || errs != "" || !regexp.MustCompile(`^shunt \S+ go1\.\d+\S*\n$`).MatchString(out) {
		t.Errorf("exit code %d, output %q, errors %q", code, out, errs)
	}
}
