package grammar

import (
	"reflect"
	"strings"
	"testing"
)

func TestASeedGivesTheSameSessionsAlways(t *testing.T) {
	first, err := Sessions(7, 2, 40)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Sessions(7, 2, 40)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(first, second) {
		t.Error("the same seed gave other statements")
	}
	other, err := Sessions(8, 2, 40)
	if err != nil {
		t.Fatal(err)
	}
	if reflect.DeepEqual(first, other) {
		t.Error("another seed gave the same statements")
	}
}

func TestEveryAlternativeIsUsed(t *testing.T) {
	all, err := read()
	if err != nil {
		t.Fatal(err)
	}
	n, args := 0, 0
	for _, s := range all.sessions(1, 3, 110) {
		n += len(s.Statements)
		for _, st := range s.Statements {
			args += len(st.Args)
			if strings.ContainsAny(st.Text+st.Prepared, parameterOpen+parameterClose) || strings.Contains(st.Text, between) {
				t.Errorf("%s: %q", s.Theme, st.Text)
			}
		}
	}
	t.Logf("%d statements, %d parameters", n, args)
	for _, text := range all.unused() {
		t.Errorf("never used: %s", text)
	}
}
