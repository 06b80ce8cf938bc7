package api

import (
	"fmt"
	"net/http"
	"net/http/pprof"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// route is one path and method. openapi.yaml is made of these, and a test keeps it so.
type route struct {
	method, path string
	about        string
	open         bool    // no password is needed
	query        []param // what the query may have
	parts        []param // what stands in braces in the path
	body         any     // a value of the type of the request's body; nil for none
	answer       any     // a value of the type of the answer; nil if it is text
	media        string  // of an answer that is neither JSON nor text
	handle       http.HandlerFunc
}

// param is one parameter of the query.
type param struct {
	name, about string
	required    bool
}

// prefix is what all operations stand under.
const prefix = "/api/v1/"

// routes is the table of all that the API answers.
func (a *API) routes() []route {
	s := a.service
	return slices.Concat([]route{
		read("clusters", "The clusters, their primaries and what is wrong.", always(s.Clusters)),
		read("servers", "The servers with role, lag and whether they serve.", always(s.Servers)),
		read("pools", "The connections to each server.", always(s.Pools)),
		read("clients", "Who is connected, and what they do.", always(s.Clients)),
		read("stale", "Who still comes to this proxy for a database that lives in another datacenter.", always(s.Stale)),
		read("pins", "Who keeps a server connection, and why.", always(s.Pins)),
		read("stats", "Statements by kind, role, server and outcome.", s.Stats),
		read("databases", "Which database lives on which cluster.", always(s.Databases)),
		read("modules", "Which tables live apart from their database and where, and what is defined across the border.", always(s.Modules)),
		read("audit", "What operators have ordered, the newest first.", s.Audit),
		read("config", "The settings in force, and where they come from.", always(s.Config)),
		read("proxies", "This proxy as a whole, and the others of its fleet.", s.Proxies),
		read("store", "The store in which proxies agree.", always(s.Store)),
		read("status", "All that one look should tell: the proxy, its clusters and servers, and what is wrong.", s.Status),
		a.explainRoute(), a.killRoute(), a.reloadRoute(),
		a.switchoverRoute(),
	}, a.shardRoutes(), a.serverRoutes(), a.mapRoutes(), a.pauseRoutes(), a.moveRoutes(), []route{
		{method: "GET", path: prefix + "openapi.yaml", about: "This description.", handle: serveDescription},
		{method: "GET", path: "/healthz", about: "Whether the process is alive.", open: true, handle: healthz},
		{method: "GET", path: "/readyz", open: true, handle: a.readyz,
			about: "Whether to send it clients: 200, or 503 while it starts or drains, or no server answers. The text says which."},
		{method: "GET", path: "/metrics", about: "All metrics, in the format of Prometheus.", open: true,
			handle: promhttp.HandlerFor(s.Metrics(), promhttp.HandlerOpts{}).ServeHTTP},
	}, profiles())
}

// read is a route that looks and changes nothing.
func read[T any](name, about string, look func() (T, error)) route {
	var answer T
	return route{method: "GET", path: prefix + name, about: about, answer: answer, handle: func(w http.ResponseWriter, _ *http.Request) {
		found, err := look()
		reply(w, found, err)
	}}
}

func always[T any](look func() T) func() (T, error) {
	return func() (T, error) { return look(), nil }
}

// profiles are Go's own; see https://pkg.go.dev/net/http/pprof.
func profiles() []route {
	routes := []route{}
	for path, handle := range map[string]http.HandlerFunc{
		"": pprof.Index, "cmdline": pprof.Cmdline, "profile": pprof.Profile, "symbol": pprof.Symbol, "trace": pprof.Trace,
	} {
		routes = append(routes, route{method: "GET", path: "/debug/pprof/" + path, about: "Profiles of the process.", handle: handle})
	}
	return routes
}

// Handler serves all routes. Requests that a page of another site makes in somebody's browser are refused, because the
// browser may know the password.
func (a *API) Handler() http.Handler {
	mux := http.NewServeMux()
	methods := map[string][]string{}
	for _, r := range a.routes() {
		handle := http.Handler(r.handle)
		if !r.open {
			handle = a.guard(handle)
		}
		mux.Handle(r.method+" "+r.path, handle)
		methods[r.path] = append(methods[r.path], r.method)
	}
	mux.Handle("/", a.guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { notFound(w, r, methods) })))
	return http.NewCrossOriginProtection().Handler(mux)
}

// notFound answers what no route answers.
func notFound(w http.ResponseWriter, r *http.Request, methods map[string][]string) {
	if allowed := methods[r.URL.Path]; len(allowed) > 0 && !slices.Contains(allowed, r.Method) {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		reply(w, nil, &Error{http.StatusMethodNotAllowed, fmt.Sprintf("%s takes %s, not %s", r.URL.Path, strings.Join(allowed, " and "), r.Method)})
		return
	}
	reply(w, nil, &Error{http.StatusNotFound, fmt.Sprintf("there is no %s; %sopenapi.yaml describes what there is", r.URL.Path, prefix)})
}
