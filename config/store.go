package config

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"path/filepath"

	"shunt/router"
	"shunt/store"
)

// Store is where that is kept which proxies agree on.
func (c *Config) Store() store.Config {
	f := c.File.Store
	s := store.Config{Prefix: f.Prefix, Timeout: f.Timeout, Quota: int64(f.Quota), History: int64(f.History)}
	if len(f.Etcd) > 0 {
		s.Etcd, s.User, s.Password, s.TLS = f.Etcd, f.User, f.Password.Reveal(), c.storeTLS
		return s
	}
	if f.Embedded != "" {
		s.Embedded = f.Embedded
		if !filepath.IsAbs(s.Embedded) {
			s.Embedded = filepath.Join(filepath.Dir(c.name), s.Embedded)
		}
	}
	return s
}

func (c *Config) checkStore(d *decoder) {
	f := c.File.Store
	_, folder := d.lines["store.embedded"]
	if folder && f.Embedded != "" && len(f.Etcd) > 0 {
		d.wrong("store.etcd", "is given beside embedded", "the store is in one of them; remove the other")
	}
	for _, s := range []struct {
		name  string
		given bool
	}{{"user", f.User != ""}, {"password", f.Password.Reveal() != ""}, {"tls", f.TLS != StoreTLS{}}} {
		if s.given && len(f.Etcd) == 0 {
			d.wrong("store."+s.name, "is for an etcd cluster, and store.etcd has none", "")
		}
	}
	if c.File.Transactions == "atomic" && !c.storeKept() {
		d.wrong("transactions", "atomic needs a store that is kept", "give store.embedded a folder, or store.etcd addresses: after a crash nobody could finish transactions otherwise")
	}
	if f.Prefix == "" {
		d.wrong("store.prefix", "is empty", "it keeps apart what is not shunt's")
	}
	if (f.User == "") != (f.Password.Reveal() == "") && !d.hasFault("store.password") {
		d.wrong("store.user", "needs both user and password, or neither", "")
	}
	secure := 0
	for i, address := range f.Etcd {
		u, err := url.Parse(address)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Path != "" || !hostAndPort(u.Host) {
			d.wrong(fmt.Sprintf("store.etcd[%d]", i), fmt.Sprintf("%q is no address of etcd", address), "write it as https://host:2379")
			continue
		}
		if u.Scheme == "https" {
			secure++
		}
	}
	if 0 < secure && secure < len(f.Etcd) {
		d.wrong("store.etcd", "has addresses with http and with https", "all need the same")
	}
	if (f.TLS != StoreTLS{}) && secure == 0 && len(f.Etcd) > 0 {
		d.wrong("store.tls", "is for addresses that begin with https", "")
	}
	if secure > 0 {
		c.storeTLS = d.storeTLS("store.tls", f.TLS)
	}
}

// storeKept says whether the store outlives this process.
func (c *Config) storeKept() bool { return c.File.Store.Embedded != "" || len(c.File.Store.Etcd) > 0 }

// Transactions is what transactions may do on more than one cluster.
func (c *Config) Transactions() router.Transactions {
	switch c.File.Transactions {
	case "ordered":
		return router.Ordered
	case "one":
		return router.OneWriter
	}
	if c.storeKept() {
		return router.Atomic
	}
	return router.OneWriter
}

func hostAndPort(address string) bool {
	host, port, err := net.SplitHostPort(address)
	return err == nil && host != "" && port != ""
}

func (d *decoder) storeTLS(path string, t StoreTLS) *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: t.Name}
	if t.CA != "" {
		config.RootCAs = d.authority(path, t.CA)
	}
	if (t.Cert == "") != (t.Key == "") {
		d.wrong(path, "needs both cert and key, or neither", "")
	} else if t.Cert != "" {
		config.Certificates = d.certificate(path, t.Cert, t.Key)
	}
	return config
}
