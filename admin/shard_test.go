package admin_test

import (
	"bytes"
	"errors"
	"testing"

	"shunt/admin"
	"shunt/admin/admintest"
)

// TestShardOperations has the rows of what is known before a split, in testdata.
func TestShardOperations(t *testing.T) {
	house, _ := admintest.House()
	s := admin.New(house)
	findings, err := s.Lint(t.Context(), admin.LintOrder{Database: "shop", Tables: []string{"stat_*"}})
	advice, adviceErr := s.Advice(t.Context(), "")
	var people bytes.Buffer
	if err := admin.WriteFindings(&people, findings); err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]string{
		"digests":   operation(t, s.Digests(), nil),
		"tablesets": operation(t, s.TableSets(), nil),
		"modules":   operation(t, s.Modules(), nil),
		"lint":      people.String() + operation(t, findings, err),
		"advice":    operation(t, advice, adviceErr),
	} {
		golden(t, name, got)
	}
}

func TestLintOfWhatIsNoModule(t *testing.T) {
	house, _ := admintest.House()
	s := admin.New(house)
	for _, test := range []struct {
		order admin.LintOrder
		want  error
	}{
		{admin.LintOrder{Module: "blogstats"}, nil},
		{admin.LintOrder{Module: "nothing"}, admin.ErrUnknownModule},
		{admin.LintOrder{}, admin.ErrModule},
		{admin.LintOrder{Database: "shop"}, admin.ErrModule},
		{admin.LintOrder{Database: "mysql", Tables: []string{"user"}}, admin.ErrModule},
		{admin.LintOrder{Database: "shop", Tables: []string{"shop.stat"}}, admin.ErrModule},
		{admin.LintOrder{Database: "shop", Tables: []string{"stat"}, Cluster: "nowhere"}, admin.ErrModule},
		{admin.LintOrder{Database: "old", Tables: []string{"stat_day"}}, admin.ErrModule}, // a module has it
	} {
		if _, err := s.Lint(t.Context(), test.order); !errors.Is(err, test.want) {
			t.Errorf("%+v: %v", test.order, err)
		}
	}
	if _, err := s.Advice(t.Context(), "information_schema"); !errors.Is(err, admin.ErrModule) {
		t.Errorf("advice for information_schema: %v", err)
	}
}
