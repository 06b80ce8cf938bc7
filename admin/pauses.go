package admin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"shunt/sharding/pause"
)

// PauseRow is a pause of writes on one cluster: PAUSE WRITES, SHOW PAUSES.
type PauseRow struct {
	Database    string  `json:"database" doc:"whose writes are paused"`
	Module      string  `json:"module" doc:"only those to the tables of this module; empty: to all of the database"`
	State       string  `json:"state" doc:"standing: nothing is written on any proxy; waiting: some still have something open; resumed: RESUME WRITES has just ended it"`
	Cluster     string  `json:"cluster" doc:"where the data are"`
	Server      string  `json:"server" doc:"its primary"`
	GTID        string  `json:"gtid" doc:"the consistency point: all that was written there is in this position (MariaDB) or set (MySQL), and nothing is after it; empty if the server has no GTIDs"`
	File        string  `json:"file" doc:"the same point as a file of the binary log; empty if there is none"`
	Position    uint64  `json:"position" doc:"… and the position in that file"`
	Seconds     float64 `json:"seconds" doc:"for how long it has been paused"`
	EndsSeconds float64 `json:"ends_seconds" doc:"when it ends by itself, from now on"`
	User        string  `json:"user" doc:"who has ordered it"`
	Proxy       string  `json:"proxy" doc:"which proxy was told"`
	Holding     string  `json:"holding" doc:"which proxies hold"`
	Warning     string  `json:"warning" doc:"what may write all the same"`
}

// The states of a pause.
const (
	pauseStanding = "standing"
	pauseWaiting  = "waiting"
	pauseResumed  = "resumed"
)

// Pause holds the writes of a database, or of a module if one is named, on all proxies, and tells where its data stand still. timeout 0: as
// pause.DefaultTimeout says. The error is pause.ErrUnknown or pause.ErrRefused with the reason, or the store's; then nothing is held.
func (s *Service) Pause(ctx context.Context, who Actor, database, module string, timeout time.Duration) ([]PauseRow, error) {
	status, err := s.house.Pauses.Pause(ctx, s.who(who), database, module, timeout)
	s.audit(ctx, who, "pause writes", err, slog.String("database", database), slog.String("module", module), slog.Duration("timeout", timeout))
	if err != nil {
		return []PauseRow{}, err
	}
	return s.pauseRows(status, pauseStanding), nil
}

// Resume lets writes go on. pause.ErrUnknown: they were not paused, or not any more.
func (s *Service) Resume(ctx context.Context, who Actor, database, module string) ([]PauseRow, error) {
	status, err := s.house.Pauses.Resume(ctx, database, module)
	s.audit(ctx, who, "resume writes", err, slog.String("database", database), slog.String("module", module))
	if err != nil {
		return []PauseRow{}, err
	}
	return s.pauseRows(status, pauseResumed), nil
}

// pausesBound is how long the store may take to list the pauses.
const pausesBound = 10 * time.Second

// Pauses lists what is paused.
func (s *Service) Pauses() ([]PauseRow, error) {
	ctx, cancel := context.WithTimeout(context.Background(), pausesBound)
	defer cancel()
	list, err := s.house.Pauses.List(ctx)
	if err != nil {
		return nil, fmt.Errorf("the pauses cannot be read: %w", err)
	}
	rows := []PauseRow{}
	for _, status := range list {
		state := pauseStanding
		if len(status.Points) == 0 {
			state = pauseWaiting
		}
		rows = append(rows, s.pauseRows(status, state)...)
	}
	return rows, nil
}

// pauseRows are the rows of one pause, one for each cluster.
func (s *Service) pauseRows(status pause.Status, state string) []PauseRow {
	now := s.house.Now()
	var holding []string
	for _, a := range status.Acks {
		if a.Problem == "" {
			holding = append(holding, a.Proxy)
		}
	}
	row := PauseRow{
		Database: status.Area.Database, Module: status.Area.Module, State: state, User: status.Who.User, Proxy: status.Who.Proxy,
		Seconds: seconds(now.Sub(status.Since)), EndsSeconds: seconds(status.Since.Add(status.Timeout).Sub(now)), Holding: strings.Join(holding, ", "),
	}
	if state == pauseResumed {
		row.EndsSeconds = 0
	}
	if len(status.Points) == 0 {
		return []PauseRow{row}
	}
	rows := []PauseRow{}
	for _, p := range status.Points {
		row.Cluster, row.Server, row.GTID, row.File, row.Position, row.Warning = p.Cluster, p.Server, p.GTID, p.File, p.Position, p.Warning
		rows = append(rows, row)
	}
	return rows
}

// ForgetProxy takes a proxy out of the fleet that is gone for good. The error is fleet.ErrUnknown or fleet.ErrAlive, or the store's.
func (s *Service) ForgetProxy(ctx context.Context, who Actor, name string) error {
	if name == "" {
		return errors.New("which proxy? SHOW PROXIES lists them")
	}
	err := s.house.Fleet.Forget(ctx, name)
	s.audit(ctx, who, "forget proxy", err, slog.String("proxy", name))
	return err
}
