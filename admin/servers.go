package admin

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"
)

// ServerVerb is what can be ordered about a server of a running shunt.
type ServerVerb string

// The verbs. All are carried out while clients work, without an error for them.
const (
	DrainServer  ServerVerb = "drain"  // it finishes what it has and gets nothing new
	EnableServer ServerVerb = "enable" // it takes its share
	BackupServer ServerVerb = "backup" // it takes no reads and goes on replicating
	WeighServer  ServerVerb = "weight" // it has another weight
	AddServer    ServerVerb = "add"    // it belongs to a cluster from now on
	RemoveServer ServerVerb = "remove" // it belongs to none, once it is drained
	ResetServer  ServerVerb = "reset"  // it is as the configuration file says
)

// ServerOrder is what an operator orders about one server.
type ServerOrder struct {
	Verb    ServerVerb
	Server  string // its address
	Cluster string // of add
	Weight  *int   // of weight, and of add, where nil is 1
	Force   bool   // of remove: clients that keep the server are ended
}

// ServerChange is what an order has changed.
type ServerChange struct {
	Server  string `json:"server" doc:"its address"`
	Cluster string `json:"cluster" doc:"the cluster it belongs to, or did"`
	Before  string `json:"before" doc:"its use and weight before; empty if it was not there"`
	After   string `json:"after" doc:"its use and weight now; empty if it is not there any more"`
	Warning string `json:"warning" doc:"that the order will not outlive a restart, or that other proxies do not have it; empty if all is well"`
}

// String is the order as an operator writes it.
func (o ServerOrder) String() string {
	text := strings.ToUpper(string(o.Verb)) + " SERVER " + o.Server
	switch o.Verb {
	case WeighServer:
		text = "SET SERVER " + o.Server
	case AddServer:
		text += " TO CLUSTER " + o.Cluster
	case DrainServer, EnableServer, BackupServer, RemoveServer, ResetServer:
	}
	if o.Weight != nil {
		text += " WEIGHT " + strconv.Itoa(*o.Weight)
	}
	if o.Force {
		text += " FORCE"
	}
	return text
}

// ServerDifference is what is different about a server from what the configuration file says, by orders.
type ServerDifference struct {
	Server, Cluster string
	Removed         bool
	Text            string // for people
}

// Why a server cannot be changed.
var (
	ErrUnknownServer = errors.New("no server has this address; SHOW SERVERS lists them")
	ErrServerOrder   = errors.New("refused")
)

// OrderServer carries out an order about a server, and returns when it is in force. The error is ErrUnknownServer, or an
// ErrServerOrder with the reason.
func (s *Service) OrderServer(ctx context.Context, who Actor, o ServerOrder) (ServerChange, error) {
	change, err := s.house.OrderServer(ctx, s.who(who), o)
	attrs := []slog.Attr{slog.String("server", o.Server), slog.String("before", change.Before), slog.String("after", change.After)}
	if o.Cluster != "" {
		attrs = append(attrs, slog.String("cluster", o.Cluster))
	}
	if o.Weight != nil {
		attrs = append(attrs, slog.String("weight", strconv.Itoa(*o.Weight)))
	}
	if o.Force {
		attrs = append(attrs, slog.Bool("force", true))
	}
	s.audit(ctx, who, string(o.Verb)+" server", err, attrs...)
	return change, err
}
