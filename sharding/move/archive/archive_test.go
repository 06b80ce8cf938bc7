package archive

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// has puts files into a folder, all of one age.
func has(t *testing.T, folder string, at time.Time, names ...string) {
	t.Helper()
	for _, name := range names {
		path := filepath.Join(folder, name)
		if err := errors.Join(os.WriteFile(path, []byte(name), 0o600), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
	}
}

func left(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// TestOldDumpsAreDeleted: with their checksums, and halves that nobody finishes; what somebody reads now, what is young and what is no dump stays.
func TestOldDumpsAreDeleted(t *testing.T) {
	folder, now := t.TempDir(), time.Now()
	has(t, folder, now.AddDate(0, 0, -31), "old.sql.gz", "old.sql.gz.sha256", "half.sql.gz.part", "read.sql.gz", "read.sql.gz.sha256", "mine.txt", "dump.gz")
	has(t, folder, now.AddDate(0, 0, -29), "young.sql.gz", "young.sql.gz.sha256")
	f := NewFolder(folder)
	dump, err := f.Open("read.sql.gz")
	if err != nil {
		t.Fatal(err)
	}
	month := now.AddDate(0, 0, -30)
	deleted, err := f.Sweep(month)
	if want := []string{"half.sql.gz.part", "old.sql.gz", "old.sql.gz.sha256"}; err != nil || !slices.Equal(deleted, want) {
		t.Errorf("deleted are %q, %v; want %q", deleted, err, want)
	}
	if got, want := left(t, folder), []string{"dump.gz", "mine.txt", "read.sql.gz", "read.sql.gz.sha256", "young.sql.gz", "young.sql.gz.sha256"}; !slices.Equal(got, want) {
		t.Errorf("left are %q, want %q", got, want)
	}
	if text, err := io.ReadAll(dump); string(text) != "read.sql.gz" || err != nil {
		t.Errorf("it reads %q, %v", text, err)
	}
	if err := dump.Close(); err != nil {
		t.Error(err)
	}
	if deleted, err := f.Sweep(month); len(deleted) != 2 || err != nil {
		t.Errorf("when it was read: deleted are %q, %v", deleted, err)
	}
	if deleted, err := NewFolder(filepath.Join(folder, "nowhere")).Sweep(month); len(deleted) != 0 || err != nil {
		t.Errorf("a folder that is not there: %q, %v", deleted, err)
	}
}

// TestOnlyDumpsAreOpened: a name leads to nothing outside of the folder, and to nothing that is no dump.
func TestOnlyDumpsAreOpened(t *testing.T) {
	outside := t.TempDir()
	folder := filepath.Join(outside, "dumps")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	has(t, outside, time.Now(), "other.sql.gz")
	has(t, folder, time.Now(), "mine.txt", "half.sql.gz.part")
	f := NewFolder(folder)
	for _, name := range []string{"../other.sql.gz", "mine.txt", "half.sql.gz.part", "", "none.sql.gz", filepath.Join(outside, "other.sql.gz")} {
		if dump, err := f.Open(name); !errors.Is(err, ErrGone) {
			t.Errorf("%q: %v, %v", name, dump, err)
		}
	}
}

// TestNamesOfDumpsFitFileSystems: whatever databases are called.
func TestNamesOfDumpsFitFileSystems(t *testing.T) {
	at := time.Date(2026, 11, 30, 8, 56, 36, 0, time.UTC)
	for unit, want := range map[string]string{
		"shop":                   "shop-20261130T085636Z-x-7.sql.gz",
		"shop/statistics":        "shop%2Fstatistics-20261130T085636Z-x-7.sql.gz",
		"..":                     "%2E%2E-20261130T085636Z-x-7.sql.gz",
		"tick`and dot":           "tick%60and%20dot-20261130T085636Z-x-7.sql.gz",
		strings.Repeat("日本", 32): "%E6%97%A5",
	} {
		got := Name(unit, at, "x-7")
		if !strings.HasPrefix(got, want) || !proper(got) || len(got) > 200 {
			t.Errorf("%s: %s, want %s", unit, got, want)
		}
	}
}
