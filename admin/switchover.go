package admin

import (
	"context"
	"log/slog"

	"shunt/backend/switchover"
)

// SwitchoverRow is one step of a switchover: SWITCHOVER CLUSTER.
type SwitchoverRow struct {
	Step    string  `json:"step" doc:"its name; docs/operations.md tells what each does"`
	State   string  `json:"state" doc:"done; planned: a dry run would do it here"`
	Detail  string  `json:"detail" doc:"what came of it, and what was found that is no obstacle"`
	Seconds float64 `json:"seconds" doc:"how long it took"`
}

// Switchover makes the server at address the primary of a cluster, or with dryRun only tells whether that is possible and
// what would be done. The error is a *switchover.Failure, which says how things are now; the rows tell the steps in any
// case. It takes as long as its bounds allow; ctx ending undoes it.
func (s *Service) Switchover(ctx context.Context, who Actor, cluster, address string, dryRun bool) ([]SwitchoverRow, error) {
	report, err := s.house.Switchover(ctx, switchover.Order{Cluster: cluster, To: address, DryRun: dryRun})
	s.audit(ctx, who, "switchover", err, slog.String("cluster", cluster), slog.String("old_primary", report.From), slog.String("new_primary", address),
		slog.Bool("dry_run", dryRun), slog.String("result", report.Result.String()), slog.Float64("pause_seconds", seconds(report.Pause)))
	rows := []SwitchoverRow{}
	for _, r := range report.Rows {
		rows = append(rows, SwitchoverRow{Step: r.Step.String(), State: r.State.String(), Detail: r.Detail, Seconds: seconds(r.Took)})
	}
	return rows, err
}
