package console

import (
	"context"
	"strconv"

	"shunt/admin"
)

// The commands about one server. Each is verb SERVER address, some with words behind; SET SERVER is in the file of SET.

func drainCommand() command {
	return serverCommand(admin.DrainServer, "DRAIN SERVER address", "the server finishes what it has and gets nothing new; ENABLE SERVER ends that", nil)
}

func enableCommand() command {
	return serverCommand(admin.EnableServer, "ENABLE SERVER address", "the server takes its share of the reads", nil)
}

func backupCommand() command {
	return serverCommand(admin.BackupServer, "BACKUP SERVER address", "the server takes no reads and goes on replicating; ENABLE SERVER ends that", nil)
}

func addCommand() command {
	return serverCommand(admin.AddServer, "ADD SERVER address TO CLUSTER cluster [WEIGHT n]", "the cluster has one server more",
		func(o *admin.ServerOrder, t *tokens) (err error) {
			if !t.accept("to", "cluster") {
				return syntaxError("ADD SERVER %s TO CLUSTER which?", shorten(o.Server))
			}
			tok := t.take()
			if tok.kind != word && tok.kind != name && tok.kind != quoted {
				return syntaxError("behind CLUSTER there must be the name of a cluster")
			}
			o.Cluster = tok.text
			if t.peek().kind != end {
				o.Weight, err = readWeight(t)
			}
			return err
		})
}

func removeCommand() command {
	return serverCommand(admin.RemoveServer, "REMOVE SERVER address [FORCE]",
		"the server is drained, then leaves its cluster; with FORCE clients that keep a connection to it are ended",
		func(o *admin.ServerOrder, t *tokens) error {
			o.Force = t.accept("force")
			return nil
		})
}

func resetCommand() command {
	return serverCommand(admin.ResetServer, "RESET SERVER address", "what was ordered about the server is dropped: it is as the configuration file says", nil)
}

// weighServer runs SET SERVER address WEIGHT n, from the address on.
func weighServer(ctx context.Context, s *session, t *tokens) (answer, error) {
	return orderServer(ctx, s, t, admin.WeighServer, func(o *admin.ServerOrder, t *tokens) (err error) {
		o.Weight, err = readWeight(t)
		return err
	})
}

// serverCommand is a verb about a server. more reads what stands behind the address.
func serverCommand(verb admin.ServerVerb, syntax, about string, more func(*admin.ServerOrder, *tokens) error) command {
	return command{
		verb: string(verb), forms: []form{{syntax, about}},
		run: func(ctx context.Context, s *session, t *tokens) (answer, error) {
			if !t.accept("server") {
				return answer{}, syntaxError("it is %s", syntax)
			}
			return orderServer(ctx, s, t, verb, more)
		},
	}
}

// orderServer reads the rest of a command and gives the order.
func orderServer(ctx context.Context, s *session, t *tokens, verb admin.ServerVerb, more func(*admin.ServerOrder, *tokens) error) (answer, error) {
	address, err := readAddress(t)
	if err != nil {
		return answer{}, err
	}
	order := admin.ServerOrder{Verb: verb, Server: address}
	if more != nil {
		if err := more(&order, t); err != nil {
			return answer{}, err
		}
	}
	if err := t.finish(); err != nil {
		return answer{}, err
	}
	change, err := s.console.service.OrderServer(ctx, s.actor(), order)
	if err != nil {
		return answer{}, err
	}
	table := admin.TableOf([]admin.ServerChange{change})
	return answer{table: &table}, nil
}

// readAddress reads the address of a server: in quotes, or the words up to the next blank, as 127.0.0.1:3306 and db-1.lan:3306 are several.
func readAddress(t *tokens) (string, error) {
	first := t.take()
	switch first.kind {
	case end:
		return "", syntaxError("which server? SHOW SERVERS lists them")
	case quoted, name:
		return first.text, nil
	case word, number, symbol:
	}
	after := first.after
	for next := t.peek(); next.kind != end && next.at == after; next = t.peek() {
		after = t.take().after
	}
	return t.sql[first.at:after], nil
}

// readWeight reads WEIGHT n.
func readWeight(t *tokens) (*int, error) {
	if !t.accept("weight") {
		return nil, syntaxError("there must be WEIGHT and a number, not %q", shorten(t.peek().text))
	}
	tok := t.take()
	n, err := strconv.Atoi(tok.text)
	if tok.kind != number || err != nil {
		return nil, syntaxError("WEIGHT takes a whole number, not %q", shorten(tok.text))
	}
	return &n, nil
}
