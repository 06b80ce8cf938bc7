package console

import (
	"context"
	"strings"

	"shunt/admin/nearest"
)

// command is one verb of the console's language. Its file is named after it.
type command struct {
	verb  string
	forms []form // for HELP; none for what only programs send
	run   func(ctx context.Context, s *session, t *tokens) (answer, error)
}

// form is one way to use a command.
type form struct{ syntax, about string }

// commands is the table of all verbs, in the order of HELP.
func commands() []command {
	return []command{
		showCommand(), explainCommand(),
		drainCommand(), enableCommand(), backupCommand(), alsoSet(setCommand()), alsoAdd(addCommand()), removeCommand(), alsoReset(resetCommand()),
		alterCommand(), dropCommand(), undoCommand(),
		switchoverCommand(), pauseCommand(), resumeCommand(), forgetCommand(),
		moveCommand(), rollbackCommand(), finishCommand(), stopCommand(), startCommand(),
		shardCommand(),
		killCommand(), reloadCommand(), helpCommand(),
		selectCommand(), useCommand(),
		idleCommand("begin"), idleCommand("commit"),
	}
}

// query runs a command that came as text.
func (s *session) query(ctx context.Context, text string) (answer, error) {
	t, err := cut(text)
	if err != nil {
		return answer{}, err
	}
	verb := t.take()
	if verb.kind == end { // a comment alone, as dumps and drivers send them
		return done, nil
	}
	var verbs []string
	for _, c := range commands() {
		if verb.kind == word && strings.EqualFold(verb.text, c.verb) {
			return c.run(ctx, s, t)
		}
		if len(c.forms) > 0 {
			verbs = append(verbs, strings.ToUpper(c.verb))
		}
	}
	return answer{}, unknown("", verb, verbs)
}

// unknown is the error of a word that is not known behind others, with those that look like it.
func unknown(before string, wrong token, known []string) error {
	if wrong.kind == end {
		return syntaxError("%s what? There are %s", strings.TrimSpace(before), strings.Join(known, ", "))
	}
	hint := "there are " + strings.Join(known, ", ")
	if near := nearest.Of(wrong.text, known); len(near) > 0 {
		for i, n := range near {
			near[i] = before + n
		}
		hint = "did you mean " + strings.Join(near, " or ") + "? HELP lists the commands"
	}
	return syntaxError("%s is not known; %s", before+shorten(wrong.text), hint)
}

// idleCommand is a verb that has no meaning here and does no harm.
func idleCommand(verb string) command {
	return command{verb: verb, run: func(context.Context, *session, *tokens) (answer, error) { return done, nil }}
}
