package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"shunt/topology"
)

// removedCheck is how often Wait looks.
const removedCheck = 100 * time.Millisecond

// Open finds a lab again from its folder, whoever started it. It does not say whether its servers run: Status does. The
// caller ends with Close or Down.
func Open(dir string) (*Lab, error) {
	dir, err := resolve(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("there is no lab in %s: %w", dir, err)
	}
	if err != nil {
		return nil, err
	}
	return read(dir)
}

// read makes a Lab of the state file in dir.
func read(dir string) (*Lab, error) {
	text, err := os.ReadFile(filepath.Join(dir, stateName))
	if err != nil {
		return nil, fmt.Errorf("there is no lab in %s: %w", dir, err)
	}
	l := &Lab{log: slog.New(slog.DiscardHandler)}
	if err := json.Unmarshal(text, l); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", filepath.Join(dir, stateName), err)
	}
	if l.Dir != dir {
		return nil, fmt.Errorf("the lab in %s was made in %s and does not work elsewhere", dir, l.Dir)
	}
	for _, c := range l.Datacenters {
		c.Primary.Role = topology.Primary
		for _, s := range c.Replicas {
			s.Role = topology.Replica
		}
	}
	return l, l.attach()
}

// Close gives back the connections of all servers and leaves the servers alone. Their DB makes new ones when asked again.
func (l *Lab) Close() {
	for _, s := range l.Servers() {
		s.close()
	}
}

// Down ends every server of the lab, by its process id and cleanly if that goes in time, and removes the folder whole.
// When ctx ends, what still runs is killed and the folder is removed all the same. The Lab cannot be used after.
func (l *Lab) Down(ctx context.Context) error {
	unlock, err := lock(l.Dir)
	if errors.Is(err, os.ErrNotExist) {
		l.Close()
		return fmt.Errorf("there is no lab in %s any more: %w", l.Dir, err)
	}
	if err != nil {
		return err
	}
	defer unlock()
	return l.destroy(ctx)
}

// Wait waits until the lab is gone because somebody, perhaps another process, has called Down. It returns ctx's error if
// that ends first.
func (l *Lab) Wait(ctx context.Context) error {
	tick := time.NewTicker(removedCheck)
	defer tick.Stop()
	for {
		if _, err := os.Stat(filepath.Join(l.Dir, stateName)); errors.Is(err, os.ErrNotExist) {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
