package admin

import (
	"time"

	"shunt/digest"
	"shunt/statement"
)

// DigestRow is what was counted of the statements of one shape: SHOW DIGESTS.
type DigestRow struct {
	Digest         string   `json:"digest" doc:"names the text; the same on all proxies"`
	Kind           string   `json:"kind" doc:"the verb of the statements"`
	Database       string   `json:"database" doc:"the default database of the sessions"`
	Text           string   `json:"text" doc:"the statement with ? in place of literals; cut after 1024 bytes"`
	Tables         []string `json:"tables" doc:"the tables it names; those it writes are marked"`
	Statements     uint64   `json:"statements" doc:"how many"`
	Share          float64  `json:"share" doc:"which part that is of all statements, from 0 to 1"`
	OnPrimary      uint64   `json:"on_primary" doc:"how many of them a primary answered"`
	OnReplica      uint64   `json:"on_replica" doc:"how many a replica answered; shunt itself answered or refused the rest"`
	Errors         uint64   `json:"errors" doc:"how many failed or were refused"`
	Rows           uint64   `json:"rows" doc:"how many rows they gave or changed; of several results in one answer the last one counts"`
	ServerSeconds  float64  `json:"server_seconds" doc:"how long servers took for them in all, until the answers were passed on"`
	LongestSeconds float64  `json:"longest_seconds" doc:"the longest of these times"`
	FirstSeen      string   `json:"first_seen" doc:"when the first one came"`
	LastSeen       string   `json:"last_seen" doc:"when the last one came"`
	Clusters       []string `json:"clusters" doc:"the clusters that have answered, in the order in which they were first asked"`
}

// otherDigests is the digest of the row for all statements whose shapes have no place.
const otherDigests = "other"

// Digests lists what was asked since the start by the shape of the statements, those that took most time first. The last row stands for
// the statements whose shapes have no place, if there are any.
func (s *Service) Digests() []DigestRow {
	r := s.house.Digests()
	total := r.Other.All()
	for i := range r.Shapes {
		total += r.Shapes[i].All()
	}
	rows := []DigestRow{}
	for i := range r.Shapes {
		u := &r.Shapes[i]
		row := digestRow(u.Counts, total)
		row.Digest, row.Kind, row.Database, row.Text, row.Tables = u.ID, u.Kind.String(), u.Database, u.Text, marked(u.Tables)
		row.FirstSeen, row.LastSeen, row.Clusters = moment(u.First), moment(u.Last), append([]string{}, u.Clusters...)
		rows = append(rows, row)
	}
	if r.Other.All() > 0 {
		row := digestRow(r.Other, total)
		row.Digest, row.Text, row.Tables, row.Clusters = otherDigests, "all that had no place", []string{}, []string{}
		rows = append(rows, row)
	}
	return rows
}

func digestRow(c digest.Counts, total uint64) DigestRow {
	return DigestRow{
		Statements: c.All(), Share: part(c.All(), total), OnPrimary: c.Primary, OnReplica: c.Replica, Errors: c.Errors, Rows: c.Rows,
		ServerSeconds: seconds(c.Time()), LongestSeconds: seconds(c.Longest),
	}
}

// TableSetRow is what was counted of the transactions that touched the same tables: SHOW TABLESETS.
type TableSetRow struct {
	Tables       []string `json:"tables" doc:"the tables that were touched in one transaction; those it writes are marked"`
	Transactions uint64   `json:"transactions" doc:"how many transactions touched just these"`
	Share        float64  `json:"share" doc:"which part that is of all transactions, from 0 to 1"`
	Digests      []string `json:"digests" doc:"the statements of one of them, in order; SHOW DIGESTS has their texts"`
	Complete     bool     `json:"complete" doc:"no: they touch more than is known"`
	LastSeen     string   `json:"last_seen" doc:"when the last one ended"`
}

// TableSets lists the sets of tables that transactions have touched since the start, most frequent first. The last row stands for
// those that have no place, if there are any.
func (s *Service) TableSets() []TableSetRow {
	r := s.house.Digests()
	total := r.OtherTransactions
	for _, t := range r.Transactions {
		total += t.Transactions
	}
	rows := []TableSetRow{}
	for _, t := range r.Transactions {
		rows = append(rows, TableSetRow{
			Tables: marked(t.Tables), Transactions: t.Transactions, Share: part(t.Transactions, total), Digests: append([]string{}, t.Example...),
			Complete: !t.Incomplete, LastSeen: moment(t.Last),
		})
	}
	if n := r.OtherTransactions; n > 0 {
		rows = append(rows, TableSetRow{Tables: []string{otherDigests}, Transactions: n, Share: part(n, total), Digests: []string{}})
	}
	return rows
}

// marked names tables, and marks those that are written.
func marked(tables []statement.Table) []string {
	return tableNames(tables, func(statement.Table) string { return "" })
}

// moment is a time as rows give it.
func moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }
