package switchover

import (
	"slices"
	"strings"
	"testing"
	"time"

	"shunt/topology"
)

// TestObstacles: what keeps a server from becoming the primary, or is only worth a word. Each case spoils the good cluster
// of newFakeHouse in one way.
func TestObstacles(t *testing.T) {
	for _, c := range []struct {
		name     string
		set      func(h *fakeHouse)
		obstacle string // words of the refusal; empty if there is none
		note     string
	}{
		{"all is well", func(*fakeHouse) {}, "", ""},
		{"off", func(h *fakeHouse) { h.listed("db2:3306").Use = topology.Off }, "use: off", ""},
		{"backup", func(h *fakeHouse) { h.listed("db2:3306").Use = topology.Backup }, "use: backup", ""},
		{"drain", func(h *fakeHouse) { h.listed("db2:3306").Use = topology.Drain }, "use: drain", ""},
		{"down", func(h *fakeHouse) { h.listed("db2:3306").State = topology.Down }, "is not up", ""},
		{"late", func(h *fakeHouse) {
			h.listed("db2:3306").Lag, h.listed("db2:3306").LagKnown = time.Minute, true
		}, "lags 1m0s", ""},
		{"does not answer", func(h *fakeHouse) { h.servers["db2:3306"].dead = true }, "connection refused", ""},
		{"no primary", func(h *fakeHouse) { h.snapshot.Clusters["paris"].Primary = nil }, "has no primary", ""},
		{"of another primary", func(h *fakeHouse) { h.link().Host, h.link().ServerID = "db9", "9" }, "not from the primary", ""},
		{"several links", func(h *fakeHouse) {
			h.servers["db2:3306"].facts.Links = append(h.servers["db2:3306"].facts.Links, goodLink())
		}, "has 2 replication links", ""},
		{"stopped by an error", func(h *fakeHouse) { h.link().SQL, h.link().SQLError = "No", "duplicate key" }, "duplicate key", ""},
		{"not by GTID", func(h *fakeHouse) { h.link().GTID = false }, "not by GTID", ""},
		{"delayed", func(h *fakeHouse) { h.link().Delay = 30 }, "30 s late on purpose", ""},
		{"filtered", func(h *fakeHouse) { h.link().Filters = []string{"Replicate_Do_DB=shop"} }, "does not have all data", ""},
		{"no binary log", func(h *fakeHouse) { h.target().BinaryLog = false }, "log_bin", ""},
		{"no log of updates", func(h *fakeHouse) { h.target().LogUpdates = false }, "log_slave_updates", ""},
		{"newer than the primary", func(h *fakeHouse) { h.target().Version = "11.4.2-MariaDB" }, "is newer than the primary", ""},
		{"patched later than the primary", func(h *fakeHouse) { h.target().Version = "10.11.99-MariaDB" }, "", ""},
		{"same server_id", func(h *fakeHouse) { h.target().ServerID = "1" }, "same server_id", ""},
		{"transactions of its own", func(h *fakeHouse) { h.target().Has = "0-1-7,5-2-1" }, "has transactions that the primary has not: 5:1-1", ""},
		{"no rights", func(h *fakeHouse) { h.target().Rights = []string{"RELOAD"} },
			"lacks READ_ONLY ADMIN, REPLICATION SLAVE ADMIN: GRANT READ_ONLY ADMIN, REPLICATION SLAVE ADMIN ON *.* TO 'shunt'@'%'", ""},
		{"another replica without rights", func(h *fakeHouse) { h.servers["db3:3306"].facts.Rights = nil }, "db3:3306: the control account lacks", ""},
		{"another one without rights that is not touched", func(h *fakeHouse) {
			h.servers["db3:3306"].facts.Rights, h.servers["db3:3306"].facts.Links = nil, nil
		}, "", "does not replicate from the primary"},
		{"all rights", func(h *fakeHouse) { h.target().Rights = []string{"ALL PRIVILEGES"} }, "", ""},
		{"a primary that replicates", func(h *fakeHouse) { h.servers["db1:3306"].facts.Links = []Link{goodLink()} }, "the primary replicates itself", ""},
		{"semi-sync", func(h *fakeHouse) { h.servers["db1:3306"].facts.SemiSync = true }, "", "semi-sync"},
		{"events", func(h *fakeHouse) { h.servers["db1:3306"].facts.Events = 2 }, "", "2 events"},
		{"another domain", func(h *fakeHouse) { h.target().Domain = "3" }, "", "GTID domain 3"},
		{"another server is off", func(h *fakeHouse) { h.listed("db3:3306").Use = topology.Off }, "", "is not contacted"},
		{"another replica is dead", func(h *fakeHouse) { h.servers["db3:3306"].dead = true }, "", "db3:3306 could not be asked"},
		{"another replica is stopped", func(h *fakeHouse) { h.servers["db3:3306"].facts.Links[0].IO = "No" }, "", "stays pointed at the old primary"},
		{"another replica hangs on the target", func(h *fakeHouse) {
			h.servers["db3:3306"].facts.Links[0].Host, h.servers["db3:3306"].facts.Links[0].ServerID = "db2", "2"
		}, "", "does not replicate from the primary"},
		{"another name for the primary", func(h *fakeHouse) { h.link().Host = "10.0.0.1" }, "", "Set report_host"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newFakeHouse(t)
			c.set(h)
			report, err := h.engine.Switch(t.Context(), Order{Cluster: "paris", To: "db2:3306", DryRun: true})
			if c.obstacle == "" && err != nil || c.obstacle != "" && (err == nil || !strings.Contains(err.Error(), c.obstacle)) {
				t.Errorf("error %v, want %q", err, c.obstacle)
			}
			if err != nil && report.Result != Refused {
				t.Errorf("result %v", report.Result)
			}
			if noted := slices.ContainsFunc(report.Notes, func(n string) bool { return c.note != "" && strings.Contains(n, c.note) }); noted != (c.note != "") {
				t.Errorf("notes %q, want %q", report.Notes, c.note)
			}
			if c.note == "" && err == nil && len(report.Notes) > 0 {
				t.Errorf("notes %q", report.Notes)
			}
		})
	}
}

func (h *fakeHouse) listed(address string) *topology.Host { return h.snapshot.Host(address) }
func (h *fakeHouse) target() *Facts                       { return &h.servers["db2:3306"].facts }
func (h *fakeHouse) link() *Link                          { return &h.target().Links[0] }

// TestWordsForUnknownOnes: a cluster and a server that are not there, and the primary itself.
func TestWordsForUnknownOnes(t *testing.T) {
	h := newFakeHouse(t)
	for _, c := range []struct{ cluster, to, want string }{
		{"gra", "db2:3306", "there is no cluster gra"}, {"paris", "db9:3306", "db9:3306 is no server of cluster paris"},
		{"paris", "db1:3306", "is the primary already"},
	} {
		if _, err := h.engine.Switch(t.Context(), Order{Cluster: c.cluster, To: c.to}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	if len(h.told) > 0 {
		t.Errorf("told %q", h.told)
	}
}

func TestRightsFromGrants(t *testing.T) {
	got := rightsIn([]string{
		"GRANT RELOAD, READ_ONLY ADMIN ON *.* TO `shunt`@`%` IDENTIFIED BY PASSWORD '*0'", "GRANT ALL PRIVILEGES ON `shunt`.* TO `shunt`@`%`",
		"GRANT `r`@`%` TO `shunt`@`%`",
	})
	if want := []string{"RELOAD", "READ_ONLY ADMIN"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	mysql := Facts{Flavor: topology.MySQL, Account: "shunt@10.%", Rights: []string{"SUPER"}}
	if got, want := mysql.Lacking(), "the control account lacks RELOAD: GRANT RELOAD ON *.* TO 'shunt'@'10.%'"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	old := Facts{Flavor: topology.MariaDB, Version: "10.6.1", Account: "a@b", Rights: []string{"SUPER", "RELOAD"}}
	if got := old.Lacking(); got != "" {
		t.Errorf("%q", got)
	}
	if old.Version = "10.11.1"; old.Lacking() == "" {
		t.Error("SUPER is not enough since 10.11")
	}
}

func TestWords(t *testing.T) {
	for got, want := range map[string]string{
		quote(`it's a \ "q"`):                                `'it\'s a \\ "q"'`,
		mariadbWords{}.link("STOP", "IO_THREAD", "far"):      "STOP SLAVE 'far' IO_THREAD",
		mariadbWords{}.link("START", "", ""):                 "START SLAVE",
		mysqlWords{}.link("STOP", "", "far"):                 "STOP REPLICA  FOR CHANNEL 'far'",
		mariadbWords{}.forget(""):                            "RESET SLAVE ALL",
		mysqlWords{}.forget(""):                              "RESET REPLICA ALL FOR CHANNEL ''",
		mysqlWords{}.reach("a", 0):                           "SELECT WAIT_FOR_EXECUTED_GTID_SET('a', 0.001)",
		newest("0-1-7,0-2-9"):                                "0-2-9",
		newest("3-1-4,0-2-9,0-1-8, 5-5-5,"):                  "3-1-4,0-2-9,5-5-5",
		newest(","):                                          "",
		mariadbWords{}.repoint("far", Source{"db2", "3306"}): "CHANGE MASTER 'far' TO MASTER_HOST = 'db2', MASTER_PORT = 3306",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
