package house

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// file is a text file of the repository.
type file struct {
	name string // path in the repository
	text []byte
}

// textFiles are all of them, but for what .gitignore names and what is not text.
func textFiles(t *testing.T) (all []file) {
	t.Helper()
	ignored := strings.Fields(read(t, ".gitignore"))
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if name == ".git" || isIgnored(name, d.IsDir(), ignored) {
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		text, err := os.ReadFile(path)
		if err == nil && bytes.IndexByte(text, 0) < 0 {
			all = append(all, file{name, text})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 100 {
		t.Fatalf("only %d files were found", len(all))
	}
	return all
}

// isIgnored reads the two forms of pattern that our .gitignore has: /path/ and *.ending.
func isIgnored(name string, dir bool, patterns []string) bool {
	for _, p := range patterns {
		switch {
		case strings.HasPrefix(p, "*."):
			if !dir && strings.HasSuffix(name, p[1:]) {
				return true
			}
		case strings.HasPrefix(p, "/"):
			if name == strings.Trim(p, "/") {
				return true
			}
		}
	}
	return false
}

// The patterns are put together here so that this file does not break its own rules.
var forbidden = []struct {
	pattern *regexp.Regexp
	reason  string
}{
	{regexp.MustCompile(`(^|[^\w.~$}-])/(ho` + `me|ro` + `ot|Us` + `ers)/`),
		"no file holds an absolute path of somebody's machine: it would work nowhere else"},
	{regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|X` + `XX)\b`),
		"what is to be done stands in an issue, where somebody sees it; what is in the repository is finished"},
}

func TestFilesAreFinishedAndAtHomeEverywhere(t *testing.T) {
	for _, f := range textFiles(t) {
		for _, rule := range forbidden {
			report(t, rule.reason, forbiddenIn(f, rule.pattern))
		}
	}
}

func forbiddenIn(f file, pattern *regexp.Regexp) (faults []string) {
	line := 0
	for text := range bytes.Lines(f.text) {
		line++
		if found := pattern.Find(text); found != nil {
			faults = append(faults, fmt.Sprintf("%s:%d: %q", f.name, line, bytes.TrimSpace(found)))
		}
	}
	return faults
}

const lengthRule = "no Go file is longer than 500 lines but for tests: where it wants to be, look for the second noun in it"

const longest = 500

func TestNoFileIsTooLong(t *testing.T) {
	var faults []string
	for _, f := range textFiles(t) {
		faults = append(faults, tooLong(f)...)
	}
	report(t, lengthRule, faults)
}

func tooLong(f file) []string {
	if filepath.Ext(f.name) != ".go" || strings.HasSuffix(f.name, "_test.go") || strings.HasPrefix(f.name, "tests/") ||
		slices.Contains(strings.Split(f.name, "/"), "testdata") {
		return nil
	}
	if n := bytes.Count(f.text, []byte("\n")); n > longest {
		return []string{fmt.Sprintf("%s has %d lines", f.name, n)}
	}
	return nil
}

func TestTheFileRulesFindWhatBreaksThem(t *testing.T) {
	ours := file{"a.go", []byte("x\ncd /ho" + "me/ann/shunt\nhttps://a.b/ro" + "ot/x\n// TO" + "DO: later\nTO" + "DOS\n")}
	if faults := forbiddenIn(ours, forbidden[0].pattern); len(faults) != 1 {
		t.Errorf("%q", faults)
	}
	mention(t, forbiddenIn(ours, forbidden[0].pattern), "a.go:2")
	if faults := forbiddenIn(ours, forbidden[1].pattern); len(faults) != 1 {
		t.Errorf("%q", faults)
	}
	mention(t, forbiddenIn(ours, forbidden[1].pattern), "a.go:4")
	long := bytes.Repeat([]byte("\n"), longest+1)
	mention(t, tooLong(file{"proxy/a.go", long}), "501 lines")
	for _, name := range []string{"proxy/a_test.go", "tests/e2e/a.go", "proxy/testdata/a.go", "a.md"} {
		if faults := tooLong(file{name, long}); faults != nil {
			t.Errorf("%q", faults)
		}
	}
	for name, want := range map[string]bool{"shunt": true, "bin": true, "cmd/shunt": false, "a/b.test": true, "a_test.go": false, "data": true} {
		if got := isIgnored(name, false, []string{"#", "what", "/bin/", "/shunt", "*.test", "/data/"}); got != want {
			t.Errorf("%s ignored: %v", name, got)
		}
	}
}
