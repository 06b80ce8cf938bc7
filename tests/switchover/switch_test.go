package switchover

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"shunt/backend/switchover"
	"shunt/tests/cluster"
)

func TestThereAndBack(t *testing.T) { thereAndBack(t, started(t, nil)) }

func TestMySQLThereAndBack(t *testing.T) { thereAndBack(t, started(t, nil, cluster.MySQL())) }

// thereAndBack: each server is primary once, writes go on there, all replicate from it, nobody lacks a transaction, and in
// the end everything is as it was.
func thereAndBack(t *testing.T, h *house) {
	one, two, three := h.cluster.Server("paris-1"), h.cluster.Server("paris-2"), h.cluster.Server("paris-3")
	h.table(one)
	before := h.standings()
	for _, primary := range []string{two.Name, three.Name, one.Name} {
		s := h.cluster.Server(primary)
		report := h.to(s)
		t.Logf("to %s, writes waited for %v\n%s", s.Name, report.Pause, told(report))
		if report.Result != switchover.Switched || report.To != s.Address || report.Pause <= 0 {
			t.Errorf("report %+v", report)
		}
		h.exec(s, "INSERT INTO shop.t (v) VALUES (2)")
		for _, other := range h.cluster.Servers() {
			if now := h.standings()[other.Name]; other != s && (now.ReadOnly != "1" || len(now.Links) != 1 || now.Links[0].Source().String() != s.Address || !now.Links[0].Runs()) {
				t.Errorf("%s after the switchover to %s: %+v", other.Name, s.Name, now)
			}
		}
		h.equal(s)
	}
	if got := value(t, one, count); got != "4" {
		t.Errorf("%s rows", got)
	}
	for name, was := range before {
		if name == one.Name {
			if diff := cmp.Diff(was, h.standings()[name]); diff != "" {
				t.Errorf("%s (-before +after):\n%s", name, diff)
			}
		}
	}
}
