package main

import (
	"fmt"
	"net"
	"strconv"
	"strings"
)

// target is a way to the database server.
type target struct {
	name    string
	address string
	pid     int    // of the proxy; 0: there is none, or it is not known
	http    string // where a shunt tells its metrics; empty for others
}

// The targets that are always there, and the one that is where it is installed.
const (
	direct  = "direct"
	shunted = "shunt"
	haproxy = "haproxy"
)

// peers are proxies that somebody else has started. It is a flag.Value.
type peers []target

// String shows them as the flag takes them.
func (p *peers) String() string {
	var all []string
	for _, t := range *p {
		all = append(all, fmt.Sprintf("%s=%s,pid=%d", t.name, t.address, t.pid))
	}
	return strings.Join(all, " ")
}

// Set adds one: name=host:port or name=host:port,pid=N.
func (p *peers) Set(text string) error {
	name, rest, ok := strings.Cut(text, "=")
	if !ok || name == "" {
		return fmt.Errorf("%q is not name=host:port", text)
	}
	if name == direct || name == shunted || name == haproxy {
		return fmt.Errorf("%s is a name of the harness's own", name)
	}
	t := target{name: name}
	t.address, rest, ok = strings.Cut(rest, ",")
	if _, _, err := net.SplitHostPort(t.address); err != nil {
		return err
	}
	if ok {
		number, isPID := strings.CutPrefix(rest, "pid=")
		pid, err := strconv.Atoi(number)
		if !isPID || err != nil || pid <= 0 {
			return fmt.Errorf("%q is not pid=N", rest)
		}
		t.pid = pid
	}
	*p = append(*p, t)
	return nil
}
