package admin

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"math"
	"slices"
	"strconv"

	"shunt/proxy"
)

// ErrUnknownClient says that no client has the id.
var ErrUnknownClient = errors.New("no client has this id; SHOW CLIENTS lists them")

// ClientRow is one frontend connection: SHOW CLIENTS. docs/reference/console.md has a paragraph for each state.
type ClientRow struct {
	ID               uint32  `json:"id" doc:"what CONNECTION_ID() tells the client, and what KILL takes"`
	User             string  `json:"user" doc:"the user name it has logged in with; empty before that"`
	Account          string  `json:"account" doc:"the account it was let in as, user@host pattern"`
	Address          string  `json:"address" doc:"where it connects from"`
	Database         string  `json:"database" doc:"its default database"`
	State            string  `json:"state" doc:"login, idle, waiting, active, pinned, held or closing"`
	StateSeconds     float64 `json:"state_seconds" doc:"how long it has been in that state"`
	AgeSeconds       float64 `json:"age_seconds" doc:"how long it has been connected"`
	Statements       uint64  `json:"statements" doc:"how many statements it has sent"`
	Server           string  `json:"server" doc:"the server whose connection it uses or keeps now; empty for none"`
	ServerConnection *uint32 `json:"server_connection" doc:"the id of that connection on its server; NULL for none"`
	Pins             string  `json:"pins" doc:"why it keeps that connection; empty if it does not"`
}

// PinRow is one client that keeps its server connection between statements: SHOW PINS.
type PinRow struct {
	ID               uint32  `json:"id" doc:"the client, as in SHOW CLIENTS"`
	User             string  `json:"user" doc:"the user name it has logged in with"`
	Database         string  `json:"database" doc:"its default database"`
	Server           string  `json:"server" doc:"the server whose connection it keeps"`
	ServerConnection *uint32 `json:"server_connection" doc:"the id of that connection on its server"`
	State            string  `json:"state" doc:"the client's state: pinned while it waits for its next command, active while one runs"`
	PinnedSeconds    float64 `json:"pinned_seconds" doc:"since when the first of the reasons has held"`
	Pins             string  `json:"pins" doc:"the reasons"`
}

// Clients lists the clients by id.
func (s *Service) Clients() []ClientRow {
	rows, now := []ClientRow{}, s.house.Now()
	for _, c := range s.sortedClients() {
		rows = append(rows, ClientRow{
			ID: c.ID, User: c.User, Account: c.Account, Address: c.Address, Database: c.Schema, State: c.State.String(),
			StateSeconds: seconds(now.Sub(c.Since)), AgeSeconds: seconds(now.Sub(c.Born)), Statements: c.Statements,
			Server: c.Server, ServerConnection: serverConnection(c), Pins: c.Pins,
		})
	}
	return rows
}

// Pins lists the clients that something pins, the longest first: these hold connections that others may wait for.
func (s *Service) Pins() []PinRow {
	rows, now := []PinRow{}, s.house.Now()
	for _, c := range s.sortedClients() {
		if c.Pins == "" {
			continue
		}
		rows = append(rows, PinRow{
			ID: c.ID, User: c.User, Database: c.Schema, Server: c.Server, ServerConnection: serverConnection(c),
			State: c.State.String(), PinnedSeconds: seconds(now.Sub(c.Pinned)), Pins: c.Pins,
		})
	}
	slices.SortStableFunc(rows, func(a, b PinRow) int { return cmp.Compare(b.PinnedSeconds, a.PinnedSeconds) })
	return rows
}

func (s *Service) sortedClients() []proxy.ClientInfo {
	clients := slices.Clone(s.house.Clients())
	slices.SortFunc(clients, func(a, b proxy.ClientInfo) int { return cmp.Compare(a.ID, b.ID) })
	return clients
}

func serverConnection(c proxy.ClientInfo) *uint32 {
	if c.Server == "" {
		return nil
	}
	return &c.ServerConnection
}

// Kill ends a client, or with query only the statement that it runs. The error is ErrUnknownClient if nobody has the id.
func (s *Service) Kill(ctx context.Context, who Actor, id uint64, query bool) error {
	var err error
	if id > math.MaxUint32 || !s.house.Kill(uint32(id), query) {
		err = ErrUnknownClient
	}
	s.audit(ctx, who, "kill", err, slog.String("client", strconv.FormatUint(id, 10)), slog.Bool("query_only", query))
	return err
}
