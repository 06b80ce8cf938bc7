package main

import (
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func TestAccountsOfAProcess(t *testing.T) {
	before, err := cpuOf(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < 20_000_000; n++ {
		_ = n
	}
	after, err := cpuOf(os.Getpid())
	if err != nil || after <= before {
		t.Errorf("from %v to %v: %v", before, after, err)
	}
	if memory, err := memoryOf(os.Getpid()); err != nil || memory < 1e6 {
		t.Errorf("%v bytes: %v", memory, err)
	}
	if _, err := kernelOf(os.Getpid()); err != nil {
		t.Error(err)
	}
	ended := exec.Command("true")
	if err := ended.Run(); err != nil {
		t.Fatal(err)
	}
	if _, err := cpuOf(ended.Process.Pid); err == nil {
		t.Error("a process that has ended has an account")
	}
}

func TestTheKernelsShareIsTheFifteenthField(t *testing.T) {
	got, err := parseKernel([]byte("42 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 111 222 13 14"))
	if err != nil || got != 2220*time.Millisecond {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := parseKernel([]byte("42 (a) S 1")); err == nil {
		t.Error("a short line is taken")
	}
}

func TestMetricsAreRead(t *testing.T) {
	m, err := parseMetrics(strings.NewReader("# HELP a is.\na_total{role=\"replica\",kind=\"select all\"} 3\na_total{role=\"primary\"} 1e+06\n" +
		"a_bucket{le=\"+Inf\"} 7\ngo_memstats_mallocs_total 12\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(m) != 3 || m["go_memstats_mallocs_total"] != 12 || m.sum("a_total") != 1_000_003 || m.sum(`a_total{role="replica"`) != 3 {
		t.Errorf("%v", m)
	}
}

func TestPeersOfTheCommandLine(t *testing.T) {
	var p peers
	for _, text := range []string{"maxscale=127.0.0.1:4006", "other=127.0.0.1:6033,pid=42"} {
		if err := p.Set(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	if len(p) != 2 || p[0] != (target{name: "maxscale", address: "127.0.0.1:4006"}) || p[1].pid != 42 {
		t.Errorf("%+v", p)
	}
	for _, text := range []string{"", "127.0.0.1:3306", "a=nowhere", "a=127.0.0.1:1,pid=x", "a=127.0.0.1:1,42", "shunt=127.0.0.1:1"} {
		if err := p.Set(text); err == nil {
			t.Errorf("%q is taken for a peer", text)
		}
	}
}

func TestTheCommandLine(t *testing.T) {
	o, err := parse([]string{"-quick", "-only", "point", "-peer", "x=127.0.0.1:1"})
	if err != nil || o.rounds != 2 || o.period() != 2*time.Second || !o.only.MatchString("point-text-8") || len(o.peers) != 1 {
		t.Errorf("%+v: %v", o, err)
	}
	for _, args := range [][]string{{"-only", "("}, {"-write", "-only", "x"}, {"-rounds", "0"}, {"words"}} {
		if _, err := parse(args); err == nil {
			t.Errorf("%q is taken", args)
		}
	}
}

func TestNamesAreDistinct(t *testing.T) {
	seen := map[string]bool{}
	add := func(name string) {
		if seen[name] {
			t.Errorf("%s is there twice", name)
		}
		seen[name] = true
	}
	for _, g := range groups() {
		for _, w := range g.workloads {
			add(w.name)
		}
	}
	for _, s := range studies() {
		add(s.name)
	}
}

func TestCountsOfSystemCalls(t *testing.T) {
	calls, err := parseCalls("name                calls\n---------------- --------\nread               100\nepoll_wait          50\n---------------- --------\ntotal              150\n")
	if err != nil || calls != 150 {
		t.Errorf("%v: %v", calls, err)
	}
	if _, err := parseCalls(""); err == nil {
		t.Error("nothing was counted, and that is no error")
	}
}

func TestWhoListensIsSeen(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if !listening(address) {
		t.Errorf("nobody is seen at %s", address)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if listening(address) {
		t.Errorf("somebody is still seen at %s", address)
	}
}

func TestAProcessIsEnded(t *testing.T) {
	p, err := spawn(t.TempDir(), "sleeper", "sh", "-c", "echo begun; exec sleep 100")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.stop(); err != nil || !p.over() {
		t.Errorf("it has not ended: %v", err)
	}
	if err := p.stop(); err != nil {
		t.Errorf("ending it again: %v", err)
	}
	if _, err := spawn(t.TempDir(), "nothing", "/nonexistent/program"); err == nil {
		t.Error("a program that is not there was started")
	}
}
