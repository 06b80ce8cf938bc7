package move

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"shunt/sharding/move/check"
)

// Class is what several moves have in common: what is in their way, what they failed for, or what should be known of them. One remedy serves all of them.
type Class struct {
	Kind     string // obstacle, finding: of a dry run; failed, problem, stranded: of moves
	Class    string
	Count    int
	Examples []string // the first databases, by name
	Text     string   // of the first of them
	Way      string   // what to do about it
}

// mostExamples is how many databases a class names.
const mostExamples = 3

// classes groups.
type classes struct{ by map[[2]string]*Class }

func (c *classes) add(kind, class, database, text, way string) {
	if c.by == nil {
		c.by = map[[2]string]*Class{}
	}
	one := c.by[[2]string{kind, class}]
	if one == nil {
		one = &Class{Kind: kind, Class: class, Text: text, Way: way}
		c.by[[2]string{kind, class}] = one
	}
	if one.Count++; len(one.Examples) < mostExamples {
		one.Examples = append(one.Examples, database)
	}
}

// list is by how many there are.
func (c *classes) list() (list []Class) {
	for _, one := range c.by {
		list = append(list, *one)
	}
	slices.SortFunc(list, func(a, b Class) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Class, b.Class))
	})
	return list
}

// Classes groups what is wrong with moves.
func (e *Engine) Classes(ctx context.Context) ([]Class, error) {
	list, err := e.List(ctx)
	if err != nil {
		return nil, err
	}
	var c classes
	for _, m := range list {
		switch {
		case m.State == Aborted && m.Problem != "":
			c.add("failed", m.Class, m.Name(), m.Problem, wayOut(m.Class))
		case !m.State.Ended() && m.Problem != "":
			c.add("problem", m.Class, m.Name(), m.Problem, wayOut(m.Class))
		}
		if !m.State.Ended() && m.Stranded != "" {
			c.add("stranded", m.Class, m.Name(), m.Stranded, "FINISH MOVE, and a new move is the way back")
		}
	}
	return c.list(), nil
}

// wayOut is what to do about the failures of a class.
func wayOut(class string) string {
	switch class {
	case "accounts":
		return "make the accounts on the target that are named, or change them on the source"
	case "applying":
		return "look at the log of the proxy that drove it; order the move again"
	case "binary log":
		return "the servers need log_bin, binlog_format=ROW and binlog_row_image=FULL"
	case "clients":
		return "KILL the clients that keep something open, or give the move a window of time in which they do not"
	case "copies":
		return "let nobody change definitions while it is copied, then order the move again"
	case "definitions":
		return "change what the target refuses on the source, or give the target the same settings"
	case "diverged":
		return "look for who else writes on the target, then order the move again"
	case "exists":
		return "drop the database on the target, or move it elsewhere"
	case "foreign keys":
		return "drop the keys, or move both databases together"
	case "gate":
		return "end what is open on the source, above all prepared transactions"
	case "gone":
		return "nothing: the database was dropped"
	case "settings", "flavor":
		return "give the target what the source has, or move to a server that has it"
	case "storage":
		return "ALTER TABLE … ENGINE=InnoDB, or drop the table"
	}
	return "MOVE DATABASE … DRY RUN tells more; the log of the proxy that drove it does, too"
}

// Survey is what a dry run of many moves has found.
type Survey struct {
	Databases, Blocked int // those that can be looked at, and of these those that cannot be moved
	Tables             int
	Rows, Bytes        int64
	Classes            []Class
}

// surveys is how many databases are looked at at a time.
const surveys = 16

// CheckMany looks whether moves could be made. Nothing is changed.
func (e *Engine) CheckMany(ctx context.Context, o Orders) (Survey, error) {
	list, err := e.chosen(o)
	if err != nil {
		return Survey{}, err
	}
	looks := make([]surveyed, len(list))
	var group sync.WaitGroup
	free := make(chan struct{}, surveys)
	for i := range list {
		free <- struct{}{}
		group.Go(func() {
			looks[i].report, looks[i].err = e.Check(ctx, list[i].Order)
			<-free
		})
	}
	group.Wait()
	if ctx.Err() != nil {
		return Survey{}, context.Cause(ctx)
	}
	return summed(list, looks), nil
}

// summed groups what was found.
func summed(list []Ordered, looks []surveyed) (s Survey) {
	var c classes
	for i, found := range looks {
		database := list[i].Database
		if found.err != nil {
			s.Blocked++
			c.add("obstacle", "order", database, found.err.Error(), "order the others, or put it right")
			continue
		}
		s.Databases++
		s.Tables += found.report.Tables
		s.Rows += found.report.Rows
		s.Bytes += found.report.Bytes
		seen := map[[2]string]bool{} // a database counts once in each class
		for _, f := range found.report.Findings {
			kind := "finding"
			if f.Blocking {
				kind = "obstacle"
			}
			if id := [2]string{kind, f.Class}; !seen[id] {
				seen[id] = true
				c.add(kind, f.Class, database, f.Text, f.Way)
			}
		}
		if len(found.report.Blocking()) > 0 {
			s.Blocked++
		}
	}
	s.Classes = c.list()
	return s
}

// surveyed is what was found about one database.
type surveyed struct {
	report check.Report
	err    error
}
