package console_test

import (
	"context"
	"errors"
	"flag"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shunt/admin"
	"shunt/admin/admintest"
	"shunt/admin/console"
	"shunt/mysql"
	"shunt/mysql/mysqltest"
)

var update = flag.Bool("update", false, "rewrite the expected outputs")

const password = "s3cret"

// start runs a console over the house until the test ends.
func start(t *testing.T, house admin.House) (address string) {
	t.Helper()
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	c := console.New(console.Config{Address: "127.0.0.1:0", Password: password}, admin.New(house), quiet)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the console ended with %v", err)
		}
	})
	select {
	case <-c.Listening():
	case err := <-ended:
		ended <- err
		t.Fatalf("the console does not listen: %v", err)
	}
	return c.Addr().String()
}

func startHouse(t *testing.T) (address string, orders *admintest.Orders) {
	t.Helper()
	house, orders := admintest.House()
	return start(t, house), orders
}

func login(t *testing.T, address string) *mysqltest.Client {
	t.Helper()
	client, err := mysqltest.Dial(t.Context(), address, mysqltest.Options{User: console.User, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// TestCommands plays testdata/*.txt: each line that begins with > is a command, what follows is its answer.
func TestCommands(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no testdata (%v)", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, string(want))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got; go test -update accepts it):\n%s", file, diff)
			}
		})
	}
}

// play runs the commands of a script in one session and puts their answers behind them. Lines before the first command stay.
func play(t *testing.T, script string) string {
	address, _ := startHouse(t)
	client := login(t, address)
	var b strings.Builder
	commands := 0
	for line := range strings.Lines(script) {
		command, is := strings.CutPrefix(line, "> ")
		switch {
		case is:
			commands++
			result, err := client.Query(strings.TrimSpace(command))
			b.WriteString(line + transcript(result, err) + "\n")
		case commands == 0, strings.HasPrefix(line, "# "):
			b.WriteString(line)
		}
	}
	if commands == 0 {
		t.Error("the script has no commands")
	}
	return b.String()
}

func transcript(result mysqltest.Result, err error) string {
	if err != nil {
		return err.Error() + "\n"
	}
	if result.Columns == nil {
		return "OK\n"
	}
	names := []string{}
	for _, c := range result.Columns {
		names = append(names, c.Name)
	}
	lines := []string{strings.Join(names, " | ")}
	for _, row := range result.Text() {
		lines = append(lines, strings.Join(row, " | "))
	}
	return strings.Join(lines, "\n") + "\n"
}

func TestLogin(t *testing.T) {
	address, _ := startHouse(t)
	for _, c := range []struct {
		name   string
		with   mysqltest.Options
		refuse uint16
	}{
		{"native password", mysqltest.Options{User: "admin", Password: password}, 0},
		{"the newest clients do caching_sha2_password only", mysqltest.Options{User: "admin", Password: password, Plugin: mysql.PluginCachingSHA2}, 0},
		{"another plugin is switched", mysqltest.Options{User: "admin", Password: password, Plugin: mysql.PluginClear}, 0},
		{"a client without plugins", mysqltest.Options{User: "admin", Password: password, Capabilities: mysql.CapProtocol41 | mysql.CapSecureConnection}, 0},
		{"with a database", mysqltest.Options{User: "admin", Password: password, Database: "shop"}, 0},
		{"wrong password", mysqltest.Options{User: "admin", Password: "guess"}, 1045},
		{"wrong password, sha2", mysqltest.Options{User: "admin", Password: "guess", Plugin: mysql.PluginCachingSHA2}, 1045},
		{"no password", mysqltest.Options{User: "admin"}, 1045},
		{"another user", mysqltest.Options{User: "root", Password: password}, 1045},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, err := mysqltest.Dial(t.Context(), address, c.with)
			if c.refuse != 0 {
				if !errors.Is(err, &mysql.Error{Number: c.refuse}) {
					t.Fatalf("got %v, want error %d", err, c.refuse)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			if _, err := client.Query("SHOW PINS"); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestNobodyWithoutPassword: a console whose password is empty lets nobody in, with or without one.
func TestNobodyWithoutPassword(t *testing.T) {
	house, _ := admintest.House()
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	c := console.New(console.Config{Address: "127.0.0.1:0"}, admin.New(house), quiet)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	<-c.Listening()
	for _, guess := range []string{"", "admin"} {
		_, err := mysqltest.Dial(t.Context(), c.Addr().String(), mysqltest.Options{User: "admin", Password: guess})
		if !errors.Is(err, &mysql.Error{Number: 1045}) {
			t.Errorf("password %q gave %v, want error 1045", guess, err)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestKill(t *testing.T) {
	address, orders := startHouse(t)
	client := login(t, address)
	for _, c := range []struct {
		command string
		refuse  uint16
	}{
		{"KILL 12", 0},
		{"KILL CONNECTION 3", 0},
		{"kill query 14;", 0},
		{"KILL 99", 1094},
		{"KILL 99999999999", 1094},
		{"KILL shop", 1064},
		{"KILL 12 13", 1064},
	} {
		_, err := client.Query(c.command)
		if c.refuse == 0 && err != nil || c.refuse != 0 && !errors.Is(err, &mysql.Error{Number: c.refuse}) {
			t.Errorf("%s gave %v, want error %d", c.command, err, c.refuse)
		}
	}
	want := []admintest.Kill{{ID: 12}, {ID: 3}, {ID: 14, Query: true}}
	if diff := cmp.Diff(want, orders.Killed()); diff != "" {
		t.Errorf("killed (-want +got):\n%s", diff)
	}
}

// TestInterruptedClient: the mysql client sends KILL QUERY with its own connection's id when a person presses Ctrl-C. That id is
// never one of the proxy's clients.
func TestInterruptedClient(t *testing.T) {
	house, _ := admintest.House()
	house.Kill = func(id uint32, query bool) bool {
		t.Errorf("client %d was killed", id)
		return true
	}
	client := login(t, start(t, house))
	id, err := client.Value("SELECT CONNECTION_ID()")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Query("KILL QUERY " + id); err != nil {
		t.Error(err)
	}
}

func TestReloadRefused(t *testing.T) {
	address, orders := startHouse(t)
	faults := "config.yaml:3: limits.cleints is not known\n" + strings.Repeat("config.yaml:4: so is this\n", 40)
	orders.RefuseReload(errors.New(faults))
	_, err := login(t, address).Query("RELOAD CONFIG")
	var refusal *mysql.Error
	if !errors.As(err, &refusal) || refusal.Message != faults {
		t.Errorf("got %v, want all of the faults", err)
	}
}

// TestProtocol has the commands beside text that client libraries send.
func TestProtocol(t *testing.T) {
	address, _ := startHouse(t)
	client := login(t, address)
	for _, c := range []struct {
		name    string
		command mysql.Command
		payload string
		refuse  uint16
	}{
		{"ping", mysql.ComPing, "", 0},
		{"default database", mysql.ComInitDB, "shop", 0},
		{"reset", mysql.ComResetConnection, "", 0},
		{"multi statements", mysql.ComSetOption, "\x00\x00", 0},
		{"prepare", mysql.ComStmtPrepare, "SHOW CLIENTS", 1295},
		{"binlog", mysql.ComBinlogDump, "", 1047},
		{"change user", mysql.ComChangeUser, "admin\x00", 1047},
	} {
		answer, err := client.Do(c.command, []byte(c.payload))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		refused := uint16(0)
		if e := answer.Results[0].Err; e != nil {
			refused = e.Number
		}
		if refused != c.refuse {
			t.Errorf("%s: error %d, want %d", c.name, refused, c.refuse)
		}
	}
	if answer, err := client.Do(mysql.ComStatistics, nil); err != nil || answer.Text == "" {
		t.Errorf("statistics: %q, %v", answer.Text, err)
	}
}

func TestTooLarge(t *testing.T) {
	address, _ := startHouse(t)
	client := login(t, address)
	_, err := client.Query("EXPLAIN ROUTE SELECT '" + strings.Repeat("x", 1<<20) + "'")
	var network net.Error
	if !errors.Is(err, &mysql.Error{Number: 1153}) && !errors.As(err, &network) {
		t.Errorf("got %v, want error 1153 or a connection that ends", err)
	}
}

// TestTooManySessions: what stands in place of the greeting once the places are taken.
func TestTooManySessions(t *testing.T) {
	address, _ := startHouse(t)
	for range 100 {
		login(t, address)
	}
	_, err := mysqltest.Dial(t.Context(), address, mysqltest.Options{User: "admin", Password: password})
	if !errors.Is(err, mysql.TooManyConnections()) {
		t.Errorf("got %v, want error 1040", err)
	}
}

// TestEnd: the end of the console ends its sessions.
func TestEnd(t *testing.T) {
	house, _ := admintest.House()
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	c := console.New(console.Config{Address: "127.0.0.1:0", Password: password}, admin.New(house), quiet)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	<-c.Listening()
	client := login(t, c.Addr().String())
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := client.Query("SHOW PINS"); err == nil {
		t.Error("a session has outlived the console")
	}
}

func TestPortInUse(t *testing.T) {
	address, _ := startHouse(t)
	house, _ := admintest.House()
	err := console.New(console.Config{Address: address, Password: password}, admin.New(house), slog.Default()).Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "admin.console") {
		t.Errorf("a port in use gave %v; the error must name the setting", err)
	}
}
