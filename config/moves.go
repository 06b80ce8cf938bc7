package config

import (
	"path/filepath"

	"shunt/backend/monitor/control"
	"shunt/sharding/move"
)

// Moves bounds moves. Where nobody has said how long a switch may keep statements waiting, that is less than clients bear.
func (c *Config) Moves() move.Config {
	m := c.File.Moves
	budget := move.Budget{Share: float64(m.Errors.Budget) / 100, Least: m.Errors.Least, Within: m.Errors.Within}
	if m.Errors.Budget >= 100 {
		budget.Share = 0
	}
	keep := move.Keep{Folder: m.KeepDumps.Folder, Days: m.KeepDumps.Days, Patience: m.KeepDumps.Patience}
	if keep.Folder != "" && !filepath.IsAbs(keep.Folder) {
		keep.Folder = filepath.Join(filepath.Dir(c.name), keep.Folder)
	}
	return move.Config{
		Keep:     keep,
		MaxProcs: m.MaxProcs, PerSource: m.PerSource, PerTarget: m.PerTarget, Cutovers: m.Cutovers, CutoversPerCluster: m.CutoversPerCluster, Pause: min(m.Pause, c.File.Limits.Wait*4/5), Compare: int64(m.Compare), Tries: m.Tries, Idle: !m.Drive,
		Budget: budget, Throttle: move.Throttle{Lag: m.Throttle.Lag, Threads: m.Throttle.Threads, History: m.Throttle.History},
	}
}

// Mover is how a server is logged in to by who moves databases: e with another account, if there is one.
func (c *Config) Mover(e control.Endpoint) control.Endpoint {
	if a := c.File.Moves.Account; a.User != "" {
		e.User, e.Password = a.User, a.Password.Reveal()
	}
	return e
}

// checkMoves compares the pause of a switch with what clients bear.
func (c *Config) checkMoves(d *decoder) {
	if _, given := d.lines["moves.pause"]; given && c.File.Moves.Pause >= c.File.Limits.Wait && !d.hasFault("moves") {
		d.wrong("moves.pause", "is not below limits.wait: clients would get errors before a switch is given up", "make it shorter, or limits.wait longer")
	}
	if n := c.File.Moves.Errors.Budget; n < 1 || n > 100 {
		d.wrong("moves.errors.budget", "is no share in percent", "give a number from 1 to 100, such as 5; 100 stops nothing")
	}
	if a := c.File.Moves.Account; a.User == "" && a.Password.Reveal() != "" {
		d.wrong("moves.account", "has a password and no user", "name the user")
	}
}
