package move

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"shunt/sharding"
	"shunt/sharding/move/accounts"
	"shunt/sharding/move/objects"
	"shunt/sharding/move/rows"
	"shunt/sharding/move/tombstone"
	"shunt/sharding/move/unit"
	"shunt/store"
)

// What differs between a database and a module of one: what moves, which entry of the store names its home, and the gate. A database is closed by taking the rights on it away; a module's
// tables are hidden, on the cluster that is not its home, for as long as the move is not over.

// unit is what moves, by the names that it has on its home.
func (m *Move) unit(shards *sharding.Map) unit.Unit {
	if m.Module == "" {
		return unit.RestOf(m.schema(), shards.Modules(m.Database))
	}
	return unit.OfModule(&sharding.Module{Name: m.Module, Database: m.Database, Tables: m.Patterns}, m.schema())
}

// schema is what the database is called on its clusters.
func (m *Move) schema() string {
	if m.Schema != "" {
		return m.Schema
	}
	return m.Database
}

func (r *run) unit() unit.Unit { return r.Move.unit(r.engine.deps.Map()) }

// hidden is the unit on the cluster that is not its home.
func (r *run) hidden() unit.Unit { return r.unit().Hidden() }

// homeKey is the entry of the store that names the home.
func (m *Move) homeKey() string {
	if m.Module != "" {
		return sharding.ModulePrefix + m.Module
	}
	return sharding.HomePrefix + m.Database
}

// order is the move as an operator orders it.
func (m *Move) order() string {
	if m.Module != "" {
		return fmt.Sprintf("MOVE MODULE %s TO %s", sharding.Quoted(m.Module), sharding.Quoted(m.To))
	}
	return fmt.Sprintf("MOVE DATABASE %s TO %s", sharding.Quoted(m.Database), sharding.Quoted(m.To))
}

// homeEntry is the value of that entry for a cluster.
func (r *run) homeEntry(cluster string) (string, error) {
	if r.Module == "" {
		return text(sharding.NamedHomeEntry(cluster, r.Schema))
	}
	joins, _ := sharding.ParseJoins(r.Joins)
	return text(sharding.Module{Name: r.Module, Database: r.Database, Tables: r.Patterns, Cluster: cluster, Joins: joins}.Entry())
}

// subject finds what an order is about, and where it lives.
func (e *Engine) subject(o Order) (*Move, error) {
	shards := e.deps.Map()
	m := &Move{Database: o.Database, Module: o.Module}
	if o.Module != "" {
		at := slices.IndexFunc(shards.Listed(), func(l sharding.ListedModule) bool { return l.Name == o.Module })
		if at < 0 || o.Database != "" && shards.Listed()[at].Database != o.Database {
			return nil, unknown("there is no module %s; SHOW MODULES lists them", nameOf(o.Database, o.Module))
		}
		found := shards.Listed()[at]
		if found.Problem != "" {
			return nil, refused("module %s cannot be moved: %s", o.Module, found.Problem)
		}
		m.Database, m.Patterns, m.Joins, m.From = found.Database, found.Tables, found.Joins.String(), found.Cluster
	} else {
		l, known := shards.Look(o.Database)
		if !known {
			return nil, unknown("there is no database %s; SHOW DATABASES lists them", o.Database)
		}
		if l.Cluster == "" {
			return nil, refused("database %s is on several clusters (%s), and nobody has decided which is its home; SET DATABASE %s HOME does", o.Database, strings.Join(l.FoundOn, ", "), o.Database)
		}
		m.From = l.Cluster
	}
	if name := shards.Physical(m.Database); name != m.Database {
		m.Schema = name
	}
	return m, nil
}

// others refuses a move while another one of the same database is not over: its modules and the rest of it move one after the other.
func (m *Move) others(items []store.Item) error {
	for _, item := range items {
		other, err := read(item)
		if err != nil {
			return err
		}
		if other.Database == m.Database && other.Module != m.Module && (other.Module == "" || m.Module == "") && !other.State.Ended() {
			return refused("%s is being moved (%s), and the parts of a database move one after the other; FINISH MOVE or ROLLBACK MOVE ends that", other.Name(), other.State)
		}
	}
	return nil
}

// ofDatabase is where the moves of a database and of its modules are.
func ofDatabase(database string) string { return key(database, "") }

// shut hides the tables of a module where they are not at home; of a database it takes the rights away that fit it, such as those to a pattern.
func (r *run) shut(ctx context.Context, to *held) error {
	if r.Module != "" {
		return tombstone.Close(ctx, to.Conn(), r.unit())
	}
	return r.closeTarget(ctx, to)
}

// tidy drops on its home what a gate of tables has left there; nothing waits for that. What cannot be dropped is dropped the next time.
func (r *run) tidy(ctx context.Context, cluster string) {
	if r.Module == "" {
		return
	}
	h, err := r.at(ctx, cluster)
	if err == nil {
		err = tombstone.Tidy(ctx, h.Conn(), r.unit())
	}
	if err != nil {
		r.log.Warn("views that have closed tables stay until the next switch", "cluster", cluster, "error", err)
	}
}

// closeTables is the gate of a module on its home.
func (r *run) closeTables(ctx context.Context, from *held) error {
	if err := r.save(ctx, func(m *Move) { m.Reopen, m.Open = nil, append([]string{}, r.rights...) }); err != nil {
		return err
	}
	if err := tombstone.Close(ctx, from.Conn(), r.unit()); err != nil {
		return failed("gate", "cluster %s: %w", r.From, err)
	}
	state, err := tombstone.Read(ctx, from.Conn(), r.unit()) // the server's word counts, not what it was told
	if err != nil {
		return err
	}
	if !state.Closed() {
		return failed("gate", "cluster %s: it is not closed: table %s can be used", r.From, state.Open[0])
	}
	return nil
}

// openTables opens the tables of a module on a cluster; a database has none that are hidden.
func (r *run) openTables(ctx context.Context, h *held, cluster string) error {
	if r.Module == "" {
		return nil
	}
	if err := tombstone.Open(ctx, h.Conn(), r.unit()); err != nil {
		return fmt.Errorf("cluster %s: %w", cluster, err)
	}
	return nil
}

// noteDatabase notes whether the target has the database of a module already, for the sake of other tables.
func (r *run) noteDatabase(ctx context.Context, to *held) error {
	if r.Module == "" {
		return nil
	}
	res, err := to.Conn().Query(ctx, "SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = "+rows.Quote(r.schema()))
	if err != nil || res.RowNumber() > 0 {
		return err
	}
	return r.save(ctx, func(m *Move) { m.MadeOn = m.To })
}

// clear takes everything of the unit away on a cluster that is not its home. A database that was made for a module goes with its last table.
func (r *run) clear(ctx context.Context, h *held, cluster string) error {
	if r.Module != "" {
		if err := tombstone.Clear(ctx, h.Conn(), r.unit()); err != nil {
			return err
		}
	}
	if err := objects.Drop(ctx, h.Conn(), r.unit()); err != nil || r.Module == "" || r.MadeOn != cluster {
		return err
	}
	db := rows.Quote(r.schema())
	res, err := h.Conn().Query(ctx, "SELECT (SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = "+db+") + (SELECT COUNT(*) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = "+db+
		") + (SELECT COUNT(*) FROM information_schema.EVENTS WHERE EVENT_SCHEMA = "+db+")")
	if err != nil {
		return err
	}
	if left, _ := res.GetInt(0, 0); left > 0 {
		return nil
	}
	return objects.Drop(ctx, h.Conn(), unit.Of(r.schema()))
}

// rightsOf asks who has rights on the unit. Those of a module are the ones on all of its database, and on its tables.
func (r *run) rightsOf(ctx context.Context, from *held) (*accounts.Rights, error) {
	u := r.unit()
	if u.Whole() {
		return accounts.Read(ctx, from.Conn(), u)
	}
	rights, err := accounts.Read(ctx, from.Conn(), unit.Of(u.Database))
	if err == nil {
		rights.Only(u)
	}
	return rights, err
}
