package etcdstore

import (
	"context"
	"fmt"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// A connection on which nothing comes back for so long is given up. gRPC takes no less than ten seconds for the first.
const (
	quietAfter  = 10 * time.Second
	quietBound  = 2 * time.Second
	dialTimeout = 3 * time.Second
)

// dial makes a client of a cluster. It connects by itself, and again.
func (s *Store) dial(ctx context.Context) (*engine, error) {
	e := &engine{why: func() string { return "" }}
	e.ctx, e.cancel = context.WithCancel(context.WithoutCancel(ctx))
	var err error
	e.client, err = clientv3.New(clientv3.Config{
		Endpoints: s.config.Etcd, Username: s.config.User, Password: s.config.Password, TLS: s.config.TLS, DialTimeout: dialTimeout,
		DialKeepAliveTime: quietAfter, DialKeepAliveTimeout: quietBound, PermitWithoutStream: true,
		Context: e.ctx, Logger: zapLogger(s.log, newEnding()),
	})
	if err != nil { // with a user, it has logged in
		e.cancel()
		return nil, fmt.Errorf("the etcd cluster does not let us in: %w", err)
	}
	e.close = func() error {
		e.cancel()
		_ = e.client.Close() // it says that its context has ended
		return nil
	}
	return e, nil
}
