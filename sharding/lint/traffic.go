package lint

import (
	"fmt"
	"strings"

	"shunt/digest"
	"shunt/statement"
)

// digests finds the statements that touch both sides.
func (l *linter) digests() {
	for i := range l.world.Traffic.Shapes {
		u := &l.world.Traffic.Shapes[i]
		ours, theirs := l.sides(l.objects.behind(u.Tables))
		if len(ours) == 0 || len(theirs) == 0 {
			continue
		}
		f := Finding{Kind: Read, Object: u.ID, Ours: ours, Theirs: theirs, Count: u.All(), Share: part(u.All(), l.total), Example: u.Text,
			Advice: "it reads both sides at once: ask one side first and the other with its answer, or keep the tables together"}
		if u.Writes() {
			f.Kind, f.Advice = Write, "it writes with both sides in one statement: read first, then write to one side; or keep the tables together"
		}
		l.crossing += f.Count
		l.add(f)
	}
}

// transactions finds those that touch both sides.
func (l *linter) transactions() {
	texts := map[string]string{}
	for i := range l.world.Traffic.Shapes {
		texts[l.world.Traffic.Shapes[i].ID] = l.world.Traffic.Shapes[i].Text
	}
	total := l.world.Traffic.OtherTransactions
	for _, t := range l.world.Traffic.Transactions {
		total += t.Transactions
	}
	for _, t := range l.world.Traffic.Transactions {
		ours, theirs := l.sides(l.objects.behind(t.Tables))
		if len(ours) == 0 || len(theirs) == 0 {
			continue
		}
		f := Finding{Kind: Transaction, Object: strings.Join(t.Example, " "), Ours: ours, Theirs: theirs, Count: t.Transactions,
			Share: part(t.Transactions, total), Example: example(t, texts), Advice: l.transactionAdvice(t)}
		l.crossingTransactions += t.Transactions
		l.add(f)
	}
}

// transactionAdvice says what matters: whether both sides are written.
func (l *linter) transactionAdvice(t digest.Together) string {
	var here, there bool
	for _, table := range l.objects.behind(t.Tables) {
		if !table.Write || l.isNear(table) && !l.isOurs(table) {
			continue
		}
		here, there = here || l.isOurs(table), there || !l.isOurs(table)
	}
	switch {
	case here && there:
		return "both sides are written in one transaction: decide whether they may be committed apart, else keep the tables together"
	case here || there:
		return "one side is written and the other only read: read that before the transaction begins"
	}
	return "both sides are only read: no transaction is needed over both, unless they have to show one moment"
}

// maxExample is how much of a transaction's text is shown, in bytes; each statement's is bounded already.
const maxExample = 2048

func example(t digest.Together, texts map[string]string) string {
	var b strings.Builder
	for i, id := range t.Example {
		text := texts[id]
		if text == "" {
			text = "(" + id + ", forgotten)"
		}
		if b.Len()+len(text) > maxExample {
			fmt.Fprintf(&b, "; and %d more", len(t.Example)-i)
			break
		}
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(text)
	}
	return b.String()
}

// verdict is all of it in a sentence.
func (l *linter) verdict(r Report) Finding {
	count := map[Kind]int{}
	for _, f := range r.Findings {
		count[f.Kind]++
	}
	defined := count[ForeignKey] + count[View] + count[Procedure] + count[Function] + count[Trigger] + count[Event]
	f := Finding{Kind: Verdict, Object: l.module.Name, Count: l.crossing, Share: part(l.crossing, l.total)}
	ours := []statement.Table{}
	for t := range l.objects.tables {
		if l.module.Has(t) {
			ours = append(ours, statement.Table{Schema: l.module.Database, Name: t})
		}
	}
	f.Ours, _ = l.sides(ours)
	var says []string
	if n := defined; n > 0 {
		says = append(says, counted(n, "definition"))
	}
	if n := count[Read] + count[Write]; n > 0 {
		says = append(says, fmt.Sprintf("%s (%.2f %% of all statements)", counted(n, "shape of statements"), 100*f.Share))
	}
	if n := count[Transaction]; n > 0 {
		says = append(says, fmt.Sprintf("%s (%d transactions)", counted(n, "set of transactions"), l.crossingTransactions))
	}
	f.Advice = "nothing that was seen crosses"
	if len(says) > 0 {
		f.Advice = "to be settled first: " + strings.Join(says, ", ")
	}
	if n := count[NotUnderstood]; n > 0 {
		f.Advice += fmt.Sprintf("; %d not understood, look at them", n)
	}
	if count[NotSeen] > 0 {
		f.Advice += "; not everything could be seen"
	}
	since := l.world.Traffic.Taken.Sub(l.world.Traffic.Since)
	f.Advice += fmt.Sprintf("; statements were counted for %s, and what runs more seldom is not among them", roughly(since))
	return f
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	first, rest, _ := strings.Cut(what, " ")
	return strings.TrimSpace(fmt.Sprintf("%d %ss %s", n, first, rest))
}
