package topology_test

import (
	"testing"

	. "shunt/topology"
)

func TestSnapshotHost(t *testing.T) {
	first, second := &Host{Address: "db1:3306"}, &Host{Address: "/run/db2.sock"}
	s := &Snapshot{Clusters: map[string]*Cluster{"paris": {Hosts: []*Host{first}}, "gra": {Hosts: []*Host{second}}}}
	for address, want := range map[string]*Host{"db1:3306": first, "/run/db2.sock": second, "db3:3306": nil} {
		if got := s.Host(address); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}

// The words are the same in SHOW, metrics and docs.
func TestWords(t *testing.T) {
	for got, want := range map[string]string{
		NoRole.String(): "none", Primary.String(): "primary", Replica.String(): "replica",
		Unprobed.String(): "unprobed", Up.String(): "up", Down.String(): "down",
		Serve.String(): "serve", Drain.String(): "drain", Backup.String(): "backup", Off.String(): "off",
		MariaDB.String(): "MariaDB", MySQL.String(): "MySQL",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
