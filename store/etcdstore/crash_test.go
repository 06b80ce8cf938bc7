package etcdstore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"shunt/store"
)

// The environment of a child process: the folder of its store, and what it does there; to count, if that is not said.
const (
	childFolder = "STORE_TEST_FOLDER"
	childTask   = "STORE_TEST_TASK"
)

func TestMain(m *testing.M) {
	folder := os.Getenv(childFolder)
	switch {
	case folder == "":
	case os.Getenv(childTask) == "disk":
		if err := fillDisk(folder); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	default:
		count(folder)
		return
	}
	os.Exit(m.Run())
}

// count puts one number after the other, and says each that was acknowledged, until it is killed.
func count(folder string) {
	s, err := New(store.Config{Embedded: folder}, slog.New(slog.DiscardHandler))
	if err != nil {
		fmt.Println("error", err)
		return
	}
	go func() { _ = s.Run(context.Background()) }()
	for i := 1; ; i++ {
		text := strconv.Itoa(i)
		_, err := s.Commit(context.Background(), store.Txn{Then: []store.Change{store.Put("last", []byte(text)), store.Put("n/"+text, nil)}})
		if err != nil {
			fmt.Println("error", err)
			return
		}
		fmt.Println(i)
	}
}

func TestWhatWasAcknowledgedOutlivesKill9(t *testing.T) {
	t.Parallel()
	folder := folderFor(t)
	acknowledged := 0
	for range 2 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), childFolder+"="+folder)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		acknowledged = readNumbers(t, out, 100)
		if _, err := New(store.Config{Embedded: folder}, logTo(t)); !errors.Is(err, ErrFolder) || !strings.Contains(err.Error(), fmt.Sprintf("in use by process %d on ", child.Process.Pid)) {
			t.Errorf("a folder that another process has: %v", err)
		}
		_ = child.Process.Kill()
		acknowledged = max(acknowledged, readNumbers(t, out, 1<<30))
		_ = child.Wait() // it was killed
	}

	s, _ := running(t, store.Config{Embedded: folder})
	items, _, err := store.All(t.Context(), s, "n/")
	if err != nil {
		t.Fatal(err)
	}
	last, err := s.Get(t.Context(), "last")
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := strconv.Atoi(string(last.Value)); n < acknowledged || len(items) < acknowledged {
		t.Errorf("%d were acknowledged; after the restart there are %d, the last is %d", acknowledged, len(items), n)
	}
}

// readNumbers reads until enough has been said, or nothing more comes, and gives the last number.
func readNumbers(t *testing.T, from io.Reader, enough int) (last int) {
	t.Helper()
	for lines := bufio.NewScanner(from); last < enough && lines.Scan(); {
		n, err := strconv.Atoi(lines.Text())
		if err != nil && strings.HasPrefix(lines.Text(), "error") {
			t.Fatalf("the child says %q", lines.Text())
		}
		if err == nil {
			last = n
		}
	}
	return last
}

// TestAnEtcdThatGivesUpIsStartedAgain has etcd log what it logs before it would end the process.
func TestAnEtcdThatGivesUpIsStartedAgain(t *testing.T) {
	t.Parallel()
	s, _ := running(t, store.Config{Embedded: folderFor(t)})
	put := func(key string) store.Revision {
		t.Helper()
		at, err := s.Commit(t.Context(), store.Txn{Then: []store.Change{store.Put(key, nil)}})
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	after := put("before")
	l, err := s.Lease(t.Context(), 20*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	e, err := s.current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan string, 10)
	go func() {
		defer close(told)
		for changes, err := range s.Watch(t.Context(), "", after) {
			if err != nil {
				return
			}
			told <- changes.Items[0].Key
		}
	}()
	put("meanwhile")
	if got := <-told; got != "meanwhile" {
		t.Fatalf("told was %s", got)
	}
	go e.client.GetLogger().Fatal("failed to write to the disk")
	<-e.gaveUp
	put("afterwards") // waits until it runs again
	if got := <-told; got != "afterwards" {
		t.Errorf("told was %s", got)
	}
	if again, _ := s.current(t.Context()); again == e {
		t.Error("it was not started again")
	}
	select {
	case <-l.Lost():
		t.Error("the lease was lost, though its time was not over")
	default:
	}
	if err := l.Release(t.Context()); err != nil {
		t.Error(err)
	}
}
