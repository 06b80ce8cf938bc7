package lab

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
)

// Ports are sought above those that people use by hand, and below those that the kernel gives to outgoing connections: one
// of these could sit on a server's port while it is restarted.
const lowestPort = 20000

// assignPorts gives each server a port that is free now, near base if that is not 0.
func (l *Lab) assignPorts(base int) error {
	taken := map[int]bool{}
	for i, c := range l.Datacenters {
		for j, s := range c.Servers() {
			wanted := 0
			if base != 0 {
				wanted = base + 10*i + j
			}
			port, err := freePort(wanted, taken)
			if err != nil {
				return err
			}
			taken[port] = true
			s.setPort(port)
		}
	}
	return nil
}

// freePort finds a port on 127.0.0.1 that nobody listens on: wanted if it is free and not 0, else any.
func freePort(wanted int, taken map[int]bool) (int, error) {
	if wanted != 0 && !taken[wanted] && isFree(wanted) {
		return wanted, nil
	}
	highest := firstEphemeralPort()
	for range 1000 {
		port := lowestPort + rand.IntN(highest-lowestPort)
		if !taken[port] && isFree(port) {
			return port, nil
		}
	}
	return 0, fmt.Errorf("no free port on 127.0.0.1 between %d and %d", lowestPort, highest)
}

func isFree(port int) bool {
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return false
	}
	return listener.Close() == nil
}

// firstEphemeralPort is where the kernel's range for outgoing connections begins.
func firstEphemeralPort() int {
	const usual = 32768
	text, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range")
	if err != nil {
		return usual
	}
	var first, last int
	if _, err := fmt.Sscan(string(text), &first, &last); err != nil || first < lowestPort+1000 {
		return usual
	}
	return first
}
