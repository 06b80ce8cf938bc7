package orders

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"shunt/sharding"
	"shunt/store"
	"shunt/store/ledger"
	"shunt/store/memstore"
)

// town is two clusters, paris and gra, and a proxy that takes in what the store says at once.
type town struct {
	*Orders
	t      *testing.T
	store  store.Store
	keeper sharding.Keeper
	tables map[string]map[string][]string // clusters, databases
	blind  error                          // nobody can look at gra
	kept   bool
	said   []Digest
}

func newTown(t *testing.T) *town {
	w := &town{t: t, store: memstore.New().Open(), kept: true, tables: map[string]map[string][]string{
		"paris": {"shop": {"goods", "stat_day", "log"}, "both": {"a", "b"}}, "gra": {"shop": {"stat_day"}, "both": {"a"}},
	}}
	found := map[string][]string{"paris": {"shop", "both"}, "gra": {"both"}}
	w.keeper.Set(sharding.NewMap(1, sharding.Config{
		Default: "paris", Homes: map[string]string{"archive": "gra"},
		Modules: []sharding.Module{{Name: "search", Database: "shop", Tables: []string{"search_*"}, Cluster: "gra"}},
	}, found))
	w.Orders = New(Deps{
		Store: w.store, Ledger: ledger.New(w.store, nil), Map: w.keeper.Map, Clusters: func() []string { return []string{"paris", "gra"} },
		Look: w.look, Await: w.await, Kept: func() bool { return w.kept }, Digests: func() []Digest { return w.said },
	})
	return w
}

func (w *town) look(_ context.Context, cluster, database string) (Found, error) {
	if cluster == "gra" && w.blind != nil {
		return Found{}, w.blind
	}
	tables, exists := w.tables[cluster][database]
	return Found{exists, tables}, nil
}

// await takes in all that the store says.
func (w *town) await(ctx context.Context, _ store.Revision) {
	items, at, err := store.All(ctx, w.store, sharding.Prefix)
	if err != nil {
		w.t.Fatal(err)
	}
	e := w.keeper.Map().Edit()
	e.Forget()
	for _, item := range items {
		if err := e.Take(item.Key, item.Value); err != nil {
			w.t.Log(err)
		}
	}
	e.Read(int64(at))
	w.keeper.Set(e.Done())
}

// do gives an order, and tells its rows or its error as text.
func (w *town) do(o Order) string {
	w.t.Helper()
	r, err := w.Do(w.t.Context(), ledger.Who{Face: "console"}, o)
	if err != nil {
		if !errors.Is(err, ErrRefused) && !errors.Is(err, ErrUnknown) {
			w.t.Errorf("%v: %v is no error of ours", o, err)
		}
		return err.Error()
	}
	var lines []string
	for _, row := range r.Rows {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s: %s → %s %s", row.Item, row.Name, row.Before, row.After, row.Detail)))
	}
	return strings.Join(lines, "\n")
}

// expect gives an order and compares.
func (w *town) expect(o Order, want ...string) {
	w.t.Helper()
	if got := w.do(o); got != strings.Join(want, "\n") {
		w.t.Errorf("%v:\n%s\nwant:\n%s", o, got, strings.Join(want, "\n"))
	}
}

// at tells where a table is.
func (w *town) at(database, table, want string) {
	w.t.Helper()
	place, err := w.keeper.Map().Table(database, table)
	if got := place.Cluster; err != nil && want != "" || got != want {
		w.t.Errorf("%s.%s is on %q (%v), want %q", database, table, got, err, want)
	}
}

func statistics(tables ...string) Order {
	return Order{Verb: AddModule, Module: "statistics", Database: "shop", Tables: tables, Cluster: "gra"}
}

func TestAModuleIsAddedAlteredAndDropped(t *testing.T) {
	w := newTown(t)
	w.expect(statistics("stat_*"),
		"change module statistics:  → shop (stat_*) on gra [store] change 1; UNDO CHANGE 1 takes it back",
		"table shop.stat_day: paris → gra both clusters have a table of this name")
	w.at("shop", "stat_day", "gra")
	w.at("shop", "goods", "paris")
	w.expect(statistics("x"), "refused: there is a module statistics already; ALTER MODULE changes it")
	w.expect(Order{Verb: AlterModule, Module: "statistics", Tables: []string{"stat_*", "other"}},
		"change module statistics: shop (stat_*) on gra [store] → shop (stat_*, other) on gra [store] change 2; UNDO CHANGE 2 takes it back")
	w.expect(Order{Verb: DropModule, Module: "statistics"},
		"change module statistics: shop (stat_*, other) on gra [store] →  change 3; UNDO CHANGE 3 takes it back",
		"table shop.stat_day: gra → paris both clusters have a table of this name")
	w.at("shop", "stat_day", "paris")
	w.expect(Order{Verb: DropModule, Module: "statistics"}, "unknown: there is no module statistics; SHOW MODULES lists them")
}

func TestTablesAreNotLostOutOfSight(t *testing.T) {
	w := newTown(t)
	w.expect(statistics("log", "stat_*"), "refused: 1 table would not be found any more: shop.log; move it first, or order it with FORCE")
	w.at("shop", "log", "paris")
	force := statistics("log")
	force.Force = true
	w.expect(force, "change module statistics:  → shop (log) on gra [store] change 1; UNDO CHANGE 1 takes it back", "table shop.log: paris → gra it is not on cluster gra")
	w.at("shop", "log", "gra")
	w.blind = errors.New("the control account may not see them")
	w.expect(Order{Verb: DropModule, Module: "statistics"}, "refused: nobody can see which tables of shop are on cluster gra: the control account may not see them; FORCE does it without")
	w.expect(Order{Verb: SetHome, Database: "shop", Cluster: "gra"}, "refused: nobody can see which tables of shop are on cluster gra: the control account may not see them; FORCE does it without")
}

func TestADryRunChangesNothing(t *testing.T) {
	w := newTown(t)
	w.said = []Digest{
		{"SELECT * FROM goods", []sharding.TableName{{Database: "shop", Table: "goods"}}, 900},
		{"SELECT * FROM stat_day", []sharding.TableName{{Database: "shop", Table: "stat_day"}}, 1},
		{"SELECT * FROM goods JOIN stat_day", []sharding.TableName{{Database: "shop", Table: "goods"}, {Database: "shop", Table: "stat_day"}}, 20},
	}
	dry := statistics("stat_*")
	dry.DryRun = true
	w.expect(dry,
		"change module statistics:  → shop (stat_*) on gra [store] dry run: nothing was changed",
		"table shop.stat_day: paris → gra both clusters have a table of this name",
		"digest SELECT * FROM goods JOIN stat_day: paris → gra, paris 20 statements; it needs several clusters",
		"digest SELECT * FROM stat_day: paris → gra 1 statement")
	w.at("shop", "stat_day", "paris")
	if items, _, err := store.All(t.Context(), w.store, ""); err != nil || len(items) > 0 {
		t.Errorf("the store has %v (%v)", items, err)
	}
	dry.Tables = []string{"log"}
	w.expect(dry, "refused: 1 table would not be found any more: shop.log; move it first, or order it with FORCE")
}

func TestWhatAnOrderCannotMean(t *testing.T) {
	w := newTown(t)
	for _, c := range []struct {
		order Order
		says  string
	}{
		{Order{Verb: AddModule, Module: "m", Database: "shop", Tables: []string{"t"}, Cluster: "rome"}, "unknown: there is no cluster rome; SHOW CLUSTERS lists them"},
		{Order{Verb: AddModule, Module: "m", Database: "shop", Tables: []string{"search_x*"}, Cluster: "gra"},
			"refused: module search would be not in force: search_* has tables in common with search_x* of module m; a table can be in one module only"},
		{Order{Verb: AddModule, Module: "m", Database: "mysql", Tables: []string{"t"}, Cluster: "gra"}, "refused: database mysql is on every cluster"},
		{Order{Verb: AddModule, Module: "m", Database: "shop", Tables: []string{"a.b"}, Cluster: "gra"}, `refused: "a.b" is no name of a table; write names without their database, such as b_stat_*`},
		{Order{Verb: AddModule, Database: "shop", Tables: []string{"t"}, Cluster: "gra"}, "refused: which module?"},
		{Order{Verb: AlterModule, Module: "m"}, "unknown: there is no module m; SHOW MODULES lists them"},
		{Order{Verb: SetHome, Database: "sys", Cluster: "gra"}, "refused: database sys is on every cluster"},
		{Order{Verb: SetHome, Database: "shop"}, "refused: on which cluster?"},
		{Order{Verb: ResetHome, Database: "shop"}, "unknown: nothing was ordered about it"},
		{Order{Verb: SetDefault}, "refused: on which cluster?"},
		{Order{Verb: Undo, Change: 7}, "unknown: there is no change 7; SHOW AUDIT lists them"},
		{Order{Verb: SetHome, Database: strings.Repeat("d", 65), Cluster: "gra"}, "refused: the name dddddddddddddddddddd… is longer than 64 characters"},
	} {
		w.expect(c.order, c.says)
	}
}

func TestAClashIsDecided(t *testing.T) {
	w := newTown(t)
	w.at("both", "a", "")
	w.expect(Order{Verb: SetHome, Database: "both", Cluster: "gra"},
		"change database both: gra or paris [nobody] → gra [store] change 1; UNDO CHANGE 1 takes it back", "table both.a:  → gra nobody had decided which one is meant")
	w.at("both", "a", "gra")
	w.expect(Order{Verb: SetHome, Database: "both", Cluster: "paris"},
		"change database both: gra [store] → paris [store] change 2; UNDO CHANGE 2 takes it back", "table both.a: gra → paris both clusters have a table of this name",
		"table both.b: gra → paris it is there already")
	w.expect(Order{Verb: Undo, Change: 1}, `refused: it has been changed again since: change 1 left {"v":1,"cluster":"gra"}, and now there is {"v":1,"cluster":"paris"}`)
	w.expect(Order{Verb: Undo, Change: 2}, "refused: 1 table would not be found any more: both.b; move it first, or order it with FORCE")
	w.expect(Order{Verb: Undo, Change: 2, Force: true},
		"change database both: paris [store] → gra [store] change 3; UNDO CHANGE 3 takes it back", "table both.a: paris → gra both clusters have a table of this name",
		"table both.b: paris → gra it is not on cluster gra")
	w.expect(Order{Verb: ResetHome, Database: "both", Force: true},
		"change database both: gra [store] → gra or paris [nobody] change 4; UNDO CHANGE 4 takes it back", "table both.a: gra →  nobody would know which one is meant")
}

func TestTheStoreGoesBeforeTheFile(t *testing.T) {
	w := newTown(t)
	w.at("archive", "t", "gra")
	w.expect(Order{Verb: SetHome, Database: "archive", Cluster: "paris"}, "change database archive: gra [file] → paris [store] change 1; UNDO CHANGE 1 takes it back")
	w.at("archive", "t", "paris")
	w.expect(Order{Verb: ResetHome, Database: "archive"}, "change database archive: paris [store] → gra [file] change 2; UNDO CHANGE 2 takes it back")
	w.at("archive", "t", "gra")
	w.expect(Order{Verb: DropModule, Module: "search"}, "change module search: shop (search_*) on gra [file] →  change 3; UNDO CHANGE 3 takes it back")
	w.at("shop", "search_x", "paris")
	w.expect(Order{Verb: Undo, Change: 3},
		"change module search:  → shop (search_*) on gra [file] change 4; UNDO CHANGE 4 takes it back")
	w.at("shop", "search_x", "gra")
	w.expect(Order{Verb: AlterModule, Module: "search", Cluster: "paris"},
		"change module search: shop (search_*) on gra [file] → shop (search_*) on paris [store] change 5; UNDO CHANGE 5 takes it back")
	w.expect(Order{Verb: ResetModule, Module: "search"},
		"change module search: shop (search_*) on paris [store] → shop (search_*) on gra [file] change 6; UNDO CHANGE 6 takes it back")
	w.expect(Order{Verb: SetDefault, Cluster: "gra"}, "change default home: paris [file] → gra [store] change 7; UNDO CHANGE 7 takes it back")
	w.at("young", "t", "gra")
	w.expect(Order{Verb: SetDefault, Cluster: "gra"}, "change default home: gra [store] → gra [store] nothing has changed")
	w.kept = false
	if got := w.do(Order{Verb: ResetDefault}); !strings.Contains(got, "will not outlive a restart") {
		t.Errorf("a store that forgets: %s", got)
	}
}

// TestWhatIsWrongInTheStoreIsTold: somebody has written into it by hand.
func TestWhatIsWrongInTheStoreIsTold(t *testing.T) {
	w := newTown(t)
	for key, value := range map[string]string{
		sharding.ModulePrefix + "broken": `{"v":1,"database":`, sharding.ModulePrefix + "young": `{"v":9}`, sharding.HomePrefix + "shop": `{"v":1}`, sharding.HomePrefix: `{"v":1,"cluster":"gra"}`, sharding.HomePrefix + "mysql": `{"v":1,"cluster":"gra"}`,
		sharding.DefaultKey: `[]`, sharding.Prefix + "somebody": "x", sharding.ModulePrefix + "rome": `{"v":1,"database":"shop","tables":["r_*"],"cluster":"rome"}`,
	} {
		if _, err := w.store.Commit(t.Context(), store.Txn{Then: []store.Change{store.Put(key, []byte(value))}}); err != nil {
			t.Fatal(err)
		}
	}
	w.await(t.Context(), 0)
	w.at("shop", "goods", "paris")
	w.at("shop", "r_1", "rome") // the statement is refused, since there is no such cluster; it must not go to another
	w.at("mysql", "user", "paris")
	if n := w.keeper.Map().Len(); n != 3 {
		t.Errorf("%d databases are known", n)
	}
	problems := map[string]string{}
	for _, l := range w.keeper.Map().Listed() {
		problems[l.Name] = l.Problem
	}
	if !strings.Contains(problems["broken"], "not as it should be") || !strings.Contains(problems["young"], "version 9") || problems["search"] != "" {
		t.Errorf("the problems are %q", problems)
	}
	w.expect(Order{Verb: SetHome, Database: "shop", Cluster: "paris"}, "change database shop: paris [discovered] → paris [store] change 1; UNDO CHANGE 1 takes it back",
		"warning shop:  →  cluster rome has no database shop: its tables cannot be made there before somebody makes it")
	w.expect(Order{Verb: ResetModule, Module: "broken"}, "change module broken:  () on  [store] →  change 2; UNDO CHANGE 2 takes it back")
}

func TestAnOrderIsWrittenAsACommand(t *testing.T) {
	for want, o := range map[string]Order{
		"ADD MODULE statistics DATABASE `my-shop` TABLES ('a*', 'b') CLUSTER gra FORCE": {Verb: AddModule, Module: "statistics", Database: "my-shop", Tables: []string{"a*", "b"}, Cluster: "gra", Force: true},
		"ALTER MODULE m CLUSTER gra": {Verb: AlterModule, Module: "m", Cluster: "gra"}, "DROP MODULE m": {Verb: DropModule, Module: "m"}, "RESET MODULE m": {Verb: ResetModule, Module: "m"},
		"SET DATABASE d HOME gra": {Verb: SetHome, Database: "d", Cluster: "gra"}, "RESET DATABASE d": {Verb: ResetHome, Database: "d"},
		"SET DEFAULT HOME gra": {Verb: SetDefault, Cluster: "gra"}, "RESET DEFAULT HOME": {Verb: ResetDefault}, "UNDO CHANGE 7": {Verb: Undo, Change: 7},
	} {
		if got := o.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestADatabaseGetsAnotherName: what is not there under the new name is missed, and a name is for one database only.
func TestADatabaseGetsAnotherName(t *testing.T) {
	w := newTown(t)
	order := Order{Verb: SetHome, Database: "shop", Cluster: "paris", Name: "shop_v2"}
	if got := w.do(order); !strings.Contains(got, "refused: 3 tables would not be found any more: shop.goods, shop.log, shop.stat_day") {
		t.Error(got)
	}
	w.tables["paris"]["shop_v2"], w.tables["gra"]["shop_v2"] = []string{"goods", "log", "stat_day"}, nil // gra has a module of it
	w.expect(order,
		"change database shop: paris [discovered] → paris as shop_v2 [store] change 1; UNDO CHANGE 1 takes it back",
		"table shop.goods: paris → paris as shop_v2 both clusters have a table of this name",
		"table shop.log: paris → paris as shop_v2 both clusters have a table of this name",
		"table shop.stat_day: paris → paris as shop_v2 both clusters have a table of this name")
	if m := w.keeper.Map(); m.Physical("shop") != "shop_v2" || m.NamesOn("paris").Logical("shop_v2") != "shop" {
		t.Errorf("shop is called %s", m.Physical("shop"))
	}
	for _, name := range []string{"shop_v2", "mysql", "my shop"} {
		if got := w.do(Order{Verb: SetHome, Database: "both", Cluster: "paris", Name: name, Force: true}); !strings.HasPrefix(got, "refused: ") {
			t.Errorf("both as %s: %s", name, got)
		}
	}
	if got := order.String(); got != "SET DATABASE shop HOME paris AS shop_v2" {
		t.Error(got)
	}
	if got := w.do(Order{Verb: SetHome, Database: "archive", Cluster: "gra", Name: "both", Force: true}); !strings.Contains(got, "gra as both [store]") || !strings.Contains(got, "warning both:") {
		t.Error(got)
	}
}
