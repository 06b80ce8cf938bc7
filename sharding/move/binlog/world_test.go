package binlog_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"shunt/backend/monitor/control"
	"shunt/backend/monitor/mariadbtest"
	"shunt/sharding/move/binlog"
	"shunt/sharding/move/guard"
	"shunt/topology"
)

// world is two servers, with the database shop on both and everything prepared for a move from the one to the other.
type world struct {
	t        testing.TB
	from, to *mariadbtest.Server
	source   *binlog.Source
	unit     binlog.Unit
	stop     context.CancelFunc
}

const (
	stream = "forward"
	token  = 7
	epoch  = 3
)

func endpoint(s *mariadbtest.Server) control.Endpoint {
	return control.Endpoint{Address: s.Address, User: mariadbtest.User, Password: mariadbtest.Password}
}

// pair is two servers that several tests use one after the other.
type pair struct{ from, to *mariadbtest.Server }

// newPair starts both servers, with more flags for the source.
func newPair(t testing.TB, flags ...string) *pair {
	t.Helper()
	p := &pair{from: mariadbtest.Start(t, append([]string{"--binlog-format=ROW"}, flags...)...), to: mariadbtest.Start(t, "--binlog-format=ROW")}
	for _, s := range []*mariadbtest.Server{p.from, p.to} {
		s.Exec("SET SESSION sql_log_bin=0", "GRANT ALL ON shop.* TO "+mariadbtest.User+"@'%'", "GRANT REPLICATION SLAVE, BINLOG MONITOR ON *.* TO "+mariadbtest.User+"@'%'")
	}
	return p
}

// world empties both servers and prepares them for a move.
func (p *pair) world(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, from: p.from, to: p.to, unit: binlog.Unit{Name: "shop", Database: "shop"}}
	for _, s := range []*mariadbtest.Server{w.from, w.to} {
		s.Exec("SET SESSION sql_log_bin=1", "DROP DATABASE IF EXISTS shop", "DROP DATABASE IF EXISTS other", "DROP DATABASE IF EXISTS shunt", "CREATE DATABASE shop", "CREATE DATABASE other")
		if err := guard.Install(t.Context(), w.dial(s)); err != nil {
			t.Fatal(err)
		}
	}
	w.newSource(w.config())
	return w
}

func newWorld(t testing.TB, flags ...string) *world {
	t.Helper()
	return newPair(t, flags...).world(t)
}

// TestMoves has all tests that need servers, which are started once.
func TestMoves(t *testing.T) {
	p := newPair(t)
	for _, test := range []struct {
		name string
		run  func(*testing.T, *pair)
	}{
		{"ugly tables", uglyTables},
		{"ugly tables of a compressed log", uglyTablesOfACompressedLog},
		{"foreign keys cascade on the destination", foreignKeysCascadeOnTheDestination},
		{"what is not as it was ends the move", whatIsNotAsItWasEndsTheMove},
		{"truncate", truncate},
		{"what was touched", whatWasTouched},
		{"a zombie applies nothing", aZombieAppliesNothing},
		{"exactly once", exactlyOnce},
		{"followers are served without gap or double", followersAreServedWithoutGapOrDouble},
		{"types of MariaDB", typesOfMariaDB},
		{"what is told", whatIsTold},
		{"prepared transactions survive a resume", preparedTransactionsSurviveAResume},
		{"a unit without changes comes along", aUnitWithoutChangesComesAlong},
		{"what is reserved comes without another connection", whatIsReservedComesWithoutAnotherConnection},
		{"nobody is connected for a unit without changes", nobodyIsConnectedForAUnitWithoutChanges},
		{"positions that cannot be had", positionsThatCannotBeHad},
		{"a destination that dies", aDestinationThatDies},
		{"a source that dies", aSourceThatDies},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, p) })
	}
}

func (w *world) newSource(c binlog.Config) {
	w.source = binlog.NewSource(c)
	ctx, stop := context.WithCancel(w.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := w.source.Run(ctx); !errors.Is(err, context.Canceled) {
			w.t.Errorf("the source ended with %v", err)
		}
	}()
	w.stop = func() { stop(); <-done }
	w.t.Cleanup(w.stop)
}

func (w *world) config() binlog.Config {
	return binlog.Config{Endpoint: endpoint(w.from), ServerID: 900, Idle: 20 * time.Millisecond, Silence: 5 * time.Second, Logger: logger(w.t)}
}

func logger(t testing.TB) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), nil))
}

func (w *world) dial(s *mariadbtest.Server) *control.Conn {
	w.t.Helper()
	c, err := control.Dial(w.t.Context(), endpoint(s))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(c.Close)
	return c
}

// both runs statements on both servers, as a copy of definitions would.
func (w *world) both(statements ...string) {
	w.t.Helper()
	w.from.Exec(statements...)
	w.to.Exec(statements...)
}

// now is the source's position.
func (w *world) now() binlog.Position {
	w.t.Helper()
	p, err := binlog.ParsePosition(topology.MariaDB, w.from.Value("SELECT @@gtid_binlog_pos"))
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// begin lets the stream begin at the source's present position.
func (w *world) begin() {
	w.t.Helper()
	w.beginAt(w.now())
}

func (w *world) beginAt(p binlog.Position) {
	w.t.Helper()
	ctx := w.t.Context()
	for _, s := range []*mariadbtest.Server{w.from, w.to} {
		c := w.dial(s)
		if _, err := guard.Take(ctx, c, "shop", token); err != nil {
			w.t.Fatal(err)
		}
		if err := guard.Enter(ctx, c, "shop", token, guard.Forward, epoch); err != nil {
			w.t.Fatal(err)
		}
	}
	if err := guard.Start(ctx, w.dial(w.to), "shop", token, guard.Forward, stream, p.String()); err != nil {
		w.t.Fatal(err)
	}
}

// mark writes the end of the stream.
func (w *world) mark() {
	w.t.Helper()
	if _, err := guard.Mark(w.t.Context(), w.dial(w.from), "shop", token, guard.Forward, epoch); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) plan() binlog.Plan {
	return binlog.Plan{Endpoint: endpoint(w.to), Source: w.source, Unit: w.unit, Stream: stream, Token: token, Phase: guard.Forward, Epoch: epoch, Logger: logger(w.t)}
}

// apply applies until the marker.
func (w *world) apply() (*binlog.Applier, error) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	a := binlog.NewApplier(w.plan())
	return a, a.Run(ctx)
}

// moved changes the source, marks the end, applies, and compares the tables.
func (w *world) moved(tables []string, changes ...string) *binlog.Applier {
	w.t.Helper()
	w.begin()
	w.from.Exec(changes...)
	w.mark()
	a, err := w.apply()
	if err != nil {
		w.t.Fatal(err)
	}
	w.same(tables...)
	return a
}

// same compares tables, by the server's own sums over what is stored, and by number of rows.
func (w *world) same(tables ...string) {
	w.t.Helper()
	for _, table := range tables {
		count := "SELECT COUNT(*) FROM shop." + table
		if a, b := w.from.Value(count), w.to.Value(count); a != b {
			w.t.Errorf("%s has %s rows on the source and %s on the destination", table, a, b)
		}
		if a, b := checksum(w.t, w.from, table), checksum(w.t, w.to, table); a != b {
			w.t.Errorf("%s differs:\n%s\n%s", table, dumped(w.t, w.from, table), dumped(w.t, w.to, table))
		}
	}
}

func checksum(t testing.TB, s *mariadbtest.Server, table string) string {
	t.Helper()
	var name string
	var sum *string
	if err := s.Open("root", "").QueryRowContext(t.Context(), "CHECKSUM TABLE shop."+table+" EXTENDED").Scan(&name, &sum); err != nil {
		t.Fatal(err)
	}
	if sum == nil {
		t.Fatalf("there is no table %s", table)
	}
	return *sum
}

// dumped shows the rows of a table.
func dumped(t testing.TB, s *mariadbtest.Server, table string) string {
	rows, err := s.Open("root", "").QueryContext(t.Context(), "SELECT * FROM shop."+table+" LIMIT 20")
	if err != nil {
		return err.Error()
	}
	defer rows.Close()
	columns, _ := rows.Columns()
	var b strings.Builder
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new([]byte)
		}
		if err := rows.Scan(values...); err != nil {
			return err.Error()
		}
		for i := range values {
			fmt.Fprintf(&b, "%s=%q ", columns[i], *values[i].(*[]byte))
		}
		b.WriteString("\n")
	}
	return b.String()
}
