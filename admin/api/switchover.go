package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"shunt/admin"
	"shunt/backend/switchover"
)

// switchoverOrder is the body of POST /api/v1/clusters/{name}/switchover.
type switchoverOrder struct {
	To     string `json:"to" doc:"the address of the server that is to be the primary, as in servers"`
	DryRun bool   `json:"dry_run" doc:"only tell whether it is possible, and the steps"`
}

func (a *API) switchoverRoute() route {
	return route{
		method: "POST", path: prefix + "clusters/{name}/switchover", body: switchoverOrder{}, answer: []admin.SwitchoverRow{},
		parts: []param{{name: "name", about: "the cluster"}},
		about: "Make another server of a cluster its primary while writes wait. It is answered when it is over. 409: it was refused or " +
			"undone, and everything is as before; 500: something could not be undone, and the error says what.",
		handle: func(w http.ResponseWriter, r *http.Request) {
			order, err := readBody[switchoverOrder](w, r)
			if err != nil {
				reply(w, nil, err)
				return
			}
			ctx := context.WithoutCancel(r.Context()) // a client that has gone does not undo it; it has bounds of its own
			rows, err := a.service.Switchover(ctx, actor(r), r.PathValue("name"), order.To, order.DryRun)
			reply(w, rows, switchoverStatus(err))
		},
	}
}

// switchoverStatus gives a failure its status.
func switchoverStatus(err error) error {
	var failure *switchover.Failure
	if errors.As(err, &failure) && failure.Report.Result != switchover.Broken {
		return &Error{http.StatusConflict, err.Error()}
	}
	return err
}

// switchoverBound is for one switchover, all its bounds added up.
const switchoverBound = 2 * time.Minute

// Switchover makes the server at address the primary of a cluster, or with dryRun tells what that would do.
func (c *Client) Switchover(ctx context.Context, cluster, address string, dryRun bool) ([]admin.SwitchoverRow, error) {
	body, err := json.Marshal(switchoverOrder{To: address, DryRun: dryRun})
	if err != nil {
		return nil, err
	}
	patient := *c
	patient.http = &http.Client{Timeout: switchoverBound}
	return ask[[]admin.SwitchoverRow](ctx, &patient, http.MethodPost, prefix+"clusters/"+url.PathEscape(cluster)+"/switchover", body)
}
