package admintest

import (
	"context"
	"fmt"

	"shunt/admin"
	"shunt/store/ledger"
)

// ServerOrders are the orders about servers that were carried out.
func (o *Orders) ServerOrders() []admin.ServerOrder {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]admin.ServerOrder(nil), o.servers...)
}

// orderServer carries out orders about db2 and about servers that nobody knows; db1 is the primary.
func (o *Orders) orderServer(_ context.Context, _ ledger.Who, order admin.ServerOrder) (admin.ServerChange, error) {
	change := admin.ServerChange{Server: order.Server, Cluster: "paris", Before: "use: serve, weight: 3"}
	switch {
	case order.Server == "db1:3306":
		return change, fmt.Errorf("%w: db1:3306 is the primary of cluster paris", admin.ErrServerOrder)
	case order.Verb == admin.AddServer:
		change.Before, change.After = "", "use: serve, weight: 1"
	case order.Server != "db2:3306":
		return admin.ServerChange{Server: order.Server}, admin.ErrUnknownServer
	case order.Verb == admin.WeighServer:
		change.After = fmt.Sprintf("use: serve, weight: %d", *order.Weight)
	case order.Verb == admin.DrainServer || order.Verb == admin.BackupServer:
		change.After = "use: " + string(order.Verb) + ", weight: 3"
	case order.Verb == admin.EnableServer:
		change.After = change.Before
		change.Before = "use: drain, weight: 3"
	case order.Verb == admin.ResetServer:
		change.After = "use: serve, weight: 1"
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.servers = append(o.servers, order)
	return change, nil
}
