package e2e

import (
	"crypto/tls"
	"fmt"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"shunt/mysql"
	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// TestDifferential sends streams of statements direct to the primary and through shunt, and compares every byte of every answer: rows, column
// definitions, affected rows, insert ids, warnings, status flags, errors. It does so in all modes that clients have. What may differ, and why,
// is the list in differential_compare_test.go.
func TestDifferential(t *testing.T) {
	c := cluster.Shared(t)
	p := startEdited(t, c, patient(offerTLS(certificateFiles(t))))
	streams, known := corpus(t), map[string][]answer{}
	for _, m := range modes() {
		t.Run(m.name, func(t *testing.T) {
			d := differential{t: t, cluster: c, mode: m, direct: c.Datacenters[0].Primary.Address, through: p.Address, known: known}
			d.run(streams)
		})
	}
}

// patient keeps connections for questions about the last statement as long as it takes on a busy machine: later there are questions without an answer
// (error 9906), which no server has.
func patient(edit func(string) string) func(string) string {
	return func(config string) string { return edit(config) + "limits: {linger: 5s}\n" }
}

// mode is a way to talk to a server.
type mode struct {
	name    string
	options mysqltest.Options
	tls     bool
	way     sender
	// as is the mode whose direct answers are the right ones; nil: its own. Encryption and compression change no answer.
	as *mode
}

func modes() []mode {
	const (
		modern   = mysqltest.ClientCapabilities
		old      = modern &^ (mysql.CapDeprecateEOF | mysql.CapSessionTrack)
		extended = modern | mysql.CapExtendedMetadata
	)
	texts := with("text, modern protocol", modern, text)
	statements := with("prepared, old protocol", old, prepared)
	return []mode{
		with("text, old protocol", old, text),
		texts,
		with("text, found rows, extended metadata", extended|mysql.CapFoundRows, text),
		statements,
		with("prepared, modern protocol, cursors", modern, cursors),
		with("prepared, cached metadata", extended|mysql.CapCacheMetadata, prepared),
		texts.wrapped("text, compressed", mysqltest.CompressZlib, false),
		texts.wrapped("text, TLS", "", true),
		statements.wrapped("prepared, compressed inside TLS", mysqltest.CompressZlib, true),
	}
}

func with(name string, caps mysql.Capability, send sender) mode {
	return mode{name: name, options: mysqltest.Options{Capabilities: caps}, way: send}
}

// wrapped is m inside compression or encryption, or both.
func (m mode) wrapped(name, compress string, tls bool) mode {
	wrapped := m
	wrapped.name, wrapped.options.Compress, wrapped.tls, wrapped.as = name, compress, tls, &m
	return wrapped
}

// differential is the test of one mode.
type differential struct {
	t               *testing.T
	cluster         *cluster.Cluster
	mode            mode
	direct, through string // addresses
	suffix          string // of the names that databases have behind shunt; empty: the same as direct

	mu                                      sync.Mutex
	known                                   map[string][]answer // direct ones, by mode and stream; modes may share it, one after the other
	statements, refused, excused, different int
}

// atOnce is how many streams run at the same time. Each has a database of its own.
const atOnce = 4

// What a failed test prints is bounded: of each stream the first differences, since others may follow from them, and so many in all.
const (
	shownOfStream = 3
	shownOfMode   = 30
)

func (d *differential) run(streams []stream) {
	if d.known == nil {
		d.known = map[string][]answer{}
	}
	var all errgroup.Group
	all.SetLimit(atOnce)
	for _, s := range streams {
		all.Go(func() error {
			if err := d.compare(s); err != nil {
				d.t.Errorf("%s: %v", s.name, err)
			}
			return nil
		})
	}
	_ = all.Wait() // each has told its own
	if d.different > 0 {
		d.t.Errorf("%d answers differ; the first ones of each stream are above", d.different)
	}
	d.t.Logf("%d statements, %d of them refused; %d answers differ, and %d for a reason that is listed", d.statements, d.refused, d.different, d.excused)
	if d.refused*3 > d.statements {
		d.t.Error("more than a third of the statements was refused: that says little")
	}
}

// compare runs a stream through shunt, and direct if that was not done yet, and reports what differs.
func (d *differential) compare(s stream) error {
	direct, err := d.directAnswers(s)
	if err != nil {
		return fmt.Errorf("direct: %w", err)
	}
	through, err := d.replay(s, d.through, d.mode)
	if err != nil {
		return fmt.Errorf("through shunt: %w", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	statements, differences := s.statements, 0
	d.statements += len(statements)
	for i, st := range statements {
		if len(direct[i].packets) > 0 && mysql.IsErr(direct[i].packets[0]) {
			d.refused++
		}
		difference, excused := compareAnswers(st, direct[i], through[i])
		if excused {
			d.excused++
		}
		if difference == "" {
			continue
		}
		differences++
		if d.different++; differences <= shownOfStream && d.different <= shownOfMode {
			d.t.Errorf("%s, statement %d\n%s\n%s", s.name, i, s.upTo(i), difference)
		}
	}
	return nil
}

// directAnswers are those of the primary itself. Each stream is run by one goroutine at a time.
func (d *differential) directAnswers(s stream) ([]answer, error) {
	m := d.mode
	if m.as != nil {
		m = *m.as
	}
	key := m.name + " " + s.name
	d.mu.Lock()
	answers := d.known[key]
	d.mu.Unlock()
	if answers != nil {
		return answers, nil
	}
	answers, err := d.replay(s, d.direct, m)
	d.mu.Lock()
	d.known[key] = answers
	d.mu.Unlock()
	return answers, err
}

// tlsAnyServer is for servers whose certificates nobody knows: what travels inside is tested, not who is there.
func tlsAnyServer() *tls.Config { return &tls.Config{InsecureSkipVerify: true} }
