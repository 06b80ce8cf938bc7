package main

import (
	"context"

	"shunt/backend/monitor/control"
	"shunt/backend/switchover"
	"shunt/backend/switchover/failover"
)

// newRoles makes what changes the roles of servers, of what the other rooms know.
func (h *house) newRoles(gate switchover.Gate) {
	deps := switchover.Deps{
		Gate: gate, Snapshot: h.monitor.Snapshot, Look: h.monitor.ReportFailure, Quiet: h.monitor.Hush,
		Dial: func(ctx context.Context, cluster, address string) (switchover.Server, error) {
			return switchover.Dial(ctx, h.controlEndpoint(cluster, address))
		},
		Login: func(ctx context.Context, cluster, address string, as switchover.Account) ([]string, error) {
			e := h.controlEndpoint(cluster, address)
			e.User, e.Password = as.User, as.Password
			return switchover.Login(ctx, e)
		},
		Replication: h.config.Replication, Log: h.log,
	}
	h.switchover = switchover.New(h.config.Switchover(), deps)
	h.failover = failover.New(h.config.Failover(), deps, h.switchover)
}

// controlEndpoint is how shunt itself logs in to a server.
func (h *house) controlEndpoint(cluster, address string) control.Endpoint {
	as := h.control[cluster]
	return control.Endpoint{Address: address, User: as.Account.User, Password: as.Account.Password, Link: as.Link}
}
