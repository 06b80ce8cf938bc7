package house

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// markdown is a document: its prose, and what in it is code.
type markdown struct {
	name  string   // path in the repository
	code  []string // inline code spans, and the lines of fenced blocks
	links []string // targets of links
	text  string
}

var (
	codeSpan = regexp.MustCompile("`([^`\n]+)`")
	link     = regexp.MustCompile(`\]\(([^)\s]+)\)`)
)

func parseMarkdown(name, text string) markdown {
	m := markdown{name: name, text: text}
	fenced := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(strings.TrimSpace(line), "```"):
			fenced = !fenced
		case fenced:
			m.code = append(m.code, line)
		default:
			for _, match := range codeSpan.FindAllStringSubmatch(line, -1) {
				m.code = append(m.code, match[1])
			}
			for _, match := range link.FindAllStringSubmatch(codeSpan.ReplaceAllString(line, ""), -1) {
				m.links = append(m.links, match[1])
			}
		}
	}
	return m
}

// documents are the Markdown files at the top of the repository and below docs/.
func documents(t *testing.T) []markdown {
	t.Helper()
	var names []string
	top, err := filepath.Glob(filepath.Join(root, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	names = append(names, top...)
	err = filepath.WalkDir(filepath.Join(root, "docs"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".md") {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var all []markdown
	for _, path := range names {
		name, err := filepath.Rel(root, path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, parseMarkdown(filepath.ToSlash(name), read(t, name)))
	}
	return all
}

// section is a heading of the document and what stands below it, up to the next heading.
type section struct{ heading, body string }

func (m markdown) sections() (all []section) {
	for line := range strings.Lines(m.text) {
		if strings.HasPrefix(line, "#") {
			all = append(all, section{heading: strings.TrimSpace(strings.TrimLeft(line, "#"))})
		} else if len(all) > 0 {
			all[len(all)-1].body += line
		}
	}
	return all
}

func exists(name string) bool {
	_, err := os.Stat(filepath.Join(root, filepath.FromSlash(name)))
	return err == nil
}
