package console

import (
	"context"

	"shunt/admin"
)

func reloadCommand() command {
	return command{
		verb:  "reload",
		forms: []form{{"RELOAD CONFIG", "read the configuration file again: what has changed, and whether it is in force now"}},
		run:   reload,
	}
}

// reload runs RELOAD CONFIG. A file with faults changes nothing; the error lists them.
func reload(ctx context.Context, s *session, t *tokens) (answer, error) {
	if !t.accept("config") {
		return answer{}, unknown("RELOAD ", t.peek(), []string{"CONFIG"})
	}
	if err := t.finish(); err != nil {
		return answer{}, err
	}
	changes, err := s.console.service.ReloadConfig(ctx, s.actor())
	if err != nil {
		return answer{}, err
	}
	table := admin.TableOf(changes)
	return answer{table: &table}, nil
}
