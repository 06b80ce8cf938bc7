package etcdstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"shunt/store"
)

// TestADiskThatTakesNoMoreDoesNotEndTheProcess has a child whose files may not grow: etcd gives up for real, in the middle of a write, and cannot
// be ended. The child goes on without its store, says so, and ends in time; the next process has everything.
func TestADiskThatTakesNoMoreDoesNotEndTheProcess(t *testing.T) {
	t.Parallel()
	folder := folderFor(t)
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childFolder+"="+folder, childTask+"=disk")
	said, err := child.CombinedOutput()
	lines := strings.Split(strings.TrimSpace(string(said)), "\n")
	acknowledged, isNumber := strconv.Atoi(lines[len(lines)-1])
	if err != nil || isNumber != nil || acknowledged < 10 {
		t.Fatalf("%v\n%s", err, said)
	}
	s, _ := running(t, store.Config{Embedded: folder})
	items, _, err := store.All(t.Context(), s, "")
	if err != nil || len(items) < acknowledged {
		t.Errorf("%d keys are left of %d: %v", len(items), acknowledged, err)
	}
	if _, err := put(t.Context(), s, 1000); err != nil {
		t.Error(err)
	}
}

// fillDisk is the child's part.
func fillDisk(folder string) error {
	signal.Ignore(syscall.SIGXFSZ) // files that may not grow are an error then
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 65 << 20, Max: limit.Max}); err != nil { // room for etcd's log
		return err
	}
	s, err := New(store.Config{Embedded: folder, Timeout: 2 * time.Second}, slog.New(slog.NewTextHandler(os.Stdout, nil)))
	if err != nil {
		return err
	}
	end := runUntil(s)
	defer end()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	acknowledged := 0
	for err == nil && acknowledged < 200 {
		if _, err = put(ctx, s, acknowledged); err == nil {
			acknowledged++
		}
	}
	if !errors.Is(err, store.ErrUnavailable) {
		return fmt.Errorf("after %d MiB: %w", acknowledged, err)
	}
	for !strings.Contains(s.health.problem(), "restart shunt") && ctx.Err() == nil {
		time.Sleep(100 * time.Millisecond) // until it is seen that etcd does not end
	}
	if status := s.Status(ctx); status.Healthy || !strings.Contains(status.Problem, "restart shunt") {
		return fmt.Errorf("the status is %+v", status)
	}
	end()
	fmt.Println(acknowledged)
	return nil
}

func put(ctx context.Context, s *Store, n int) (store.Revision, error) {
	return s.Commit(ctx, store.Txn{Then: []store.Change{store.Put(fmt.Sprint(n), bytes.Repeat([]byte("x"), 1000<<10))}})
}
