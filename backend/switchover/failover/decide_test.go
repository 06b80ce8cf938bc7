package failover

import (
	"strings"
	"testing"
	"time"

	"shunt/backend/switchover"
	"shunt/topology"
)

func at(t *testing.T, text string) topology.Position {
	t.Helper()
	p, err := topology.ParsePosition(topology.MariaDB, text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// dead is the evidence of a primary that is really dead: db2 and db3 have lost it, db2 has more.
func dead(t *testing.T) Evidence {
	return Evidence{
		Primary: "db1", State: topology.Down, DownFor: time.Minute, Datacenter: "paris",
		Replicas: []Replica{
			{Address: "db2", Reached: true, Weight: 1, Datacenter: "gra", Sight: Lost, Has: at(t, "0-1-9")},
			{Address: "db3", Reached: true, Weight: 1, Datacenter: "paris", Sight: Lost, Has: at(t, "0-1-7")},
		},
	}
}

// TestDecide: each case changes the evidence of a dead primary in one way.
func TestDecide(t *testing.T) {
	for _, c := range []struct {
		name    string
		set     func(*Evidence)
		promote string
		reason  string
	}{
		{"dead", func(*Evidence) {}, "db2", "db1 is dead, and db2 has all"},
		{"up", func(e *Evidence) { e.State = topology.Up }, "", "db1 is up"},
		{"not probed yet", func(e *Evidence) { e.State = topology.Unprobed }, "", "db1 is unprobed"},
		{"down for a moment", func(e *Evidence) { e.DownFor = 9 * time.Second }, "", "less than 10s"},
		{"down just long enough", func(e *Evidence) { e.DownFor = 10 * time.Second }, "db2", ""},
		{"only this proxy does not reach it", func(e *Evidence) {
			e.Replicas[0].Sight, e.Replicas[1].Sight = Connected, Connected
		}, "", "not reached from here, but db2 is connected to it"},
		{"one replica still reaches it", func(e *Evidence) { e.Replicas[1].Sight = Connected }, "", "db3 is connected to it"},
		{"a replica whose link is stopped does not count", func(e *Evidence) { e.Replicas[1].Sight = Blind }, "db2", ""},
		{"no replica can tell", func(e *Evidence) { e.Replicas[0].Sight, e.Replicas[1].Sight = Blind, Blind }, "", "no replica can tell"},
		{"no replica is reached", func(e *Evidence) {
			e.Replicas[0].Reached, e.Replicas[1].Reached = false, false
			e.Replicas[0].Fault = "no route to host"
		}, "", "db2 is not reached either (no route to host)"},
		{"there are no replicas", func(e *Evidence) { e.Replicas = nil }, "", "no replica can tell"},
		{"the one with more is not reached", func(e *Evidence) { e.Replicas[0].Reached = false }, "db3", ""},
		{"the one with more may not serve", func(e *Evidence) { e.Replicas[0].Use = topology.Backup }, "", "db2 is not to serve (use: backup)"},
		{"the one with more is not fit", func(e *Evidence) { e.Replicas[0].Unfit = "writes no binary log" }, "", "db3 lacks 0:1-9; db2 writes no binary log"},
		{"each has something of its own", func(e *Evidence) {
			e.Replicas[1].Has = topology.Position{"0": {{Start: 1, End: 7}}, "5": {{Start: 1, End: 2}}}
		}, "", "db2 lacks 5:1-2; db3 lacks 0:1-9"},
		{"both have all: the datacenter decides", func(e *Evidence) { e.Replicas[1].Has = e.Replicas[0].Has }, "db3", ""},
		{"then the weight", func(e *Evidence) {
			e.Replicas[1].Has, e.Replicas[1].Datacenter, e.Replicas[1].Weight = e.Replicas[0].Has, "gra", 3
		}, "db3", ""},
		{"then the order", func(e *Evidence) { e.Replicas[1].Has, e.Replicas[1].Datacenter = e.Replicas[0].Has, "gra" }, "db2", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := dead(t)
			c.set(&e)
			got := Decide(e, 10*time.Second)
			if got.Promote != c.promote || !strings.Contains(got.Reason, c.reason) || got.Reason == "" {
				t.Errorf("%+v, want %q because %q", got, c.promote, c.reason)
			}
		})
	}
}

func TestSights(t *testing.T) {
	for _, c := range []struct {
		io    string
		errno int
		want  Sight
	}{
		{"Yes", 0, Connected}, {"Connecting", 2003, Lost}, {"Connecting", 0, Lost}, {"Preparing", 0, Lost},
		{"No", 0, Blind},    // a person has stopped it
		{"No", 1236, Blind}, // the primary has refused what it asked for: it was there
		{"No", 2003, Lost},  // MySQL gives up after a number of attempts
	} {
		if got := sightOf(switchover.Link{IO: c.io, IOErrno: c.errno}, true); got != c.want {
			t.Errorf("IO %s, error %d: %s, want %s", c.io, c.errno, got, c.want)
		}
	}
	if got := sightOf(switchover.Link{}, false); got != Blind {
		t.Errorf("no link: %s", got)
	}
}

// TestSince: how long a primary has been down is counted from the first snapshot that says so, and anew when it was up.
func TestSince(t *testing.T) {
	c, now := &cluster{}, time.Now()
	host := &topology.Host{Address: "db1", State: topology.Up, ServerID: 7}
	world := &topology.Cluster{Primary: host, Hosts: []*topology.Host{host}}
	c.observe(world, now)
	if c.primary != "db1" || c.serverID != "7" || !c.downSince.IsZero() {
		t.Errorf("%+v", c)
	}
	gone := &topology.Cluster{Hosts: []*topology.Host{{Address: "db1", State: topology.Down}}}
	for i := range 3 {
		c.observe(gone, now.Add(time.Duration(i)*time.Second))
		if !c.downSince.Equal(now) || c.primary != "db1" {
			t.Errorf("%+v", c)
		}
	}
	c.observe(&topology.Cluster{Hosts: []*topology.Host{{Address: "db1", State: topology.Up, ReadOnly: true}}}, now)
	if !c.downSince.IsZero() {
		t.Error("a primary that somebody has made read_only counts as dead")
	}
}
