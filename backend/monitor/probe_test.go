package monitor

import (
	"context"
	"testing"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/google/go-cmp/cmp"

	"shunt/backend/monitor/control"
	"shunt/backend/monitor/mariadbtest"
	"shunt/topology"
)

func TestProbe(t *testing.T) {
	t.Parallel()
	s := mariadbtest.Start(t)
	endpoint := control.Endpoint{Address: s.Address, User: mariadbtest.User, Password: mariadbtest.Password}
	row := heartbeatRow{"shunt", "a"}
	within := func(t *testing.T, d time.Duration) context.Context {
		ctx, cancel := context.WithTimeout(t.Context(), d)
		t.Cleanup(cancel)
		return ctx
	}
	newProbe := func(t *testing.T) *serverProbe {
		p := &serverProbe{endpoint: endpoint, heartbeat: row.selection()}
		t.Cleanup(p.close)
		return p
	}
	t.Run("a probe lives without a heartbeat's table, and still asks what stands behind it", func(t *testing.T) {
		f, err := newProbe(t).probe(within(t, 30*time.Second))
		if err != nil {
			t.Fatal(err)
		}
		if f.beat != 0 || f.linksRead.IsZero() || f.linksError != nil || len(f.links) != 0 {
			t.Errorf("%+v", f)
		}
		if f.flavor != topology.MariaDB || f.serverID != uint32(s.Port) || f.readOnly || f.peer != "127.0.0.1" || f.hostname == "" {
			t.Errorf("%+v", f)
		}
	})
	t.Run("the heartbeat's row is read", func(t *testing.T) {
		s.Exec(row.creation()...)
		stamp := time.Date(2026, 8, 1, 12, 0, 0, 250_000_000, time.UTC)
		s.Exec("SET @shunt_writable = 1", row.insertion(7, stamp))
		f, err := newProbe(t).probe(within(t, 30*time.Second))
		if err != nil || f.beat != 7 || !f.stamp.Equal(stamp) {
			t.Errorf("beat %d at %v, error %v", f.beat, f.stamp, err)
		}
	})
	t.Run("a replication status that blocks does not make the server look dead", func(t *testing.T) {
		p := newProbe(t)
		if _, err := p.probe(within(t, 30*time.Second)); err != nil {
			t.Fatal(err)
		}
		f := facts{links: []link{{host: "db1"}}}
		err := p.ask(within(t, 300*time.Millisecond), []question{
			{variablesStatement(topology.MariaDB), f.readVariables, fatal},
			{"SELECT SLEEP(600)", f.readStatus, f.statusFailed},
		})
		if err != nil || f.serverID != uint32(s.Port) || f.linksError == nil || len(f.links) != 1 {
			t.Errorf("%+v, error %v", f, err)
		}
		if _, err := p.probe(within(t, 30*time.Second)); err != nil {
			t.Errorf("the next probe: %v", err)
		}
	})
	t.Run("variables that do not come in time do", func(t *testing.T) {
		p := newProbe(t)
		if _, err := p.probe(within(t, 30*time.Second)); err != nil {
			t.Fatal(err)
		}
		if err := p.ask(within(t, 100*time.Millisecond), []question{{"SELECT SLEEP(600)", nil, fatal}}); err == nil {
			t.Error("no error")
		}
	})
}

func TestReadVariables(t *testing.T) {
	const uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562"
	columns := []string{"read_only", "server_id", "version", "hostname", "port", "applied", "own", "uuid", "binlog"}
	owned := append([]string{"owned"}, columns[:8]...)
	for _, test := range []struct {
		name   string
		flavor topology.Flavor
		answer *mysql.Resultset
		want   facts
	}{
		{"MariaDB", topology.MariaDB, status(t, columns, 1, 11, "10.11.8-MariaDB-log", "db1", 3306, "0-1-5", "0-1-5,7-11-2", "", "0-1-6"),
			facts{serverID: 11, version: "10.11.8-MariaDB-log", hostname: "db1", port: "3306", readOnly: true,
				applied: topology.Position{"0": {{Start: 1, End: 5}}}, own: topology.Position{"0": {{Start: 1, End: 5}}, "7": {{Start: 1, End: 2}}},
				shown: topology.Position{"0": {{Start: 1, End: 6}}, "7": {{Start: 1, End: 2}}}}},
		{"MariaDB 12, where read_only is a word", topology.MariaDB, status(t, columns, "OFF", 11, "12.0.2-MariaDB", "db1", 3306, "", "", "", "0-1-1"),
			facts{serverID: 11, version: "12.0.2-MariaDB", hostname: "db1", port: "3306", applied: topology.Position{}, own: topology.Position{},
				shown: topology.Position{"0": {{Start: 1, End: 1}}}}},
		{"and may be another word for on", topology.MariaDB, status(t, columns, "NO_LOCK", 11, "12.0.2-MariaDB", "db1", 3306, "", "", "", nil),
			facts{serverID: 11, version: "12.0.2-MariaDB", hostname: "db1", port: "3306", readOnly: true, applied: topology.Position{}, own: topology.Position{}}},
		{"MySQL", topology.MySQL, status(t, owned, uuid+":6#31:7#32", 0, 12, "8.4.2", "db2", 3306, uuid+":1-5", uuid+":1-5", uuid),
			facts{flavor: topology.MySQL, serverID: 12, uuid: uuid, version: "8.4.2", hostname: "db2", port: "3306",
				applied: topology.Position{uuid: {{Start: 1, End: 5}}}, own: topology.Position{uuid: {{Start: 1, End: 5}}},
				shown: topology.Position{uuid: {{Start: 1, End: 7}}}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := facts{flavor: test.flavor}
			if err := f.readVariables(test.answer); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, f, cmp.AllowUnexported(facts{})); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("nonsense is refused", func(t *testing.T) {
		var f facts
		if err := f.readVariables(status(t, columns, 0, 1, "10.11", "db1", 3306, "not a position", "", "", "")); err == nil {
			t.Errorf("%+v", f)
		}
		if err := f.readVariables(status(t, columns[:2], 0, 1)); err == nil {
			t.Errorf("%+v", f)
		}
	})
}
