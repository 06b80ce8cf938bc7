package admin

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"shunt/sharding/move"
)

// ClassRow is what several moves have in common: SHOW MOVE CLASSES, and a dry run of many moves.
type ClassRow struct {
	Kind      string   `json:"kind" doc:"obstacle, finding: of a dry run, as there; size: what would be copied; failed: moves that have failed; problem: moves that are tried again; stranded: moves that have no way back"`
	Class     string   `json:"class" doc:"the same for all databases that have it"`
	Count     int64    `json:"count" doc:"how many databases these are"`
	Databases []string `json:"databases" doc:"the first of them"`
	Problem   string   `json:"problem" doc:"what it is with the first one"`
	Way       string   `json:"way" doc:"what to do about it"`
}

// FleetRow is how the moves of the fleet are, as a whole: SHOW MOVE STATUS.
type FleetRow struct {
	State      string   `json:"state" doc:"started; stopped: nothing begins, and copies are left to be resumed, until START MOVES"`
	Since      string   `json:"since" doc:"when that was ordered, UTC; empty if nobody ever has"`
	User       string   `json:"user" doc:"who has ordered it; moves: too many have failed, and they have stopped themselves"`
	Proxy      string   `json:"proxy" doc:"which proxy was told"`
	Reason     string   `json:"reason" doc:"why they are stopped"`
	Class      string   `json:"class" doc:"that had most of the failures, if they have stopped themselves"`
	MaxProcs   int64    `json:"max_procs" doc:"how many may work at a time: the last START MOVES MAX, or moves.max_procs"`
	Working    int64    `json:"working" doc:"how many have a slot now"`
	Switching  int64    `json:"switching" doc:"how many of these have their turn to switch"`
	Planned    int64    `json:"planned" doc:"how many wait to be begun"`
	Reversible int64    `json:"reversible" doc:"how many have switched, and can go back"`
	Done       int64    `json:"done" doc:"how many are over, and on the target"`
	Aborted    int64    `json:"aborted" doc:"how many are over, and where they were"`
	Ended      int64    `json:"ended" doc:"how many have come to their ends, or switched, within moves.errors.within and since the last START MOVES"`
	Failed     int64    `json:"failed" doc:"how many of these have failed"`
	Budget     *float64 `json:"budget" doc:"what share of them may fail: moves.errors.budget; NULL: any"`
}

// MovesOrder is an order about many databases. One of Databases, Like and From says which.
type MovesOrder struct {
	To        string
	Databases []string
	Like      string // a pattern, as SQL has it; case counts
	From      string // all that lives on this cluster
	Window    string // such as 22:00-05:00; empty: always
}

// orders is the order as the engine takes it.
func (o MovesOrder) orders() (move.Orders, error) {
	given := 0
	for _, is := range []bool{len(o.Databases) > 0, o.Like != "", o.From != ""} {
		if is {
			given++
		}
	}
	if given != 1 {
		return move.Orders{}, fmt.Errorf("%w: give databases, a pattern, or the cluster that they are on: exactly one of these", move.ErrRefused)
	}
	orders := move.Orders{To: o.To, Databases: o.Databases, From: o.From, Window: o.Window}
	if o.Like != "" {
		pattern, err := Like(o.Like, false)
		if err != nil {
			return orders, fmt.Errorf("%w: the pattern %q cannot be used: %w", move.ErrRefused, o.Like, err)
		}
		orders.Like = pattern.MatchString
	}
	return orders, nil
}

// refusedStatus is of a database that was not ordered to move.
const refusedStatus = "refused"

// StartMoves orders many moves and returns as soon as they are written down. Databases that cannot be ordered are among the rows, with the status refused.
func (s *Service) StartMoves(ctx context.Context, who Actor, o MovesOrder) ([]MoveRow, error) {
	rows := []MoveRow{}
	orders, err := o.orders()
	var list []move.Ordered
	if err == nil {
		list, err = s.house.Moves.StartMany(ctx, s.who(who), orders)
	}
	ordered := 0
	for _, one := range list {
		if one.Err == nil {
			ordered++
			rows = append(rows, s.moveRow(move.Status{Move: one.Move}))
			continue
		}
		rows = append(rows, MoveRow{Database: one.Database, To: one.To, Status: refusedStatus, Problem: one.Err.Error(), Findings: []string{}})
	}
	s.audit(ctx, who, "move databases", err, slog.Any("databases", o.Databases), slog.String("like", o.Like), slog.String("cluster", o.From), slog.String("to", o.To),
		slog.String("window", o.Window), slog.Int("ordered", ordered), slog.Int("refused", len(list)-ordered))
	return rows, err
}

// MovesDryRun looks whether many databases can be moved. What is found is grouped, since one remedy serves all of a class.
func (s *Service) MovesDryRun(ctx context.Context, o MovesOrder) ([]ClassRow, error) {
	rows := []ClassRow{}
	orders, err := o.orders()
	if err != nil {
		return rows, err
	}
	found, err := s.house.Moves.CheckMany(ctx, orders)
	if err != nil {
		return rows, err
	}
	for _, c := range found.Classes {
		rows = append(rows, classRow(c))
	}
	size := fmt.Sprintf("%d of them cannot be moved; all have %d tables, about %d rows, %d bytes", found.Blocked, found.Tables, found.Rows, found.Bytes)
	return append(rows, ClassRow{Kind: "size", Count: int64(found.Databases), Databases: []string{}, Problem: size}), nil
}

func classRow(c move.Class) ClassRow {
	return ClassRow{c.Kind, c.Class, int64(c.Count), append([]string{}, c.Examples...), c.Text, c.Way}
}

// MoveClasses groups what is wrong with moves.
func (s *Service) MoveClasses() ([]ClassRow, error) {
	ctx, cancel := context.WithTimeout(context.Background(), movesBound)
	defer cancel()
	rows := []ClassRow{}
	list, err := s.house.Moves.Classes(ctx)
	if err != nil {
		return nil, fmt.Errorf("the moves cannot be read: %w", err)
	}
	for _, c := range list {
		rows = append(rows, classRow(c))
	}
	return rows, nil
}

// MoveStatus tells how the moves of the fleet are, as a whole.
func (s *Service) MoveStatus() ([]FleetRow, error) {
	ctx, cancel := context.WithTimeout(context.Background(), movesBound)
	defer cancel()
	return s.moveStatus(ctx)
}

func (s *Service) moveStatus(ctx context.Context) ([]FleetRow, error) {
	o, err := s.house.Moves.Overview(ctx)
	if err != nil {
		return nil, fmt.Errorf("the moves cannot be read: %w", err)
	}
	row := FleetRow{
		State: "started", User: o.Who.User, Proxy: o.Who.Proxy, Reason: o.Reason, Class: o.Class, MaxProcs: int64(o.Most), Working: int64(o.Working), Switching: int64(o.Switching),
		Planned: int64(o.States[move.Planned]), Reversible: int64(o.States[move.Reversible]), Done: int64(o.States[move.Done]), Aborted: int64(o.States[move.Aborted]),
		Ended: int64(o.Judged), Failed: int64(o.Failed),
	}
	if o.Stopped {
		row.State = "stopped"
	}
	if !o.At.IsZero() {
		row.Since = o.At.UTC().Format(time.RFC3339)
	}
	if row.User == "" {
		row.User = o.Who.Face
	}
	if o.Budget.Share > 0 {
		row.Budget = &o.Budget.Share
	}
	return []FleetRow{row}, nil
}

// StopMoves has nothing begin any more, on no proxy, and copies left where they are.
func (s *Service) StopMoves(ctx context.Context, who Actor, reason string) ([]FleetRow, error) {
	_, err := s.house.Moves.StopAll(ctx, s.who(who), reason)
	s.audit(ctx, who, "stop moves", err, slog.String("reason", reason))
	if err != nil {
		return []FleetRow{}, err
	}
	return s.moveStatus(ctx)
}

// GoOnMoves has moves go on. most is how many may work at a time from now on; 0: as it was.
func (s *Service) GoOnMoves(ctx context.Context, who Actor, most int) ([]FleetRow, error) {
	_, err := s.house.Moves.StartAll(ctx, s.who(who), most)
	s.audit(ctx, who, "start moves", err, slog.Int("max_procs", most))
	if err != nil {
		return []FleetRow{}, err
	}
	return s.moveStatus(ctx)
}
