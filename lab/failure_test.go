package lab_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shunt/lab"
)

// starterVariable makes the test binary a process that starts a lab in the folder it names and then waits to be killed.
const starterVariable = "SHUNT_LAB_TEST_STARTER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(starterVariable); dir != "" {
		os.Exit(starter(dir))
	}
	os.Exit(m.Run())
}

func starter(dir string) int {
	l, err := lab.Up(context.Background(), lab.Options{Dir: dir, Datacenters: []lab.Datacenter{{Name: "paris", Replicas: 1}}})
	if err != nil {
		fmt.Println("failed:", err)
		return 1
	}
	fmt.Println("up")
	_ = l.Wait(context.Background())
	return 0
}

func TestServersEndWithTheirStarterAndTheNextUpCleansUp(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "lab")
	cmd := exec.CommandContext(timed(t), os.Args[0])
	cmd.Env = append(os.Environ(), starterVariable+"="+dir)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != "up\n" {
		t.Fatalf("the starter says %q: %v", line, err)
	}
	orphan, err := lab.Open(dir)
	must(t, err)
	defer orphan.Close()
	if pid := orphan.Server("paris-2").PID(); pid == 0 {
		t.Fatal("no server runs")
	}
	must(t, cmd.Process.Kill())
	_ = cmd.Wait()
	for _, s := range orphan.Servers() {
		eventually(t, func() bool { return s.PID() == 0 })
	}

	next := up(t, lab.Options{Dir: dir, Datacenters: []lab.Datacenter{{Name: "gra"}}})
	absent(t, filepath.Join(dir, "paris-1"))
	down(t, next)
}

// eventually waits for something that no event tells.
func eventually(t *testing.T, holds func() bool) {
	t.Helper()
	ctx := timed(t)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("it did not come about")
		}
	}
}

func TestAFolderOfSomebodyElseIsRefused(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "thesis.txt")
	must(t, os.WriteFile(file, []byte("years of work"), 0o600))
	if _, err := lab.Up(t.Context(), lab.Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "nothing was touched") {
		t.Errorf("Up says %v", err)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "years of work" {
		t.Errorf("the file is now %q: %v", text, err)
	}
}

func TestAFailingUpLeavesNothing(t *testing.T) {
	real, err := lab.Find()
	must(t, err)

	t.Run("server that does not start", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "lab")
		broken := real
		broken.Server = script(t, fmt.Sprintf(`case "$*" in *--bootstrap*|*--initialize*) exec %q "$@";; esac
echo "out of luck" >&2; exit 1`, real.Server))
		_, err := lab.Up(t.Context(), lab.Options{Dir: dir, Binaries: broken, Datacenters: small})
		if err == nil || !strings.Contains(err.Error(), "out of luck") {
			t.Errorf("Up says %v, and not what the server said", err)
		}
		absent(t, dir)
	})

	t.Run("installer that fails", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "lab")
		broken := real
		broken.Server = script(t, `echo "no room" >&2; exit 1`)
		broken.Installer = broken.Server
		_, err := lab.Up(t.Context(), lab.Options{Dir: dir, Binaries: broken, Datacenters: small})
		if err == nil || !strings.Contains(err.Error(), "no room") {
			t.Errorf("Up says %v, and not what the installer said", err)
		}
		absent(t, dir)
	})

	t.Run("cancelled with the first server up", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "lab")
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		log := &listener{heard: func(message string) {
			if message == "server is up" {
				cancel()
			}
		}}
		_, err := lab.Up(ctx, lab.Options{Dir: dir, Datacenters: small, Log: slog.New(log)})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("Up says %v", err)
		}
		absent(t, dir)
		noProcessIn(t, dir)
	})

	t.Run("cancelled during initialisation", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "lab")
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		log := &listener{heard: func(string) { cancel() }}
		if _, err := lab.Up(ctx, lab.Options{Dir: dir, Log: slog.New(log)}); !errors.Is(err, context.Canceled) {
			t.Errorf("Up says %v", err)
		}
		absent(t, dir)
		noProcessIn(t, dir)
	})
}

// noProcessIn fails if a process names dir in its command line.
func noProcessIn(t *testing.T, dir string) {
	t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	must(t, err)
	if len(lines) == 0 {
		t.Fatal("no process at all is seen")
	}
	for _, line := range lines {
		if text, err := os.ReadFile(line); err == nil && strings.Contains(string(text), dir) {
			t.Errorf("%s: %q is still there", line, text)
		}
	}
}

// script writes a shell script and returns its path.
func script(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "script")
	must(t, os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o700))
	return path
}

// listener is a log handler that hands on the messages.
type listener struct{ heard func(message string) }

func (l *listener) Enabled(context.Context, slog.Level) bool { return true }
func (l *listener) Handle(_ context.Context, r slog.Record) error {
	l.heard(r.Message)
	return nil
}
func (l *listener) WithAttrs([]slog.Attr) slog.Handler { return l }
func (l *listener) WithGroup(string) slog.Handler      { return l }
