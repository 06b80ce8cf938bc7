package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shunt/tests/cluster"
)

// connector is a client library, or a client, with its story: a program that uses all it has and prints what it sees.
type connector struct {
	name     string
	program  string // what runs the story
	packages string // of the distribution, which have the program and the connector
	argv     func(t *testing.T) []string
}

// connectors but for go-sql-driver/mysql, whose story is in this package: TestGo.
var connectors = []connector{
	{"mysqli", "php", "php-cli php-mysql", script("php", "-d", "mysqli.allow_local_infile=1", "mysqli.php")},
	{"pdo", "php", "php-cli php-mysql", script("php", "pdo.php")},
	{"pymysql", "/usr/bin/python3", "python3-pymysql", script("/usr/bin/python3", "-B", "python_pymysql.py")},
	{"mysqlclient", "/usr/bin/python3", "python3-mysqldb", script("/usr/bin/python3", "-B", "python_mysqlclient.py")},
	{"dbd_mysql", "/usr/bin/perl", "libdbd-mysql-perl", script("/usr/bin/perl", "perl_dbi.pl", "mysql")},
	{"dbd_mariadb", "/usr/bin/perl", "libdbd-mariadb-perl", script("/usr/bin/perl", "perl_dbi.pl", "MariaDB")},
	{"mysql2", "node", "nodejs npm", mysql2},
	{"connector_j", "sh", "libmariadb-java", connectorJ}, // and Java, which not every machine has
	{"mariadb", "mariadb", "mariadb-client", script("sh", "client.sh")},
}

func (c connector) install() string { return "apt-get install " + c.packages + ", or make deps-test" }

// stories is the folder of the connectors' programs.
const stories = "testdata/connectors"

// script is a program with its arguments; those that name a file of the stories' folder are meant from there.
func script(argv ...string) func(*testing.T) []string {
	return func(t *testing.T) []string {
		out := append([]string(nil), argv...)
		for i, word := range out {
			if path := filepath.Join(stories, word); strings.Contains(word, ".") && exists(path) {
				out[i] = path
			}
		}
		return out
	}
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

// chapters are what every story has, whatever its connector calls them; each of these errors is in one of them.
var (
	chapters = []string{"connect", "values", "prepared", "blobs", "transactions", "errors", "results", "session", "end"}
	refusals = []string{"1045", "1044", "1049", "1054", "1062", "1064"}
)

// way is how a story gets to the servers.
type way struct {
	name, address string
	environment   []string
}

// storyRules: the programs of one story run one after the other, each a session that has to see what the one before it has made.
const storyRules = "reads: {rules: [{databases: [shop_story_mariadb], consistency: causal-global}]}\n"

// TestConnectors: what people's programs are written with sees through shunt what it sees on a direct connection; also over TLS and
// compressed, where the connector can do that.
func TestConnectors(t *testing.T) {
	c := cluster.Shared(t)
	unequalTimeouts(t, c)
	cert, key := certificateFiles(t)
	rules := func(config string) string { return config + storyRules }
	p, secure := startEdited(t, c, rules), startEdited(t, c, func(config string) string { return rules(insistOnTLS(cert, key)(config)) })
	t.Run("all", func(t *testing.T) { // ends when all have, before shunt does
		for _, story := range connectors {
			t.Run(story.name, func(t *testing.T) {
				t.Parallel()
				needs(t, story.program, story.install())
				compareWays(t, c, story, []way{
					{name: "direct", address: c.Datacenters[0].Primary.Address},
					{name: "through shunt", address: p.Address},
					{name: "through shunt, in TLS and compressed", address: secure.Address, environment: []string{"DB_CA=" + cert, "DB_COMPRESS=1"}},
				})
			})
		}
	})
}

// unequalTimeouts makes an interactive session differ from others on all servers, as long as the test runs.
func unequalTimeouts(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	for _, s := range c.Servers() {
		if err := s.Exec(t.Context(), "SET GLOBAL interactive_timeout = 7200"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Exec(context.Background(), "SET GLOBAL interactive_timeout = 28800"); err != nil {
				t.Error(err)
			}
		})
	}
}

// compareWays runs a story once each way, in the same database made anew; what it prints the first way, it must print every way.
func compareWays(t *testing.T, c *cluster.Cluster, story connector, ways []way) {
	t.Helper()
	argv, want := story.argv(t), ""
	for i, w := range ways {
		got, err := runStory(t, c, "shop_story_"+story.name, w, argv)
		if err != nil {
			t.Errorf("%s: %v (a missing connector: %s); it printed\n%s", w.name, err, story.install(), tail(got, 30))
		}
		if i == 0 {
			want = got
			complete(t, want)
			continue
		}
		if d := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); d != "" {
			t.Errorf("%s (+) it sees another thing than direct (-):\n%s", w.name, d)
		}
	}
}

// runStory runs a story in a fresh database.
func runStory(t *testing.T, c *cluster.Cluster, database string, w way, argv []string) (string, error) {
	t.Helper()
	for _, q := range []string{"DROP DATABASE IF EXISTS " + database, "CREATE DATABASE " + database} {
		if err := c.Datacenters[0].Primary.Exec(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	c.CatchUp(t)
	host, port, _ := strings.Cut(w.address, ":")
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.WaitDelay = 10 * time.Second
	cmd.Env = append(os.Environ(), "DB_HOST="+host, "DB_PORT="+port, "DB_USER="+c.Accounts.Shop.User, "DB_PASSWORD="+c.Accounts.Shop.Password, "DB_NAME="+database,
		"LC_ALL=C.UTF-8", "TZ=UTC", "HOME="+t.TempDir())
	cmd.Env = append(cmd.Env, w.environment...)
	out, err := cmd.CombinedOutput()
	return strings.ToValidUTF8(string(out), "?"), err
}

// complete fails the test if a story does not have every chapter, or does not meet the errors that it should.
func complete(t *testing.T, told string) {
	t.Helper()
	headings := ""
	for line := range strings.Lines(told) {
		if heading, ok := strings.CutPrefix(line, "== "); ok {
			headings += heading
		}
	}
	for _, chapter := range chapters {
		if !strings.Contains(headings, chapter) {
			t.Errorf("the story has no chapter %s, only\n%s", chapter, headings)
		}
	}
	for _, refusal := range refusals {
		if !strings.Contains(told, refusal) {
			t.Errorf("error %s is not in the story", refusal)
		}
	}
	if !strings.Contains(told, "stale reads: 0") {
		t.Error("the story does not read what it has written")
	}
	if n := strings.Count(told, "\n"); n < 150 {
		t.Errorf("the story has only %d lines", n)
	}
}

func needs(t *testing.T, program, install string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Fatalf("%s is not installed: %s", program, install)
	}
}
