package judge

import (
	"cmp"
	"fmt"
	"slices"
)

// place is a version of a cell.
type place struct {
	key     int
	version int64
}

// judgeFates compares what the clients were told with what the database has.
func (h *History) judgeFates(byRequest map[int64]int) ([]Violation, error) {
	c := &clerk{h: h, byRequest: byRequest, lines: map[int64][]Cell{}, writer: make(map[place]int64, len(h.Journal))}
	if err := c.file(); err != nil {
		return nil, err
	}
	for i := range h.Events {
		c.writes(&h.Events[i])
		c.reads(&h.Events[i])
	}
	c.gaps()
	return c.found, nil
}

// clerk has the journal in order.
type clerk struct {
	h         *History
	byRequest map[int64]int
	lines     map[int64][]Cell // of each request
	writer    map[place]int64
	found     []Violation
}

func (c *clerk) file() error {
	for _, line := range c.h.Journal {
		i, known := c.byRequest[line.Writer]
		if !known {
			return fmt.Errorf("judge: the journal has request %d, which is not in the history", line.Writer)
		}
		at := place{line.Key, line.Version}
		if other, twice := c.writer[at]; twice {
			return fmt.Errorf("judge: the journal has cell %d at version %d twice, of %d and %d", line.Key, line.Version, other, line.Writer)
		}
		if !slices.ContainsFunc(c.h.Events[i].Wrote, func(w Cell) bool { return w.Key == line.Key }) {
			return fmt.Errorf("judge: the journal says that request %d wrote cell %d, which it did not try", line.Writer, line.Key)
		}
		c.writer[at] = line.Writer
		c.lines[line.Writer] = append(c.lines[line.Writer], line)
	}
	return nil
}

func (c *clerk) tell(kind Kind, cell Cell, needed int64, e *Event) {
	c.found = append(c.found, Violation{Kind: kind, Cell: cell, Needed: needed, Events: []Event{*e}})
}

// writes judges the fate of what an event wrote.
func (c *clerk) writes(e *Event) {
	lines := c.lines[e.Request]
	if e.Outcome == Refused && len(lines) > 0 {
		c.tell(RefusedWrite, lines[0], 0, e)
		return
	}
	for _, w := range e.Wrote {
		var there []Cell
		for _, line := range lines {
			if line.Key == w.Key {
				there = append(there, line)
			}
		}
		switch {
		case len(there) > 1:
			c.tell(DoubledWrite, there[1], there[0].Version, e)
		case e.Outcome != OK || c.h.Lost[e.Request]:
		case len(there) == 0:
			c.tell(LostWrite, w, w.Version, e)
		case there[0].Version != w.Version:
			c.tell(WrongAnswer, there[0], w.Version, e)
		}
	}
}

// reads finds those that saw what nobody had committed.
func (c *clerk) reads(e *Event) {
	for _, r := range e.Read {
		if r.Version == 0 && r.Writer == 0 || c.h.Lost[r.Writer] {
			continue
		}
		writer, committed := c.writer[place{r.Key, r.Version}]
		if !committed || writer != r.Writer || c.h.Events[c.byRequest[writer]].Invoked > e.Returned {
			c.tell(Phantom, r, 0, e)
		}
	}
}

// gaps finds cells whose versions in the journal are not all there, or whose row is not at the last of them.
func (c *clerk) gaps() {
	last := map[int]int64{}
	journal := slices.Clone(c.h.Journal)
	slices.SortFunc(journal, func(a, b Cell) int { return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Version, b.Version)) })
	for _, line := range journal {
		if line.Version != last[line.Key]+1 {
			c.found = append(c.found, Violation{Kind: Gap, Cell: line, Needed: last[line.Key] + 1})
		}
		last[line.Key] = line.Version
	}
	for _, row := range c.h.Rows {
		if row.Version != last[row.Key] {
			c.found = append(c.found, Violation{Kind: Gap, Cell: row, Needed: last[row.Key]})
		}
	}
}
