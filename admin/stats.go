package admin

import (
	"cmp"
	"fmt"
	"slices"

	"shunt/topology"
)

// StatRow counts the statements of one kind that ended in one way: SHOW STATS.
type StatRow struct {
	Kind       string  `json:"kind" doc:"the verb of the statements: select, insert, begin …"`
	Role       string  `json:"role" doc:"in which role a server served them: primary or replica; empty if none did"`
	Server     string  `json:"server" doc:"the address of that server"`
	Outcome    string  `json:"outcome" doc:"ok; error: the server said no; lost: its connection broke; killed; refused: shunt said no; answered: shunt answered itself"`
	Statements uint64  `json:"statements" doc:"how many, since the start of this proxy"`
	Share      float64 `json:"share" doc:"which part that is of all statements of this kind, from 0 to 1"`
}

// statementsMetric is the counter of proxy that SHOW STATS is made of.
const statementsMetric = "shunt_statements_total"

// plainReads is the kind whose share on replicas tells whether reads are spread.
const plainReads = "select"

// Stats counts the statements since the start, by kind, role, server and outcome.
func (s *Service) Stats() ([]StatRow, error) {
	families, err := s.house.Metrics.Gather()
	if err != nil {
		return nil, fmt.Errorf("gathering the metrics: %w", err)
	}
	rows := []StatRow{}
	for _, family := range families {
		if family.GetName() != statementsMetric {
			continue
		}
		for _, m := range family.GetMetric() {
			row := StatRow{Statements: uint64(m.GetCounter().GetValue())}
			for _, label := range m.GetLabel() {
				row.set(label.GetName(), label.GetValue())
			}
			rows = append(rows, row)
		}
	}
	return withShares(rows), nil
}

func (r *StatRow) set(label, value string) {
	switch label {
	case "kind":
		r.Kind = value
	case "role":
		r.Role = value
	case "server":
		r.Server = value
	case "outcome":
		r.Outcome = value
	}
}

// withShares works out the shares and sorts: kinds by name, then the largest count first.
func withShares(rows []StatRow) []StatRow {
	total := map[string]uint64{}
	for _, r := range rows {
		total[r.Kind] += r.Statements
	}
	for i := range rows {
		rows[i].Share = part(rows[i].Statements, total[rows[i].Kind])
	}
	slices.SortFunc(rows, func(a, b StatRow) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(b.Statements, a.Statements), cmp.Compare(a.Server, b.Server),
			cmp.Compare(a.Role, b.Role), cmp.Compare(a.Outcome, b.Outcome))
	})
	return rows
}

func part(of, total uint64) float64 {
	if total == 0 {
		return 0
	}
	return thousandths(float64(of) / float64(total))
}

// totals adds up: all statements, and which part of the SELECTs that a server has carried out went to a replica (not known
// before the first one).
func totals(rows []StatRow) (statements uint64, replicaShare *float64) {
	var replica, either uint64
	for _, r := range rows {
		statements += r.Statements
		if r.Kind != plainReads {
			continue
		}
		switch r.Role {
		case topology.Replica.String():
			replica += r.Statements
			either += r.Statements
		case topology.Primary.String():
			either += r.Statements
		}
	}
	if either > 0 {
		replicaShare = pointer(part(replica, either))
	}
	return statements, replicaShare
}
