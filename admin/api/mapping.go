package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"shunt/admin"
	"shunt/sharding/orders"
	"shunt/store"
)

// moduleOrder is the body of the orders that say what a module is.
type moduleOrder struct {
	Name     string   `json:"name" doc:"of the module"`
	Database string   `json:"database" doc:"the database that its tables are in; empty, when it is altered: as it is"`
	Tables   []string `json:"tables" doc:"names of tables without their database; an asterisk stands for any characters; null, when it is altered: as they are"`
	Cluster  string   `json:"cluster" doc:"where its tables live; empty, when it is altered: as it is"`
	DryRun   bool     `json:"dry_run" doc:"only tell what would change"`
	Force    bool     `json:"force" doc:"also if tables that exist would not be found any more, or nobody can see whether they would"`
}

type namedOrder struct {
	Name   string `json:"name" doc:"of the module"`
	DryRun bool   `json:"dry_run" doc:"only tell what would change"`
	Force  bool   `json:"force" doc:"also if tables that exist would not be found any more, or nobody can see whether they would"`
}

type homeOrder struct {
	Database string `json:"database" doc:"the database"`
	Cluster  string `json:"cluster" doc:"where it lives"`
	Name     string `json:"name" doc:"what it is called on its clusters; empty: as applications call it"`
	DryRun   bool   `json:"dry_run" doc:"only tell what would change"`
	Force    bool   `json:"force" doc:"also if tables that exist would not be found any more, or nobody can see whether they would"`
}

type homeReset struct {
	Database string `json:"database" doc:"the database"`
	DryRun   bool   `json:"dry_run" doc:"only tell what would change"`
	Force    bool   `json:"force" doc:"also if tables that exist would not be found any more, or nobody can see whether they would"`
}

type defaultOrder struct {
	Cluster string `json:"cluster" doc:"where new databases are made; empty: where the configuration file says"`
	DryRun  bool   `json:"dry_run" doc:"only tell what would change"`
}

type undoOrder struct {
	Change int64 `json:"change" doc:"its number, as in audit"`
	DryRun bool  `json:"dry_run" doc:"only tell what would change"`
	Force  bool  `json:"force" doc:"also if tables that exist would not be found any more, or nobody can see whether they would"`
}

// mapRoutes are the orders about the shard map.
func (a *API) mapRoutes() []route {
	module := func(verb orders.Verb) func(moduleOrder) orders.Order {
		return func(b moduleOrder) orders.Order {
			return orders.Order{Verb: verb, Module: b.Name, Database: b.Database, Tables: b.Tables, Cluster: b.Cluster, DryRun: b.DryRun, Force: b.Force}
		}
	}
	named := func(verb orders.Verb) func(namedOrder) orders.Order {
		return func(b namedOrder) orders.Order {
			return orders.Order{Verb: verb, Module: b.Name, DryRun: b.DryRun, Force: b.Force}
		}
	}
	return []route{
		mapOrder(a, "modules/add", "Tables of a database live on a cluster of their own. 409: tables that exist would not be found any more.", module(orders.AddModule)),
		mapOrder(a, "modules/alter", "The module has other tables, or lives elsewhere.", module(orders.AlterModule)),
		mapOrder(a, "modules/drop", "Its tables live where their database does.", named(orders.DropModule)),
		mapOrder(a, "modules/reset", "What was ordered about the module is dropped: it is as the configuration file says.", named(orders.ResetModule)),
		mapOrder(a, "databases/home", "The database lives on that cluster, whatever else was found or is in the file.", func(b homeOrder) orders.Order {
			return orders.Order{Verb: orders.SetHome, Database: b.Database, Cluster: b.Cluster, Name: b.Name, DryRun: b.DryRun, Force: b.Force}
		}),
		mapOrder(a, "databases/reset", "What was ordered about its home is dropped: the file decides it, or what is found.", func(b homeReset) orders.Order {
			return orders.Order{Verb: orders.ResetHome, Database: b.Database, DryRun: b.DryRun, Force: b.Force}
		}),
		mapOrder(a, "databases/default", "New databases are made on that cluster.", func(b defaultOrder) orders.Order {
			if b.Cluster == "" {
				return orders.Order{Verb: orders.ResetDefault, DryRun: b.DryRun}
			}
			return orders.Order{Verb: orders.SetDefault, Cluster: b.Cluster, DryRun: b.DryRun}
		}),
		mapOrder(a, "audit/undo", "A change is taken back, if nobody has changed the same since (409).", func(b undoOrder) orders.Order {
			return orders.Order{Verb: orders.Undo, Change: b.Change, DryRun: b.DryRun, Force: b.Force}
		}),
	}
}

// mapOrder is the route of one order, whose body B says what is ordered.
func mapOrder[B any](a *API, path, about string, of func(B) orders.Order) route {
	var body B
	return route{
		method: "POST", path: prefix + path, about: about, body: body, answer: []admin.MapRow{},
		handle: func(w http.ResponseWriter, r *http.Request) {
			body, err := readBody[B](w, r)
			var rows []admin.MapRow
			if err == nil {
				rows, err = a.service.OrderMap(r.Context(), actor(r), of(body))
			}
			reply(w, rows, mapStatus(err))
		},
	}
}

// mapStatus gives an error of an order its status.
func mapStatus(err error) error {
	switch {
	case errors.Is(err, orders.ErrUnknown):
		return &Error{http.StatusNotFound, err.Error()}
	case errors.Is(err, orders.ErrRefused), errors.Is(err, store.ErrConflict):
		return &Error{http.StatusConflict, err.Error()}
	case errors.Is(err, store.ErrUnavailable):
		return &Error{http.StatusServiceUnavailable, err.Error()}
	}
	return err
}

// mapBound is for one order: the clusters tell their tables, and the store takes it.
const mapBound = time.Minute

// OrderMap gives an order about the shard map, and returns when it is in force in the proxy that was asked.
func (c *Client) OrderMap(ctx context.Context, o orders.Order) ([]admin.MapRow, error) {
	path, body := bodyOf(o)
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	patient := *c
	patient.http = &http.Client{Timeout: mapBound}
	return ask[[]admin.MapRow](ctx, &patient, http.MethodPost, prefix+path, text)
}

func bodyOf(o orders.Order) (path string, body any) {
	switch o.Verb {
	case orders.AddModule, orders.AlterModule:
		path = "modules/add"
		if o.Verb == orders.AlterModule {
			path = "modules/alter"
		}
		return path, moduleOrder{o.Module, o.Database, o.Tables, o.Cluster, o.DryRun, o.Force}
	case orders.DropModule:
		return "modules/drop", namedOrder{o.Module, o.DryRun, o.Force}
	case orders.ResetModule:
		return "modules/reset", namedOrder{o.Module, o.DryRun, o.Force}
	case orders.SetHome:
		return "databases/home", homeOrder{o.Database, o.Cluster, o.Name, o.DryRun, o.Force}
	case orders.ResetHome:
		return "databases/reset", homeReset{o.Database, o.DryRun, o.Force}
	case orders.SetDefault, orders.ResetDefault:
		return "databases/default", defaultOrder{o.Cluster, o.DryRun}
	case orders.Undo:
	}
	return "audit/undo", undoOrder{o.Change, o.DryRun, o.Force}
}

// Modules asks for the modules.
func (c *Client) Modules(ctx context.Context) ([]admin.ModuleRow, error) {
	return get[[]admin.ModuleRow](ctx, c, "modules")
}

// Audit asks for what operators have ordered, the newest first.
func (c *Client) Audit(ctx context.Context) ([]admin.AuditRow, error) {
	return get[[]admin.AuditRow](ctx, c, "audit")
}
