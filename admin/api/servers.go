package api

import (
	"context"
	"encoding/json"
	"net/http"

	"shunt/admin"
)

// serverOrder is the body of most orders about a server, the others have more.
type serverOrder struct {
	Server string `json:"server" doc:"its address, as in servers"`
}

type weightOrder struct {
	Server string `json:"server" doc:"its address, as in servers"`
	Weight *int   `json:"weight" doc:"its share of the reads, relative to the other replicas"`
}

type addOrder struct {
	Server  string `json:"server" doc:"its address: host and port, or the path of a unix socket"`
	Cluster string `json:"cluster" doc:"the cluster it is to belong to"`
	Weight  *int   `json:"weight" doc:"its share of the reads; null: 1, or what the configuration file says"`
}

type removeOrder struct {
	Server string `json:"server" doc:"its address, as in servers"`
	Force  bool   `json:"force" doc:"end the clients that keep a connection to it"`
}

// serverRoutes are the orders about one server.
func (a *API) serverRoutes() []route {
	return []route{
		simpleOrder(a, admin.DrainServer, "The server finishes what it has and gets nothing new."),
		simpleOrder(a, admin.EnableServer, "The server takes its share of the reads."),
		simpleOrder(a, admin.BackupServer, "The server takes no reads and goes on replicating."),
		simpleOrder(a, admin.ResetServer, "What was ordered about the server is dropped: it is as the configuration file says."),
		order(a, admin.WeighServer, "The server has another weight.", func(b weightOrder) admin.ServerOrder {
			return admin.ServerOrder{Server: b.Server, Weight: b.Weight}
		}),
		order(a, admin.AddServer, "The cluster has one server more.", func(b addOrder) admin.ServerOrder {
			return admin.ServerOrder{Server: b.Server, Cluster: b.Cluster, Weight: b.Weight}
		}),
		order(a, admin.RemoveServer, "The server is drained, then leaves its cluster. One that clients keep for long stays drained (409).",
			func(b removeOrder) admin.ServerOrder { return admin.ServerOrder{Server: b.Server, Force: b.Force} }),
	}
}

func simpleOrder(a *API, verb admin.ServerVerb, about string) route {
	return order(a, verb, about, func(b serverOrder) admin.ServerOrder { return admin.ServerOrder{Server: b.Server} })
}

// order is the route of one verb, whose body B says what is ordered.
func order[B any](a *API, verb admin.ServerVerb, about string, of func(B) admin.ServerOrder) route {
	var body B
	return route{
		method: "POST", path: prefix + "servers/" + string(verb), about: about, body: body, answer: admin.ServerChange{},
		handle: func(w http.ResponseWriter, r *http.Request) {
			body, err := readBody[B](w, r)
			var change admin.ServerChange
			if err == nil {
				o := of(body)
				o.Verb = verb
				change, err = a.service.OrderServer(r.Context(), actor(r), o)
			}
			reply(w, change, err)
		},
	}
}

// OrderServer gives an order about a server, and returns when it is in force.
func (c *Client) OrderServer(ctx context.Context, o admin.ServerOrder) (admin.ServerChange, error) {
	var body any = serverOrder{o.Server}
	switch o.Verb {
	case admin.WeighServer:
		body = weightOrder{o.Server, o.Weight}
	case admin.AddServer:
		body = addOrder{o.Server, o.Cluster, o.Weight}
	case admin.RemoveServer:
		body = removeOrder{o.Server, o.Force}
	case admin.DrainServer, admin.EnableServer, admin.BackupServer, admin.ResetServer:
	}
	text, err := json.Marshal(body)
	if err != nil {
		return admin.ServerChange{}, err
	}
	return ask[admin.ServerChange](ctx, c, http.MethodPost, prefix+"servers/"+string(o.Verb), text)
}
