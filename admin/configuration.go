package admin

import (
	"context"
	"log/slog"
)

// ConfigRow is one setting: SHOW CONFIG.
type ConfigRow struct {
	Setting string `json:"setting" doc:"its name, with a dot between a section and what is in it"`
	Value   string `json:"value" doc:"what is in force; passwords are not shown"`
	Default string `json:"default" doc:"what would be without the configuration"`
	Source  string `json:"source" doc:"file and line that set it; default if none does"`
	Reload  string `json:"reload" doc:"live: a reload puts a new value in force; restart: only a restart does"`
}

// ChangeRow is one setting that a reload has found changed: RELOAD CONFIG.
type ChangeRow struct {
	Setting string `json:"setting" doc:"its name"`
	Old     string `json:"old" doc:"the value before; passwords are not shown"`
	New     string `json:"new" doc:"the value in the file"`
	Applied string `json:"applied" doc:"now, or after a restart"`
}

// When a change is in force.
const (
	AppliedNow          = "now"
	AppliedAfterRestart = "after a restart"
)

// Config lists the settings in force.
func (s *Service) Config() []ConfigRow { return append([]ConfigRow{}, s.house.Config()...) }

// ReloadConfig reads the configuration file again. It is put in force, or refused whole with all of its faults as the error.
func (s *Service) ReloadConfig(ctx context.Context, who Actor) ([]ChangeRow, error) {
	changes, err := s.house.Reload(ctx)
	names := []string{}
	for _, c := range changes {
		names = append(names, c.Setting)
	}
	s.audit(ctx, who, "reload config", err, slog.Any("changed", names))
	return append([]ChangeRow{}, changes...), err
}
