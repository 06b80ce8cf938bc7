package main

import (
	"os"
	"strings"
	"syscall"
	"time"
)

// stopsVariable names points of a move at which this process has a fault, for tests: point=action:file, with commas between. The action is kill, stop
// (SIGSTOP), or wait (until a file of the same name with .go behind it is there); the file makes sure that it happens once, whichever process comes there first.
const stopsVariable = "SHUNT_TEST_STOPS"

// stops reads them; nil if there are none.
func stops() func(point string) {
	actions := map[string][2]string{}
	for _, one := range strings.Split(os.Getenv(stopsVariable), ",") {
		if point, rest, ok := strings.Cut(one, "="); ok {
			action, file, _ := strings.Cut(rest, ":")
			actions[point] = [2]string{action, file}
		}
	}
	if len(actions) == 0 {
		return nil
	}
	return func(point string) {
		a, ok := actions[point]
		if !ok {
			return
		}
		f, err := os.OpenFile(a[1], os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return // it has happened
		}
		_ = f.Close()
		if a[0] == "wait" {
			for range 1000 { // ten seconds
				if _, err := os.Stat(a[1] + ".go"); err == nil {
					return
				}
				time.Sleep(10 * time.Millisecond)
			}
			return
		}
		signal := syscall.SIGKILL
		if a[0] == "stop" {
			signal = syscall.SIGSTOP
		}
		_ = syscall.Kill(os.Getpid(), signal)
		time.Sleep(100 * time.Millisecond) // the signal takes a moment
	}
}
