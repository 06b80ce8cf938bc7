package objects

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"shunt/backend/monitor/control"
	"shunt/sharding/move/rows"
	"shunt/sharding/move/unit"
	"shunt/statement"
	"shunt/topology"
)

// Create makes the database, where it is not there, and its tables, sequences, routines and views. It returns before ctx ends. What was made before an error stays; [Drop] takes it away.
func Create(ctx context.Context, c *control.Conn, o *Objects) error {
	database := "CREATE DATABASE IF NOT EXISTS " + statement.QuoteName(o.Database) + " CHARACTER SET " + o.Charset + " COLLATE " + o.Collation
	if o.Comment != "" {
		database += " COMMENT " + rows.Quote(o.Comment)
	}
	if err := use(ctx, c, o, database); err != nil {
		return err
	}
	if c.Flavor() == topology.MariaDB {
		if _, err := c.Query(ctx, "SET SESSION innodb_strict_mode=0"); err != nil {
			return err
		}
	}
	var list []step
	for _, s := range o.Sequences { // a column's default may need one
		list = append(list, step{"sequence " + s.Name, s.Create}, step{"sequence " + s.Name, s.setValue(o.unit.Table(s.Name))})
	}
	for _, t := range o.Tables {
		list = append(list, step{"table " + t.Name, t.Create})
	}
	if err := run(ctx, c, list); err != nil {
		return err
	}
	if err := o.createPrograms(ctx, c, o.Routines); err != nil {
		return err
	}
	return o.createPrograms(ctx, c, o.Views)
}

// setValue lets a sequence go on where the other one will.
func (s *Sequence) setValue(quoted string) string {
	return fmt.Sprintf("SELECT SETVAL(%s, %s, 0, %s)", quoted, s.Next, s.Round)
}

// SetCounters sets how far tables and sequences have counted, as o has it; o was read after the last write. A table that has counted as far or farther
// stays as it is: most have, since they count the rows that are copied, and an ALTER TABLE costs statements that wait many times what it costs to ask.
func SetCounters(ctx context.Context, c *control.Conn, o *Objects) error {
	if err := use(ctx, c, o); err != nil {
		return err
	}
	counted, err := counters(ctx, c, o)
	if err != nil {
		return err
	}
	var list []step
	for _, t := range o.Tables {
		if t.AutoIncrement > counted[t.Name] {
			list = append(list, step{"table " + t.Name, fmt.Sprintf("ALTER TABLE %s AUTO_INCREMENT=%d", o.unit.Table(t.Name), t.AutoIncrement)})
		}
	}
	for _, s := range o.Sequences {
		list = append(list, step{"sequence " + s.Name, s.setValue(o.unit.Table(s.Name))})
	}
	return run(ctx, c, list)
}

// counters asks how far tables have counted that o has counters of.
func counters(ctx context.Context, c *control.Conn, o *Objects) (map[string]uint64, error) {
	var have Objects
	var questions []question
	for _, t := range o.Tables {
		if t.AutoIncrement > 0 {
			questions = append(questions, have.tableQuestion("BASE TABLE", t.Name, o.unit.Table(t.Name))...)
		}
	}
	if err := ask(ctx, c, questions); err != nil {
		return nil, fmt.Errorf("reading the counters of %s: %w", o.Database, err)
	}
	counted := map[string]uint64{}
	for _, t := range have.Tables {
		counted[t.Name] = t.AutoIncrement
	}
	return counted, nil
}

// CreateTriggers makes the triggers, once all rows are there.
func CreateTriggers(ctx context.Context, c *control.Conn, o *Objects) error {
	if err := use(ctx, c, o); err != nil {
		return err
	}
	return o.createPrograms(ctx, c, o.Triggers)
}

// CreateEvents makes the events, all disabled.
func CreateEvents(ctx context.Context, c *control.Conn, o *Objects) error {
	if err := use(ctx, c, o); err != nil {
		return err
	}
	disabled := slices.Clone(o.Events)
	for i := range disabled {
		p := &disabled[i]
		if p.Status != "ENABLED" {
			continue
		}
		before := p.Create
		for _, preserve := range []string{" ON COMPLETION NOT PRESERVE ", " ON COMPLETION PRESERVE "} {
			p.Create = strings.Replace(p.Create, preserve+"ENABLE", preserve+"DISABLE", 1)
		}
		if p.Create == before {
			return fmt.Errorf("event %s: its definition does not say that it is enabled: %s", p.Name, p.Create)
		}
	}
	return o.createPrograms(ctx, c, disabled)
}

// EnableEvents enables the events that o has enabled. Their definers stay; without the clause it would be who asks.
func EnableEvents(ctx context.Context, c *control.Conn, o *Objects) error {
	if err := use(ctx, c, o); err != nil {
		return err
	}
	for _, p := range o.Events {
		if p.Status != "ENABLED" {
			continue
		}
		p.Create = "ALTER DEFINER=" + quotedAccount(p.Definer) + " EVENT " + statement.QuoteName(p.Name) + " ENABLE"
		if err := o.createPrograms(ctx, c, []Program{p}); err != nil {
			return err
		}
	}
	return nil
}

// quotedAccount writes user@host as statements have it.
func quotedAccount(account string) string {
	at := strings.LastIndexByte(account, '@')
	if at < 0 {
		return statement.QuoteName(account) // a role
	}
	return statement.QuoteName(account[:at]) + "@" + statement.QuoteName(account[at+1:])
}

// use sets the session up, runs what has to be before, and chooses the database.
func use(ctx context.Context, c *control.Conn, o *Objects, before ...string) error {
	statements := append(settings(c), before...)
	if _, err := c.Script(ctx, append(statements, "USE "+statement.QuoteName(o.Database))...); err != nil {
		return fmt.Errorf("database %s: %w", o.Database, err)
	}
	return nil
}

// step is a statement and what it is about.
type step struct{ name, sql string }

// mostSteps is how many definitions one packet has.
const mostSteps = 50

// run executes statements, many in one packet. A server that fails says which one it was by how many results came before.
func run(ctx context.Context, c *control.Conn, list []step) error {
	for len(list) > 0 {
		n := 1
		for n < min(len(list), mostSteps) && !list[n-1].alone() && !list[n].alone() {
			n++
		}
		statements := make([]string, n)
		for i := range statements {
			statements[i] = list[i].sql
		}
		results, err := c.Script(ctx, statements...)
		if err != nil {
			return fmt.Errorf("%s: %w", list[min(len(results), n-1)].name, err)
		}
		list = list[n:]
	}
	return nil
}

// alone says whether a statement wants a packet of its own: a comment up to the end of a line would go on into the next one, and what MySQL keeps of an event has the
// semicolon behind it (9.7).
func (s *step) alone() bool {
	return strings.Contains(s.sql, "--") || strings.Contains(s.sql, "#") || !strings.HasPrefix(s.name, "table ") && !strings.HasPrefix(s.name, "sequence ") && !strings.HasPrefix(s.name, "view ")
}

// createPrograms makes programs, each under the settings that it was made under. Those are sent ahead, since a packet is read with the settings that it finds.
func (o *Objects) createPrograms(ctx context.Context, c *control.Conn, programs []Program) error {
	for len(programs) > 0 {
		n := 1
		for n < len(programs) && alike(&programs[n], &programs[0]) {
			n++
		}
		if err := o.createAlike(ctx, c, programs[:n]); err != nil {
			return err
		}
		programs = programs[n:]
	}
	return nil
}

func alike(a, b *Program) bool {
	return a.Mode == b.Mode && a.Client == b.Client && a.Connection == b.Connection && a.Collation == b.Collation && a.Zone == b.Zone
}

func (o *Objects) createAlike(ctx context.Context, c *control.Conn, programs []Program) (err error) {
	p := &programs[0]
	if p.Collation != "" && p.Collation != o.Collation {
		if err := o.collate(ctx, c, p.Collation); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, o.collate(ctx, c, o.Collation)) }()
	}
	if _, err := c.Query(ctx, p.settings()); err != nil {
		return fmt.Errorf("%s %s: the settings that it was made under: %w", strings.ToLower(p.Kind), p.Name, err)
	}
	list := make([]step, len(programs))
	for i := range programs {
		list[i] = step{strings.ToLower(programs[i].Kind) + " " + programs[i].Name, programs[i].Create}
	}
	err = run(ctx, c, list)
	_, after := c.Script(ctx, settings(c)...)
	return errors.Join(err, after)
}

// settings is the statement that sets what a program was made under.
func (p *Program) settings() string {
	mode, zone := p.Mode, p.Zone
	if p.Kind == "VIEW" {
		mode = "NO_ENGINE_SUBSTITUTION"
	}
	if zone == "" {
		zone = "+00:00"
	}
	return "SET SESSION sql_mode=" + rows.Quote(mode) + ", time_zone=" + rows.Quote(zone) + ", character_set_client=" + p.Client + ", collation_connection=" + p.Connection
}

// collate changes the database's collation for as long as programs are made that have another one.
func (o *Objects) collate(ctx context.Context, c *control.Conn, collation string) error {
	_, err := c.Query(ctx, o.collated(collation))
	return err
}

func (o *Objects) collated(collation string) string {
	return "ALTER DATABASE " + statement.QuoteName(o.Database) + " COLLATE " + collation
}

// Drop takes everything of a unit away; what is not there is no error. A database that has tables of others stays, without the unit's.
func Drop(ctx context.Context, c *control.Conn, u unit.Unit) error {
	if u.Whole() && u.Everything() {
		_, err := c.Query(ctx, "DROP DATABASE IF EXISTS "+statement.QuoteName(u.Database))
		return err
	}
	o, err := Read(ctx, c, u)
	if errors.Is(err, ErrNoDatabase) {
		return nil
	}
	if err != nil {
		return err
	}
	var list []step
	drop := func(kind, name, quoted string) {
		list = append(list, step{strings.ToLower(kind) + " " + name, "DROP " + kind + " IF EXISTS " + quoted})
	}
	for _, programs := range [][]Program{o.Events, o.Views, o.Routines} {
		for _, p := range programs {
			drop(p.Kind, p.Name, u.Program(p.Name))
		}
	}
	for _, t := range o.Tables {
		drop("TABLE", t.Name, u.Table(t.Name))
	}
	for _, s := range o.Sequences {
		drop("SEQUENCE", s.Name, u.Table(s.Name))
	}
	return run(ctx, c, list)
}
