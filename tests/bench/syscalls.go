package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// countCalls gives each proxy one more turn with strace beside it, which slows it down many times: what is counted then is system calls per
// query, and nothing else of that turn is used.
func (b *bench) countCalls(ctx context.Context, c comparison, targets []target, server int) error {
	strace, err := exec.LookPath("strace")
	if err != nil {
		return errors.New("-syscalls needs strace: run `apt-get install -y --no-install-recommends strace`")
	}
	for _, t := range targets {
		if t.pid == 0 {
			continue
		}
		calls, err := b.traced(ctx, strace, c.workload, t, server)
		if err != nil {
			return fmt.Errorf("counting the system calls of %s: %w", t.name, err)
		}
		c.calls[t.name] = calls
	}
	return nil
}

// traced is the number of system calls per query in one turn.
func (b *bench) traced(ctx context.Context, strace string, w workload, t target, server int) (float64, error) {
	counts := filepath.Join(b.dir, "calls")
	p, err := spawn(b.dir, "strace", strace, "-f", "-c", "-U", "name,calls", "-o", counts, "-p", strconv.Itoa(t.pid))
	if err != nil {
		return 0, err
	}
	if err := await(ctx, p, func() bool { return strings.Contains(p.complaint(), "attached") }); err != nil {
		return 0, errors.Join(err, p.stop())
	}
	done, err := b.turn(ctx, w, t, server, b.period())
	if err != nil {
		return 0, errors.Join(err, p.stop())
	}
	if err := p.interrupt(); err != nil {
		return 0, err
	}
	text, err := os.ReadFile(counts)
	if err != nil {
		return 0, err
	}
	calls, err := parseCalls(string(text))
	return calls / done.queries, err
}

// interrupt ends strace in the way in which it lets go of its process and writes what it has counted.
func (p *process) interrupt() error {
	if err := syscall.Kill(p.pid, syscall.SIGINT); err != nil {
		return err
	}
	select {
	case <-p.ended:
		return nil
	case <-time.After(endBound):
		return errors.Join(fmt.Errorf("%s does not end", p.name), p.stop())
	}
}

// parseCalls adds what strace has counted for each call: lines of a name and a number.
func parseCalls(text string) (total float64, err error) {
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) != 2 || fields[0] == "total" {
			continue
		}
		if calls, err := strconv.ParseFloat(fields[1], 64); err == nil {
			total += calls
		}
	}
	if total == 0 {
		err = fmt.Errorf("strace has counted nothing: %s", text)
	}
	return total, err
}

// systemCalls is the table of them; empty if they were not counted.
func systemCalls(comparisons []comparison) (t table) {
	proxies := proxyNames(comparisons)
	t.head = append([]string{"workload", "clients"}, proxies...)
	for _, c := range comparisons {
		if len(c.calls) == 0 {
			continue
		}
		row := []string{c.about, fmt.Sprint(c.clients)}
		for _, name := range proxies {
			row = append(row, figure(orNothing(c.calls[name])))
		}
		t.rows = append(t.rows, row)
	}
	return t
}
