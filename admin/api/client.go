package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"shunt/admin"
)

// Client asks the API of a running shunt. Its methods may be called from anywhere at any time; an answer that is no success is an
// error of type *Error.
type Client struct {
	base     string // without a slash at its end
	password string
	http     *http.Client
}

const (
	clientBound = time.Minute // for one request, its answer included
	maxAnswer   = 1 << 30     // bytes; a list of a million databases is a tenth of that
)

// NewClient makes a client of the API at base: a URL, or only host:port.
func NewClient(base, password string) (*Client, error) {
	if !strings.Contains(base, "://") {
		base = "http://" + base
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%q is not the address of an API, such as http://127.0.0.1:6080", base)
	}
	return &Client{base: strings.TrimRight(base, "/"), password: password, http: &http.Client{Timeout: clientBound}}, nil
}

// Status asks for all that one look should tell.
func (c *Client) Status(ctx context.Context) (admin.Status, error) {
	return get[admin.Status](ctx, c, "status")
}

// Clusters asks for the clusters.
func (c *Client) Clusters(ctx context.Context) ([]admin.ClusterRow, error) {
	return get[[]admin.ClusterRow](ctx, c, "clusters")
}

// Servers asks for the servers.
func (c *Client) Servers(ctx context.Context) ([]admin.ServerRow, error) {
	return get[[]admin.ServerRow](ctx, c, "servers")
}

// Pools asks for the connections to each server.
func (c *Client) Pools(ctx context.Context) ([]admin.PoolRow, error) {
	return get[[]admin.PoolRow](ctx, c, "pools")
}

// Clients asks who is connected.
func (c *Client) Clients(ctx context.Context) ([]admin.ClientRow, error) {
	return get[[]admin.ClientRow](ctx, c, "clients")
}

// Stale lists who still comes to this proxy for a database that lives in another datacenter.
func (c *Client) Stale(ctx context.Context) ([]admin.StaleRow, error) {
	return get[[]admin.StaleRow](ctx, c, "stale")
}

// Pins asks who keeps a server connection.
func (c *Client) Pins(ctx context.Context) ([]admin.PinRow, error) {
	return get[[]admin.PinRow](ctx, c, "pins")
}

// Stats asks for the counts of statements.
func (c *Client) Stats(ctx context.Context) ([]admin.StatRow, error) {
	return get[[]admin.StatRow](ctx, c, "stats")
}

// Databases asks which database lives where.
func (c *Client) Databases(ctx context.Context) ([]admin.DatabaseRow, error) {
	return get[[]admin.DatabaseRow](ctx, c, "databases")
}

// Config asks for the settings in force.
func (c *Client) Config(ctx context.Context) ([]admin.ConfigRow, error) {
	return get[[]admin.ConfigRow](ctx, c, "config")
}

// Proxies asks for the proxy as a whole.
func (c *Client) Proxies(ctx context.Context) ([]admin.ProxyRow, error) {
	return get[[]admin.ProxyRow](ctx, c, "proxies")
}

// Store asks for the store in which proxies agree: one row.
func (c *Client) Store(ctx context.Context) ([]admin.StoreRow, error) {
	return get[[]admin.StoreRow](ctx, c, "store")
}

// Explain asks where a statement would go, for a session of that user with that default database (both may be empty).
func (c *Client) Explain(ctx context.Context, user, database, sql string) (admin.Route, error) {
	return get[admin.Route](ctx, c, "explain?"+url.Values{"user": {user}, "db": {database}, "sql": {sql}}.Encode())
}

// Kill ends a client, or with query only what it runs.
func (c *Client) Kill(ctx context.Context, id uint64, query bool) error {
	body, err := json.Marshal(killOrder{ID: id, Query: query})
	if err != nil {
		return err
	}
	_, err = ask[killOrder](ctx, c, http.MethodPost, prefix+"kill", body)
	return err
}

// Reload has the configuration file read again, and tells what has changed.
func (c *Client) Reload(ctx context.Context) ([]admin.ChangeRow, error) {
	return ask[[]admin.ChangeRow](ctx, c, http.MethodPost, prefix+"reload", nil)
}

// Ready asks whether the proxy takes clients, and if not, why. It needs no password.
func (c *Client) Ready(ctx context.Context) (ok bool, why string, err error) {
	status, body, err := c.do(ctx, http.MethodGet, "/readyz", nil)
	return status == http.StatusOK, strings.TrimSpace(string(body)), err
}

func get[T any](ctx context.Context, c *Client, path string) (T, error) {
	return ask[T](ctx, c, http.MethodGet, prefix+path, nil)
}

// ask sends one request and reads its JSON answer.
func ask[T any](ctx context.Context, c *Client, method, path string, body []byte) (T, error) {
	var answer T
	status, got, err := c.do(ctx, method, path, body)
	if err != nil {
		return answer, err
	}
	if status != http.StatusOK {
		var refusal errorBody
		if err := json.Unmarshal(got, &refusal); err != nil || refusal.Error == "" {
			refusal.Error = fmt.Sprintf("%s%s answered %d, and is probably no API of shunt", c.base, path, status)
		}
		return answer, &Error{status, refusal.Error}
	}
	if err := json.Unmarshal(got, &answer); err != nil {
		return answer, fmt.Errorf("reading the answer of %s%s: %w", c.base, path, err)
	}
	return answer, nil
}

// do sends one request and reads its answer, whatever that is.
func (c *Client) do(ctx context.Context, method, path string, body []byte) (status int, answer []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	request.SetBasicAuth(User, c.password)
	request.Header.Set("Content-Type", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		return 0, nil, fmt.Errorf("no shunt answers at %s: %w", c.base, err)
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return 0, nil, fmt.Errorf("reading the answer of %s: %w", c.base, err)
	}
	return response.StatusCode, answer, nil
}
