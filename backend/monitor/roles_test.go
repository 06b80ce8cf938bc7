package monitor

import (
	"errors"
	"strings"
	"testing"
	"time"

	"shunt/topology"
)

// host is a member that answers. Its address is name:3306 and its server_id the last letter of the name.
func host(name string, changes ...func(*member)) member {
	m := member{address: name + ":3306", health: up(), facts: &facts{
		serverID: uint32(name[len(name)-1]), hostname: name + ".lan", port: "3306", linksRead: at(0),
	}}
	for _, change := range changes {
		change(&m)
	}
	return m
}

func readOnly(m *member) { m.facts.readOnly = true }
func down(m *member)     { m.health = health{state: topology.Down, err: errors.New("refused")} }
func unseen(m *member)   { m.health, m.facts = health{}, nil }
func dead(m *member)     { down(m); m.facts = nil }
func off(m *member)      { unseen(m); m.use = topology.Off }
func denied(m *member)   { m.facts.linksRead, m.facts.linksError = time.Time{}, errors.New("denied") }

// from adds a replication link as the replica sees it.
func from(source string, changes ...func(*link)) func(*member) {
	l := link{host: source, port: "3306"}
	for _, change := range changes {
		change(&l)
	}
	return func(m *member) { m.facts.links = append(m.facts.links, l) }
}

func sourceID(id rune) func(*link) { return func(l *link) { l.serverID = uint32(id) } }
func stopped(l *link)              { l.io.stopped, l.sql.stopped = true, true }

func TestDecide(t *testing.T) {
	first := tenure{}
	db1 := tenure{"db1:3306", 1}
	elsewhere := map[string]bool{"gra1:3306": true}
	for _, test := range []struct {
		name    string
		members []member
		before  tenure
		roles   string // of each member: P, R or "-"
		epoch   uint64
		problem string // parts of it, between "…"
	}{
		{"a primary and two replicas",
			[]member{host("db1"), host("db2", readOnly, from("db1")), host("db3", readOnly, from("db1"))}, first, "PRR", 1, ""},
		{"the order of the list does not matter",
			[]member{host("db2", readOnly, from("db1")), host("db1")}, first, "RP", 1, ""},
		{"one server alone", []member{host("db1")}, first, "P", 1, ""},
		{"replicas that were left writable", []member{host("db1"), host("db2", from("db1"))}, first, "PR", 1, ""},
		{"a chain", []member{host("db1"), host("db2", readOnly, from("db1")), host("db3", readOnly, from("db2"))}, first, "PRR", 1, ""},
		{"stopped links are links", []member{host("db1"), host("db2", from("db1", stopped))}, first, "PR", 1, ""},

		{"the source under another name, known by its server_id",
			[]member{host("db1"), host("db2", from("10.0.0.1", sourceID('1')))}, first, "PR", 1, ""},
		{"known by the server's own hostname", []member{host("db1"), host("db2", from("DB1.lan"))}, first, "PR", 1, ""},
		{"known by the IP address it was reached at",
			[]member{host("db1", func(m *member) { m.facts.peer = "10.0.0.1" }), host("db2", from("10.0.0.1"))}, first, "PR", 1, ""},
		{"localhost and 127.0.0.1 are one",
			[]member{host("localhost"), host("db2", from("127.0.0.1"))}, first, "PR", 1, ""},
		{"MySQL's server_uuid outranks a server_id that is used twice",
			[]member{
				host("db1", func(m *member) { m.facts.uuid = "u1" }),
				host("db2", func(m *member) { m.facts.uuid = "u2" }, from("far", sourceID('1'), func(l *link) { l.uuid = "u9" })),
			}, first, "--", 0, "several servers are writable"},
		{"a server does not replicate from itself",
			[]member{host("db1", from("other", sourceID('1')))}, first, "P", 1, ""},

		{"a primary that replicates from another cluster",
			[]member{host("db1", from("gra1")), host("db2", readOnly, from("db1"))}, first, "PR", 1, ""},
		{"the other cluster's host has an id that is used here too",
			[]member{host("db1", from("gra1", sourceID('2'))), host("db2", readOnly, from("db1"))}, first, "PR", 1, ""},
		{"from a server that is nowhere listed, while all of the cluster are known",
			[]member{host("db1", from("far", sourceID('9'))), host("db2", readOnly, from("db1"))}, first, "PR", 1, ""},
		{"from such a server, while one of the cluster has never answered: it may be that one",
			[]member{host("db1", dead), host("db2", from("far"))}, first, "--", 0,
			"db1:3306 is down (refused)…db2:3306 replicates from far:3306, which may be another name"},
		{"a cluster that stands by for another has no primary",
			[]member{host("db1", readOnly, from("gra1")), host("db2", readOnly, from("db1"))}, first, "RR", 0,
			"db1:3306 is a read_only replica of gra1:3306"},

		{"two writable servers", []member{host("db1"), host("db2")}, db1, "--", 1, "several servers are writable…db1:3306, db2:3306"},
		{"two writable servers and a replica", []member{host("db1"), host("db2"), host("db3", readOnly, from("db1"))}, db1, "--R", 1, "several"},
		{"two that replicate from each other", []member{host("db1", from("db2")), host("db2", from("db1"))}, first, "RR", 0,
			"db1:3306 is writable, but has its replication link to db2:3306 still"},
		{"read_only and replicating from nobody", []member{host("db1", readOnly)}, first, "-", 0, "db1:3306 is read_only and replicates from nobody"},
		{"the replication status cannot be read", []member{host("db1", denied)}, first, "-", 0, "db1:3306 its replication status cannot be read: denied"},

		{"at first nobody is believed before all have been looked at",
			[]member{host("db1"), host("db2", unseen)}, first, "--", 0, "db2:3306 not probed yet"},
		{"one that is down need not be waited for", []member{host("db1"), host("db2", dead)}, first, "P-", 1, ""},
		{"nor one that is turned off", []member{host("db1"), host("db2", off)}, first, "P-", 1, ""},

		{"the primary is lost", []member{host("db1", down), host("db2", readOnly, from("db1"))}, db1, "-R", 1,
			"db1:3306 is down (refused)…db2:3306 is a read_only replica of db1:3306"},
		{"a writable replica is no primary while it has its link to the lost one",
			[]member{host("db1", down), host("db2", from("db1"))}, db1, "-R", 1, "db2:3306 is writable, but has its replication link"},
		{"not even if that is stopped", []member{host("db1", down), host("db2", from("db1", stopped))}, db1, "-R", 1, "RESET REPLICA ALL"},
		{"the link is gone, but it is read_only still", []member{host("db1", down), host("db2", readOnly)}, db1, "--", 1, "read_only"},
		{"promoted", []member{host("db1", down), host("db2"), host("db3", readOnly, from("db1"))}, db1, "-PR", 2, ""},
		{"the old one comes back writable", []member{host("db1"), host("db2")}, tenure{"db2:3306", 2}, "--", 2, "several"},
		{"it comes back as a replica", []member{host("db1", readOnly, from("db2")), host("db2")}, tenure{"db2:3306", 2}, "RP", 2, ""},
		{"a replica that is down stays a replica", []member{host("db1"), host("db2", readOnly, from("db1"), down)}, db1, "PR", 1, ""},
		{"the same one is back", []member{host("db1"), host("db2", readOnly, from("db1"))}, db1, "PR", 1, ""},
		{"a planned switch: the old one is read_only already", []member{host("db1", readOnly), host("db2", readOnly, from("db1"))}, db1, "-R", 1, "no server can take writes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := decide(test.members, elsewhere, test.before)
			roles := ""
			for i, p := range r.parts {
				roles += string("-PR"[p.role])
				if (p.role == topology.NoRole) != (p.roleless != "") {
					t.Errorf("member %d: role %v, reason %q", i, p.role, p.roleless)
				}
				if (p.role == topology.Replica) != (len(p.links) > 0) {
					t.Errorf("member %d: role %v, links %v", i, p.role, p.links)
				}
			}
			if roles != test.roles || r.tenure.epoch != test.epoch || (r.problem == "") != (test.problem == "") {
				t.Errorf("roles %s, epoch %d, problem %q, want %s, %d, %q", roles, r.tenure.epoch, r.problem, test.roles, test.epoch, test.problem)
			}
			if r.primary != strings.Index(test.roles, "P") {
				t.Errorf("primary %d", r.primary)
			}
			for part := range strings.SplitSeq(test.problem, "…") {
				if !strings.Contains(r.problem, part) {
					t.Errorf("problem %q lacks %q", r.problem, part)
				}
			}
		})
	}
}
