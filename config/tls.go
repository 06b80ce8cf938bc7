package config

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"strings"

	"shunt/backend"
	"shunt/mysql"
)

// listenerTLS loads a listener's certificate; nil if it has none.
func (d *decoder) listenerTLS(path string, l Listen) *tls.Config {
	if _, given := d.lines[path]; !given || l.TLS.Mode == "off" || d.hasFault(path) {
		return nil
	}
	switch {
	case strings.HasPrefix(l.Address, "/"):
		d.wrong(path, "a unix socket needs no TLS", "remove it")
		return nil
	case l.TLS.Cert == "" || l.TLS.Key == "":
		d.wrong(path, "needs both cert and key", "or mode: off")
		return nil
	case l.TLS.Mode == "verify" && l.TLS.CA == "":
		d.wrong(path, "mode: verify needs ca, the authority of the clients' certificates", "")
		return nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	config.Certificates = d.certificate(path, l.TLS.Cert, l.TLS.Key)
	if l.TLS.CA == "" {
		return config
	}
	config.ClientCAs, config.ClientAuth = d.authority(path, l.TLS.CA), tls.VerifyClientCertIfGiven
	if l.TLS.Mode == "verify" {
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return config
}

// serverTLS loads what connections to a cluster's servers need; nil for none.
func (d *decoder) serverTLS(path string, t ServerTLS) *tls.Config {
	if t.Mode == "off" || d.hasFault(path) {
		return nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: t.Name}
	if t.Mode == "verify" {
		if t.CA != "" {
			config.RootCAs = d.authority(path, t.CA)
		}
	} else {
		config.InsecureSkipVerify = true // as the servers' own clients do in these modes: encrypted, and nobody's word on who it is
	}
	if (t.Cert == "") != (t.Key == "") {
		d.wrong(path, "needs both cert and key, or neither", "")
	} else if t.Cert != "" {
		config.Certificates = d.certificate(path, t.Cert, t.Key)
	}
	return config
}

func (d *decoder) certificate(path, cert, key string) []tls.Certificate {
	certificate, err := tls.LoadX509KeyPair(d.secret.path(cert), d.secret.path(key))
	if err != nil {
		d.wrong(path+".cert", fmt.Sprintf("certificate and key cannot be used: %v", err), "")
		return nil
	}
	return []tls.Certificate{certificate}
}

func (d *decoder) authority(path, file string) *x509.CertPool {
	text, err := os.ReadFile(d.secret.path(file))
	if err != nil {
		d.wrong(path+".ca", fmt.Sprintf("cannot be read: %v", err), "")
		return nil
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		d.wrong(path+".ca", "holds no certificate in PEM", "")
	}
	return pool
}

// links makes of each cluster's settings how its servers are connected to.
func (c *Config) links(d *decoder) {
	for _, cluster := range c.File.Clusters {
		link := backend.Link{
			TLS: d.serverTLS("clusters."+cluster.Name+".tls", cluster.TLS), Optional: cluster.TLS.Mode == "preferred",
			Compression: compressions(cluster.Compression),
		}
		if link != (backend.Link{}) {
			if c.link == nil {
				c.link = map[string]backend.Link{}
			}
			c.link[cluster.Name] = link
		}
	}
}

// compressions are the capabilities that a word stands for.
func compressions(word string) mysql.Capability {
	switch word {
	case "zlib":
		return mysql.CapCompress
	case "zstd":
		return mysql.CapZstdCompression
	case "all":
		return mysql.CapCompress | mysql.CapZstdCompression
	}
	return 0
}
