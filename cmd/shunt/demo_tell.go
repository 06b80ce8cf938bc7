package main

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"shunt/lab/shop"
)

func (d *demo) tellWorkload(r shop.Report) {
	d.out.line("%d pages in %v, %d transactions, half of the pages within %v, 99 of 100 within %v", r.Requests, r.Elapsed.Round(time.Millisecond),
		r.Transactions, r.P50.Round(10*time.Microsecond), r.P99.Round(10*time.Microsecond))
	stale, failed := d.out.green("none was stale"), d.out.green("none failed")
	if r.Stale > 0 {
		stale = d.out.red(fmt.Sprintf("%d were STALE", r.Stale))
	}
	if r.Errors > 0 {
		failed = d.out.red(fmt.Sprintf("%d FAILED: %s", r.Errors, strings.Join(r.Samples, "; ")))
	}
	d.out.line("%d times a visitor read what he had just written: %s; of the pages %s", r.Checks, stale, failed)
}

// tellStatements shows which statements went where.
func (d *demo) tellStatements() error {
	rows, err := d.house.service.Stats()
	if err != nil {
		return err
	}
	d.out.title("Which statements went where")
	type cell struct{ kind, role string }
	count, kinds := map[cell]uint64{}, []string{}
	for _, r := range rows {
		if !slices.Contains(kinds, r.Kind) {
			kinds = append(kinds, r.Kind)
		}
		count[cell{r.Kind, r.Role}] += r.Statements
	}
	d.out.line("  %-12s %10s %10s %10s", "", "primary", "replicas", "shunt")
	for _, k := range kinds {
		d.out.line("  %-12s %10d %10d %10d", k, count[cell{k, "primary"}], count[cell{k, "replica"}], count[cell{k, ""}])
	}
	share, total := d.plainShare()
	text := fmt.Sprintf("%.1f %% of %d plain reads were answered by replicas", 100*share, total)
	if share >= 0.8 {
		text = d.out.green(text)
	} else {
		text = d.out.red(text)
	}
	d.out.line("%s (reads that lock nothing and are in no transaction)", text)
	return nil
}

// plainShare is the part of the reads that may go to a replica which did.
func (d *demo) plainShare() (share float64, total uint64) {
	onReplicas, all := d.house.server.PlainReads()
	if all == 0 {
		return 0, 0
	}
	return float64(onReplicas) / float64(all), all
}

// tellWhy explains a few statements of the shop.
func (d *demo) tellWhy() error {
	d.out.title("Why")
	for _, sql := range []string{
		"SELECT name, price FROM products WHERE id = 7",
		"UPDATE products SET stock = stock - 1 WHERE id = 7",
		"SELECT stock FROM products WHERE id = 7 FOR UPDATE",
		"SELECT GET_LOCK('invoice', 5)",
		"SELECT * FROM shop_archive.orders_2019",
	} {
		route, err := d.house.service.ExplainRoute("", shop.Database, sql)
		if err != nil {
			return err
		}
		d.out.line("  %s", d.out.blue(sql))
		d.out.line("      → %s of %s (%s): %s", route.Role, route.Cluster, route.Server, strings.Join(route.Reasons, "; "))
	}
	return nil
}

func (d *demo) tellServers() {
	d.out.title("Servers as shunt sees them")
	for _, s := range d.house.service.Servers() {
		lag := ""
		if s.LagSeconds != nil && s.Role == "replica" {
			lag = fmt.Sprintf("lag %.3f s", *s.LagSeconds)
		}
		d.out.line("  %-17s %-7s %-8s %-6s %s %s", s.Server, s.Cluster, s.Role, s.State, lag, s.Problem)
	}
}

// tellNext says how to go on.
func (d *demo) tellNext() {
	host, port, _ := net.SplitHostPort(d.address())
	consoleHost, consolePort, _ := net.SplitHostPort(d.house.config.Console().Address)
	client := "mysql"
	if d.lab.Binaries.Flavor().String() == "MariaDB" {
		client = "mariadb"
	}
	replica := d.lab.Datacenters[0].Replicas[0]
	d.out.title("Try it")
	d.out.line("  as an application   %s -h %s -P %s -u %s -p%s %s", client, host, port, d.lab.Accounts.Shop.User, d.lab.Accounts.Shop.Password, shop.Database)
	d.out.line("  as an operator      %s -h %s -P %s -u admin -p%s -e 'SHOW SERVERS'", client, consoleHost, consolePort, d.password)
	d.out.line("  where would it go   SHUNT_ADMIN_PASSWORD=%s %s explain --api http://%s --db shop 'SELECT 1'", d.password, program(), d.house.config.API().Address)
	d.out.line("  kill a replica      kill -9 %d      and look at SHOW SERVERS: no client hears of it", replica.PID())
	d.out.line("  move the shop       SHUNT_ADMIN_PASSWORD=%s %s move shop --to gra --api http://%s      to the other cluster, while it is in use", d.password, program(), d.house.config.API().Address)
	d.out.line("  metrics             curl http://%s/metrics", d.house.config.API().Address)
	d.out.line("  the configuration   %s/config.yaml      the log  %s", d.dir, d.log.Name())
	if d.once {
		return
	}
	d.out.line("\nIt stays up until Ctrl-C, or `%s lab down` in another terminal.", program())
}
