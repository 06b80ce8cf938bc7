package cluster

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"shunt/lab"
	"shunt/topology"
)

const (
	// mysqlVariable names a server program for the second lane, or says laneOff.
	mysqlVariable = "SHUNT_TEST_MYSQL"
	// mysqlDirVariable names the folder that make mysql works in.
	mysqlDirVariable = "SHUNT_MYSQL_DIR"
	laneOff          = "off"
	mysqlAdvice      = "run `make mysql`, which sets one up, or set SHUNT_TEST_MYSQL=/path/to/mysqld; SHUNT_TEST_MYSQL=off leaves these tests out"
)

// skipWithoutLane leaves a test out if somebody has said so. That no server is there is no such case: it fails.
func skipWithoutLane(t testing.TB) {
	t.Helper()
	if os.Getenv(mysqlVariable) == laneOff {
		t.Skipf("%s=%s: tests with MySQL are left out", mysqlVariable, laneOff)
	}
}

// MySQLServer is the path of the server program of the second lane.
func MySQLServer(t testing.TB) string {
	t.Helper()
	skipWithoutLane(t)
	b, err := mysqlServer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Server
}

// MySQLProgram is the path of a client program of MySQL, such as mysql or mysqldump, that came with the server of the second lane. Where it
// is not there the test fails and says what to do.
func MySQLProgram(t testing.TB, name string) string {
	t.Helper()
	skipWithoutLane(t)
	server, err := mysqlPath()
	if err != nil {
		t.Fatal(err)
	}
	path, err := exec.LookPath(filepath.Join(filepath.Dir(filepath.Dir(server)), "bin", name))
	if err != nil {
		t.Fatalf("%s of MySQL is not beside %s: %s", name, server, mysqlAdvice)
	}
	return path
}

// mysqlServer finds the server of the second lane.
func mysqlServer() (lab.Binaries, error) {
	path, err := mysqlPath()
	if err != nil {
		return lab.Binaries{}, err
	}
	b, err := lab.Inspect(path)
	if err != nil {
		return b, fmt.Errorf("the MySQL server for the tests: %w; %s", err, mysqlAdvice)
	}
	if b.Flavor() != topology.MySQL {
		return b, fmt.Errorf("%s is %s %s; tests with MySQL need MySQL: %s", path, b.Flavor(), b.Version, mysqlAdvice)
	}
	return b, nil
}

// mysqlPath is where the server of the second lane is, or would be.
func mysqlPath() (string, error) {
	if path := os.Getenv(mysqlVariable); path != "" {
		return path, nil
	}
	dir := os.Getenv(mysqlDirVariable)
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", errors.Join(errors.New("where is the MySQL server for the tests? "+mysqlAdvice), err)
		}
		dir = filepath.Join(cache, "shunt", "mysql")
	}
	return filepath.Join(dir, "sbin", "mysqld"), nil
}
