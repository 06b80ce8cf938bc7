package e2e

import (
	"path/filepath"
	"testing"
	"time"

	"shunt/lab"
	"shunt/tests/cluster"
)

// The second lane: every test called TestMySQL has servers of MySQL. Those of this file tell the stories of their MariaDB
// namesakes; what only MySQL has is in the files beside it. `make e2e-mysql` runs them, `make e2e` the others.

func TestMySQLAccounts(t *testing.T) { accounts(t, cluster.Start(t, cluster.MySQL(), onePair())) }

func TestMySQLSessionsNeverSeeEachOther(t *testing.T) {
	sessionsNeverSeeEachOther(t, cluster.SharedMySQL(t), leakTime(t, 10*time.Second))
}

func TestMySQLServersAreKilled(t *testing.T) {
	c := cluster.Start(t, cluster.MySQL(), cluster.Shop(), cluster.Datacenters(lab.Datacenter{Name: "paris", Replicas: 2}))
	t.Run("a replica under load", func(t *testing.T) { aReplicaIsKilled(t, c) })
	t.Run("the primary", func(t *testing.T) { thePrimaryIsKilled(t, c) })
}

func TestMySQLResetAndChangeUser(t *testing.T) { resetAndChangeUser(t, cluster.SharedMySQL(t)) }

func TestMySQLWriteInADatabaseThatIsGone(t *testing.T) {
	writeInADatabaseThatIsGone(t, cluster.SharedMySQL(t))
}

func TestMySQLClientVanishes(t *testing.T) { aClientVanishes(t, cluster.SharedMySQL(t)) }

func TestMySQLShowPins(t *testing.T) { showPins(t, cluster.SharedMySQL(t)) }

// TestMySQLLab is the demo: most plain reads on replicas, and nobody reads an older state than his own.
func TestMySQLLab(t *testing.T) {
	t.Setenv("SHUNT_LAB_SERVER", cluster.MySQLServer(t))
	l := labUp(t, built(t), filepath.Join(t.TempDir(), "lab"), nil, "--once", "--workload", "4s") // MySQL takes longer over a page
	l.wait()
	l.told()
}
