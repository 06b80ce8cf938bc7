package catalog

import (
	"context"
	"errors"
	"fmt"
	"time"

	"shunt/backend/monitor/control"
)

// Config says how often the catalog reads, and what it knows beside. The zero value is not valid; start from
// [DefaultConfig].
type Config struct {
	// Interval is the pause between two readings, give or take a tenth. A cluster that takes long to read is read less
	// often. Default 10s.
	Interval time.Duration `yaml:"interval"`

	// Timeout is how long reading one cluster may take. Default 5s.
	Timeout time.Duration `yaml:"timeout"`

	// Static are accounts that need not be on a server's tables, or are to be taken in place of those. One that matches a
	// client wins over all accounts of the servers. Default none.
	Static []Account `yaml:"static"`

	// Hidden are databases that have no home although servers list them. Default shunt, which the heartbeat is in.
	Hidden []string `yaml:"hidden"`
}

// DefaultConfig is the configuration of somebody who configures nothing.
func DefaultConfig() Config {
	return Config{Interval: 10 * time.Second, Timeout: 5 * time.Second, Hidden: []string{"shunt"}}
}

// Validate names every fault of the configuration in one error; nil if there is none.
func (c Config) Validate() error {
	var faults []error
	if c.Interval <= 0 {
		faults = append(faults, errors.New("interval must be more than 0"))
	}
	if c.Timeout <= 0 {
		faults = append(faults, errors.New("timeout must be more than 0"))
	}
	for _, a := range c.Static {
		switch a.RequireTLS {
		case NoTLS, AnyTLS, X509TLS, SpecifiedTLS:
		default:
			faults = append(faults, fmt.Errorf("static account %s: require_tls must be ANY, X509 or SPECIFIED, not %s", a.User, a.RequireTLS))
		}
		if a.User == "" {
			faults = append(faults, errors.New("a static account needs a user"))
		}
	}
	return errors.Join(faults...)
}

// Cluster is one cluster to read from.
type Cluster struct {
	Name string

	// Endpoint gives the server to ask now, with the control account: the primary, or any host that is up. Its error says
	// why there is none. The account needs SELECT on mysql.global_priv (MariaDB) or mysql.user (MySQL), and SHOW
	// DATABASES.
	Endpoint func(context.Context) (control.Endpoint, error)
}
