package etcdstore

import (
	"bytes"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"shunt/store"
)

var manyKeys = flag.Int("keys", 20000, "how many keys BenchmarkManyKeys puts; docs/decisions has the numbers of a million")

func openForBench(b *testing.B, folder string) (s *Store, end func()) {
	b.Helper()
	s, err := New(store.Config{Embedded: folder, Timeout: time.Minute}, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	return s, runUntil(s)
}

func BenchmarkCommit(b *testing.B) {
	s, end := openForBench(b, b.TempDir())
	defer end()
	value := bytes.Repeat([]byte("x"), 100)
	i, err := s.Get(b.Context(), "a")
	for b.Loop() {
		if err == nil {
			i.Revision, err = s.Commit(b.Context(), store.Txn{If: []store.Condition{store.Unchanged(i)}, Then: []store.Change{store.Put("a", value)}})
		}
	}
	if err != nil {
		b.Fatal(err)
	}
}

func BenchmarkGet(b *testing.B) {
	s, end := openForBench(b, b.TempDir())
	defer end()
	for b.Loop() {
		if _, err := s.Get(b.Context(), "a"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkManyKeys reports what a store of many keys costs: to fill it, to start with it, to list it, in memory and on disk.
func BenchmarkManyKeys(b *testing.B) {
	for b.Loop() {
		folder := b.TempDir()
		s, end := openForBench(b, folder)
		took := time.Now()
		fill(b, s)
		b.ReportMetric(time.Since(took).Seconds(), "fill-s")
		took = time.Now()
		end()
		b.ReportMetric(time.Since(took).Seconds(), "end-s")

		before := anonymous()
		took = time.Now()
		s, end = openForBench(b, folder)
		if _, err := s.Get(b.Context(), "a"); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(took).Seconds(), "start-s")
		b.ReportMetric(anonymous()-before, "MB-anonymous")
		took = time.Now()
		keys := 0
		for page, err := range store.Pages(b.Context(), s, "") {
			if err != nil {
				b.Fatal(err)
			}
			keys += len(page.Items)
		}
		if keys != *manyKeys {
			b.Fatalf("%d keys were listed", keys)
		}
		b.ReportMetric(time.Since(took).Seconds(), "list-s")
		took = time.Now()
		status := s.Status(b.Context())
		b.ReportMetric(time.Since(took).Seconds(), "status-s")
		b.ReportMetric(float64(status.Bytes)/1e6, "MB-file")
		end()
	}
}

func fill(b *testing.B, s *Store) {
	value := bytes.Repeat([]byte("x"), 100)
	for at := 0; at < *manyKeys; at += store.MaxChanges {
		var changes []store.Change
		for i := at; i < min(at+store.MaxChanges, *manyKeys); i++ {
			changes = append(changes, store.Put(fmt.Sprintf("map/database/%07d", i), value))
		}
		if _, err := s.Commit(b.Context(), store.Txn{Then: changes}); err != nil {
			b.Fatal(err)
		}
	}
}

// anonymous is the memory of the process that is no file's, in MB.
func anonymous() float64 {
	runtime.GC()
	debug.FreeOSMemory()
	status, _ := os.ReadFile(filepath.Join("/proc", "self", "status"))
	_, rest, _ := strings.Cut(string(status), "RssAnon:")
	kib := 0
	_, _ = fmt.Sscan(rest, &kib) // 0 where the system does not say
	return float64(kib) / 1000
}
