package catalog

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"

	"shunt/backend/monitor/control"
	"shunt/topology"
)

// listing is what one cluster has been found to have. Immutable.
type listing struct {
	accounts  *accountSet // nil: never read
	digest    string      // of the account table that accounts were read from; empty if it is not known
	databases databaseSet
}

// dialect is how one kind of server is asked for its accounts.
type dialect struct {
	flavor topology.Flavor
	table  string
	fields string // of table, in the order that account wants
	// account reads one row. The strings of the row belong to it only during the call.
	account func(row []mysql.FieldValue, s settings) (Account, error)
}

// settings are a server's own, as far as accounts and databases depend on them.
type settings struct {
	cluster         string
	user            string        // the control account, as the server names it
	lifetime        time.Duration // of a password, where the account says nothing else; 0: for ever
	foldedDatabases bool
}

// read asks one server for all that is new since before. If the accounts cannot be read, the listing has the last good
// ones and the rest is new all the same.
func read(ctx context.Context, cluster string, e control.Endpoint, before listing, hidden []string) (listing, error) {
	c, err := control.Dial(ctx, e)
	if err != nil {
		return before, err
	}
	defer c.Close()
	d := &mariadb
	switch {
	case c.Flavor() == topology.MySQL:
		d = &mysql8
	case !c.AtLeast("10.4.0"):
		return before, fmt.Errorf("%s is older than MariaDB 10.4 and has no mysql.global_priv", e.Address)
	}
	results, err := c.Script(ctx,
		"SELECT @@default_password_lifetime, @@lower_case_table_names, CURRENT_USER()", "SHOW DATABASES", d.digestStatement())
	if len(results) < 2 {
		return before, err
	}
	next := before
	s, fault := readSettings(cluster, results[0].Resultset)
	if fault != nil {
		return before, fault
	}
	if next.databases, fault = readDatabases(s, results[1].Resultset, hidden); fault != nil {
		return before, fault
	}
	if err != nil {
		return next, d.explain(err, s)
	}
	digest, err := results[2].GetString(0, 0)
	if err != nil || digest != "" && digest == before.digest && before.accounts != nil {
		return next, err
	}
	accounts, err := d.read(ctx, c, s)
	if err != nil {
		return next, d.explain(err, s)
	}
	next.accounts, next.digest = accounts, strings.Clone(digest)
	return next, nil
}

func readSettings(cluster string, r *mysql.Resultset) (settings, error) {
	days, err := r.GetInt(0, 0)
	folding, err2 := r.GetInt(0, 1)
	user, err3 := r.GetString(0, 2)
	s := settings{cluster: cluster, user: strings.Clone(user), lifetime: time.Duration(days) * day, foldedDatabases: folding != 0}
	return s, errors.Join(err, err2, err3)
}

const day = 24 * time.Hour

func readDatabases(s settings, r *mysql.Resultset, hidden []string) (databaseSet, error) {
	names := make([]string, r.RowNumber())
	for i := range names {
		name, err := r.GetString(i, 0)
		if err != nil {
			return databaseSet{}, err
		}
		names[i] = name // a part of the answer, which is not kept: the set has a text of its own
	}
	return newDatabaseSet(s.cluster, s.foldedDatabases, names, hidden), nil
}

// digestStatement makes the server itself say in one row whether the account table has changed, so that a million
// accounts cross the network only when one is different. It takes SHA2: MySQL 9.7 has no MD5 without a component.
func (d *dialect) digestStatement() string {
	return fmt.Sprintf("SELECT CONCAT(COUNT(*), ' ', @@default_password_lifetime, ' ', "+
		"BIT_XOR(CAST(CONV(LEFT(SHA2(CONCAT_WS(0x00, %s), 256), 15), 16, 10) AS UNSIGNED))) FROM %s", d.fields, d.table)
}

func (d *dialect) read(ctx context.Context, c *control.Conn, s settings) (*accountSet, error) {
	var accounts []Account
	hosts, plugins := newPatterns(d.flavor), map[string]string{}
	err := c.Stream(ctx, "SELECT "+d.fields+" FROM "+d.table, func(row []mysql.FieldValue) error {
		a, err := d.account(row, s)
		if err != nil {
			return err
		}
		if _, ok := plugins[a.Plugin]; !ok {
			plugins[a.Plugin] = a.Plugin
		}
		a.pattern = hosts.of(a.Host)
		a.Host, a.Plugin = a.pattern.text, plugins[a.Plugin] // one copy for all
		accounts = append(accounts, a)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return newAccountSet(accounts), nil
}

// explain adds what to do about a missing right.
func (d *dialect) explain(err error, s settings) error {
	if control.Code(err) == mysql.ER_TABLEACCESS_DENIED_ERROR || control.Code(err) == mysql.ER_DBACCESS_DENIED_ERROR ||
		control.Code(err) == mysql.ER_COLUMNACCESS_DENIED_ERROR {
		return fmt.Errorf("the control account may not read the accounts (%w): GRANT SELECT ON %s TO %s", err, d.table, quoted(s.user))
	}
	return err
}

// quoted writes name@host, as CURRENT_USER() gives it, as a statement wants it.
func quoted(account string) string {
	at := strings.LastIndexByte(account, '@')
	if at < 0 {
		return strconv.Quote(account)
	}
	quote := func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
	return quote(account[:at]) + "@" + quote(account[at+1:])
}

func text(v mysql.FieldValue) string { return string(v.AsString()) }
