package objects

import (
	"fmt"
	"slices"
	"strings"

	"shunt/sharding/move/rows"
	"shunt/sharding/move/unit"
	"shunt/statement"
	"shunt/topology"
)

// A Statement is one of a script that makes objects, for whoever executes it later, elsewhere.
type Statement struct {
	SQL string
	// Client is the character set that a client is to have which sends it, as the client of a program's maker had; empty: any that has ASCII. A client that takes
	// another one changes the session's, which the statement that comes with the new one sets right.
	Client string
	// Program says that the text may have semicolons within.
	Program bool
}

// ScriptTables are the statements that make the database and what there has to be before rows come: what [Create] executes. With fresh a server that has the database
// refuses. The session's characters are UTF-8 before and after it.
func (o *Objects) ScriptTables(f topology.Flavor, fresh bool) []Statement {
	list := scripted(scriptSettings(f))
	database := "CREATE DATABASE "
	if !fresh {
		database += "IF NOT EXISTS "
	}
	database += statement.QuoteName(o.Database) + " CHARACTER SET " + o.Charset + " COLLATE " + o.Collation
	if o.Comment != "" {
		database += " COMMENT " + rows.Quote(o.Comment)
	}
	list = append(list, scripted([]string{database, "USE " + statement.QuoteName(o.Database)})...)
	for _, s := range o.Sequences {
		list = append(list, Statement{SQL: s.Create, Program: true}, Statement{SQL: strings.Replace(s.setValue(statement.QuoteName(s.Name)), "SELECT ", "DO ", 1)})
	}
	for _, t := range o.Tables {
		list = append(list, Statement{SQL: t.Create, Program: true})
	}
	list = append(list, o.scriptPrograms(f, o.Routines)...)
	return append(list, o.scriptPrograms(f, o.Views)...)
}

// ScriptPrograms are the statements that make what has to come behind the rows: triggers and events. Those events are enabled that are, and those of which enabled says
// that they were.
func (o *Objects) ScriptPrograms(f topology.Flavor, enabled func(event string) bool) []Statement {
	list := scripted(scriptSettings(f))
	list = append(list, Statement{SQL: "USE " + statement.QuoteName(o.Database)})
	triggers := slices.Clone(o.Triggers)
	for i := range triggers {
		triggers[i].Create = o.plain(triggers[i].Create)
	}
	list = append(list, o.scriptPrograms(f, triggers)...)
	list = append(list, o.scriptPrograms(f, o.Events)...)
	for _, p := range o.Events {
		if p.Status != "ENABLED" && enabled(p.Name) {
			p.Create = "ALTER DEFINER=" + quotedAccount(p.Definer) + " EVENT " + statement.QuoteName(p.Name) + " ENABLE"
			list = append(list, o.scriptPrograms(f, []Program{p})...)
		}
	}
	return list
}

// scriptSettings are the settings of a session that makes definitions, on any version of the flavor.
func scriptSettings(f topology.Flavor) []string {
	list := []string{"SET NAMES utf8mb4", "SET SESSION sql_mode='NO_ENGINE_SUBSTITUTION', time_zone='+00:00', foreign_key_checks=0"}
	if f == topology.MySQL {
		return append(list, "/*!80030 SET SESSION sql_generate_invisible_primary_key=0, sql_require_primary_key=0 */")
	}
	return append(list, "SET SESSION innodb_strict_mode=0")
}

func scripted(list []string) (statements []Statement) {
	for _, sql := range list {
		statements = append(statements, Statement{SQL: sql})
	}
	return statements
}

// scriptPrograms makes programs, each group under the settings that it was made under.
func (o *Objects) scriptPrograms(f topology.Flavor, programs []Program) (list []Statement) {
	for len(programs) > 0 {
		n := 1
		for n < len(programs) && alike(&programs[n], &programs[0]) {
			n++
		}
		p := &programs[0]
		collated := p.Collation != "" && p.Collation != o.Collation
		if collated {
			list = append(list, Statement{SQL: o.collated(p.Collation)})
		}
		list = append(list, Statement{SQL: p.settings(), Client: p.Client})
		for _, p := range programs[:n] {
			list = append(list, Statement{SQL: p.Create, Client: p.Client, Program: true})
		}
		list = append(list, scripted(scriptSettings(f))...)
		if collated {
			list = append(list, Statement{SQL: o.collated(o.Collation)})
		}
		programs = programs[n:]
	}
	return list
}

// Enabling says whether one of some statements enables an event of a unit, as package accounts writes it.
func Enabling(statements []string, u unit.Unit) func(event string) bool {
	return func(event string) bool {
		for _, sql := range statements {
			if strings.HasPrefix(sql, "ALTER ") && strings.HasSuffix(sql, fmt.Sprintf(" EVENT %s ENABLE", u.Program(event))) {
				return true
			}
		}
		return false
	}
}
