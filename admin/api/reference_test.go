package api

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const reference = "../../docs/reference/http.md"

// TestReference: docs/reference/http.md lists every route.
func TestReference(t *testing.T) {
	page, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- routes -->\n", "<!-- end -->"
	head, rest, found := strings.Cut(string(page), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no part between %q and %q", reference, begin, end)
	}
	a, _ := newAPI(t)
	got := head + begin + routeTable(a.routes()) + end + tail
	if *update {
		if err := os.WriteFile(reference, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(page), got); diff != "" {
		t.Errorf("%s is not in step (-page +code; go test -update accepts it):\n%s", reference, diff)
	}
}

func routeTable(routes []route) string {
	var b strings.Builder
	b.WriteString("| request | password | answer |\n|---|---|---|\n")
	for _, r := range routes {
		if strings.HasPrefix(r.path, "/debug/") {
			continue // the text below the table has them
		}
		request, password := r.method+" "+r.path, "yes"
		for i, p := range r.query {
			request += []string{"?", "&"}[min(i, 1)] + p.name + "="
		}
		if r.open {
			password = "no"
		}
		b.WriteString("| `" + request + "` | " + password + " | " + r.about + " |\n")
	}
	return b.String()
}
