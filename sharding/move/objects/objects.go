// Package objects knows what a unit is made of besides rows: tables, sequences, views, triggers, routines and events, with the settings that each was made under.
//
// [Read] asks a server for [Objects]; [Create], [CreateTriggers], [CreateEvents] and [EnableEvents] make them on another one, in this order, since triggers and events
// must not work while rows are copied; [Drop] takes them away; [Compare] tells what two servers have differently. Definitions are kept as the server says them.
//
// Functions that take a connection change its settings: its default database, names and modes.
package objects

import (
	"regexp"
	"strings"

	"shunt/sharding/move/unit"
)

// Objects are the definitions of a unit, as one server has them. Whoever gets them owns them.
type Objects struct {
	Database  string
	Charset   string
	Collation string
	Comment   string // MariaDB
	Tables    []Table
	Sequences []Sequence
	Views     []Program // in an order in which they can be made
	Routines  []Program
	Triggers  []Program // those of one table and moment in their order
	Events    []Program

	unit   unit.Unit         // as it was read
	hidden map[string]string // quoted names of hidden tables, with their own ones
}

// Table is a base table.
type Table struct {
	Name          string
	Create        string
	AutoIncrement uint64 // the next value, as SHOW CREATE TABLE has it; 0: none. What information_schema says may be old (moves.md L21)
}

// Sequence is a sequence of MariaDB.
type Sequence struct {
	Name   string
	Create string
	Next   string // the first value that no session has reserved
	Round  string // how often it began anew
}

// Program is a view, or something that runs.
type Program struct {
	Kind       string // VIEW, PROCEDURE, FUNCTION, PACKAGE, PACKAGE BODY, TRIGGER, EVENT
	Name       string
	Create     string // in the characters of Client
	Mode       string // sql_mode
	Client     string // character_set_client
	Connection string // collation_connection
	Collation  string // of the database when it was made
	Zone       string // an event's time zone
	Status     string // an event's: ENABLED, or another word
	Definer    string // user@host
}

// counter is where SHOW CREATE TABLE tells the next value; only the line with the table's options has it.
var counter = regexp.MustCompile(`(?m)^(\) .*?) AUTO_INCREMENT=(\d+)`)

// withoutCounter is a definition that does not tell how far a table has counted.
func withoutCounter(create string) string { return counter.ReplaceAllString(create, "$1") }

// bare is the text of a program for comparing: CREATE OR REPLACE and CREATE are the same thing.
func bare(create string) string { return strings.TrimSpace(create) }

// Difference is one object that two servers do not have alike.
type Difference struct {
	Kind string // TABLE, SEQUENCE, DATABASE, or that of a program
	Name string
	What string // missing, extra, or what differs
}

// String is the difference for people.
func (d Difference) String() string { return d.Kind + " " + d.Name + ": " + d.What }

// Compare lists what b has not as a has it. How far tables and sequences have counted does not matter.
func Compare(a, b *Objects) []Difference {
	var list []Difference
	database := [][3]string{{"character set", a.Charset, b.Charset}, {"collation", a.Collation, b.Collation}, {"comment", a.Comment, b.Comment}}
	if !a.unit.Whole() { // it has more than these tables
		database = nil
	}
	for _, of := range database {
		if of[1] != of[2] {
			list = append(list, Difference{"DATABASE", a.Database, of[0] + " " + of[1] + " is " + of[2]})
		}
	}
	list = append(list, compare(a.tables(), b.tables())...)
	return append(list, compare(a.programs(), b.programs())...)
}

// fact is an object with all that has to be equal.
type fact struct {
	kind, name string
	texts      [][2]string // what, text
}

func (o *Objects) tables() (facts []fact) {
	for _, t := range o.Tables {
		facts = append(facts, fact{"TABLE", t.Name, [][2]string{{"definition", withoutCounter(t.Create)}}})
	}
	for _, s := range o.Sequences {
		facts = append(facts, fact{"SEQUENCE", s.Name, [][2]string{{"definition", s.Create}}})
	}
	return facts
}

func (o *Objects) programs() (facts []fact) {
	for _, list := range [][]Program{o.Views, o.Routines, o.Triggers, o.Events} {
		for _, p := range list {
			facts = append(facts, fact{p.Kind, p.Name, [][2]string{
				{"definition", bare(p.Create)}, {"sql_mode", p.Mode}, {"character_set_client", p.Client}, {"collation_connection", p.Connection},
				{"database collation", p.Collation}, {"time_zone", p.Zone}, {"status", p.Status}, {"definer", p.Definer},
			}})
		}
	}
	return facts
}

func compare(a, b []fact) (list []Difference) {
	others := map[string]fact{}
	for _, f := range b {
		others[f.kind+" "+f.name] = f
	}
	for _, f := range a {
		key := f.kind + " " + f.name
		other, ok := others[key]
		if !ok {
			list = append(list, Difference{f.kind, f.name, "missing"})
			continue
		}
		delete(others, key)
		for i, text := range f.texts {
			if text[1] != other.texts[i][1] {
				list = append(list, Difference{f.kind, f.name, text[0] + " differs: " + text[1] + " is " + other.texts[i][1]})
			}
		}
	}
	for _, f := range b {
		if _, ok := others[f.kind+" "+f.name]; ok {
			list = append(list, Difference{f.kind, f.name, "extra"})
		}
	}
	return list
}
