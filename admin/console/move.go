package console

import (
	"context"
	"strconv"
	"strings"

	"shunt/admin"
	"shunt/sharding/move"
)

func moveCommand() command {
	return command{
		verb: "move",
		forms: []form{
			{
				"MOVE DATABASE database TO cluster [WINDOW 'time-time'] [DRY RUN]",
				"copy it there while it is in use, and switch; DRY RUN only tells whether that is possible, and the steps. SHOW MOVES tells how far it is",
			},
			{
				"MOVE MODULE module TO cluster [WINDOW 'time-time'] [DRY RUN]",
				"the same with the tables of a module",
			},
			{
				"MOVE {DATABASES LIKE 'pattern' | CLUSTER cluster} TO cluster [WINDOW 'time-time'] [DRY RUN]",
				"the same with many: those that the pattern fits, or all that live on a cluster; DRY RUN groups what it finds. With a window they begin and switch in that time of day (UTC, or name a zone)",
			},
		},
		run: moveUnits,
	}
}

// moveUnits runs MOVE. It answers as soon as the orders are written down.
func moveUnits(ctx context.Context, s *session, t *tokens) (answer, error) {
	var o admin.MovesOrder
	var what string
	var err error
	switch {
	case t.accept("database"):
		return moveOne(ctx, s, t, "DATABASE")
	case t.accept("module"):
		return moveOne(ctx, s, t, "MODULE")
	case t.accept("databases"):
		if !t.accept("like") {
			return answer{}, unknown("MOVE DATABASES ", t.peek(), []string{"LIKE"})
		}
		o.Like, err = readUnbroken(t, "behind LIKE there must be a pattern in quotes, such as 'shop_%'")
		what = "DATABASES LIKE '" + o.Like + "'"
	case t.accept("cluster"):
		o.From, err = readUnbroken(t, whichCluster)
		what = "CLUSTER " + o.From
	default:
		return answer{}, unknown("MOVE ", t.peek(), []string{"DATABASE", "MODULE", "DATABASES LIKE", "CLUSTER"})
	}
	var dryRun bool
	if err == nil {
		o.To, o.Window, dryRun, err = readWhere(t, "MOVE "+what)
	}
	if err != nil {
		return answer{}, err
	}
	if dryRun {
		rows, err := s.console.service.MovesDryRun(ctx, o)
		return tabled(rows, err)
	}
	rows, err := s.console.service.StartMoves(ctx, s.actor(), o)
	return tabled(rows, err)
}

const whichModule = "behind MODULE there must be the name of a module; SHOW MODULES lists them"

const whichCluster = "there must be the name of a cluster; SHOW CLUSTERS lists them"

// moveOne runs MOVE DATABASE, and MOVE MODULE.
func moveOne(ctx context.Context, s *session, t *tokens, kind string) (answer, error) {
	var o move.Order
	what, missing := &o.Database, whichDatabase
	if kind == "MODULE" {
		what, missing = &o.Module, whichModule
	}
	var err error
	if *what, err = readUnbroken(t, missing); err != nil {
		return answer{}, err
	}
	var dryRun bool
	if o.To, o.Window, dryRun, err = readWhere(t, "MOVE "+kind+" "+*what); err != nil {
		return answer{}, err
	}
	if dryRun {
		rows, err := s.console.service.MoveDryRun(ctx, o)
		return tabled(rows, err)
	}
	rows, err := s.console.service.Move(ctx, s.actor(), o)
	return tabled(rows, err)
}

// readWhere reads where something moves to, when, and whether really.
func readWhere(t *tokens, before string) (cluster, window string, dryRun bool, err error) {
	if !t.accept("to") {
		return "", "", false, unknown(before+" ", t.peek(), []string{"TO"})
	}
	if cluster, err = readUnbroken(t, "behind TO "+whichCluster); err == nil && t.accept("window") {
		window, err = readUnbroken(t, "behind WINDOW there must be a time of day in quotes, such as '22:00-05:00' or '22:00-05:00 Europe/Paris'")
	}
	if err == nil {
		dryRun = t.accept("dry", "run")
		err = t.finish()
	}
	return cluster, window, dryRun, err
}

func stopCommand() command {
	return command{
		verb: "stop",
		forms: []form{{
			"STOP MOVES [REASON 'text']",
			"from now on no move begins, on no proxy; copies are left to be resumed, switches that are under way end by themselves, those that have switched go on following",
		}},
		run: func(ctx context.Context, s *session, t *tokens) (answer, error) {
			if !t.accept("moves") {
				return answer{}, unknown("STOP ", t.peek(), []string{"MOVES"})
			}
			reason, err := "", error(nil)
			if t.accept("reason") {
				reason, err = readUnbroken(t, "behind REASON there must be a text in quotes")
			}
			if err == nil {
				err = t.finish()
			}
			if err != nil {
				return answer{}, err
			}
			rows, err := s.console.service.StopMoves(ctx, s.actor(), reason)
			return tabled(rows, err)
		},
	}
}

// startCommand lets moves go on. START alone is what clients begin a transaction with, and has no meaning here.
func startCommand() command {
	return command{
		verb:  "start",
		forms: []form{{"START MOVES [MAX n]", "moves go on that were stopped, and failures count anew; MAX: so many may work at a time from now on, in the whole fleet"}},
		run: func(ctx context.Context, s *session, t *tokens) (answer, error) {
			if !t.accept("moves") {
				return done, nil
			}
			most := 0
			if t.accept("max") {
				n, err := strconv.Atoi(t.take().text)
				if err != nil || n < 1 {
					return answer{}, syntaxError("behind MAX there must be a number of moves, such as 400")
				}
				most = n
			}
			if err := t.finish(); err != nil {
				return answer{}, err
			}
			rows, err := s.console.service.GoOnMoves(ctx, s.actor(), most)
			return tabled(rows, err)
		},
	}
}

func rollbackCommand() command {
	return wishCommand("rollback", "before the switch all of a move is taken back; after it the database goes back, with all that was written since", move.Rollback)
}

func finishCommand() command {
	return wishCommand("finish", "the way back of a move is given up: what is left on the old cluster is dropped; FORCE: although there is no dump of it, or not yet (moves.keep_dumps)", move.Finish)
}

// wishCommand tells a move what is wanted of it. ROLLBACK alone is what clients send at their end, and has no meaning here.
func wishCommand(verb, about string, wish move.Wish) command {
	force := ""
	if wish == move.Finish {
		force = " [FORCE]"
	}
	return command{
		verb: verb, forms: []form{{strings.ToUpper(verb) + " MOVE {database | MODULE module}" + force, about}},
		run: func(ctx context.Context, s *session, t *tokens) (answer, error) {
			if !t.accept("move") {
				if wish == move.Rollback {
					return done, nil
				}
				return answer{}, unknown(strings.ToUpper(verb)+" ", t.peek(), []string{"MOVE"})
			}
			var database, module string
			var err error
			wanted := wish
			if t.accept("module") {
				module, err = readUnbroken(t, whichModule)
			} else {
				database, err = readUnbroken(t, "behind MOVE there must be the name of a database; SHOW MOVES lists them")
			}
			if err == nil && force != "" && t.accept("force") {
				wanted = move.FinishForced
			}
			if err == nil {
				err = t.finish()
			}
			if err != nil {
				return answer{}, err
			}
			var rows []admin.MoveRow
			rows, err = s.console.service.WantMove(ctx, s.actor(), database, module, wanted)
			return tabled(rows, err)
		},
	}
}
