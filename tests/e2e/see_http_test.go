package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"shunt/tests/cluster"
)

// command runs shunt with arguments, in an environment without settings of shunt, and gives what it wrote and its exit code.
func command(t *testing.T, env []string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "SHUNT_ADMIN") && !strings.HasPrefix(v, "SHUNT_API") && !strings.HasPrefix(v, "SHUNT_BACKEND") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatalf("shunt %v: %v", args, err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// TestStatusAndExplain: the commands that ask a running shunt, for people and for programs.
func TestStatusAndExplain(t *testing.T) {
	c := cluster.Shared(t)
	p := startShunt(t, c, "")
	primary := c.Datacenters[0].Primary.Address
	key := "SHUNT_ADMIN_PASSWORD=" + adminPassword
	for _, ask := range []struct {
		name string
		args []string
		want []string
	}{
		{"status", []string{"status"}, []string{" serving, ", "on " + p.Address, primary, "primary", "replica"}},
		{"explain", []string{"explain", "--db", "shop", "DELETE FROM products"}, []string{primary, "it writes", "forward"}},
	} {
		t.Run(ask.name, func(t *testing.T) {
			args := append(ask.args, "--api", "http://"+p.HTTP)
			out, errs, code := command(t, []string{key}, args...)
			for _, w := range ask.want {
				if !strings.Contains(out, w) {
					t.Errorf("it does not say %q:\n%s", w, out)
				}
			}
			if code != 0 || errs != "" {
				t.Errorf("exit code %d, errors %q", code, errs)
			}
			asJSON, errs, code := command(t, nil, append(args, "--json", "--password", adminPassword)...)
			var value map[string]any
			if err := json.Unmarshal([]byte(asJSON), &value); err != nil || !strings.Contains(asJSON, primary) || code != 0 || errs != "" {
				t.Errorf("--json prints (%v, code %d, %s)\n%s", err, code, errs, asJSON)
			}
			for name, env := range map[string][]string{"wrong": {"SHUNT_ADMIN_PASSWORD=wrong"}, "no": nil} {
				out, errs, code := command(t, env, args...)
				if code != 1 || out != "" || !strings.Contains(errs, "password") || strings.Count(errs, "\n") != 1 {
					t.Errorf("with %s password: exit code %d, output %q, errors %q", name, code, out, errs)
				}
			}
		})
	}
	_, errs, code := command(t, []string{key}, "status", "--api", freePorts(t, 1)[0])
	if code != 1 || !strings.Contains(errs, "no shunt answers") {
		t.Errorf("without a shunt: exit code %d, errors %q", code, errs)
	}
}

func get(t *testing.T, url, password string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if password != "" {
		request.SetBasicAuth("admin", password)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// TestHTTPNeedsThePassword: all that docs/reference/http.md says needs it, and only that.
func TestHTTPNeedsThePassword(t *testing.T) {
	p := startShunt(t, cluster.Shared(t), "")
	open, closed := 0, 0
	for _, row := range regexp.MustCompile("(?m)^\\| `(GET|POST) (/[^`?]+)\\S*` \\| (yes|no) ").FindAllStringSubmatch(document(t, "http.md"), -1) {
		url := "http://" + p.HTTP + row[2]
		without, _ := get(t, url, "")
		wrong, _ := get(t, url, "wrong")
		if row[3] == "no" {
			open++
			if without != http.StatusOK || wrong != http.StatusOK {
				t.Errorf("%s: %d without and %d with a wrong password, want 200", row[2], without, wrong)
			}
			continue
		}
		closed++
		right, body := get(t, url, adminPassword)
		if without != http.StatusUnauthorized || wrong != http.StatusUnauthorized || right == http.StatusUnauthorized || right >= 500 {
			t.Errorf("%s: %d without, %d with a wrong and %d with the right password: %s", row[2], without, wrong, right, body)
		}
	}
	if open != 3 || closed < 12 {
		t.Errorf("the document has %d open and %d other addresses", open, closed)
	}
	for _, path := range []string{"/debug/pprof/", "/", "/api/v1/no-such-thing"} {
		if status, _ := get(t, "http://"+p.HTTP+path, ""); status == http.StatusOK {
			t.Errorf("%s is open to everybody", path)
		}
	}
}

func document(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/reference/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestMetrics: after some traffic, every metric of docs/reference/metrics.md is there, with its type and labels.
func TestMetrics(t *testing.T) {
	c := cluster.Shared(t)
	p := startShunt(t, c, "limits: {per_server: 1}\nstore: {embedded: "+filepath.Join(t.TempDir(), "store")+"}\n")
	database := c.Database(t, "paris")
	holder, id := p.conn(database)
	run(t, holder, "CREATE TABLE notes (id INT)", "INSERT INTO notes VALUES (1)", "SELECT * FROM notes", "BEGIN", "INSERT INTO notes VALUES (2)")
	other, _ := p.conn(database)
	waited := make(chan error, 1)
	go func() { // waits for the primary's only connection
		_, err := other.ExecContext(t.Context(), "INSERT INTO notes VALUES (3)")
		waited <- err
	}()
	p.await("a statement waits for a connection", 10*time.Second, func() bool { return len(p.console("SHOW POOLS WHERE waiting > 0")) == 1 })
	p.await("the session shows as pinned", 10*time.Second, func() bool { return len(p.console("SHOW PINS WHERE id = "+id)) == 1 })
	run(t, holder, "COMMIT")
	if err := <-waited; err != nil {
		t.Fatal(err)
	}
	p.await("it is known how fast the replicas are", 20*time.Second, func() bool {
		run(t, holder, "SELECT * FROM notes")
		return len(p.console("SHOW SERVERS WHERE latency_ms > 0")) > 0
	})
	_, text := get(t, "http://"+p.HTTP+"/metrics", "")
	rows := regexp.MustCompile("(?m)^\\| `(shunt_\\w+)` \\| (\\w+) \\|([^|]*)\\|").FindAllStringSubmatch(document(t, "metrics.md"), -1)
	if len(rows) < 20 {
		t.Fatalf("the document has %d metrics", len(rows))
	}
	for _, row := range rows {
		name, kind := row[1], row[2]
		if !strings.Contains(text, "\n# TYPE "+name+" "+kind+"\n") {
			t.Errorf("there is no %s %s", kind, name)
			continue
		}
		for _, label := range regexp.MustCompile(`\w+`).FindAllString(row[3], -1) {
			if !regexp.MustCompile(`(?m)^` + name + `(_bucket)?\{([^}]*,)?` + label + `="`).MatchString(text) {
				t.Errorf("%s has no label %s", name, label)
			}
		}
	}
	for _, sample := range []string{
		`shunt_statements_total\{kind="insert",outcome="ok",role="primary",server="` + c.Datacenters[0].Primary.Address + `"\} 3`,
		`shunt_logins_total\{outcome="ok"\} 2`, `shunt_clients 2`, `shunt_statement_server_seconds_count\{role="primary"\} [1-9]`,
		`shunt_pool_wait_seconds_count\{server="` + c.Datacenters[0].Primary.Address + `"\} [1-9]`, `go_goroutines `, `process_resident_memory_bytes `,
	} {
		if !regexp.MustCompile(`(?m)^` + sample).MatchString(text) {
			t.Errorf("no sample %s in\n%s", sample, matching(text, sample[:16]))
		}
	}
}

func matching(text, part string) string {
	var out []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, part) {
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}
