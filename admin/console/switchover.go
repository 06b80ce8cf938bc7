package console

import (
	"context"

	"shunt/admin"
)

func switchoverCommand() command {
	return command{
		verb: "switchover",
		forms: []form{{
			"SWITCHOVER CLUSTER name TO address [DRY RUN]",
			"make another server of a cluster its primary while writes wait; DRY RUN only tells whether that is possible, and the steps",
		}},
		run: switchCluster,
	}
}

// switchCluster runs SWITCHOVER CLUSTER. It answers when it is over; an error says how things are then.
func switchCluster(ctx context.Context, s *session, t *tokens) (answer, error) {
	if !t.accept("cluster") {
		return answer{}, unknown("SWITCHOVER ", t.peek(), []string{"CLUSTER"})
	}
	cluster, err := readUnbroken(t, "behind CLUSTER there must be the name of a cluster; SHOW CLUSTERS lists them")
	if err != nil {
		return answer{}, err
	}
	if !t.accept("to") {
		return answer{}, unknown("SWITCHOVER CLUSTER "+cluster+" ", t.peek(), []string{"TO"})
	}
	address, err := readUnbroken(t, "behind TO there must be the address of a server; SHOW SERVERS lists them")
	if err != nil {
		return answer{}, err
	}
	dryRun := t.accept("dry", "run")
	if err := t.finish(); err != nil {
		return answer{}, err
	}
	rows, err := s.console.service.Switchover(ctx, s.actor(), cluster, address, dryRun)
	if err != nil {
		return answer{}, err
	}
	table := admin.TableOf(rows)
	return answer{table: &table}, nil
}

// readUnbroken reads a text in quotes, or all up to the next blank: an address such as db-1:3306 is several words.
func readUnbroken(t *tokens, missing string) (string, error) {
	first := t.take()
	if first.kind == end {
		return "", syntaxError("%s", missing)
	}
	if first.kind == quoted || first.kind == name {
		return first.text, nil
	}
	after := first.after
	for next := t.peek(); next.kind != end && next.at == after; next = t.peek() {
		after = t.take().after
	}
	return t.sql[first.at:after], nil
}
