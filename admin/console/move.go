package console

import (
	"context"
	"strings"

	"shunt/admin"
	"shunt/sharding/move"
)

func moveCommand() command {
	return command{
		verb: "move",
		forms: []form{{
			"MOVE DATABASE database TO cluster [DRY RUN]",
			"copy it there while it is in use, and switch; DRY RUN only tells whether that is possible, and the steps. SHOW MOVES tells how far it is",
		}},
		run: moveDatabase,
	}
}

// moveDatabase runs MOVE DATABASE. It answers as soon as the order is written down.
func moveDatabase(ctx context.Context, s *session, t *tokens) (answer, error) {
	if !t.accept("database") {
		return answer{}, unknown("MOVE ", t.peek(), []string{"DATABASE"})
	}
	database, err := readUnbroken(t, whichDatabase)
	if err != nil {
		return answer{}, err
	}
	if !t.accept("to") {
		return answer{}, unknown("MOVE DATABASE "+database+" ", t.peek(), []string{"TO"})
	}
	cluster, err := readUnbroken(t, "behind TO there must be the name of a cluster; SHOW CLUSTERS lists them")
	if err != nil {
		return answer{}, err
	}
	dryRun := t.accept("dry", "run")
	if err := t.finish(); err != nil {
		return answer{}, err
	}
	o := move.Order{Database: database, To: cluster}
	if dryRun {
		rows, err := s.console.service.MoveDryRun(ctx, o)
		return tabled(rows, err)
	}
	rows, err := s.console.service.Move(ctx, s.actor(), o)
	return tabled(rows, err)
}

func rollbackCommand() command {
	return wishCommand("rollback", "before the switch all of a move is taken back; after it the database goes back, with all that was written since", move.Rollback)
}

func finishCommand() command {
	return wishCommand("finish", "the way back of a move is given up: what is left on the old cluster is dropped", move.Finish)
}

// wishCommand tells a move what is wanted of it. ROLLBACK alone is what clients send at their end, and has no meaning here.
func wishCommand(verb, about string, wish move.Wish) command {
	return command{
		verb: verb, forms: []form{{strings.ToUpper(verb) + " MOVE database", about}},
		run: func(ctx context.Context, s *session, t *tokens) (answer, error) {
			if !t.accept("move") {
				if wish == move.Rollback {
					return done, nil
				}
				return answer{}, unknown(strings.ToUpper(verb)+" ", t.peek(), []string{"MOVE"})
			}
			database, err := readUnbroken(t, "behind MOVE there must be the name of a database; SHOW MOVES lists them")
			if err == nil {
				err = t.finish()
			}
			if err != nil {
				return answer{}, err
			}
			var rows []admin.MoveRow
			rows, err = s.console.service.WantMove(ctx, s.actor(), database, "", wish)
			return tabled(rows, err)
		},
	}
}
