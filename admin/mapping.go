package admin

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"shunt/sharding/orders"
	"shunt/store/ledger"
)

// MapRow is one line of what an order about the map changes: ADD MODULE, SET DATABASE … HOME and their kin.
type MapRow struct {
	Item   string `json:"item" doc:"change: what was decided; table: one that exists and is looked for on another cluster; digest: statements that go to another cluster; warning"`
	Name   string `json:"name" doc:"the module, database, table or statement"`
	Before string `json:"before" doc:"what was so far; empty for nothing"`
	After  string `json:"after" doc:"what is, or in a dry run would be, from now on; empty for nothing"`
	Detail string `json:"detail" doc:"the number of the change, for UNDO CHANGE; or what somebody should know"`
}

// AuditRow is one change that an operator has ordered: SHOW AUDIT.
type AuditRow struct {
	Change  int64  `json:"change" doc:"its number, for UNDO CHANGE"`
	At      string `json:"at" doc:"when it was ordered, UTC"`
	Face    string `json:"face" doc:"console or http"`
	User    string `json:"user" doc:"who has ordered it"`
	Address string `json:"address" doc:"where from"`
	Proxy   string `json:"proxy" doc:"which proxy was told"`
	Order   string `json:"order" doc:"what was ordered"`
	Key     string `json:"key" doc:"the entry of the store that it is about"`
	Before  string `json:"before" doc:"the entry before; empty if there was none"`
	After   string `json:"after" doc:"the entry after it; empty if there was none"`
	Undoes  *int64 `json:"undoes" doc:"the change that it took back; NULL if it did not"`
}

// OrderMap carries out an order about the map, or takes any change back, and tells what it changes. The error is orders.ErrUnknown or
// orders.ErrRefused with the reason, or the store's.
func (s *Service) OrderMap(ctx context.Context, who Actor, o orders.Order) ([]MapRow, error) {
	report, err := s.house.OrderMap(ctx, s.who(who), o)
	s.audit(ctx, who, o.String(), err, slog.Bool("dry_run", o.DryRun), slog.Int64("change", report.Change.Number),
		slog.String("before", report.Change.Before), slog.String("after", report.Change.After))
	rows := []MapRow{}
	for _, r := range report.Rows {
		rows = append(rows, MapRow{Item: string(r.Item), Name: r.Name, Before: r.Before, After: r.After, Detail: r.Detail})
	}
	return rows, err
}

// who is an actor as the store has him.
func (s *Service) who(a Actor) ledger.Who {
	return ledger.Who{Face: a.Face, User: a.User, Address: a.Address, Proxy: s.house.Name}
}

// auditBound is how long the store may take to list the changes.
const auditBound = 10 * time.Second

// Audit lists what operators have ordered, the newest first.
func (s *Service) Audit() ([]AuditRow, error) {
	ctx, cancel := context.WithTimeout(context.Background(), auditBound)
	defer cancel()
	changes, err := s.house.Changes(ctx)
	if err != nil {
		return nil, fmt.Errorf("the changes cannot be read: %w", err)
	}
	rows := []AuditRow{}
	for _, c := range changes {
		row := AuditRow{
			Change: c.Number, At: c.At.Format(time.RFC3339), Face: c.Who.Face, User: c.Who.User, Address: c.Who.Address, Proxy: c.Who.Proxy,
			Order: c.What, Key: c.Key, Before: c.Before, After: c.After,
		}
		if c.Undoes != 0 {
			row.Undoes = &c.Undoes
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// mapRevision names the shard map in force to people.
func (s *Service) mapRevision() string {
	m := s.house.Map()
	if m == nil {
		return ""
	}
	return fmt.Sprintf("%d+%d", m.Stored, m.Revision)
}
