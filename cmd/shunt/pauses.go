package main

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"shunt/backend/monitor/control"
	"shunt/backend/point"
	"shunt/backend/xa"
	"shunt/config"
	"shunt/router"
	"shunt/sharding/pause"
	"shunt/store/fleet"
)

// newPauses makes this proxy a member of its fleet, and what holds writes on all of them.
func (h *house) newPauses(cfg *config.Config) {
	me := fleet.Member{Name: proxyName(cfg), Version: version(), Datacenter: cfg.File.Datacenter, Started: h.started}
	for _, l := range cfg.File.Listen {
		me.Addresses = append(me.Addresses, l.Address)
	}
	h.fleet = fleet.New(h.store, me, h.log)
	h.pausing = pause.NewKeeper(h.store, h.fleet.Name, func(a pause.Area, closed bool) pause.Hold {
		return h.server.HoldArea(areaOf(a), closed)
	}, h.awaitMap, h.log)
	h.pauses = pause.New(pause.Deps{Store: h.store, Members: h.fleet.Members, Find: h.findArea, Point: h.standstill, Drain: cfg.File.Limits.Wait})
}

// proxyName tells proxies of one machine apart by where clients come to.
func proxyName(cfg *config.Config) string {
	for _, l := range cfg.File.Listen {
		if _, port, err := net.SplitHostPort(l.Address); err == nil {
			return hostname() + ":" + port
		}
	}
	return hostname() + ":" + cfg.File.Listen[0].Address // a unix socket
}

func areaOf(a pause.Area) router.Area {
	return router.Area{Database: a.Database, Module: a.Module, Whole: a.Module == "" && !a.Part}
}

// findArea finds what is to be paused, and the clusters that it is on.
func (h *house) findArea(database, module string) (pause.Area, []string, error) {
	m := h.keeper.Map()
	if module != "" {
		for _, l := range m.Listed() {
			if strings.EqualFold(l.Name, module) {
				return pause.Area{Database: l.Database, Module: l.Name}, []string{l.Cluster}, nil
			}
		}
		return pause.Area{}, nil, fmt.Errorf("there is no module %s; SHOW MODULES lists them", module)
	}
	if _, known := m.Look(database); !known {
		return pause.Area{}, nil, fmt.Errorf("there is no database %s; SHOW DATABASES lists them", database)
	}
	clusters, err := m.Parts(database)
	return pause.Area{Database: database}, clusters, err
}

// standBound is how long a primary may take to tell where it stands, what is prepared on it included.
const standBound = 10 * time.Second

// standstill asks the primary of a cluster where an area stands still, now that no proxy writes there any more. A transaction over several clusters whose proxy has
// died may be prepared there, and committed a moment later by another one: that is waited for.
func (h *house) standstill(ctx context.Context, cluster string, area pause.Area) (pause.Point, error) {
	ctx, cancel := context.WithTimeout(ctx, standBound)
	defer cancel()
	endpoint, err := h.primary(cluster)
	if err != nil {
		return pause.Point{}, err
	}
	conn, err := control.Dial(ctx, endpoint)
	if err != nil {
		return pause.Point{}, err
	}
	defer conn.Close()
	var warnings []string
	if others, err := point.AwaitPrepared(ctx, conn, xa.FormatID); err != nil {
		if control.Code(err) == 0 {
			return pause.Point{}, err
		}
		warnings = append(warnings, "prepared XA transactions cannot be seen ("+err.Error()+")")
	} else if others > 0 {
		warnings = append(warnings, fmt.Sprintf("%d prepared XA transactions of applications may be committed (XA RECOVER)", others))
	}
	if n, err := point.WritingEvents(ctx, conn, area.Database); err == nil && n > 0 {
		warnings = append(warnings, fmt.Sprintf("the server runs %d events of the database", n))
	}
	where, err := point.Read(ctx, conn, endpoint.Address)
	return pause.Point{Cluster: cluster, Server: where.Server, GTID: where.GTID, File: where.File, Position: where.Position, Warning: strings.Join(warnings, "; ")}, err
}
