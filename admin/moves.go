package admin

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"time"

	"shunt/sharding/move"
	"shunt/sharding/move/archive"
	"shunt/sharding/move/check"
)

// MoveRow is the last move of a database: MOVE DATABASE, SHOW MOVES.
type MoveRow struct {
	Database     string   `json:"database" doc:"what moves"`
	Module       string   `json:"module" doc:"only the tables of this module; empty: all of the database"`
	From         string   `json:"from" doc:"the cluster that is home until it switches"`
	To           string   `json:"to" doc:"the cluster that is home from then on"`
	State        string   `json:"state" doc:"where it is; docs/moves.md has a paragraph for each"`
	Status       string   `json:"status" doc:"waiting: nobody works on it; running; switching: statements wait; reversible: it has switched, and can go back; done; failed; undone: it was taken back by order; refused: it was not ordered, and the problem says why"`
	Seconds      float64  `json:"seconds" doc:"for how long it has been in that state"`
	Proxy        string   `json:"proxy" doc:"which proxy drives it; empty: none does now"`
	Tables       int      `json:"tables" doc:"how many there are"`
	Rows         int64    `json:"rows" doc:"how many were copied"`
	Bytes        int64    `json:"bytes" doc:"how long these are; before the copy the server's estimate of what is to be copied"`
	Percent      *float64 `json:"percent" doc:"how much of its rows is copied, as far as the source can guess how many there are; NULL where nobody knows, as when nothing is copied, and on proxies that do not drive it"`
	LeftSeconds  *float64 `json:"left_seconds" doc:"how long it takes until its rows are copied, if they come as they did in the last half minute; comparing them comes after that. NULL where nobody knows"`
	LagSeconds   *float64 `json:"lag_seconds" doc:"how far the target is behind; NULL where that is not known, as on proxies that do not drive it"`
	Waits        string   `json:"waits" doc:"why it does not get on just now, such as that all slots are taken; empty: it does, or another proxy drives it"`
	Window       string   `json:"window" doc:"the time of day in which it may begin and switch; empty: always"`
	PauseSeconds float64  `json:"pause_seconds" doc:"how long the last switch has kept statements waiting"`
	Tries        int      `json:"tries" doc:"switches that were given up since the last good one"`
	Wish         string   `json:"wish" doc:"what was ordered last and is not done yet: rollback, finish, or finish forced: without a dump"`
	Class        string   `json:"class" doc:"of the problem, the same for all moves that have it"`
	Problem      string   `json:"problem" doc:"what is wrong, or was with the last try; empty if all is well"`
	Stranded     string   `json:"stranded" doc:"why there is no way back; empty if there is one, or not yet"`
	Hostname     string   `json:"hostname" doc:"the name of the database in the DNS; empty if it has none, or nothing was done about it yet"`
	DNS          string   `json:"dns" doc:"lowering, lowered: resolvers keep the name for a short time only; pointing: it is being changed; pointed: it leads to where the database is; restored: they keep it for as long as before; foreign: somebody else has changed it, and it is left alone"`
	DNSProblem   string   `json:"dns_problem" doc:"why the name could not be changed; it is tried again, and nothing waits for it"`
	Dump         string   `json:"dump" doc:"of the old cluster, as it was at the last switch. due: it is being made, and the old cluster follows when it is there; kept; missing: it could not be made, and dump_problem says why; empty: there is none, as before the switch, after the way back, and without moves.keep_dumps"`
	DumpFile     string   `json:"dump_file" doc:"its name in the folder of moves.keep_dumps"`
	DumpProxy    string   `json:"dump_proxy" doc:"the proxy that has it"`
	DumpBytes    int64    `json:"dump_bytes" doc:"how long the file is"`
	DumpSHA256   string   `json:"dump_sha256" doc:"its checksum"`
	DumpUntil    string   `json:"dump_until" doc:"when it is deleted, UTC; empty: never"`
	DumpProblem  string   `json:"dump_problem" doc:"why it could not be made with the last try"`
	Findings     []string `json:"findings" doc:"what was found before it began, and is no obstacle"`
	User         string   `json:"user" doc:"who has ordered it"`
	Created      string   `json:"created" doc:"when, UTC"`
}

// CheckRow is one line of a dry run: MOVE DATABASE … DRY RUN.
type CheckRow struct {
	Item   string `json:"item" doc:"obstacle: it cannot be moved as long as it is so; finding: what somebody should know; step: what would be done, in order; size: of what would be copied"`
	Class  string `json:"class" doc:"the same for all databases that have it; the state that a step belongs to"`
	Detail string `json:"detail" doc:"what it is, and what to do about it"`
}

// Move orders a move and returns as soon as it is written down. The error is move.ErrUnknown or move.ErrRefused with the reason, or the store's.
func (s *Service) Move(ctx context.Context, who Actor, o move.Order) ([]MoveRow, error) {
	m, err := s.house.Moves.Start(ctx, s.who(who), o)
	s.audit(ctx, who, "move", err, slog.String("database", o.Database), slog.String("module", o.Module), slog.String("to", o.To))
	if err != nil {
		return []MoveRow{}, err
	}
	return []MoveRow{s.moveRow(move.Status{Move: m})}, nil
}

// MoveDryRun looks whether a database can be moved, and tells what would be done.
func (s *Service) MoveDryRun(ctx context.Context, o move.Order) ([]CheckRow, error) {
	report, err := s.house.Moves.Check(ctx, o)
	rows := []CheckRow{}
	if err != nil {
		return rows, err
	}
	for _, f := range report.Findings {
		item := "finding"
		if f.Blocking {
			item = "obstacle"
		}
		rows = append(rows, CheckRow{item, f.Class, f.String()})
	}
	rows = append(rows, CheckRow{"size", "", sizeOf(report)})
	for _, state := range move.States() {
		if about := state.About(); about != "" {
			rows = append(rows, CheckRow{"step", string(state), about})
		}
	}
	return rows, nil
}

func sizeOf(r check.Report) string {
	return fmt.Sprintf("%d tables, about %d rows, %d bytes", r.Tables, r.Rows, r.Bytes)
}

// WantMove tells a move to go back, or to end. The error is move.ErrUnknown or move.ErrRefused with the reason, or the store's.
func (s *Service) WantMove(ctx context.Context, who Actor, database, module string, wish move.Wish) ([]MoveRow, error) {
	m, err := s.house.Moves.Want(ctx, database, module, wish)
	s.audit(ctx, who, string(wish)+" move", err, slog.String("database", database), slog.String("module", module))
	if err != nil {
		return []MoveRow{}, err
	}
	return []MoveRow{s.moveRow(move.Status{Move: m})}, nil
}

// movesBound is how long the store may take to list the moves.
const movesBound = 10 * time.Second

// Moves lists the last move of every unit.
func (s *Service) Moves() ([]MoveRow, error) {
	ctx, cancel := context.WithTimeout(context.Background(), movesBound)
	defer cancel()
	list, err := s.house.Moves.List(ctx)
	if err != nil {
		return nil, fmt.Errorf("the moves cannot be read: %w", err)
	}
	rows := []MoveRow{}
	for _, status := range list {
		rows = append(rows, s.moveRow(status))
	}
	return rows, nil
}

func (s *Service) moveRow(m move.Status) MoveRow {
	row := MoveRow{
		Database: m.Database, Module: m.Module, From: m.From, To: m.To, State: string(m.State), Status: statusOf(m), Seconds: seconds(s.house.Now().Sub(m.Since)), Proxy: m.Owner,
		Tables: m.Tables, Rows: m.Rows, Bytes: m.Bytes, PauseSeconds: seconds(m.Pause), Window: m.Window, Tries: m.Tries, Wish: string(m.Wish), Class: m.Class, Problem: m.Problem,
		Stranded: m.Stranded, Findings: append([]string{}, m.Findings...), User: m.Who.User, Created: m.Created.Format(time.RFC3339),
	}
	if m.DNS != nil {
		row.Hostname, row.DNS, row.DNSProblem = m.DNS.Name, string(m.DNS.State), m.DNS.Problem
	}
	row.addDump(m.Archive)
	if l := m.Live; l != nil {
		row.Waits = l.Waits
		if m.State == move.Copying {
			row.addCopy(l)
		}
		if l.Lag >= 0 {
			lag := seconds(l.Lag)
			row.LagSeconds = &lag
		}
	}
	return row
}

// addCopy adds how far a copy is.
func (r *MoveRow) addCopy(l *move.Live) {
	r.Rows, r.Bytes = l.Rows, l.Bytes
	if share := l.Share(); share >= 0 {
		percent, left := math.Floor(share*1000)/10, seconds(l.Remaining)
		r.Percent, r.LeftSeconds = &percent, &left
	}
}

// addDump adds what became of the dump of the old home.
func (r *MoveRow) addDump(a *move.Archive) {
	if a == nil {
		return
	}
	r.Dump, r.DumpFile, r.DumpProxy, r.DumpBytes, r.DumpSHA256, r.DumpProblem = string(a.State), a.File, a.Proxy, a.Bytes, a.SHA256, a.Problem
	if !a.Until.IsZero() {
		r.DumpUntil = a.Until.Format(time.RFC3339)
	}
}

// MoveDump opens the dump of the last move of a database, or of a module of it; whoever gets it closes it. The error is move.ErrUnknown or move.ErrRefused with the reason, or the store's.
func (s *Service) MoveDump(ctx context.Context, who Actor, database, module string) (move.Archive, *archive.Dump, error) {
	a, dump, err := s.house.Moves.Dump(ctx, database, module)
	s.audit(ctx, who, "read dump", err, slog.String("database", database), slog.String("module", module), slog.String("file", a.File))
	return a, dump, err
}

// statusOf sums a state up.
func statusOf(m move.Status) string {
	switch {
	case m.State == move.Done:
		return "done"
	case m.State == move.Aborted && m.Problem == "":
		return "undone"
	case m.State == move.Aborted:
		return "failed"
	case m.State == move.Reversible:
		return "reversible"
	case m.State.Switching():
		return "switching"
	case strings.TrimSpace(m.Owner) == "":
		return "waiting"
	}
	return "running"
}
