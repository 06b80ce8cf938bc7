package pause

import (
	"fmt"
	"strings"
	"time"

	"shunt/store"
	"shunt/store/ledger"
)

// The keys. A hold has one entry, and each proxy acknowledges it below its id.
const (
	holdPrefix = "holds/"
	ackPrefix  = "acks/"
)

// form is the version of the entries.
const form = 1

// Area is what is paused: a database with all that is in it, or a module.
type Area struct {
	Database string `json:"database"`
	Module   string `json:"module,omitempty"` // empty: all of the database
	Part     bool   `json:"part,omitempty"`   // but for the tables of its modules
}

// String is the area as people write it.
func (a Area) String() string {
	if a.Module != "" {
		return "module " + a.Module
	}
	return "database " + a.Database
}

// key is where the hold of an area is in the store. No name of a database has a slash after it that a module's would not have: the database is told by its length.
func (a Area) key() string {
	return fmt.Sprintf("%s%d/%s/%s", holdPrefix, len(a.Database), a.Database, a.Module)
}

// Point is where a cluster's data stand still: all that was written in the area comes before it in the binary log, and nothing after it until the pause ends.
type Point struct {
	Cluster  string `json:"cluster"`
	Server   string `json:"server"`             // the primary
	GTID     string `json:"gtid,omitempty"`     // MariaDB: a position of each domain; MySQL: a set; empty: it has none
	File     string `json:"file,omitempty"`     // of the binary log; empty: it has none
	Position uint64 `json:"position,omitempty"` // in that file
	Warning  string `json:"warning,omitempty"`  // what may write all the same
}

// entry is a hold in the store.
type entry struct {
	Version int           `json:"v"`
	ID      string        `json:"id"`
	Area    Area          `json:"area"`
	Who     ledger.Who    `json:"who"`
	At      time.Time     `json:"at"`      // when it was ordered, by the clock of the proxy that was told
	Timeout time.Duration `json:"timeout"` // after which it ends by itself, counted from when a proxy hears of it
	Drain   time.Duration `json:"drain"`   // how long what is open may take
	Points  []Point       `json:"points,omitempty"`

	Closed  bool           `json:"closed,omitempty"`
	Release store.Revision `json:"release,omitempty"`
}

// Ack is what a proxy says of a hold.
type Ack struct {
	Proxy   string `json:"proxy"`
	Problem string `json:"problem,omitempty"` // why it is not in force; empty: it is, and nothing is open any more
}

func ackKey(id, proxy string) string { return ackPrefix + id + "/" + proxy }

// Status is a pause, for people.
type Status struct {
	Area    Area
	Who     ledger.Who
	Since   time.Time
	Timeout time.Duration
	Points  []Point // none until it stands still
	Acks    []Ack
}

// describe names proxies.
func describe(names []string) string {
	if len(names) == 1 {
		return "proxy " + names[0]
	}
	return "proxies " + strings.Join(names, ", ")
}
