package console

import (
	"context"
	"strconv"
	"strings"

	"shunt/admin"
	"shunt/sharding/orders"
)

// The commands about the shard map. ADD, SET and RESET have forms about servers, too, in files of their own.

// ending is what may stand at the end of each of them.
const ending = " [DRY RUN] [FORCE]"

// also is a command with one form more, about what a word names.
func also(c command, words []string, f form, run func(ctx context.Context, s *session, t *tokens) (answer, error)) command {
	otherwise := c.run
	c.forms = append(c.forms, f)
	c.run = func(ctx context.Context, s *session, t *tokens) (answer, error) {
		if t.accept(words...) {
			return run(ctx, s, t)
		}
		return otherwise(ctx, s, t)
	}
	return c
}

// about is a command that is about one of these, and tells so if it is about something else.
func about(c command, subjects ...string) command {
	run := c.run
	c.run = func(ctx context.Context, s *session, t *tokens) (answer, error) {
		first := t.peek()
		for _, subject := range subjects {
			if word, _, _ := strings.Cut(subject, " "); strings.EqualFold(first.text, word) {
				return run(ctx, s, t)
			}
		}
		return answer{}, unknown(strings.ToUpper(c.verb)+" ", first, subjects)
	}
	return c
}

func alsoAdd(c command) command {
	return about(also(c, []string{"module"}, form{
		"ADD MODULE name DATABASE database TABLES ('pattern', …) CLUSTER cluster" + ending,
		"these tables of the database live on that cluster; DRY RUN only tells what would be looked for elsewhere, FORCE does it although tables are not there",
	}, moduleOrder(orders.AddModule)), "SERVER", "MODULE")
}

func alsoSet(c command) command {
	c = also(c, []string{"database"}, form{
		"SET DATABASE database HOME cluster [AS name]" + ending, "the database lives on that cluster, where it may have another name, whatever else was found or is in the file",
	}, setHome)
	return also(c, []string{"default", "home"}, form{"SET DEFAULT HOME cluster [DRY RUN]", "new databases are made on that cluster"},
		func(ctx context.Context, s *session, t *tokens) (answer, error) {
			cluster, err := readUnbroken(t, "behind HOME there must be the name of a cluster; SHOW CLUSTERS lists them")
			if err != nil {
				return answer{}, err
			}
			return orderMap(ctx, s, t, orders.Order{Verb: orders.SetDefault, Cluster: cluster})
		})
}

func alsoReset(c command) command {
	c = also(c, []string{"module"}, form{"RESET MODULE name" + ending, "what was ordered about the module is dropped: it is as the configuration file says"}, moduleOrder(orders.ResetModule))
	c = also(c, []string{"database"}, form{"RESET DATABASE database" + ending, "what was ordered about its home is dropped: the file decides it, or what is found"},
		func(ctx context.Context, s *session, t *tokens) (answer, error) {
			database, err := readUnbroken(t, whichDatabase)
			if err != nil {
				return answer{}, err
			}
			return orderMap(ctx, s, t, orders.Order{Verb: orders.ResetHome, Database: database})
		})
	return about(also(c, []string{"default", "home"}, form{"RESET DEFAULT HOME [DRY RUN]", "new databases are made where the configuration file says"},
		func(ctx context.Context, s *session, t *tokens) (answer, error) {
			return orderMap(ctx, s, t, orders.Order{Verb: orders.ResetDefault})
		}), "SERVER", "MODULE", "DATABASE", "DEFAULT HOME")
}

func alterCommand() command {
	return moduleCommand(orders.AlterModule, "ALTER MODULE name [DATABASE database] [TABLES ('pattern', …)] [CLUSTER cluster]"+ending, "the module has other tables, or lives elsewhere; what is not said stays")
}

func dropCommand() command {
	return moduleCommand(orders.DropModule, "DROP MODULE name"+ending, "its tables live where their database does; RESET MODULE brings back one that the file has")
}

// moduleCommand is a verb that is about modules alone.
func moduleCommand(verb orders.Verb, syntax, about string) command {
	word, _, _ := strings.Cut(string(verb), " ")
	return command{verb: word, forms: []form{{syntax, about}}, run: func(ctx context.Context, s *session, t *tokens) (answer, error) {
		if !t.accept("module") {
			return answer{}, unknown(strings.ToUpper(word)+" ", t.peek(), []string{"MODULE"})
		}
		return moduleOrder(verb)(ctx, s, t)
	}}
}

func undoCommand() command {
	return command{
		verb: "undo", forms: []form{{"UNDO CHANGE n" + ending, "take a change of SHOW AUDIT back, if nobody has changed the same since"}},
		run: func(ctx context.Context, s *session, t *tokens) (answer, error) {
			if !t.accept("change") {
				return answer{}, unknown("UNDO ", t.peek(), []string{"CHANGE"})
			}
			tok := t.take()
			n, err := strconv.ParseInt(tok.text, 10, 64)
			if tok.kind != number || err != nil {
				return answer{}, syntaxError("UNDO CHANGE takes the number of a change, not %q; SHOW AUDIT lists them", shorten(tok.text))
			}
			return orderMap(ctx, s, t, orders.Order{Verb: orders.Undo, Change: n})
		},
	}
}

const whichDatabase = "behind DATABASE there must be the name of a database"

// setHome runs SET DATABASE database HOME cluster [AS name], from the name on.
func setHome(ctx context.Context, s *session, t *tokens) (answer, error) {
	database, err := readUnbroken(t, whichDatabase)
	if err != nil {
		return answer{}, err
	}
	if !t.accept("home") {
		return answer{}, unknown("SET DATABASE "+database+" ", t.peek(), []string{"HOME"})
	}
	cluster, err := readUnbroken(t, "behind HOME there must be the name of a cluster; SHOW CLUSTERS lists them")
	if err != nil {
		return answer{}, err
	}
	o := orders.Order{Verb: orders.SetHome, Database: database, Cluster: cluster}
	if t.accept("as") {
		if o.Name, err = readUnbroken(t, "behind AS there must be the name that the database has on the cluster"); err != nil {
			return answer{}, err
		}
	}
	return orderMap(ctx, s, t, o)
}

// moduleOrder runs an order about a module, from its name on.
func moduleOrder(verb orders.Verb) func(ctx context.Context, s *session, t *tokens) (answer, error) {
	return func(ctx context.Context, s *session, t *tokens) (answer, error) {
		name, err := readUnbroken(t, "behind MODULE there must be the name of a module; SHOW MODULES lists them")
		if err != nil {
			return answer{}, err
		}
		o := orders.Order{Verb: verb, Module: name}
		if verb == orders.AddModule || verb == orders.AlterModule {
			if err := readModule(&o, t); err != nil {
				return answer{}, err
			}
		}
		return orderMap(ctx, s, t, o)
	}
}

// readModule reads what a module is, in any order.
func readModule(o *orders.Order, t *tokens) (err error) {
	for {
		switch {
		case t.accept("database"):
			o.Database, err = readUnbroken(t, whichDatabase)
		case t.accept("cluster"):
			o.Cluster, err = readUnbroken(t, "behind CLUSTER there must be the name of a cluster; SHOW CLUSTERS lists them")
		case t.accept("tables"):
			o.Tables, err = readPatterns(t)
		default:
			if o.Verb == orders.AddModule && (o.Database == "" || o.Cluster == "" || len(o.Tables) == 0) {
				return unknown("ADD MODULE "+o.Module+" … ", t.peek(), []string{"DATABASE", "TABLES", "CLUSTER"})
			}
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// readPatterns reads ('a*', b, …).
func readPatterns(t *tokens) (patterns []string, err error) {
	if !t.accept("(") {
		return nil, syntaxError("behind TABLES there must be names or patterns in parentheses, such as ('b_stat_*', 'visits')")
	}
	for {
		first := t.take()
		text, after := first.text, first.after
		for next := t.peek(); first.kind != quoted && first.kind != name && next.kind != end && next.at == after && next.text != "," && next.text != ")"; next = t.peek() {
			after = t.take().after
			text = t.sql[first.at:after]
		}
		if first.kind == end || text == ")" || text == "," {
			return nil, syntaxError("a name is missing in the parentheses behind TABLES")
		}
		patterns = append(patterns, text)
		switch {
		case t.accept(")"):
			return patterns, nil
		case !t.accept(","):
			return nil, syntaxError("in the parentheses behind TABLES there must be a comma or the end, not %q", shorten(t.peek().text))
		}
	}
}

// orderMap reads the end of a command and gives the order.
func orderMap(ctx context.Context, s *session, t *tokens, o orders.Order) (answer, error) {
	for more := true; more; {
		switch {
		case t.accept("dry", "run"):
			o.DryRun = true
		case t.accept("force"):
			o.Force = true
		default:
			more = false
		}
	}
	if err := t.finish(); err != nil {
		return answer{}, err
	}
	rows, err := s.console.service.OrderMap(ctx, s.actor(), o)
	if err != nil {
		return answer{}, err
	}
	table := admin.TableOf(rows)
	return answer{table: &table}, nil
}
