package console

import (
	"context"
	"strconv"
	"time"

	"shunt/admin"
)

func pauseCommand() command {
	return command{
		verb: "pause",
		forms: []form{{
			"PAUSE WRITES ON {DATABASE database | MODULE module} [TIMEOUT time]",
			"writes wait on all proxies, reads go on; answers with the point in the binary log at which the data stand still. It ends by itself after that time, 30s if none is given",
		}},
		run: func(ctx context.Context, s *session, t *tokens) (answer, error) {
			database, module, err := readArea(t, "PAUSE ")
			if err != nil {
				return answer{}, err
			}
			timeout, err := readTimeout(t)
			if err == nil {
				err = t.finish()
			}
			if err != nil {
				return answer{}, err
			}
			rows, err := s.console.service.Pause(ctx, s.actor(), database, module, timeout)
			return tabled(rows, err)
		},
	}
}

func resumeCommand() command {
	return command{
		verb:  "resume",
		forms: []form{{"RESUME WRITES ON {DATABASE database | MODULE module}", "a pause ends; an error says that it had ended before"}},
		run: func(ctx context.Context, s *session, t *tokens) (answer, error) {
			database, module, err := readArea(t, "RESUME ")
			if err == nil {
				err = t.finish()
			}
			if err != nil {
				return answer{}, err
			}
			rows, err := s.console.service.Resume(ctx, s.actor(), database, module)
			return tabled(rows, err)
		},
	}
}

func forgetCommand() command {
	return command{
		verb:  "forget",
		forms: []form{{"FORGET PROXY name", "a proxy that is gone for good is no longer waited for; one that only cannot reach the store would go on serving"}},
		run: func(ctx context.Context, s *session, t *tokens) (answer, error) {
			if !t.accept("proxy") {
				return answer{}, unknown("FORGET ", t.peek(), []string{"PROXY"})
			}
			name, err := readUnbroken(t, "behind PROXY there must be the name of a proxy; SHOW PROXIES lists them")
			if err == nil {
				err = t.finish()
			}
			if err != nil {
				return answer{}, err
			}
			return done, s.console.service.ForgetProxy(ctx, s.actor(), name)
		},
	}
}

func tabled[T any](rows []T, err error) (answer, error) {
	if err != nil {
		return answer{}, err
	}
	table := admin.TableOf(rows)
	return answer{table: &table}, nil
}

// readArea reads WRITES ON and what they are on.
func readArea(t *tokens, verb string) (database, module string, err error) {
	if !t.accept("writes", "on") {
		return "", "", unknown(verb, t.peek(), []string{"WRITES ON DATABASE", "WRITES ON MODULE"})
	}
	switch {
	case t.accept("database"):
		database, err = readUnbroken(t, whichDatabase)
	case t.accept("module"):
		module, err = readUnbroken(t, "behind MODULE there must be the name of a module; SHOW MODULES lists them")
	default:
		err = unknown(verb+"WRITES ON ", t.peek(), []string{"DATABASE", "MODULE"})
	}
	return database, module, err
}

// readTimeout reads TIMEOUT, if it is there: 30s, 5m, or a number of seconds.
func readTimeout(t *tokens) (time.Duration, error) {
	if !t.accept("timeout") {
		return 0, nil
	}
	const missing = "behind TIMEOUT there must be a time such as 30s or 5m"
	text, err := readUnbroken(t, missing)
	if err != nil {
		return 0, err
	}
	if n, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(n) * time.Second, nil
	}
	timeout, err := time.ParseDuration(text)
	if err != nil || timeout <= 0 {
		return 0, syntaxError("%s, not %q", missing, shorten(text))
	}
	return timeout, nil
}
