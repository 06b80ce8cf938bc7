package config

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shunt/admin"
)

func number(n int) *int { return &n }

// play carries out orders one by one over the file most, each of which must be possible.
func play(t *testing.T, orders ...admin.ServerOrder) (file *Config, o Overlay, last admin.ServerChange) {
	t.Helper()
	file = mustParse(t, most)
	for _, order := range orders {
		var err error
		if o, last, err = file.Ordered(o, order); err != nil {
			t.Fatalf("%s %s: %v", order.Verb, order.Server, err)
		}
	}
	return file, o, last
}

func TestOrders(t *testing.T) {
	const db2, sock, db9 = "db2:3306", "/run/mysqld.sock", "db9:3306" // db2 has weight 3, the socket is a backup of weight 0
	drain := admin.ServerOrder{Verb: admin.DrainServer, Server: db2}
	add := admin.ServerOrder{Verb: admin.AddServer, Server: db9, Cluster: "gra", Weight: number(2)}
	for _, test := range []struct {
		name          string
		orders        []admin.ServerOrder
		before, after string // what the last one changes
		differences   string // from the file, when all are done
	}{
		{"drain", []admin.ServerOrder{drain}, "use: serve, weight: 3", "use: drain, weight: 3", "db2:3306: use: drain (file: serve)"},
		{"enable again: as in the file", []admin.ServerOrder{drain, {Verb: admin.EnableServer, Server: db2}}, "use: drain, weight: 3", "use: serve, weight: 3", ""},
		{"enable what the file has out", []admin.ServerOrder{{Verb: admin.EnableServer, Server: sock}}, "use: backup, weight: 0", "use: serve, weight: 0",
			"/run/mysqld.sock: use: serve (file: backup)"},
		{"backup", []admin.ServerOrder{{Verb: admin.BackupServer, Server: db2}}, "use: serve, weight: 3", "use: backup, weight: 3", "db2:3306: use: backup (file: serve)"},
		{"weight", []admin.ServerOrder{drain, {Verb: admin.WeighServer, Server: db2, Weight: number(0)}}, "use: drain, weight: 3", "use: drain, weight: 0",
			"db2:3306: use: drain (file: serve), weight: 0 (file: 3)"},
		{"the file's weight", []admin.ServerOrder{{Verb: admin.WeighServer, Server: db2, Weight: number(3)}}, "use: serve, weight: 3", "use: serve, weight: 3", ""},
		{"add", []admin.ServerOrder{add}, "", "use: serve, weight: 2", "db9:3306: added (the file does not list it)"},
		{"and drain it", []admin.ServerOrder{add, {Verb: admin.DrainServer, Server: db9}}, "use: serve, weight: 2", "use: drain, weight: 2",
			"db9:3306: added (the file does not list it)"},
		{"and remove it", []admin.ServerOrder{add, {Verb: admin.RemoveServer, Server: db9}}, "use: serve, weight: 2", "", ""},
		{"and reset it", []admin.ServerOrder{add, {Verb: admin.ResetServer, Server: db9}}, "use: serve, weight: 2", "", ""},
		{"remove", []admin.ServerOrder{drain, {Verb: admin.RemoveServer, Server: db2}}, "use: drain, weight: 3", "", "db2:3306: removed (the file lists it)"},
		{"and reset it", []admin.ServerOrder{{Verb: admin.RemoveServer, Server: db2}, {Verb: admin.ResetServer, Server: db2}}, "", "use: serve, weight: 3", ""},
		{"and add it", []admin.ServerOrder{{Verb: admin.RemoveServer, Server: sock}, {Verb: admin.AddServer, Server: sock, Cluster: "paris"}}, "",
			"use: serve, weight: 0", "/run/mysqld.sock: use: serve (file: backup)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			file, o, last := play(t, test.orders...)
			if last.Before != test.before || last.After != test.after {
				t.Errorf("%q became %q, want %q, %q", last.Before, last.After, test.before, test.after)
			}
			var got []string
			for _, d := range file.Differences(o) {
				got = append(got, d.Server+": "+d.Text)
			}
			if diff := cmp.Diff(test.differences, strings.Join(got, "; ")); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
			if same := len(Diff(file, file.Under(o))) == 0; same != (test.differences == "") {
				t.Errorf("what is in force is as the file says: %v, want %v", same, test.differences == "")
			}
		})
	}
}

func TestOrdersThatAreRefused(t *testing.T) {
	remove := func(server string) admin.ServerOrder {
		return admin.ServerOrder{Verb: admin.RemoveServer, Server: server}
	}
	file, o, _ := play(t, remove("db1:3306"))
	for _, test := range []struct {
		order admin.ServerOrder
		want  string
	}{
		{admin.ServerOrder{Verb: admin.DrainServer, Server: "db7:3306"}, "no server has this address"},
		{admin.ServerOrder{Verb: admin.DrainServer, Server: "db1:3306"}, "no server has this address"}, // any more
		{admin.ServerOrder{Verb: admin.ResetServer, Server: "db7:3306"}, "no server has this address"},
		{admin.ServerOrder{Verb: admin.WeighServer, Server: "db2:3306"}, "a weight is a number"},
		{admin.ServerOrder{Verb: admin.WeighServer, Server: "db2:3306", Weight: number(-1)}, "a weight is a number"},
		{admin.ServerOrder{Verb: admin.WeighServer, Server: "db2:3306", Weight: number(10001)}, "a weight is a number"},
		{admin.ServerOrder{Verb: admin.AddServer, Server: "db2:3306", Cluster: "gra"}, "is a server of cluster paris already"},
		{admin.ServerOrder{Verb: admin.AddServer, Server: "db1:3306", Cluster: "gra"}, "the file lists db1:3306 in cluster paris"},
		{admin.ServerOrder{Verb: admin.AddServer, Server: "db9:3306", Cluster: "rome"}, "there is no cluster"},
		{admin.ServerOrder{Verb: admin.AddServer, Server: "db9", Cluster: "gra"}, "is not an address"},
		{admin.ServerOrder{Verb: admin.AddServer, Server: "db9:3306", Cluster: "gra", Weight: number(-1)}, "a weight is a number"},
		{remove("db4:3306"), "is the only server of cluster gra"},
		{admin.ServerOrder{Verb: "paint", Server: "db4:3306"}, "is nothing that can be ordered"},
	} {
		next, change, err := file.Ordered(o, test.order)
		if err == nil || !strings.Contains(err.Error(), test.want) || !errors.Is(err, admin.ErrServerOrder) && !errors.Is(err, admin.ErrUnknownServer) {
			t.Errorf("%s %s: error %v, want %s", test.order.Verb, test.order.Server, err, test.want)
		}
		if len(next.orders) != 1 || change.After != "" {
			t.Errorf("%s %s was refused, but the overlay is %v and the change %+v", test.order.Verb, test.order.Server, next.orders, change)
		}
	}
}

// TestOrdersInSettings: SHOW CONFIG tells what is not as the file says, and where the file says it.
func TestOrdersInSettings(t *testing.T) {
	file, o, _ := play(t,
		admin.ServerOrder{Verb: admin.RemoveServer, Server: "db1:3306"},
		admin.ServerOrder{Verb: admin.WeighServer, Server: "db2:3306", Weight: number(5)},
		admin.ServerOrder{Verb: admin.AddServer, Server: "db9:3306", Cluster: "gra"},
	)
	got := map[string]string{}
	for _, row := range file.Under(o).Settings() {
		if strings.Contains(row.Setting, ".servers[") {
			got[row.Setting] = row.Value + " | " + row.Source
		}
	}
	if diff := cmp.Diff(map[string]string{
		"clusters.paris.servers[db1:3306]":         " | ordered: removed (the file lists it)",
		"clusters.paris.servers[db2:3306]":         "{weight: 5, datacenter: roubaix} | config.yaml:12, ordered: weight: 5 (file: 3)",
		"clusters.paris.servers[/run/mysqld.sock]": "{weight: 0, use: backup, pools: [statistics, search]} | config.yaml:13",
		"clusters.gra.servers[db4:3306]":           "{} | config.yaml:20",
		"clusters.gra.servers[db9:3306]":           "{} | ordered: added (the file does not list it)",
	}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestOrdersOverANewFile: what it says itself, or does not list any more, is no order any more.
func TestOrdersOverANewFile(t *testing.T) {
	_, o, _ := play(t,
		admin.ServerOrder{Verb: admin.DrainServer, Server: "db2:3306"},
		admin.ServerOrder{Verb: admin.WeighServer, Server: "db2:3306", Weight: number(5)},
		admin.ServerOrder{Verb: admin.EnableServer, Server: "/run/mysqld.sock"},
		admin.ServerOrder{Verb: admin.AddServer, Server: "db8:3306", Cluster: "gra"},
		admin.ServerOrder{Verb: admin.AddServer, Server: "db9:3306", Cluster: "gra"},
		admin.ServerOrder{Verb: admin.DrainServer, Server: "db9:3306"},
		admin.ServerOrder{Verb: admin.RemoveServer, Server: "db1:3306"},
	)
	next := mustParse(t, strings.NewReplacer(
		"      - db1:3306\n", "", "weight: 3, datacenter: roubaix", "weight: 3, use: drain", "servers: [db4:3306]", "servers: [db4:3306, db9:3306]",
	).Replace(most))
	var got []string
	for _, d := range next.Differences(o.Fitting(next)) {
		got = append(got, d.Server+": "+d.Text)
	}
	if diff := cmp.Diff([]string{
		"/run/mysqld.sock: use: serve (file: backup)", "db2:3306: weight: 5 (file: 3)", "db8:3306: added (the file does not list it)",
		"db9:3306: use: drain (file: serve)",
	}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
