package house

import (
	"fmt"
	"path"
	"strings"
	"testing"
)

// floorOf says on which floor a room is. The longest name that fits a package counts.
var floorOf = map[string]int{
	"mysql": 1, "netloop": 1, "topology": 1, "statement": 1, "store": 1,
	"session": 2, "sharding": 2, "compress": 2, "lab": 2, "digest": 2, "tablecopy": 2,
	"router": 3, "backend": 3,
	"proxy": 4, "sharding/move": 4, "sharding/lint": 4,
	"admin":  5,
	"config": 6,
	"cmd":    7,
	"tests":  8,
}

const floorsRule = "an import points to a lower floor, and rooms on one floor do not import each other: so each room can be read, tested and " +
	"replaced with nothing but what is below it (docs/architecture.md)"

func TestImportsPointToALowerFloor(t *testing.T) {
	var faults []string
	for _, p := range packages(t) {
		faults = append(faults, climbs(p)...)
	}
	report(t, floorsRule, faults)
}

// climbs finds the imports of a package, and of its tests, that do not point downwards.
func climbs(p *listed) (faults []string) {
	room, floor := roomOf(p.ImportPath)
	if floor == 0 {
		return []string{fmt.Sprintf("%s is on no floor: give its room one in floorOf", p.ImportPath)}
	}
	for _, imported := range ours(p.Imports, p.TestImports, p.XTestImports) {
		other, below := roomOf(imported)
		if other != room && below >= floor && !forTests(imported) {
			faults = append(faults, fmt.Sprintf("%s (floor %d) imports %s (floor %d)", p.room(), floor, strings.TrimPrefix(imported, prefix), below))
		}
	}
	return faults
}

// roomOf is the room that a package belongs to, and its floor; 0 if it has none.
func roomOf(importPath string) (room string, floor int) {
	for room = strings.TrimPrefix(importPath, prefix); room != "."; room = path.Dir(room) {
		if floor, ok := floorOf[room]; ok {
			return room, floor
		}
	}
	return "", 0
}

// ours keeps the imports of our own packages.
func ours(lists ...[]string) (found []string) {
	for _, list := range lists {
		for _, imported := range list {
			if strings.HasPrefix(imported, prefix) {
				found = append(found, imported)
			}
		}
	}
	return found
}

// forTests says whether a package is for tests: its name ends in test, or it is below tests/.
func forTests(importPath string) bool {
	room, _ := roomOf(importPath)
	return room == "tests" || strings.HasSuffix(importPath, "test")
}

// A ban says who alone may import a package, and why.
type ban struct {
	name   string   // an import path, or the beginning of several
	but    string   // one of those that it is not about
	may    []string // rooms, and exactly those that need it
	tests  bool     // tests of any room may, too
	reason string
}

// bans are the prohibitions beside the floors.
var bans = []ban{
	{name: "shunt/config", may: []string{"cmd", "tests"},
		reason: "each room owns its Config; only cmd knows the file that they come from"},
	{name: "shunt/lab", may: []string{"lab", "cmd", "tests"},
		reason: "real servers are for the demo and for tests/; a room's own tests have scripted servers, or start one themselves"},
	{name: "shunt/tests", may: []string{"tests"},
		reason: "tests are imported by nobody, so they can use everything"},
	{name: "shunt/session", may: []string{"router", "proxy", "admin", "config"},
		reason: "what a client has set is session's; backend stands above it only for compress, and lends a connection clean, or as it was told"},
	{name: "shunt/sharding", may: []string{"sharding", "router", "proxy", "admin", "config", "cmd", "tests"},
		reason: "backend connects to servers and does not know what lives on them"},
	{name: "github.com/pingcap/tidb", but: tidbPasswords, may: []string{"statement"},
		reason: "after statement nobody reads SQL text to decide anything"},
	{name: tidbPasswords, tests: true,
		reason: "mysql has a hash of stored passwords of its own, and its test compares it with this one"},
	{name: "github.com/go-mysql-org/go-mysql/server",
		reason: "shunt has a server side of its own, which relays without decoding rows"},
	{name: "github.com/go-mysql-org/go-mysql/driver",
		reason: "it registers the same name in database/sql as go-sql-driver/mysql, and importing both panics at start"},
	{name: "github.com/go-mysql-org/go-mysql", may: []string{"backend/monitor", "backend/catalog", "backend/definitions", "sharding/move"}, tests: true,
		reason: "it is for shunt's own questions to servers; a client's bytes pass through our mysql room only"},
	{name: "github.com/go-sql-driver/mysql", may: []string{"lab", "tests"}, tests: true,
		reason: "it is what applications use: for lab, the demo and tests"},
	{name: "gopkg.in/yaml.v3", may: []string{"config"}, tests: true,
		reason: "only config reads files; a room's Config is plain values"},
	{name: "go.etcd.io/etcd", may: []string{"store/etcdstore", "tests"},
		reason: "everybody else knows the interface of store, and is tested with store/memstore"},
	{name: "github.com/miekg/dns", may: []string{"sharding/move/dns"},
		reason: "it takes only fixes any more: what replaces it should meet one room"},
	{name: "go.uber.org/zap", may: []string{"store/etcdstore", "tests"},
		reason: "shunt logs with log/slog; zap is what etcd logs with, and is bridged there"},
	{name: "github.com/spf13/cobra", may: []string{"cmd"},
		reason: "only cmd has a command line"},
}

const tidbPasswords = "github.com/pingcap/tidb/pkg/parser/auth"

func TestOnlyTheNamedRoomsImportTheseOnes(t *testing.T) {
	used := map[string]bool{}
	for _, p := range packages(t) {
		for _, b := range bans {
			report(t, b.reason, b.breaches(p, used))
		}
	}
	for _, b := range bans {
		for _, room := range b.may {
			if room != "tests" && !used[b.name+" by "+room] {
				t.Errorf("%s may import %s and does not: take it off the list", room, b.name)
			}
		}
	}
}

// breaches finds forbidden imports, and notes in used which permissions are needed.
func (b ban) breaches(p *listed, used map[string]bool) (faults []string) {
	check := func(imports []string, allowed bool) {
		for _, imported := range imports {
			if imported == b.but || imported != b.name && !strings.HasPrefix(imported, b.name+"/") {
				continue
			}
			room := b.permits(p.room())
			used[b.name+" by "+room] = true
			if room == "" && !allowed {
				faults = append(faults, fmt.Sprintf("%s imports %s", p.room(), imported))
			}
		}
	}
	check(p.Imports, b.tests && forTests(p.ImportPath))
	check(p.TestImports, b.tests)
	check(p.XTestImports, b.tests)
	return faults
}

// permits gives the name on the list by which a room may; empty if none.
func (b ban) permits(room string) string {
	for _, name := range b.may {
		if room == name || strings.HasPrefix(room, name+"/") {
			return name
		}
	}
	return ""
}

// pure are rooms that decide and do no I/O, so that a decision is a function of what it is given.
var pure = []string{"topology", "statement", "session", "sharding", "router", "digest", "sharding/lint"}

const pureRule = "rooms that decide do no I/O; rooms that do I/O decide nothing. So a decision can be tried in a table, and explained afterwards"

func TestDecidingRoomsDoNoIO(t *testing.T) {
	var faults []string
	for _, p := range packages(t) {
		for _, room := range pure {
			if p.room() == room {
				faults = append(faults, doesIO(p)...)
			}
		}
	}
	report(t, pureRule, faults)
}

func doesIO(p *listed) (faults []string) {
	for _, imported := range p.Imports {
		switch imported {
		case "net", "net/http", "os", "os/exec", "syscall", "database/sql", "crypto/tls", "log/slog":
			faults = append(faults, fmt.Sprintf("%s imports %s", p.room(), imported))
		}
	}
	return faults
}

const forTestsRule = "packages whose names end in test have fakes and servers for tests; the program must not be able to use them"

func TestNoProgramCodeImportsPackagesForTests(t *testing.T) {
	found := 0
	var faults []string
	for _, p := range packages(t) {
		if forTests(p.ImportPath) {
			found++
			continue
		}
		faults = append(faults, usesFakes(p)...)
	}
	if found < 3 {
		t.Errorf("only %d packages for tests were found", found)
	}
	report(t, forTestsRule, faults)
}

func usesFakes(p *listed) (faults []string) {
	for _, imported := range ours(p.Imports) {
		if forTests(imported) {
			faults = append(faults, fmt.Sprintf("%s imports %s", p.room(), imported))
		}
	}
	return faults
}

func TestTheseRulesFindWhatBreaksThem(t *testing.T) {
	mention(t, climbs(&listed{ImportPath: "shunt/session", Imports: []string{"shunt/sharding"}}), "session (floor 2) imports sharding (floor 2)")
	mention(t, climbs(&listed{ImportPath: "shunt/mysql", XTestImports: []string{"shunt/router"}}), "mysql (floor 1) imports router (floor 3)")
	mention(t, climbs(&listed{ImportPath: "shunt/attic"}), "no floor")
	mention(t, usesFakes(&listed{ImportPath: "shunt/proxy", Imports: []string{"shunt/netloop/looptest"}}), "proxy imports shunt/netloop/looptest")
	mention(t, doesIO(&listed{ImportPath: "shunt/router", Imports: []string{"os"}}), "router imports os")
	mention(t, bans[0].breaches(&listed{ImportPath: "shunt/proxy", TestImports: []string{"shunt/config"}}, map[string]bool{}), "proxy imports shunt/config")
	if faults := climbs(&listed{ImportPath: "shunt/backend/monitor", Imports: []string{"shunt/backend", "shunt/topology"}}); len(faults) > 0 {
		t.Errorf("a room may import its own packages and lower floors: %q", faults)
	}
}
