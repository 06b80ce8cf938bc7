package e2e

import (
	"fmt"
	"strings"
	"testing"

	"shunt/mysql/mysqltest"
	"shunt/tests/cluster"
)

// BenchmarkJoins is what a SELECT over two clusters costs, by the rows that have to be copied, beside the same on one server:
//
//	go test ./tests/e2e -run '^$' -bench Joins
func BenchmarkJoins(b *testing.B) {
	c := cluster.Shared(b)
	database, whole := c.Database(b, "paris"), c.Database(b, "paris")
	gra := c.Datacenter("gra").Primary
	if err := gra.Exec(b.Context(), "CREATE DATABASE "+database); err != nil {
		b.Fatal(err)
	}
	c.CatchUp(b)
	p := startShunt(b, c, fmt.Sprintf("modules:\n  statistics: {database: %s, tables: [stat_*], cluster: gra}\n", database))
	shop := c.Accounts.Shop
	through := raw(b, p.Address, mysqltest.Options{User: shop.User, Password: shop.Password, Database: database})
	direct := raw(b, c.Datacenter("paris").Primary.Address, mysqltest.Options{User: shop.User, Password: shop.Password, Database: whole})
	var rows []string
	for i := range 5000 {
		rows = append(rows, fmt.Sprintf("(%d, 'row number %d')", i, i))
	}
	for _, client := range []*mysqltest.Client{through, direct} {
		for _, table := range []string{"goods", "stat_day"} {
			for _, q := range []string{"CREATE TABLE " + table + " (id INT PRIMARY KEY, name VARCHAR(40))", "INSERT INTO " + table + " VALUES " + strings.Join(rows, ",")} {
				if _, err := client.Query(q); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	for _, n := range []int{1, 100, 5000} {
		q := fmt.Sprintf("SELECT COUNT(*) FROM goods g JOIN stat_day s USING (id) WHERE s.id < %d", n)
		for name, client := range map[string]*mysqltest.Client{"one server": direct, "two clusters": through} {
			b.Run(fmt.Sprintf("%d rows, %s", n, name), func(b *testing.B) {
				for b.Loop() {
					if _, err := client.Query(q); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
