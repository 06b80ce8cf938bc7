package config

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shunt/router"
	"shunt/store"
)

func TestWhereTheStoreIs(t *testing.T) {
	embedded := store.Config{Prefix: "shunt/", Timeout: 5 * time.Second, Quota: 2 << 30, History: 10000}
	named, memory, cluster := embedded, embedded, embedded
	embedded.Embedded = "/etc/shunt/data"
	named.Embedded = "/etc/shunt/state"
	cluster.Etcd, cluster.User, cluster.Password = []string{"http://etcd1:2379", "http://etcd2:2379"}, "shunt", "b4ck"
	for text, want := range map[string]store.Config{
		"":                           embedded,
		"store: {embedded: ./state}": named,
		`store: {embedded: ""}`:      memory,
		`store: {etcd: ["http://etcd1:2379", "http://etcd2:2379"], ` + `user: shunt, password: "${BACKEND}"}`: cluster,
	} {
		c, err := parse([]byte(least+text), "/etc/shunt/config.yaml", outside())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, c.Store()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
	c := mustParse(t, least+`store: {etcd: ["https://etcd1:2379"], tls: {name: etcd}}`)
	if tls := c.Store().TLS; tls == nil || tls.ServerName != "etcd" || tls.InsecureSkipVerify {
		t.Errorf("the encryption of a cluster is %+v", tls)
	}
}

func TestWhatTransactionsMayDo(t *testing.T) {
	for text, want := range map[string]router.Transactions{
		"":                                     router.Atomic,
		`store: {embedded: ""}`:                router.OneWriter,
		"store: {embedded: ./state}":           router.Atomic,
		`store: {etcd: ["http://etcd1:2379"]}`: router.Atomic,
		"transactions: ordered":                router.Ordered,
		"transactions: one\nstore: {embedded: ./state}":    router.OneWriter,
		"transactions: atomic\nstore: {embedded: ./state}": router.Atomic,
	} {
		if c := mustParse(t, least+text); c.Transactions() != want {
			t.Errorf("%q: %s, want %s", text, c.Transactions(), want)
		}
	}
	if _, err := parse([]byte(least+"transactions: atomic\nstore: {embedded: \"\"}"), "/etc/shunt/config.yaml", outside()); err == nil || !strings.Contains(err.Error(), "store that is kept") {
		t.Errorf("atomic with a store in memory: %v", err)
	}
}
