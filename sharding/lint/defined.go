package lint

import (
	"fmt"
	"slices"
	"strings"

	"shunt/digest"
	"shunt/statement"
)

// rights tells what could not be seen.
func (l *linter) rights() {
	for _, s := range l.world.Schemas {
		for _, m := range s.Missing {
			f := Finding{Kind: NotSeen, Object: m.What, Advice: "not all of them could be seen: " + m.Grant}
			if !slices.ContainsFunc(l.found, func(other Finding) bool { return other.Object == f.Object && other.Advice == f.Advice }) {
				l.add(f)
			}
		}
	}
}

// foreignKeys finds those from one side to the other.
func (l *linter) foreignKeys() {
	for _, k := range l.objects.keys {
		child := statement.Table{Schema: l.module.Database, Name: k.Table}
		parent := statement.Table{Schema: k.OtherDatabase, Name: k.Other}
		ours, theirs := l.sides([]statement.Table{child, parent})
		if len(ours) == 0 || len(theirs) == 0 {
			continue
		}
		f := Finding{Kind: ForeignKey, Object: k.Name, Ours: ours, Theirs: theirs,
			Example: fmt.Sprintf("%s (%s) REFERENCES %s", k.Table, k.Columns, l.shown(parent)),
			Advice:  "no server checks a foreign key over two clusters: drop it, and keep the rows in step in the application; or keep the tables together"}
		f.Count, f.Share = l.counted(func(u *digest.Use) bool { return writes(u, child) })
		l.add(f)
	}
}

// writes says whether the statements of a digest write a table.
func writes(u *digest.Use, t statement.Table) bool {
	return slices.ContainsFunc(u.Tables, func(other statement.Table) bool {
		return other.Write && other.Schema == t.Schema && other.Name == t.Name
	})
}

// counted adds up the statements that are meant, and says which part of all they are.
func (l *linter) counted(meant func(*digest.Use) bool) (n uint64, share float64) {
	for i := range l.world.Traffic.Shapes {
		if u := &l.world.Traffic.Shapes[i]; meant(u) {
			n += u.All()
		}
	}
	return n, part(n, l.total)
}

// views finds those over both sides, and those that would not be where their tables are.
func (l *linter) views() {
	for _, view := range l.objects.views {
		l.understood(view)
		self := statement.Table{Schema: l.module.Database, Name: view.name}
		base := l.objects.behind([]statement.Table{self})
		ours, theirs := l.sides(base)
		f := Finding{Kind: View, Object: view.name, Ours: ours, Theirs: theirs}
		switch {
		case view.hidden, len(ours) == 0 && !l.isOurs(self), len(theirs) == 0 && (l.isOurs(self) || len(ours) == 0):
			continue
		case len(ours) > 0 && len(theirs) > 0:
			f.Advice = "a view lives on one cluster: leave out one side's tables, or keep the tables together"
		case len(theirs) == 0:
			f.Advice = "all its tables are the module's, and it is not: add its name to the module's tables"
		default:
			f.Advice = "its name is among the module's tables, and none of what it reads is: give it another name"
		}
		f.Count, f.Share = l.counted(func(u *digest.Use) bool { return l.objects.names(u, view) })
		l.add(f)
	}
}

// understood tells of the parts of an object that may touch anything.
func (l *linter) understood(o *object) {
	if len(o.unclear) > 0 {
		l.add(Finding{Kind: NotUnderstood, Object: string(o.kind) + " " + o.name, Example: strings.Join(o.unclear, "; "),
			Advice: "what this touches cannot be told from its text: look at it"})
	}
}

// programs finds the stored programs that touch both sides, or would not run where their tables are.
func (l *linter) programs() {
	for _, one := range l.objects.others {
		l.understood(one)
		tables := l.objects.reach(one)
		if one.kind == Trigger {
			l.trigger(one, append(tables, statement.Table{Schema: l.module.Database, Name: one.on}))
		} else if ours, theirs := l.sides(tables); len(ours) > 0 {
			f := Finding{Kind: Event, Object: one.name, Ours: ours, Theirs: theirs,
				Advice: "it runs on the database's home, where the module's tables will not be: create it on " + l.cluster() + " instead"}
			if len(theirs) > 0 {
				f.Advice = "an event runs on one cluster: make two of it, or keep the tables together"
			}
			l.add(f)
		}
	}
	for _, one := range l.objects.routines {
		l.understood(one)
		l.routine(one)
	}
}

func (l *linter) trigger(one *object, tables []statement.Table) {
	ours, theirs := l.sides(tables)
	if len(ours) == 0 || len(theirs) == 0 {
		return
	}
	f := Finding{Kind: Trigger, Object: one.name, Ours: ours, Theirs: theirs, Example: "on " + one.on,
		Advice: "a trigger touches its own cluster only: do in the application what it does, or keep the tables together"}
	f.Count, f.Share = l.counted(func(u *digest.Use) bool { return writes(u, statement.Table{Schema: l.module.Database, Name: one.on}) })
	l.add(f)
}

// routine is about a procedure or a function. CALL goes to the database's home; a function runs where the statement does.
func (l *linter) routine(one *object) {
	ours, theirs := l.sides(l.objects.reach(one))
	calls := func(u *digest.Use) bool { return slices.Contains(l.objects.called(u.Functions, u.Database), one) }
	f := Finding{Kind: one.kind, Object: one.name, Ours: ours, Theirs: theirs}
	switch {
	case len(ours) > 0 && len(theirs) > 0:
		f.Advice = "a routine runs on one cluster: make two of it, or keep the tables together"
	case len(ours) > 0 && one.kind == Procedure:
		f.Advice = "CALL goes to the database's home, where the module's tables will not be: send its statements from the application"
	case len(ours) > 0:
		f.Advice = "a function runs where its statement does: create it on " + l.cluster() + ", and call it only in statements on the module's tables"
	case one.kind == Function:
		meets := func(u *digest.Use) bool {
			ours, _ := l.sides(l.objects.behind(u.Tables))
			return len(ours) > 0 && calls(u)
		}
		if f.Count, f.Share = l.counted(meets); f.Count == 0 {
			return
		}
		f.Advice = "statements on the module's tables call it: create it on " + l.cluster() + ", too"
		if len(theirs) > 0 {
			f.Advice = "statements on the module's tables call it, and it reads others: take its value first, in a statement of its own"
		}
		l.add(f)
		return
	default:
		return
	}
	f.Count, f.Share = l.counted(calls)
	l.add(f)
}
