package judge_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	. "shunt/tests/chaos/judge"
)

func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }

// simulation is a primary and replicas that lag, and sessions that read from any of them. It knows itself which reads are stale: a session's
// floors are places in the log of the primary, and a read is stale if the server's place is before them and the cell has changed in between.
type simulation struct {
	dice     *rand.Rand
	log      []Cell // of the primary: what every transaction wrote, in order
	replicas []int  // how much of the log each has
	sessions []*simulated
	history  History
	want     map[string]bool // violations that the simulation has committed
}

// simulated is a session of the simulation. needs has, per kind, the places in the log that must be there.
type simulated struct {
	number int
	needs  map[Kind][]int
}

const (
	simulatedCells    = 5
	simulatedSessions = 4
	simulatedReplicas = 3
)

func newSimulation(seed uint64) *simulation {
	s := &simulation{dice: rand.New(rand.NewPCG(seed, 0)), replicas: make([]int, simulatedReplicas), want: map[string]bool{}}
	for i := range simulatedSessions {
		s.sessions = append(s.sessions, &simulated{number: i, needs: map[Kind][]int{}})
	}
	return s
}

// at is what a server shows of a cell when it has so much of the log, and the place that it comes from; -1 for the start.
func (s *simulation) at(key, have int) (c Cell, from int) {
	for i := have - 1; i >= 0; i-- {
		if s.log[i].Key == key {
			return s.log[i], i
		}
	}
	return Cell{Key: key}, -1
}

func (s *simulation) event(by *simulated) *Event {
	n := len(s.history.Events)
	s.history.Events = append(s.history.Events, Event{Session: by.number, Request: int64(n + 1), Invoked: time.Duration(2 * n), Returned: time.Duration(2*n + 1)})
	return &s.history.Events[n]
}

func (s *simulation) write(by *simulated) {
	e := s.event(by)
	for _, key := range s.dice.Perm(simulatedCells)[:1+s.dice.IntN(2)] {
		c, _ := s.at(key, len(s.log))
		c.Version++
		c.Writer = e.Request
		s.log = append(s.log, c)
		e.Wrote = append(e.Wrote, c)
		by.needs[ReadYourWrites] = append(by.needs[ReadYourWrites], len(s.log)-1)
	}
}

// read reads cells from a replica, or from the primary, and notes what of that is stale.
func (s *simulation) read(by *simulated, after int64) {
	e := s.event(by)
	e.After = after
	have := len(s.log)
	if r := s.dice.IntN(simulatedReplicas + 1); r < simulatedReplicas {
		have = s.replicas[r]
	}
	var seen []int
	for _, key := range s.dice.Perm(simulatedCells)[:1+s.dice.IntN(2)] {
		c, from := s.at(key, have)
		e.Read = append(e.Read, c)
		seen = append(seen, from)
		for kind, places := range by.needs {
			for _, place := range places {
				if place >= have && s.log[place].Key == key {
					s.want[fmt.Sprintf("%s %d", kind, e.Request)] = true
				}
			}
		}
	}
	by.needs[MonotonicReads] = append(by.needs[MonotonicReads], seen...)
	by.needs[MonotonicReads] = slices.DeleteFunc(by.needs[MonotonicReads], func(place int) bool { return place < 0 })
}

// pass gives a token of one session to another, which goes on with a read.
func (s *simulation) pass(from, to *simulated) {
	last := int64(0)
	for _, e := range s.history.Events {
		if e.Session == from.number {
			last = e.Request
		}
	}
	if last == 0 || from == to {
		return
	}
	to.needs[CausalWrites] = slices.Concat(to.needs[CausalWrites], from.needs[CausalWrites], from.needs[ReadYourWrites])
	to.needs[CausalReads] = slices.Concat(to.needs[CausalReads], from.needs[CausalReads], from.needs[MonotonicReads])
	s.read(to, last)
}

func (s *simulation) step() {
	any := func() *simulated { return s.sessions[s.dice.IntN(len(s.sessions))] }
	switch s.dice.IntN(10) {
	case 0, 1:
		s.write(any())
	case 2:
		r := s.dice.IntN(len(s.replicas))
		s.replicas[r] += s.dice.IntN(len(s.log) - s.replicas[r] + 1)
	case 3:
		s.pass(any(), any())
	default:
		s.read(any(), 0)
	}
}

func (s *simulation) end() {
	s.history.Journal = acknowledged(&s.history)
	for key := range simulatedCells {
		c, _ := s.at(key, len(s.log))
		s.history.Rows = append(s.history.Rows, c)
	}
}

// TestTheJudgeFindsExactlyTheStaleReads has a replicated database with lag, simulated, serve sessions without any care.
func TestTheJudgeFindsExactlyTheStaleReads(t *testing.T) {
	found, clean := map[Kind]int{}, 0
	for seed := range uint64(2000) {
		s := newSimulation(seed)
		for range 10 + s.dice.IntN(60) {
			s.step()
		}
		s.end()
		all, err := s.history.Check()
		if want := strings.Join(sorted(s.want), ", "); err != nil || summary(all) != want {
			t.Fatalf("seed %d: found %q, %v; the simulation has served %q", seed, summary(all), err, want)
		}
		for _, v := range all {
			found[v.Kind]++
		}
		if len(all) == 0 {
			clean++
		}
	}
	for _, k := range []Kind{ReadYourWrites, MonotonicReads, CausalWrites, CausalReads} {
		if found[k] < 100 {
			t.Errorf("only %d of %s: the simulation is too careful", found[k], k)
		}
	}
	if clean < 100 {
		t.Errorf("only %d clean histories", clean)
	}
}

// TestTheJudgeFindsWhatHappenedToAWrite spoils one write of a clean history.
func TestTheJudgeFindsWhatHappenedToAWrite(t *testing.T) {
	spoilt := 0
	for seed := range uint64(500) {
		s := newSimulation(seed)
		for range 40 {
			s.step()
		}
		s.end()
		if len(s.log) == 0 {
			continue
		}
		spoilt++
		victim := s.log[s.dice.IntN(len(s.log))]
		e := &s.history.Events[victim.Writer-1]
		want := LostWrite
		switch s.dice.IntN(3) {
		case 0:
			s.history.Journal = slices.DeleteFunc(s.history.Journal, func(c Cell) bool { return c.Writer == victim.Writer })
		case 1:
			want = DoubledWrite
			last, _ := s.at(victim.Key, len(s.log))
			s.history.Journal = append(s.history.Journal, Cell{Key: victim.Key, Version: last.Version + 1, Writer: victim.Writer})
		case 2:
			want = RefusedWrite
			e.Outcome = Refused
		}
		all, err := s.history.Check()
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		hits := Only(all, LostWrite, DoubledWrite, RefusedWrite)
		if len(hits) == 0 {
			t.Errorf("seed %d: %s of #%d was not found", seed, want, victim.Writer)
		}
		for _, v := range hits {
			if v.Kind != want || v.Events[0].Request != victim.Writer {
				t.Errorf("seed %d: found %v; %s of #%d was done", seed, v, want, victim.Writer)
			}
		}
	}
	if spoilt < 400 {
		t.Errorf("only %d histories had a write", spoilt)
	}
}

// BenchmarkCheck shows that twice the events take twice the time.
func BenchmarkCheck(b *testing.B) {
	for _, n := range []int{10_000, 20_000, 40_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			h := long(n)
			for b.Loop() {
				if all, err := h.Check(); err != nil || len(all) > 0 {
					b.Fatal(all, err)
				}
			}
		})
	}
}

// long is a clean history: sixteen sessions that read the newest, write every tenth time and pass their tokens on every hundredth.
func long(n int) *History {
	h := &History{}
	rows := make([]Cell, 200)
	for i := range n {
		key := i * 7 % len(rows)
		rows[key].Key = key
		e := Event{Session: i % 16, Request: int64(i + 1), Invoked: time.Duration(2 * i), Returned: time.Duration(2*i + 1), Read: []Cell{rows[key]}}
		if i%10 == 3 {
			rows[key].Version++
			rows[key].Writer = e.Request
			e.Wrote = []Cell{rows[key]}
			h.Journal = append(h.Journal, rows[key])
		}
		if i%100 == 99 {
			e.After = int64(i)
		}
		h.Events = append(h.Events, e)
	}
	return h
}
