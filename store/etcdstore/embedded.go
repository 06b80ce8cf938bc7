package etcdstore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	"go.etcd.io/etcd/server/v3/etcdserver/api/v3client"

	"shunt/store"
)

// How long an etcd may take to end: it waits some seconds for those who are connected to its socket. One that gave up has less, since it ends
// at once or never.
const (
	endBound  = 15 * time.Second
	goneBound = 5 * time.Second
)

// longestSocket is how long the path of a unix socket may be.
const longestSocket = 104

// embed starts an etcd in this process. It serves this process directly, and others of the same user by a unix socket in its folder, so that
// etcdctl works.
func (s *Store) embed(ctx context.Context) (*engine, error) {
	end := newEnding()
	config := s.embedConfig(end)
	started := make(chan *embed.Etcd, 1)
	failed := make(chan error, 1)
	go func() { // etcd ends the goroutine that finds something it cannot go on with
		e, err := embed.StartEtcd(config)
		if err != nil {
			failed <- err
			return
		}
		started <- e
	}()
	var server *embed.Etcd
	select {
	case server = <-started:
	case err := <-failed:
		return nil, fmt.Errorf("etcd does not start: %w", err)
	case <-end.gaveUp:
		return nil, errors.New(end.why())
	case <-ctx.Done():
		return nil, s.abandon(started, failed)
	}
	e := &engine{gaveUp: end.gaveUp, why: end.why}
	e.ctx, e.cancel = context.WithCancel(context.WithoutCancel(ctx))
	e.close = func() error {
		end.loud.Store(false)
		return s.stop(server, e)
	}
	select {
	case <-server.Server.ReadyNotify():
		e.client, e.defragment = v3client.New(server.Server), server.Server.Backend().Defrag
		end.loud.Store(true)
		return e, nil
	case <-end.gaveUp:
		return nil, errors.Join(errors.New(end.why()), s.stop(server, e))
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), s.stop(server, e))
	}
}

// abandon ends an etcd that is still starting when nobody wants it any more.
func (s *Store) abandon(started <-chan *embed.Etcd, failed <-chan error) error {
	select {
	case server := <-started:
		return s.stop(server, &engine{ctx: context.Background(), cancel: func() {}})
	case err := <-failed:
		return err
	case <-time.After(endBound):
		return errStuck
	}
}

// stop ends an etcd. One that gave up while it held a lock cannot end.
func (s *Store) stop(server *embed.Etcd, e *engine) error {
	bound, ended := endBound, make(chan struct{})
	if e.over() {
		bound = goneBound
	}
	e.cancel()
	go func() {
		defer close(ended)
		if e.client != nil {
			_ = e.client.Close()
		}
		server.Close()
	}()
	select {
	case <-ended:
		return nil
	case <-time.After(bound):
		return errStuck
	}
}

func (s *Store) embedConfig(end *ending) *embed.Config {
	c := embed.NewConfig()
	c.Name, c.Dir = "shunt", s.folder.etcd()
	c.ZapLoggerBuilder = embed.NewZapLoggerBuilder(zapLogger(s.log, end))

	// Nobody is listened to but the owner of the folder. The address of a member has to have a form, and is never dialled.
	member := url.URL{Scheme: "http", Host: "localhost:2380"}
	c.ListenPeerUrls, c.AdvertisePeerUrls, c.InitialCluster = nil, []url.URL{member}, c.Name+"="+member.String()
	c.InitialClusterToken = rand.Text() // a new folder is another store, and who remembers the old one notices
	c.ListenClientUrls, c.AdvertiseClientUrls = nil, nil
	if socket := filepath.Join(s.folder.etcd(), "socket"); len(socket) < longestSocket {
		at := []url.URL{{Scheme: "unix", Path: socket}}
		c.ListenClientUrls, c.AdvertiseClientUrls = at, at
	}

	c.TickMs, c.ElectionMs = 100, 500 // there is nobody to wait for; it is master within a second
	c.SnapshotCount, c.SnapshotCatchUpEntries = 5000, 100
	c.MaxWalFiles, c.MaxSnapFiles = 2, 2
	c.MaxTxnOps = store.MaxChanges
	c.EnableGRPCGateway = false

	// The disk: a bound, and no more history than watches need.
	c.QuotaBackendBytes = s.config.Quota
	c.AutoCompactionMode, c.AutoCompactionRetention = embed.CompactorModeRevision, strconv.FormatInt(s.config.History, 10)
	c.BootstrapDefragThresholdMegabytes = slack >> 20
	return c
}
