package main

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// stopsVariable names a folder in which tests order faults at points of a move. A file with a point's name says what happens to the process that comes there first:
// kill, stop (SIGSTOP), error (the step returns one), or wait (until there is a file with .go behind the name). Who takes the order puts its number behind the name.
const stopsVariable = "SHUNT_TEST_STOPS"

// stopBound is how long a process waits for its test.
const stopBound = 10 * time.Second

// stops follows such orders; nil if there is no folder.
func stops() func(point string) error {
	folder := os.Getenv(stopsVariable)
	if folder == "" {
		return nil
	}
	return func(point string) error {
		order := filepath.Join(folder, point)
		action, err := os.ReadFile(order)
		if err != nil {
			return nil // there is none
		}
		if err := os.Rename(order, fmt.Sprintf("%s.%d", order, os.Getpid())); err != nil {
			return nil // somebody else has taken it
		}
		switch string(action) {
		case "kill":
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			time.Sleep(stopBound) // the signal takes a moment
		case "stop":
			_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
			time.Sleep(100 * time.Millisecond) // the same
		case "error":
			return fmt.Errorf("a test wants an error at the point %q", point)
		case "wait":
			for until := time.Now().Add(stopBound); time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
				if _, err := os.Stat(order + ".go"); err == nil {
					break
				}
			}
		}
		return nil
	}
}
