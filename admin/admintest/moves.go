package admintest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"shunt/sharding/move"
	"shunt/sharding/move/archive"
	"shunt/sharding/move/check"
	"shunt/store/ledger"
)

// movers has one move that is being copied, one that can go back, and one that has failed; others can be ordered.
type movers struct {
	list  []move.Status
	fleet move.Fleet
}

func newMovers() *movers {
	who := ledger.Who{Face: "console", User: "admin", Address: "10.0.0.1:41000", Proxy: "web7"}
	began := now.Add(-time.Minute)
	dump := move.Archive{
		State: move.ArchiveKept, File: "shop-20261130T120000Z-abcdefgh-7.sql.gz", Proxy: "web8", SHA256: strings.Repeat("0a", 32), Bytes: 2048, Until: now.AddDate(0, 0, 30),
	}
	return &movers{list: []move.Status{
		{
			Move:  move.Move{Database: "blog", From: "paris", To: "gra", State: move.Copying, Who: who, Created: began, Since: began, Tables: 12, Findings: []string{"table logs is locked against writes while it is copied (MyISAM)"}},
			Owner: "web7", Live: &move.Live{Table: "posts", Tables: 3, Rows: 4711, Bytes: 1 << 20, Lag: -1, RowsLeft: 14133, Remaining: 90 * time.Second},
		},
		{
			Move:  move.Move{Database: "shop", From: "paris", To: "gra", State: move.Reversible, Who: who, Created: began, Since: began, Tables: 7, Rows: 99, Bytes: 4096, Pause: 90 * time.Millisecond, Archive: &dump, DNS: &move.Hostname{Name: "shop.db.example.", State: move.NamePointing, Leads: "paris", TTL: time.Hour, Problem: "the DNS server does not answer: connection refused"}},
			Owner: "web8",
		},
		{Move: move.Move{Database: "old", From: "gra", To: "paris", State: move.Aborted, Who: who, Created: began, Since: began, Class: "exists", Problem: "the target has a database old already: drop it there, or move it elsewhere"}},
	}}
}

func (m *movers) Start(_ context.Context, who ledger.Who, o move.Order) (move.Move, error) {
	if o.To == "nowhere" {
		return move.Move{}, fmt.Errorf("%w: there is no cluster nowhere; SHOW CLUSTERS lists them", move.ErrUnknown)
	}
	return move.Move{Database: o.Database, From: "paris", To: o.To, State: move.Planned, Who: who, Created: now, Since: now}, nil
}

func (m *movers) Check(context.Context, move.Order) (check.Report, error) {
	return check.Report{Tables: 12, Rows: 4711, Bytes: 1 << 20, Findings: []check.Finding{
		{Class: "binary log", Text: "log_bin of the target is 0", Way: "turn its binary log on and restart it", Blocking: true},
		{Class: "storage", Text: "table logs is locked against writes while it is copied (MyISAM)", Way: "ALTER TABLE … ENGINE=InnoDB lets writes go on"},
	}}, nil
}

func (m *movers) Want(_ context.Context, database, _ string, wish move.Wish) (move.Move, error) {
	for _, one := range m.list {
		if one.Database == database {
			if one.State.Ended() {
				return move.Move{}, fmt.Errorf("%w: the move of %s is over (%s)", move.ErrRefused, database, one.State)
			}
			one.Wish = wish
			return one.Move, nil
		}
	}
	return move.Move{}, fmt.Errorf("%w: %s is not being moved; SHOW MOVES lists what is", move.ErrUnknown, database)
}

func (m *movers) StartMany(_ context.Context, who ledger.Who, o move.Orders) (list []move.Ordered, err error) {
	if o.To == "nowhere" {
		return nil, fmt.Errorf("%w: there is no cluster nowhere; SHOW CLUSTERS lists them", move.ErrUnknown)
	}
	for _, database := range []string{"shop", "stats"} {
		one := move.Ordered{Order: move.Order{Database: database, To: o.To, Window: o.Window}}
		one.Move = move.Move{Database: database, From: "paris", To: o.To, State: move.Planned, Who: who, Window: o.Window, Created: now, Since: now}
		if database == "shop" {
			one.Err = fmt.Errorf("%w: shop is being moved from paris to gra already (reversible); SHOW MOVES lists them", move.ErrRefused)
		}
		list = append(list, one)
	}
	return list, nil
}

func (m *movers) CheckMany(context.Context, move.Orders) (move.Survey, error) {
	return move.Survey{Databases: 120, Blocked: 7, Tables: 1440, Rows: 90000, Bytes: 1 << 27, Classes: []move.Class{
		{Kind: "finding", Class: "storage", Count: 12, Examples: []string{"blog", "old", "shop"}, Text: "table logs is locked against writes while it is copied (MyISAM)", Way: "ALTER TABLE … ENGINE=InnoDB lets writes go on"},
		{Kind: "obstacle", Class: "exists", Count: 7, Examples: []string{"old", "tests", "web"}, Text: "the target has a database old already", Way: "drop it there, or move it elsewhere"},
	}}, nil
}

func (m *movers) Classes(context.Context) ([]move.Class, error) {
	return []move.Class{{Kind: "failed", Class: "exists", Count: 1, Examples: []string{"old"}, Text: "the target has a database old already: drop it there, or move it elsewhere", Way: "drop the database on the target, or move it elsewhere"}}, nil
}

func (m *movers) Overview(context.Context) (move.Overview, error) {
	return move.Overview{
		Fleet: m.fleet, Most: max(m.fleet.Max, 400), Working: 1, States: map[move.State]int{move.Copying: 1, move.Reversible: 1, move.Aborted: 1},
		Judged: 2, Failed: 1, Budget: move.Budget{Share: .05, Least: 10, Within: time.Hour},
	}, nil
}

func (m *movers) StopAll(_ context.Context, who ledger.Who, reason string) (move.Fleet, error) {
	m.fleet = move.Fleet{Stopped: true, Who: who, At: now, Reason: reason}
	return m.fleet, nil
}

func (m *movers) StartAll(_ context.Context, who ledger.Who, most int) (move.Fleet, error) {
	if most < 0 {
		return m.fleet, fmt.Errorf("%w: %d moves cannot work at a time", move.ErrRefused, most)
	}
	m.fleet = move.Fleet{Who: who, At: now, Since: now, Max: most}
	return m.fleet, nil
}

func (m *movers) List(context.Context) ([]move.Status, error) {
	return m.list, nil
}

// Dump has one of shop, which another proxy has.
func (m *movers) Dump(_ context.Context, database, _ string) (move.Archive, *archive.Dump, error) {
	for _, one := range m.list {
		if one.Database != database || one.Archive == nil {
			continue
		}
		return *one.Archive, nil, fmt.Errorf("%w: proxy %s has the dump of the move of %s", move.ErrRefused, one.Archive.Proxy, database)
	}
	return move.Archive{}, nil, fmt.Errorf("%w: there is no dump of the move of %s", move.ErrUnknown, database)
}

func (m *movers) Moving(database string) (move.Move, bool) {
	for _, one := range m.list {
		if one.Database == database && !one.State.Ended() {
			return one.Move, true
		}
	}
	return move.Move{}, false
}
