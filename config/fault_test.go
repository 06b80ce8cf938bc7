package config

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFaults has every fault of testdata/faults.txt with its line. A case is a line with === and its name, a file, a line
// with ~~~, and the faults of that file, one per line.
func TestFaults(t *testing.T) {
	const golden = "testdata/faults.txt"
	text, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(text), "=== ")
	var out strings.Builder
	out.WriteString(head)
	for _, c := range strings.Split(rest, "\n=== ") {
		name, body, _ := strings.Cut(c, "\n")
		file, want, _ := strings.Cut(body, "~~~\n")
		want = strings.TrimSpace(want)
		t.Run(name, func(t *testing.T) {
			got := faultsOf(t, file)
			out.WriteString("=== " + name + "\n" + file + "~~~\n" + got + "\n\n")
			if got == "" {
				t.Error("the file has no fault")
			}
			if diff := cmp.Diff(want, got); diff != "" && !*update {
				t.Errorf("(-want +got; go test -update accepts it):\n%s", diff)
			}
		})
	}
	if *update {
		if err := os.WriteFile(golden, []byte(strings.TrimSpace(out.String())+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func faultsOf(t *testing.T, file string) string {
	t.Helper()
	_, err := parse([]byte(file), "config.yaml", outside())
	var faults Faults
	if err != nil && !errors.As(err, &faults) {
		t.Fatalf("the error is %T, not Faults: %v", err, err)
	}
	for _, f := range faults {
		if f.Line < 1 || f.Text == "" || f.File != "config.yaml" {
			t.Errorf("fault without file, line or text: %+v", f)
		}
	}
	return faults.Error()
}

// FuzzParse: whatever a file has, it is read or refused.
func FuzzParse(f *testing.F) {
	f.Add([]byte(least))
	f.Add([]byte(most))
	f.Add([]byte("a: &a [*a]\nclusters: *a"))
	f.Add([]byte("{listen: &l [x], clusters: {p: {servers: *l, account: {user: a, password: {file: x}}}}}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := parse(text, "config.yaml", outside())
		if (c == nil) == (err == nil) {
			t.Errorf("both or neither: %v, %v", c, err)
		}
		if err == nil {
			_ = c.Settings()
			_, _, _, _ = c.Proxy(), c.Clusters(), c.Sharding(), c.Catalog()
		}
	})
}
