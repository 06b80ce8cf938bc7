package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"shunt/admin"
	"shunt/config"
)

// inForce is the configuration where a reload or an order can have changed it; h.config is the one that the house was built with.
func (h *house) inForce() *config.Config { return h.wanted.Load().inForce }

// reload reads the file again. Faults refuse it whole; what this version can change while it runs is put in force, the rest is told as
// waiting for a restart.
func (h *house) reload(ctx context.Context) ([]admin.ChangeRow, error) {
	h.changing.Lock()
	defer h.changing.Unlock()
	read := stampOf(h.file)
	h.stamp.Store(&read) // also of one that is refused: it is known
	next, err := config.Load(h.file)
	if err != nil {
		return nil, err
	}
	now := h.wanted.Load()
	file, err := now.file.Reloaded(next) // only what needs no restart
	if err != nil {
		return nil, err
	}
	if err := h.want(ctx, file, h.told.overlay().Fitting(file)); err != nil {
		return nil, err
	}
	h.level.Set(file.LogLevel())
	h.rules.Store(file.Rules())
	h.server.SetLimits(file.Limits())
	h.refile(file.Sharding())
	changes := config.Changes(now.file, file, next)
	rows := make([]admin.ChangeRow, len(changes))
	for i, c := range changes {
		rows[i] = c.Row()
	}
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
		h.reloadFor(ctx, admin.Actor{Face: "signal"})
	}
}

// reloadFor reloads for somebody who reads the log only.
func (h *house) reloadFor(ctx context.Context, who admin.Actor) {
	changes, err := h.service.ReloadConfig(ctx, who) // which writes the audit line
	if err != nil {
		h.log.Error("the configuration was not reloaded", "error", err)
		return
	}
	h.log.Info("the configuration was reloaded", "changes", len(changes))
	for _, c := range changes {
		h.log.Info("setting changed", "setting", c.Setting, "old", c.Old, "new", c.New, "applied", c.Applied)
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
