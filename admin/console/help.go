package console

import (
	"context"
	"strings"

	"shunt/admin"
)

// helpRow is one line of HELP.
type helpRow struct {
	Command string `json:"command" doc:"how it is written"`
	About   string `json:"about" doc:"what it does"`
}

func helpCommand() command {
	return command{
		verb:  "help",
		forms: []form{{"HELP [word]", "these lines, or those that begin with the word"}},
		run:   help,
	}
}

// help lists the commands. The mysql client sends the word behind its own help command in quotes.
func help(_ context.Context, _ *session, t *tokens) (answer, error) {
	begin := strings.ToUpper(t.take().text)
	if err := t.finish(); err != nil {
		return answer{}, err
	}
	rows := []helpRow{}
	for _, f := range forms() {
		if strings.HasPrefix(f.syntax, begin) {
			rows = append(rows, helpRow{f.syntax, f.about})
		}
	}
	table := admin.TableOf(rows)
	return answer{table: &table}, nil
}

// forms are the ways to use all commands, in the order of HELP.
func forms() []form {
	var all []form
	for _, c := range commands() {
		all = append(all, c.forms...)
	}
	return all
}
