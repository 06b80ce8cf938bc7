package console

import (
	"context"

	"shunt/admin"
)

func shardCommand() command {
	return command{
		verb: "shard",
		forms: []form{
			{"SHARD LINT MODULE name [filter]", "what crosses the border between a module's tables and the rest: definitions, statements, transactions"},
			{"SHARD LINT DATABASE database TABLES ('pattern', …) [TO CLUSTER cluster] [filter]", "the same for a module that there is not yet"},
			{"SHARD ADVICE [FOR DATABASE database] [filter]", "which tables could be a module of their own, and what that would take away from the primary"},
		},
		run: shard,
	}
}

// shard runs SHARD LINT and SHARD ADVICE.
func shard(ctx context.Context, s *session, t *tokens) (answer, error) {
	switch {
	case t.accept("lint"):
		order, err := readLint(t)
		if err != nil {
			return answer{}, err
		}
		f, err := parseFilter(t, admin.Columns[admin.FindingRow]())
		if err != nil {
			return answer{}, err
		}
		rows, err := s.console.service.Lint(ctx, order)
		return filtered(admin.TableOf(rows), f, err)
	case t.accept("advice"):
		database := ""
		if t.accept("for", "database") {
			var err error
			if database, err = readTheName(t, "behind FOR DATABASE there must be a database; SHOW DATABASES lists them"); err != nil {
				return answer{}, err
			}
		}
		f, err := parseFilter(t, admin.Columns[admin.AdviceRow]())
		if err != nil {
			return answer{}, err
		}
		rows, err := s.console.service.Advice(ctx, database)
		return filtered(admin.TableOf(rows), f, err)
	}
	return answer{}, unknown("SHARD ", t.peek(), []string{"LINT", "ADVICE"})
}

func filtered(table admin.Table, f filter, err error) (answer, error) {
	if err != nil {
		return answer{}, err
	}
	table.Rows = f.apply(table.Rows)
	return answer{table: &table}, nil
}

// readLint reads which module is meant.
func readLint(t *tokens) (o admin.LintOrder, err error) {
	switch {
	case t.accept("module"):
		o.Module, err = readTheName(t, "behind MODULE there must be the name of a module; SHOW MODULES lists them")
		return o, err
	case !t.accept("database"):
		return o, unknown("SHARD LINT ", t.peek(), []string{"MODULE", "DATABASE"})
	}
	if o.Database, err = readTheName(t, "behind DATABASE there must be a database; SHOW DATABASES lists them"); err != nil {
		return o, err
	}
	if !t.accept("tables") {
		return o, unknown("SHARD LINT DATABASE "+o.Database+" ", t.peek(), []string{"TABLES"})
	}
	if o.Tables, err = readPatterns(t); err != nil || !t.accept("to") {
		return o, err
	}
	if !t.accept("cluster") {
		return o, unknown("TO ", t.peek(), []string{"CLUSTER"})
	}
	o.Cluster, err = readTheName(t, "behind CLUSTER there must be the name of a cluster; SHOW CLUSTERS lists them")
	return o, err
}

// readTheName reads a name, in quotes or not.
func readTheName(t *tokens, missing string) (string, error) {
	tok := t.take()
	if tok.kind != word && tok.kind != name && tok.kind != quoted {
		return "", syntaxError("%s", missing)
	}
	return tok.text, nil
}
