package catalog_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/go-mysql-org/go-mysql/client"

	"shunt/backend/catalog"
	"shunt/backend/monitor/control"
	"shunt/backend/monitor/mariadbtest"
)

// readingAs is a catalog of the given servers, each a cluster c0, c1 …, that runs until the test ends.
func readingAs(t *testing.T, config catalog.Config, user, password string, servers ...*mariadbtest.Server) *catalog.Catalog {
	t.Helper()
	var clusters []catalog.Cluster
	for i, s := range servers {
		clusters = append(clusters, catalog.Cluster{Name: fmt.Sprintf("c%d", i), Endpoint: func(context.Context) (control.Endpoint, error) {
			return control.Endpoint{Address: s.Address, User: user, Password: password}, nil
		}})
	}
	c := catalog.New(config, clusters, slog.New(slog.NewTextHandler(t.Output(), nil)))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return c
}

func reading(t *testing.T, servers ...*mariadbtest.Server) *catalog.Catalog {
	t.Helper()
	return readingAs(t, catalog.DefaultConfig(), mariadbtest.User, mariadbtest.Password, servers...)
}

func refresh(t *testing.T, c *catalog.Catalog) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	return c.Refresh(ctx)
}

// chosen is the account that the server itself takes for a client at the address from ("" is the unix socket), as
// CURRENT_USER() gives it; empty if it takes none.
func chosen(t *testing.T, s *mariadbtest.Server, user, from string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	network, address, dialer := "unix", s.Socket, net.Dialer{}
	if from != "" {
		network, address = "tcp", s.Address
		dialer.LocalAddr = &net.TCPAddr{IP: net.ParseIP(from)}
	}
	c, err := client.ConnectWithDialer(ctx, network, address, user, "", "", dialer.DialContext)
	if control.Code(err) != 0 {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	r, err := c.Execute("SELECT CURRENT_USER()")
	if err != nil {
		t.Fatal(err)
	}
	account, err := r.GetString(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	return account
}

// TestMatch asks a server and the catalog the same: whom does a client log in as? The accounts have no passwords, so that
// the server's choice alone decides.
func TestMatch(t *testing.T) {
	t.Parallel()
	users := []string{"ann", "bob", "cid", "dan", "eve", "fay", "Ann", "nobody"}
	accounts := []string{
		"ann@'%'", "ann@'127.%'", "ann@'127.1.%'", "ann@'127.1.2.3'", "ann@'127.2.0.0/255.255.0.0'", "ann@localhost",
		"bob@'%'", "bob@'127._.2.3'", "bob@'127.1.2._'", "bob@'127.1.%.%'", "bob@'%.3'", "bob@'127.1.2.0/255.255.255.0'",
		"cid@'%1.2.3'", "cid@'1%2%3'", "cid@'127.%.2.%'", "cid@'127.2.%'",
		"dan@'10.%'", "dan@'%.example.com'",
		"eve@'%'", "eve@localhost", "eve@'127.0.0.1'", "eve@'127.1.8.0/255.255.248.0'", "eve@'127.1.10.1'",
		"fay@'127.1.10.1'", "''@'127.1.8.0/255.255.248.0'",
		"''@localhost", "''@'127.2.2.%'", "Ann@'127.1.2.3'",
	}
	addresses := []string{"", "127.0.0.1", "127.1.2.3", "127.1.2.9", "127.1.9.9", "127.2.2.3", "127.2.9.3", "127.9.9.9", "127.1.10.1"}
	for name, flags := range map[string][]string{"names resolved": nil, "skip_name_resolve": {"--skip-name-resolve"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := mariadbtest.Start(t, flags...)
			for _, account := range accounts {
				s.Exec("CREATE USER " + account)
			}
			s.Exec("CREATE ROLE nobody")
			c := readingAs(t, catalog.DefaultConfig(), "root", "", s) // the control account falls victim to ''@localhost too
			if err := refresh(t, c); err != nil {
				t.Fatal(err)
			}
			taken := map[string]bool{}
			for _, user := range users {
				for _, from := range addresses {
					var ip netip.Addr
					hostname := ""
					if from != "" {
						ip = netip.MustParseAddr(from)
					}
					if from == "" || ip == netip.MustParseAddr("127.0.0.1") && flags == nil {
						hostname = "localhost"
					}
					want, got := chosen(t, s, user, from), ""
					if a, ok := c.Accounts().Match(user, ip, hostname); ok {
						got = a.User + "@" + a.Host
					}
					if got != want {
						t.Errorf("%s from %q: %q, the server takes %q", user, from, got, want)
					}
					taken[want] = true
				}
			}
			if !taken[""] || !taken["@localhost"] || len(taken) < 15 {
				t.Errorf("the test says little: only %v were taken", taken)
			}
		})
	}
}

func TestMatchOverClusters(t *testing.T) {
	t.Parallel()
	first, second := mariadbtest.Start(t), mariadbtest.Start(t)
	first.Exec("CREATE USER ann@'%' IDENTIFIED BY 'one'", "CREATE DATABASE shop", "CREATE DATABASE blog")
	second.Exec("CREATE USER ann@'%' IDENTIFIED BY 'two'", "CREATE USER bob@'%'", "CREATE DATABASE shop")
	config := catalog.DefaultConfig()
	config.Static = []catalog.Account{{User: "cid", Auth: catalog.Auth{AuthString: "*00"}}, {User: "ann", Host: "10.%"}}
	c := readingAs(t, config, mariadbtest.User, mariadbtest.Password, first, second)
	if err := refresh(t, c); err != nil {
		t.Fatal(err)
	}
	here, there := netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("10.1.2.3")
	for _, test := range []struct {
		user     string
		ip       netip.Addr
		clusters []string // of MatchAll; "" is the configuration
	}{
		{"ann", here, []string{"c0", "c1"}},
		{"ann", there, []string{"", "c0", "c1"}},
		{"bob", here, []string{"c1"}},
		{"cid", here, []string{""}},
		{"dan", here, nil},
		{"ann", netip.MustParseAddr("::ffff:10.1.2.3"), []string{"", "c0", "c1"}},
	} {
		var clusters []string
		for _, a := range c.Accounts().MatchAll(test.user, test.ip, "") {
			clusters = append(clusters, a.Cluster)
		}
		if !slices.Equal(clusters, test.clusters) {
			t.Errorf("%s from %v: %q, want %q", test.user, test.ip, clusters, test.clusters)
		}
		a, ok := c.Accounts().Match(test.user, test.ip, "")
		if ok != (test.clusters != nil) || ok && a.Cluster != test.clusters[0] {
			t.Errorf("%s from %v: %+v, %v", test.user, test.ip, a, ok)
		}
	}
	for database, want := range map[string][]string{
		"shop": {"c0", "c1"}, "blog": {"c0"}, "Shop": nil, "mysql": nil, "information_schema": nil, "nothing": nil, "shunt": nil,
	} {
		if got := c.Databases().Homes(database); !slices.Equal(got, want) {
			t.Errorf("homes of %s: %q, want %q", database, got, want)
		}
	}
	all := map[string]int{}
	for cluster, database := range c.Databases().All {
		all[cluster+" "+database]++
	}
	if len(all) != 3 || all["c0 shop"] != 1 || all["c1 shop"] != 1 || all["c0 blog"] != 1 {
		t.Errorf("all databases: %v", all)
	}
}
