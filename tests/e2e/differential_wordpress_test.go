package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"shunt/tests/cluster"
)

// TestWordPress drives a real application through shunt, with PHP: it is installed, its users log in, write, comment, search, change settings,
// and in the end its tables hold as many rows as after the same story on a direct connection. Pages must not say that the database failed.
//
// What it sends is in testdata/wordpress.sql, which TestDifferential replays. To record it anew:
//
//	SHUNT_RECORD=1 go test ./tests/e2e -run TestWordPress -count=1
func TestWordPress(t *testing.T) {
	c := cluster.Shared(t)
	primary := c.Datacenters[0].Primary.Address
	tape := &recorder{t: t, target: primary}
	direct := newWordPress(t, c, tape.start(), "shop_wordpress")
	direct.story()
	if os.Getenv("SHUNT_RECORD") != "" {
		tape.write("testdata/wordpress.sql")
	}
	p := startShunt(t, c, "")
	through := newWordPress(t, c, p.Address, "shop_wordpress_2")
	through.story()
	if want, got := direct.rows(primary), through.rows(primary); want != got {
		t.Errorf("rows after the story\ndirect\n%s\nthrough shunt\n%s", want, got)
	}
	if n := tape.statements(); n < 500 {
		t.Errorf("the application has sent only %d statements", n)
	}
}

// wordPress is a running application with a database of its own.
type wordPress struct {
	t        *testing.T
	cluster  *cluster.Cluster
	database string
	client   *http.Client
	nonce    string // of the logged-in user, for the REST interface
}

const (
	wordPressHost   = "blog.example" // for cookies and links; the connections go to PHP's server
	wordPressAdmin  = "editor"
	wordPressSecret = "a long enough password"
	pageBound       = time.Minute
)

// newWordPress starts PHP's built-in server with the application before a database at address.
func newWordPress(t *testing.T, c *cluster.Cluster, address, database string) *wordPress {
	t.Helper()
	needs(t, "php", "make deps-test")
	for _, sql := range []string{"DROP DATABASE IF EXISTS " + database, "CREATE DATABASE " + database + " CHARACTER SET utf8mb4"} {
		if err := c.Datacenters[0].Primary.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	c.CatchUp(t)
	tree, listen := wordPressTree(t), freePorts(t, 1)[0]
	php := exec.Command("php", "-d", "opcache.enable_cli=1", "-d", "sendmail_path=/bin/true", "-d", "memory_limit=256M", "-S", listen, "-t", tree)
	php.Env = append(os.Environ(), "DB_HOST="+address, "DB_USER="+c.Accounts.Shop.User, "DB_PASSWORD="+c.Accounts.Shop.Password, "DB_NAME="+database)
	php.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := php.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- php.Wait() }()
	t.Cleanup(func() {
		_ = php.Process.Kill()
		<-ended
		_ = c.Datacenters[0].Primary.Exec(context.Background(), "DROP DATABASE IF EXISTS "+database)
	})
	awaitListener(t, listen)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	var dialer net.Dialer
	transport := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, network, listen)
	}}
	t.Cleanup(transport.CloseIdleConnections)
	follow := func(*http.Request, []*http.Request) error { // to a page that wants what this one has written, as fetch has it
		c.CatchUp(t)
		return nil
	}
	return &wordPress{t: t, cluster: c, database: database, client: &http.Client{Jar: jar, Timeout: pageBound, Transport: transport, CheckRedirect: follow}}
}

// wordPressTree is the folder that scripts/wordpress.sh fills, with the tests' own configuration in it.
func wordPressTree(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("SHUNT_WORDPRESS_DIR")
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Fatal(err)
		}
		dir = filepath.Join(cache, "shunt", "wordpress")
	}
	if _, err := os.Stat(filepath.Join(dir, "packages")); err != nil {
		t.Fatalf("WordPress is not in %s: scripts/wordpress.sh, which make deps-test calls, fetches it", dir)
	}
	config, err := os.ReadFile("testdata/wordpress_config.php")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "tree", "wp-config.php")
	if there, err := os.ReadFile(path); err != nil || !bytes.Equal(there, config) {
		if err := os.WriteFile(path, config, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "tree")
}

func awaitListener(t *testing.T, address string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			_ = conn.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("PHP's server does not listen on %s: %v", address, err)
		}
	}
}

// rows counts those of every table. What is only kept for a while depends on when it was looked at.
func (w *wordPress) rows(address string) string {
	w.t.Helper()
	w.cluster.CatchUp(w.t)
	db := w.cluster.Open(w.t, w.cluster.Accounts.Shop, address, w.database)
	tables, err := query(w.t.Context(), db, "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1")
	if err != nil {
		w.t.Fatal(err)
	}
	var b strings.Builder
	for _, table := range tables {
		where := ""
		if table["name"] == "wp_options" {
			where = ` WHERE option_name NOT LIKE '%transient%'`
		}
		counted, err := query(w.t.Context(), db, "SELECT COUNT(*) AS n FROM "+table["name"]+where)
		if err != nil {
			w.t.Fatal(err)
		}
		fmt.Fprintf(&b, "  %s %s\n", table["name"], counted[0]["n"])
	}
	return b.String()
}

// fetch sends a request, and fails the test if the page cannot be had, says that the database failed, or lacks what it should say. Another
// connection of the application has written what this one reads, so the replicas catch up first.
func (w *wordPress) fetch(request *http.Request, status int, says string) string {
	w.t.Helper()
	w.cluster.CatchUp(w.t)
	response, err := w.client.Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	page := string(body)
	if err != nil || response.StatusCode != status || !strings.Contains(page, says) || strings.Contains(page, "database error") ||
		strings.Contains(page, "Error establishing a database connection") {
		w.t.Fatalf("%s %s: %s, %v; wanted %d with %q in it:\n%s", request.Method, request.URL, response.Status, err, status, says, shortened(page))
	}
	return page
}

var markup = regexp.MustCompile(`(?s)<(script|style).*?</(script|style)>|<[^>]*>`)

// shortened is what a page says to people.
func shortened(page string) string {
	text := strings.Join(strings.Fields(markup.ReplaceAllString(page, " ")), " ")
	return text[:min(len(text), 1500)]
}

func (w *wordPress) request(method, path string, body io.Reader, header ...string) *http.Request {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, "http://"+wordPressHost+path, body)
	if err != nil {
		w.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

// get asks for a page that must say something.
func (w *wordPress) get(path, says string) string {
	w.t.Helper()
	return w.fetch(w.request(http.MethodGet, path, nil), http.StatusOK, says)
}

// post fills in a form; redirections are followed.
func (w *wordPress) post(path string, form url.Values, says string) string {
	w.t.Helper()
	return w.fetch(w.request(http.MethodPost, path, strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded"), http.StatusOK, says)
}

// rest calls the REST interface and gives the id of what the answer is about.
func (w *wordPress) rest(method, route string, fields map[string]any, status int) int {
	w.t.Helper()
	body, err := json.Marshal(fields)
	if err != nil {
		w.t.Fatal(err)
	}
	answer := w.fetch(w.request(method, "/index.php?rest_route=/wp/v2/"+route, bytes.NewReader(body), "Content-Type", "application/json", "X-WP-Nonce", w.nonce), status, "")
	var thing struct {
		ID int `json:"id"`
	}
	_ = json.Unmarshal([]byte(answer), &thing) // lists have no id
	return thing.ID
}

// hidden gives the value of a form's hidden field.
func (w *wordPress) hidden(page, name string) string {
	w.t.Helper()
	m := regexp.MustCompile(`name="` + regexp.QuoteMeta(name) + `" value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		w.t.Fatalf("the page has no field %s:\n%s", name, shortened(page))
	}
	return m[1]
}
