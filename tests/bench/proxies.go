package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"shunt/lab"
)

// readyBound is how long a proxy may take to begin its work; one with a million databases in its configuration takes a while.
const readyBound = 2 * time.Minute

// front says which shunt stands before which servers.
type front struct {
	servers   []string // their addresses
	replicas  int      // how many of them have to be in service as replicas
	limits    string   // of the section limits, as `per_server: 32, `; those of the harness follow
	databases string   // YAML for the section databases, two blanks before each line; empty: none
	extra     string   // YAML for the top level
}

// configuration is what an operator would write.
func (f front) configuration(addresses []string, control lab.Account, extra string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "listen: %s\nadmin: {console: %s, http: %s, password: bench}\n", addresses[0], addresses[1], addresses[2])
	fmt.Fprintf(&b, "clusters:\n  bench:\n    servers: [%s]\n    account: {user: %s, password: %q}\n", strings.Join(f.servers, ", "), control.User,
		control.Password)
	fmt.Fprintf(&b, "limits: {%sper_account: 0, drain: 1s}\nstore: {embedded: \"\"}\n", f.limits)
	if f.databases != "" {
		fmt.Fprintf(&b, "databases:\n%s", f.databases)
	}
	b.WriteString(f.extra)
	b.WriteString(extra)
	return b.String()
}

// startShunt starts a shunt and waits until it takes clients and its replicas serve. The caller stops the process.
func (b *bench) startShunt(ctx context.Context, f front) (target, *process, error) {
	addresses, err := freeAddresses(3)
	if err != nil {
		return target{}, nil, err
	}
	file := filepath.Join(b.dir, "shunt.yaml")
	if err := os.WriteFile(file, []byte(f.configuration(addresses, b.lab.Accounts.Control, b.extra)), 0o600); err != nil {
		return target{}, nil, err
	}
	p, err := spawn(b.dir, shunted, b.program, "serve", "--config", file)
	if err != nil {
		return target{}, nil, err
	}
	t := target{name: shunted, address: addresses[0], pid: p.pid, http: addresses[2]}
	err = await(ctx, p, func() bool { return ready(ctx, t.http) && (f.replicas == 0 || f.replicas == serving(ctx, t.http)) })
	if err != nil {
		return target{}, nil, errors.Join(err, p.stop())
	}
	return t, p, nil
}

// ready asks a shunt whether it takes clients.
func ready(ctx context.Context, address string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/readyz", nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// serving is how many replicas a shunt reads from.
func serving(ctx context.Context, address string) int {
	found, err := scrape(ctx, address)
	if err != nil {
		return 0
	}
	n := 0
	for name, value := range found {
		if labels, ok := strings.CutPrefix(name, "shunt_server_in_service"); ok && value == 1 && found["shunt_server_role"+replicaLabels(labels)] == 1 {
			n++
		}
	}
	return n
}

// replicaLabels adds role="replica" where the labels of a metric have it by the alphabet: between cluster and server.
func replicaLabels(labels string) string {
	return strings.Replace(labels, `,server="`, `,role="replica",server="`, 1)
}

// haproxyConfiguration is HAProxy as a plain relay of bytes, as it is put before MySQL servers: all else is its default, with a thread per core.
func haproxyConfiguration(listen, server string, clients int) string {
	return fmt.Sprintf(`global
  maxconn %d
defaults
  mode tcp
  maxconn %d
  timeout connect 10s
  timeout client 1h
  timeout server 1h
listen bench
  bind %s
  server server %s
`, clients, clients, listen, server)
}

// startHAProxy starts it before a server. The caller stops the process.
func (b *bench) startHAProxy(ctx context.Context, server string) (target, *process, error) {
	addresses, err := freeAddresses(1)
	if err != nil {
		return target{}, nil, err
	}
	p, err := b.spawnHAProxy(ctx, haproxy, addresses[0], haproxyConfiguration(addresses[0], server, b.relayed()))
	if err != nil {
		return target{}, nil, err
	}
	return target{name: haproxy, address: addresses[0], pid: p.pid}, p, nil
}

// spawnHAProxy starts it with a configuration and waits until it listens at address: one process in the foreground, without a master beside it.
func (b *bench) spawnHAProxy(ctx context.Context, name, address, configuration string) (*process, error) {
	file := filepath.Join(b.dir, name+".cfg")
	if err := os.WriteFile(file, []byte(configuration), 0o600); err != nil {
		return nil, err
	}
	p, err := spawn(b.dir, name, b.haproxy, "-db", "-f", file)
	if err != nil {
		return nil, err
	}
	if err := await(ctx, p, func() bool { return listening(address) }); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return p, nil
}

// relayed is how many clients HAProxy can have here: each is two open files.
func (b *bench) relayed() int { return int(b.files-200) / 2 }

// await waits for a condition while the process lives.
func await(ctx context.Context, p *process, met func() bool) error {
	deadline := time.Now().Add(readyBound)
	for !met() {
		select {
		case <-p.ended:
			return fmt.Errorf("%s ended at once (%v); it says:\n%s", p.name, p.err, p.complaint())
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s is not ready after %v; it says:\n%s", p.name, readyBound, p.complaint())
		}
	}
	return nil
}

// findHAProxy gives the program's path; empty where it is not installed. Distributions put it where an ordinary user's PATH does not look.
func findHAProxy() string {
	for _, name := range []string{haproxy, "/usr/sbin/haproxy", "/usr/local/sbin/haproxy"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// listening says whether somebody listens at an IPv4 address. It asks the kernel: a connection made for that would be passed on to the server.
func listening(address string) bool {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return false
	}
	text, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		return false
	}
	ip := at.Addr().As4()
	// The address is printed as a number of the machine's byte order, state 0A is LISTEN (proc(5)).
	local := fmt.Sprintf(" %08X:%04X 00000000:0000 0A ", binary.NativeEndian.Uint32(ip[:]), at.Port())
	return strings.Contains(string(text), local)
}
