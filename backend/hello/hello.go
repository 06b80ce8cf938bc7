// Package hello knows what servers say of themselves before anybody logs in, and which character sets they have: what a proxy needs to
// greet its clients as a server would. [Servers] asks the home cluster now and then and answers from memory.
//
// Which server to ask is told by whoever makes it; accounts and databases are backend/catalog's.
package hello

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"shunt/backend"
	"shunt/mysql"
	"shunt/netloop"
	"shunt/topology"
)

// Target is a server to ask, and the control account to ask with.
type Target struct {
	Address, User, Password string
	Link                    backend.Link
}

// Servers answers what is known of the home cluster. Its methods may be called from anywhere.
type Servers struct {
	targets func() []Target
	log     *slog.Logger
	known   atomic.Pointer[known]
}

type known struct {
	greeting mysql.Greeting
	packet   int // max_allowed_packet, in bytes
	byID     map[uint16]collation
	byName   map[string]charset
	ids      map[string]uint16 // of collations
}

type collation struct{ charset, name string }

type charset struct {
	id    uint16
	width uint32
}

// New makes one that knows nothing yet. targets names the servers of the home cluster that are up, the primary first; it may give others from
// call to call.
func New(targets func() []Target, log *slog.Logger) *Servers {
	return &Servers{targets: targets, log: log}
}

// Run asks every minute, and every 200 ms until the first answer, until ctx ends.
func (s *Servers) Run(ctx context.Context) error {
	for {
		if err := s.ask(s.targets()); err != nil && ctx.Err() == nil {
			s.log.Warn("the servers could not be asked what they are", "error", err)
		}
		pause := time.Minute
		if s.known.Load() == nil {
			pause = 200 * time.Millisecond
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
	}
}

// Greeting is what the servers greet with, and what kind of servers they are; ok is false while none was reached.
func (s *Servers) Greeting() (g mysql.Greeting, flavor topology.Flavor, ok bool) {
	k := s.known.Load()
	if k == nil {
		return mysql.Greeting{}, topology.MariaDB, false
	}
	if !strings.Contains(k.greeting.ServerVersion, "MariaDB") {
		flavor = topology.MySQL
	}
	return k.greeting, flavor, true
}

// MaxPacket is the servers' max_allowed_packet in bytes; 0 while it is not known.
func (s *Servers) MaxPacket() int {
	if k := s.known.Load(); k != nil {
		return k.packet
	}
	return 0
}

// Collation names a collation and its character set by its number on the wire.
func (s *Servers) Collation(id uint16) (charset, name string, ok bool) {
	if k := s.known.Load(); k != nil {
		c, ok := k.byID[id]
		return c.charset, c.name, ok
	}
	return "", "", false
}

// Charset gives a character set's default collation and the most bytes that one of its characters takes.
func (s *Servers) Charset(name string) (id uint16, width uint32, ok bool) {
	if k := s.known.Load(); k != nil {
		c, ok := k.byName[name]
		return c.id, c.width, ok
	}
	return 0, 0, false
}

// CollationID is a collation's number on the wire.
func (s *Servers) CollationID(name string) (id uint16, ok bool) {
	if k := s.known.Load(); k != nil {
		id, ok = k.ids[name]
	}
	return id, ok
}

const wait = 3 * time.Second

// ask takes everything from the first server, and from the others what they can do: clients are offered what all of them can.
func (s *Servers) ask(targets []Target) error {
	if len(targets) == 0 {
		return nil
	}
	k, err := introduce(targets[0])
	if err != nil {
		return err
	}
	for _, t := range targets[1:] {
		conn, err := connect(t, time.Now().Add(wait))
		if err != nil {
			s.log.Warn("a server could not be asked what it can do", "error", err) // the monitor takes care of it
			continue
		}
		k.greeting.Capabilities &= conn.Greeting.Capabilities
		conn.Quit()
	}
	s.known.Store(k)
	return nil
}

func connect(t Target, until time.Time) (*backend.Conn, error) {
	who := &backend.Credentials{User: t.User, Password: []byte(t.Password), NoPassword: t.Password == ""}
	return backend.Connect(netloop.NewTask(), t.Address, t.Link, who, until)
}

// introduce asks one server for its greeting, its character sets and its limits.
func introduce(t Target) (*known, error) {
	until := time.Now().Add(wait)
	conn, err := connect(t, until)
	if err != nil {
		return nil, err
	}
	defer conn.Quit()
	k := &known{greeting: conn.Greeting, byID: map[uint16]collation{}, byName: map[string]charset{}, ids: map[string]uint16{}}
	if err := k.collations(conn, until); err != nil {
		return nil, fmt.Errorf("reading the collations: %w", err)
	}
	limit, err := conn.Query("SELECT @@global.max_allowed_packet", until)
	if err != nil {
		return nil, fmt.Errorf("reading max_allowed_packet: %w", err)
	}
	if len(limit.Rows) == 1 && len(limit.Rows[0]) == 1 {
		k.packet, _ = strconv.Atoi(string(limit.Rows[0][0])) // 0 stands for not known
	}
	return k, nil
}

// collations reads the server's own list: numbers differ between MariaDB and MySQL, and between versions.
func (k *known) collations(conn *backend.Conn, until time.Time) error {
	r, err := conn.Query("SELECT c.ID, c.COLLATION_NAME, c.CHARACTER_SET_NAME, s.DEFAULT_COLLATE_NAME, s.MAXLEN"+
		" FROM information_schema.COLLATIONS c JOIN information_schema.CHARACTER_SETS s ON s.CHARACTER_SET_NAME=c.CHARACTER_SET_NAME", until)
	if err != nil {
		return err
	}
	for _, row := range r.Rows {
		if len(row) != 5 {
			return mysql.ErrMalformed
		}
		id, err := strconv.ParseUint(string(row[0]), 10, 16)
		if err != nil {
			continue // collations without a number cannot be named on the wire
		}
		width, err := strconv.ParseUint(string(row[4]), 10, 8)
		if err != nil {
			return err
		}
		name, set := string(row[1]), string(row[2])
		k.byID[uint16(id)], k.ids[name] = collation{set, name}, uint16(id)
		if name == string(row[3]) {
			k.byName[set] = charset{uint16(id), uint32(width)}
		}
	}
	if len(k.byID) == 0 {
		return mysql.ErrMalformed
	}
	return nil
}
