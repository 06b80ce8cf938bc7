// Package voters is a store as operators run it: etcd in three processes that elect a leader, of which a majority has to live. A test kills and stops them.
//
// Each voter is the test's own program, started again: TestMain calls Main first.
package voters

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	"go.uber.org/zap"
)

// variable of the environment tells a process which voter it is.
const variable = "SHUNT_TEST_VOTER"

// role is what a voter's process is told.
type role struct {
	Name, Folder string
	Peer, Client string // addresses on 127.0.0.1
	All          string // name=URL,…
}

// Main runs a voter in a process that is one, until its standard input ends, as it does with the test, and never comes back. In others it does nothing.
func Main() {
	text := os.Getenv(variable)
	if text == "" {
		return
	}
	if err := vote(text); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func vote(text string) error {
	var r role
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return fmt.Errorf("%s: %w", variable, err)
	}
	c := embed.NewConfig()
	c.Name, c.Dir, c.InitialCluster, c.InitialClusterToken = r.Name, r.Folder, r.All, "voters"
	c.ListenPeerUrls, c.ListenClientUrls = []url.URL{{Scheme: "http", Host: r.Peer}}, []url.URL{{Scheme: "http", Host: r.Client}}
	c.AdvertisePeerUrls, c.AdvertiseClientUrls = c.ListenPeerUrls, c.ListenClientUrls
	c.ZapLoggerBuilder = embed.NewZapLoggerBuilder(zap.NewNop())
	c.EnableGRPCGateway = false
	server, err := embed.StartEtcd(c)
	if err != nil {
		return fmt.Errorf("etcd does not start: %w", err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(io.Discard, os.Stdin)
	}()
	select {
	case err = <-server.Err():
	case <-ended:
	}
	time.AfterFunc(5*time.Second, func() { os.Exit(1) }) // it waits for who is connected
	server.Close()
	return err
}
