package switchover

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

func (h *fakeHouse) to(address string) (Report, error) {
	return h.engine.Switch(h.t.Context(), Order{Cluster: "paris", To: address})
}

// state is what a switchover changes, in one text for each server.
func (h *fakeHouse) state() map[string]string {
	found := map[string]string{}
	for address, s := range h.servers {
		text := "writable"
		if s.facts.Modes.ReadOnly {
			text = "read_only"
		}
		for _, l := range s.facts.Links {
			text += " replicates from " + l.Source().String() + " " + l.IO + " " + l.SQL
		}
		found[address] = text
	}
	return found
}

// TestTheOrdersOfASwitchover: what servers are told, and in which order. The replicas are pointed at the new primary before
// it forgets its link, and it becomes writable last.
func TestTheOrdersOfASwitchover(t *testing.T) {
	h := newFakeHouse(t)
	report, err := h.to("db2:3306")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(h.told[4:6]) // at the same time
	want := []string{
		"db2:3306 reach 0-1-7",
		"db1:3306 read_only true",
		"db2:3306 reach 0-1-7",
		"db2:3306 stop",
		"db1:3306 follow db2:3306 as repl",
		"db3:3306 repoint db2:3306",
		"db2:3306 forget",
		"db2:3306 read_only false",
	}
	if diff := cmp.Diff(want, h.told); diff != "" {
		t.Errorf("(-want +told):\n%s", diff)
	}
	if report.Result != Switched || report.From != "db1:3306" || len(report.Rows) != int(steps) || report.Pause <= 0 {
		t.Errorf("report %+v", report)
	}
	if h.holds != 0 || h.hushed != 0 {
		t.Errorf("%d holds and %d hushed heartbeats are left", h.holds, h.hushed)
	}
}

func TestADryRunChangesNothing(t *testing.T) {
	h := newFakeHouse(t)
	report, err := h.engine.Switch(t.Context(), Order{Cluster: "paris", To: "db2:3306", DryRun: true})
	if err != nil || report.Result != Told || len(report.Rows) != int(steps) {
		t.Fatalf("%v, report %+v", err, report)
	}
	if diff := cmp.Diff([]string{"db2:3306 reach 0-1-7"}, h.told); diff != "" {
		t.Errorf("(-want +told):\n%s", diff)
	}
	for _, row := range report.Rows[1:] {
		if row.State != Planned || row.Detail == "" {
			t.Errorf("row %+v", row)
		}
	}
}

// TestAnyFailureIsUndone fails each order once, and a few other things, and finds everything as it was.
func TestAnyFailureIsUndone(t *testing.T) {
	for _, c := range []struct {
		name string
		at   Step
		set  func(*fakeHouse)
	}{
		{"a transaction does not end", StepHold, func(h *fakeHouse) { h.holdErr = errors.New("client 7 is in a transaction") }},
		{"the primary does not become read_only", StepReadOnly, func(h *fakeHouse) { h.fail = "db1:3306 read_only true" }},
		{"the link does not stop", StepStopLink, func(h *fakeHouse) { h.fail = "db2:3306 stop" }},
		{"the old primary does not follow", StepRepoint, func(h *fakeHouse) { h.fail = "db1:3306 follow" }},
		{"another replica does not follow", StepRepoint, func(h *fakeHouse) { h.fail = "db3:3306 repoint" }},
		{"an account that passes read_only wrote", StepPromote, func(h *fakeHouse) {
			h.servers["db1:3306"].written = func(s *fakeServer) { s.position = "0-1-8" }
		}},
		{"the link is not forgotten", StepPromote, func(h *fakeHouse) { h.fail = "db2:3306 forget" }},
		{"the new primary does not become writable", StepPromote, func(h *fakeHouse) { h.fail = "db2:3306 read_only false" }},
		{"the monitor does not see it", StepPublish, func(h *fakeHouse) { h.blind = true }},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newFakeHouse(t)
				before := h.state()
				c.set(h)
				report, err := h.to("db2:3306")
				var failure *Failure
				if !errors.As(err, &failure) || failure.At != c.at || report.Result != TakenBack {
					t.Fatalf("error %v, report %+v", err, report)
				}
				if diff := cmp.Diff(before, h.state()); diff != "" {
					t.Errorf("(-before +after):\n%s", diff)
				}
				if h.holds != 0 || h.hushed != 0 {
					t.Errorf("%d holds and %d hushed heartbeats are left", h.holds, h.hushed)
				}
				if !strings.Contains(err.Error(), "everything is as it was before") {
					t.Errorf("error %v", err)
				}
			})
		})
	}
}

// TestATargetThatFallsBehind: it is near when it is looked at, and does not get further once writes are held.
func TestATargetThatFallsBehind(t *testing.T) {
	h := newFakeHouse(t)
	h.engine.deps.Gate = gateFunc(func() { h.servers["db2:3306"].behind = true })
	before := h.state()
	_, err := h.to("db2:3306")
	var failure *Failure
	if !errors.As(err, &failure) || failure.At != StepCatchUp {
		t.Fatalf("error %v", err)
	}
	if diff := cmp.Diff(before, h.state()); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

type gateFunc func()

func (g gateFunc) Hold(context.Context, string) (func(), error) {
	g()
	return func() {}, nil
}

// TestWhatCannotBeUndoneIsNamed: the rest is undone all the same.
func TestWhatCannotBeUndoneIsNamed(t *testing.T) {
	h := newFakeHouse(t)
	h.engine.deps.Dial = brokenAfter(h, "db1:3306 read_only false")
	h.fail = "db2:3306 forget"
	report, err := h.to("db2:3306")
	if report.Result != Broken || err == nil || !strings.Contains(err.Error(), "SET GLOBAL read_only = 0") {
		t.Errorf("result %v, error %v", report.Result, err)
	}
	if got := h.state()["db2:3306"]; got != "read_only replicates from db1:3306 Yes Yes" {
		t.Errorf("db2 %s", got)
	}
	if h.holds != 0 {
		t.Error("writes are still held")
	}
}

// brokenAfter dials servers that refuse one order for good.
func brokenAfter(h *fakeHouse, refuse string) func(context.Context, string, string) (Server, error) {
	return func(_ context.Context, _, address string) (Server, error) {
		return refusing{h.servers[address], refuse}, nil
	}
}

// TestANewPrimaryWithWritesStays: somebody wrote on it around shunt before the failure. Undoing would lose that.
func TestANewPrimaryWithWritesStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newFakeHouse(t)
		h.blind = true
		h.engine.deps.Look = func(string) { h.servers["db2:3306"].facts.Has = "0-2-9" }
		report, err := h.to("db2:3306")
		if report.Result != Broken || err == nil || !strings.Contains(err.Error(), "stays the primary") {
			t.Errorf("result %v, error %v", report.Result, err)
		}
		want := map[string]string{
			"db1:3306": "read_only replicates from db2:3306 Yes Yes", "db2:3306": "writable", "db3:3306": "read_only replicates from db2:3306 Yes Yes",
		}
		if diff := cmp.Diff(want, h.state()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if h.holds != 0 {
			t.Error("writes are still held")
		}
	})
}

// TestANewPrimaryThatMayBeWritableStays: whether it became writable is not known, and it does not answer any more. Then the
// old one stays read_only: two servers that take writes can never be put together again.
func TestANewPrimaryThatMayBeWritableStays(t *testing.T) {
	h := newFakeHouse(t)
	h.engine.deps.Dial = func(_ context.Context, _, address string) (Server, error) {
		return &vanishing{fakeServer: h.servers[address]}, nil
	}
	report, err := h.to("db2:3306")
	if report.Result != Broken || err == nil || !strings.Contains(err.Error(), "may be writable and does not answer") {
		t.Errorf("result %v, error %v", report.Result, err)
	}
	if !h.servers["db1:3306"].facts.Modes.ReadOnly || h.holds != 0 {
		t.Errorf("%v, %d holds", h.state(), h.holds)
	}
}

func TestOneSwitchoverAtATime(t *testing.T) {
	h := newFakeHouse(t)
	release, err := h.engine.Reserve("paris")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.to("db2:3306"); err == nil || !strings.Contains(err.Error(), "another switchover") {
		t.Errorf("error %v", err)
	}
	release()
	if _, err := h.to("db2:3306"); err != nil {
		t.Error(err)
	}
}

func TestOneShuntAtATime(t *testing.T) {
	h := newFakeHouse(t)
	h.servers["db2:3306"].locked = true
	if report, err := h.to("db2:3306"); err == nil || report.Result != Refused || !strings.Contains(err.Error(), "another shunt") {
		t.Errorf("error %v", err)
	}
	if len(h.told) > 0 {
		t.Errorf("told %q", h.told)
	}
}

// TestTheEndOfShuntUndoes: Run returns when the switchover that runs has been undone, and none begins afterwards.
func TestTheEndOfShuntUndoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newFakeHouse(t)
		h.blind = true // the switchover hangs in its last step but one
		before := h.state()
		ctx, end := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- h.engine.Run(ctx) }()
		result := make(chan error, 1)
		go func() {
			_, err := h.to("db2:3306")
			result <- err
		}()
		synctest.Wait()
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := <-result; err == nil {
			t.Error("no error")
		}
		if diff := cmp.Diff(before, h.state()); diff != "" {
			t.Errorf("(-before +after):\n%s", diff)
		}
		if _, err := h.to("db2:3306"); err == nil || !strings.Contains(err.Error(), "ending") {
			t.Errorf("error %v", err)
		}
	})
}
