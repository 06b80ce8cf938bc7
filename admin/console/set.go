package console

import "context"

// setCommand gives a server another weight. It also takes what drivers set after login (SET NAMES, SET autocommit, SET
// sql_mode …): results are utf8mb4 whatever they say, and nothing else of it means anything here.
func setCommand() command {
	return command{
		verb:  "set",
		forms: []form{{"SET SERVER address WEIGHT n", "the server has another share of the reads, relative to the other replicas"}},
		run: func(ctx context.Context, s *session, t *tokens) (answer, error) {
			if !t.accept("server") {
				return done, nil
			}
			return weighServer(ctx, s, t)
		},
	}
}

// useCommand changes the default database, which EXPLAIN ROUTE looks at. It need not exist: the router will say.
func useCommand() command {
	return command{
		verb:  "use",
		forms: []form{{"USE database", "the default database of EXPLAIN ROUTE"}},
		run: func(_ context.Context, s *session, t *tokens) (answer, error) {
			tok := t.take()
			if tok.kind == end {
				return answer{}, syntaxError("USE takes the name of a database")
			}
			if err := t.finish(); err != nil {
				return answer{}, err
			}
			s.database = tok.text
			return done, nil
		},
	}
}
