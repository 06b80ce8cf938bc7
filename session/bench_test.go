package session

import (
	"testing"

	"shunt/mysql"
	"shunt/statement"
	"shunt/topology"
)

// plainSelect is a session in steady state, and what its answers are: rows and an OK packet without trackers.
func plainSelect() (s *Session, st *statement.Statement, ok mysql.OK) {
	st, _ = statement.NewParser(statement.Config{}).Parse([]byte("SELECT c FROM sbtest1 WHERE id=5"), 0)
	return New(Login{Schema: "sbtest", Charset: "utf8mb4", Collation: "utf8mb4_general_ci"}), st, mysql.OK{Status: mysql.StatusAutocommit}
}

func BenchmarkPlainSelect(b *testing.B) {
	s, st, ok := plainSelect()
	b.ReportAllocs()
	for b.Loop() {
		s.Begin(st)
		s.OK(topology.MariaDB, &ok, true, 1, nil)
		s.End(st, "paris", false)
	}
}

func TestAPlainSelectAllocatesNothing(t *testing.T) {
	s, st, ok := plainSelect()
	n := testing.AllocsPerRun(100, func() {
		s.Begin(st)
		s.OK(topology.MariaDB, &ok, true, 1, nil)
		s.End(st, "paris", false)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}
