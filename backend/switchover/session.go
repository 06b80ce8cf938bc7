package switchover

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"shunt/backend/monitor/control"
	"shunt/topology"
)

// session is a [Server] behind a control connection. A connection that broke is replaced with the next statement, so that
// what has been begun can be undone.
type session struct {
	endpoint control.Endpoint
	conn     *control.Conn // nil: to be dialed
	id       string        // of the connection, to end what it may still do on the server after it broke
	words    words
}

// Dial connects to a server.
func Dial(ctx context.Context, e control.Endpoint) (Server, error) {
	s := &session{endpoint: e}
	if err := s.connect(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w", e.Address, err)
	}
	return s, nil
}

// setup makes a session whose waits for locks end, and whose texts mean the same on every server.
var setup = []string{"SET SESSION lock_wait_timeout = 3, sql_mode = ''"}

func (s *session) connect(ctx context.Context) error {
	conn, err := control.Dial(ctx, s.endpoint, setup...)
	if err != nil {
		return err
	}
	r, err := conn.Query(ctx, "SELECT CONNECTION_ID()")
	if err == nil {
		var id string
		if id, err = r.GetString(0, 0); err == nil && s.id != "" {
			_, _ = conn.Query(ctx, "KILL CONNECTION "+s.id) // mostly it is gone already
		}
		s.id = id
	}
	if err != nil {
		conn.Close()
		return err
	}
	s.conn, s.words = conn, mariadbWords{}
	if conn.Flavor() == topology.MySQL {
		s.words = mysqlWords{}
	}
	return nil
}

// Close hangs up.
func (s *session) Close() {
	if s.conn != nil {
		s.conn.Close()
		s.conn, s.id = nil, ""
	}
}

// row is one row of an answer, by column names; NULL is the empty text.
type row map[string]string

// first is the value of the first of names that is a column.
func (r row) first(names ...string) string {
	for _, n := range names {
		if v, ok := r[n]; ok {
			return v
		}
	}
	return ""
}

// ask runs statements in one round trip and gives the rows of each.
func (s *session) ask(ctx context.Context, statements ...string) ([][]row, error) {
	if s.conn == nil {
		if err := s.connect(ctx); err != nil {
			return nil, fmt.Errorf("%s: %w", s.endpoint.Address, err)
		}
	}
	results, err := s.conn.Script(ctx, statements...)
	if err != nil {
		if control.Code(err) == 0 {
			s.conn.Close()
			s.conn = nil
		}
		return nil, s.explain(err)
	}
	answers := make([][]row, len(results))
	for i, r := range results {
		if r.Resultset == nil {
			continue
		}
		for n := range r.RowNumber() {
			one := row{}
			for name, at := range r.FieldNames {
				if one[name], err = r.GetString(n, at); err != nil {
					return nil, fmt.Errorf("%s: reading its answer: %w", s.endpoint.Address, err)
				}
			}
			answers[i] = append(answers[i], one)
		}
	}
	return answers, nil
}

const (
	lockWaitTimeout = 1205
	accessDenied    = 1227
)

func (s *session) explain(err error) error {
	switch control.Code(err) {
	case lockWaitTimeout:
		err = fmt.Errorf("a statement on the server did not end in time: %w", err)
	case accessDenied:
		err = fmt.Errorf("the control account lacks a right: %w", err)
	}
	return fmt.Errorf("%s: %w", s.endpoint.Address, err)
}

// order runs statements that answer nothing.
func (s *session) order(ctx context.Context, statements ...string) error {
	_, err := s.ask(ctx, statements...)
	return err
}

// value asks for one value.
func (s *session) value(ctx context.Context, sql string) (string, error) {
	answers, err := s.ask(ctx, sql)
	if err != nil {
		return "", err
	}
	if len(answers[0]) == 1 {
		for _, v := range answers[0][0] {
			return v, nil
		}
	}
	return "", fmt.Errorf("%s: no answer to %s", s.endpoint.Address, sql)
}

// Lock takes a lock of the server that has a name.
func (s *session) Lock(ctx context.Context) (bool, error) {
	got, err := s.value(ctx, "SELECT GET_LOCK('shunt: roles of servers', 0) AS got")
	return got == "1", err
}

// Position is all that the server has in its binary log.
func (s *session) Position(ctx context.Context) (string, error) {
	position, err := s.value(ctx, s.words.position())
	return strings.ReplaceAll(position, "\n", ""), err // MySQL gives a line to each source
}

// Reach waits on the server itself.
func (s *session) Reach(ctx context.Context, position string, within time.Duration) (bool, error) {
	answer, err := s.value(ctx, s.words.reach(position, within))
	if err != nil {
		return false, err
	}
	return answer == "0", nil
}

// SetModes has the server bound its wait by lock_wait_timeout, which is in whole seconds, so that a wait that was given up
// here does not take effect later.
func (s *session) SetModes(ctx context.Context, m Modes, within time.Duration) error {
	seconds := max(1, int(within/time.Second))
	statements := append([]string{fmt.Sprintf("SET SESSION lock_wait_timeout = %d", seconds)}, s.words.modes(m)...)
	ctx, cancel := context.WithTimeout(ctx, time.Duration(seconds)*time.Second+2*time.Second)
	defer cancel()
	return s.order(ctx, append(statements, setup...)...)
}

// Stop stops a link.
func (s *session) Stop(ctx context.Context, link string) error {
	return s.order(ctx, s.words.link("STOP", "", link))
}

// Start starts a link.
func (s *session) Start(ctx context.Context, link string) error {
	return s.order(ctx, s.words.link("START", "", link))
}

// StopReceiving stops what fetches.
func (s *session) StopReceiving(ctx context.Context, link string) error {
	return s.order(ctx, s.words.link("STOP", "IO_THREAD", link))
}

// Repoint leads a link elsewhere.
func (s *session) Repoint(ctx context.Context, link string, to Source) error {
	return s.order(ctx, s.words.link("STOP", "", link), s.words.repoint(link, to), s.words.link("START", "", link))
}

// Follow makes a link.
func (s *session) Follow(ctx context.Context, f Following) error {
	has, err := s.value(ctx, s.words.ends())
	if err != nil {
		return err
	}
	return s.order(ctx, append(s.words.follow(f, has), s.words.link("START", "", f.Name))...)
}

// Forget removes a link.
func (s *session) Forget(ctx context.Context, link string) error {
	return s.order(ctx, s.words.forget(link))
}

// Login logs in to a server and gives the rights of the account there.
func Login(ctx context.Context, e control.Endpoint) ([]string, error) {
	conn, err := control.Dial(ctx, e)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.Address, err)
	}
	s := &session{endpoint: e, conn: conn}
	defer s.Close()
	return s.rights(ctx)
}

// rights reads what the account that asks may do on *.*, roles that are active included.
func (s *session) rights(ctx context.Context) ([]string, error) {
	grants := "SHOW GRANTS"
	if s.conn.Flavor() == topology.MySQL {
		role, err := s.value(ctx, "SELECT CURRENT_ROLE() AS r")
		if err != nil {
			return nil, err
		}
		if role != "" && role != "NONE" {
			grants = "SHOW GRANTS FOR CURRENT_USER() USING " + role
		}
	}
	answers, err := s.ask(ctx, grants)
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, r := range answers[0] {
		for _, text := range r {
			lines = append(lines, text)
		}
	}
	return rightsIn(lines), nil
}

// rightsIn reads the lines of SHOW GRANTS.
func rightsIn(lines []string) (rights []string) {
	for _, line := range lines {
		list, found := strings.CutPrefix(line, "GRANT ")
		if !found {
			continue
		}
		if list, _, found = strings.Cut(list, " ON *.* TO "); !found {
			continue
		}
		for _, right := range strings.Split(list, ",") {
			rights = append(rights, strings.ToUpper(strings.TrimSpace(right)))
		}
	}
	return rights
}

// quote makes text a string of SQL, for the sql_mode of [setup].
func quote(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\x00", `\0`, "\n", `\n`, "\r", `\r`).Replace(text) + "'"
}

func number(text string) int {
	n, _ := strconv.Atoi(text) // what is no number counts as none
	return n
}

// each does something for many at the same time, and joins the errors.
func each[T any](list []T, do func(T) error) error {
	errs := make([]error, len(list))
	var all sync.WaitGroup
	for i, x := range list {
		all.Go(func() { errs[i] = do(x) })
	}
	all.Wait()
	return errors.Join(errs...)
}
