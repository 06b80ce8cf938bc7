package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// machine is what the figures depend on.
type machine struct {
	date  time.Time
	facts [][2]string
}

// describe asks for it.
func (b *bench) describe(ctx context.Context) (machine, error) {
	m := machine{date: time.Now()}
	var system unix.Utsname
	if err := unix.Uname(&system); err != nil {
		return m, err
	}
	add := func(name, value string) { m.facts = append(m.facts, [2]string{name, value}) }
	add("processors", fmt.Sprintf("%d × %s", runtime.NumCPU(), field("/proc/cpuinfo", "model name")))
	add("memory", field("/proc/meminfo", "MemTotal"))
	add("system", fmt.Sprintf("%s, Linux %s", release(), unix.ByteSliceToString(system.Release[:])))
	add("load before", firstLine(readFile("/proc/loadavg")))
	add("server", fmt.Sprintf("%s %s", b.lab.Binaries.Flavor(), b.lab.Binaries.Version))
	for _, ask := range []struct{ name, program, flag string }{
		{"shunt", b.program, "version"}, {"sysbench", b.sysbench, "--version"}, {"HAProxy", b.haproxy, "-v"}} {
		if ask.program == "" {
			add(ask.name, "not installed")
			continue
		}
		out, err := command(ctx, ask.program, ask.flag)
		if err != nil {
			return m, err
		}
		add(ask.name, out)
	}
	add("Go", runtime.Version())
	add("commit", b.commit(ctx))
	for _, p := range b.peers {
		add("peer", p.name)
	}
	add("rounds", fmt.Sprintf("%d of %v for each target, medians", b.options.rounds, b.period()))
	return m, nil
}

// command runs a program that answers at once and gives the first line of what it says.
func command(ctx context.Context, program string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, args...).Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", program, strings.Join(args, " "), err)
	}
	return firstLine(string(out)), nil
}

// commit names the state of the repository; "not known" outside of one.
func (b *bench) commit(ctx context.Context) string {
	out, err := command(ctx, "git", "-C", b.root, "describe", "--always", "--dirty")
	if err != nil {
		return "not known"
	}
	return out
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(line)
}

// readFile gives a file of the system as text; empty if it is not there.
func readFile(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return string(text)
}

// field is the value behind "name:" in a file of /proc.
func field(path, name string) string {
	for line := range strings.Lines(readFile(path)) {
		if before, after, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(before) == name {
			return strings.TrimSpace(after)
		}
	}
	return "not known"
}

// release is the distribution's name for itself.
func release() string {
	for line := range strings.Lines(readFile("/etc/os-release")) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "PRETTY_NAME="); ok {
			return strings.Trim(name, `"`)
		}
	}
	return "not known"
}
