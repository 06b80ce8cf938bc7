package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"shunt/admin"
	"shunt/config"
)

// inForce is the configuration where a reload can have changed it; h.config is the one that the house was built with.
func (h *house) inForce() *config.Config { return h.reloaded.Load() }

// reload reads the file again. Faults refuse it whole; what this version can change while it runs is put in force, the rest is told as
// waiting for a restart.
func (h *house) reload(context.Context) ([]admin.ChangeRow, error) {
	next, err := config.Load(h.file)
	if err != nil {
		return nil, err
	}
	changes := config.Diff(h.inForce(), next)
	rows := make([]admin.ChangeRow, len(changes))
	for i, c := range changes {
		rows[i] = c.Row()
	}
	inForce, err := h.inForce().Reloaded(next) // only what needs no restart
	if err != nil {
		return nil, err
	}
	h.reloaded.Store(inForce)
	h.level.Set(inForce.LogLevel())
	h.rules.Store(inForce.Rules())
	h.server.SetLimits(inForce.Limits())
	h.newMap(h.databases.Load())
	return rows, nil
}

// reloadOnHangup reloads at SIGHUP until ctx ends.
func (h *house) reloadOnHangup(ctx context.Context) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangup:
		}
		changes, err := h.service.ReloadConfig(ctx, admin.Actor{Face: "signal"}) // which writes the audit line
		if err != nil {
			h.log.Error("the configuration was not reloaded", "error", err)
			continue
		}
		h.log.Info("the configuration was reloaded", "changes", len(changes))
		for _, c := range changes {
			h.log.Info("setting changed", "setting", c.Setting, "old", c.Old, "new", c.New, "applied", c.Applied)
		}
	}
}

// announce logs where the front door is once it is open.
func (h *house) announce(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-h.server.Listening():
		for _, a := range h.server.Addrs() {
			h.log.Info("listening", "address", a.String())
		}
	}
}
