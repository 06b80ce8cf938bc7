package config

import (
	"fmt"
	"slices"

	"shunt/proxy"
)

// checkLimits finds entries that say nothing, and users whose entry comes too late to hold.
func (c *Config) checkLimits(d *decoder) {
	seen := map[string]int{}
	for i, a := range c.File.Limits.Accounts {
		path := fmt.Sprintf("limits.accounts[%d]", i)
		if _, given := d.lines[path+".users"]; given && len(a.Users) == 0 && !d.hasFault(path) {
			d.wrong(path+".users", "names nobody", "")
		}
		if limitsOf(a, noneGiven) == noneGiven && !d.hasFault(path) {
			d.wrong(path, "says nothing", "give it a limit")
		}
		for _, user := range a.Users {
			if first, twice := seen[user]; twice {
				d.wrong(path+".users", fmt.Sprintf("%s is in limits.accounts[%d] already, which holds", user, first), "")
				continue
			}
			seen[user] = i
		}
	}
}

// noneGiven are the limits of an entry that gives none.
var noneGiven = proxy.Limits{QueryTimeout: notGiven, TransactionIdle: notGiven, Transaction: notGiven, Connections: notGiven, ServerConnections: notGiven}

// Limits are the limits of accounts, for the front door.
func (c *Config) Limits() *proxy.AccountLimits {
	l := c.File.Limits
	all := &proxy.AccountLimits{
		Limits: proxy.Limits{
			QueryTimeout: l.QueryTimeout, TransactionIdle: l.TransactionIdle, Transaction: l.Transaction, Connections: l.PerAccount, ServerConnections: l.ServerConnections,
		},
	}
	if len(l.Accounts) > 0 {
		all.Users = map[string]*proxy.Limits{}
	}
	for _, a := range slices.Backward(l.Accounts) { // the first one holds
		limits := limitsOf(a, all.Limits)
		for _, user := range a.Users {
			all.Users[user] = &limits
		}
	}
	return all
}

// limitsOf are those of an entry, with others where it gives none.
func limitsOf(a AccountLimits, otherwise proxy.Limits) proxy.Limits {
	limits := otherwise
	if a.QueryTimeout != notGiven {
		limits.QueryTimeout = a.QueryTimeout
	}
	if a.TransactionIdle != notGiven {
		limits.TransactionIdle = a.TransactionIdle
	}
	if a.Transaction != notGiven {
		limits.Transaction = a.Transaction
	}
	if a.Connections != notGiven {
		limits.Connections = a.Connections
	}
	if a.ServerConnections != notGiven {
		limits.ServerConnections = a.ServerConnections
	}
	return limits
}
