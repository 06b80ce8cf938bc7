package admintest

import (
	"context"
	"fmt"
	"time"

	"shunt/backend/definitions"
	"shunt/digest"
	"shunt/sharding"
	"shunt/statement"
)

// traffic is what clients have asked: two tables of the shop that are used together, and statistics that are mostly used alone.
func traffic() digest.Report {
	table := func(name string) statement.Table { return statement.Table{Schema: "shop", Name: name} }
	written := func(name string) statement.Table { return statement.Table{Schema: "shop", Name: name, Write: true} }
	use := func(id string, kind statement.Kind, text string, tables ...statement.Table) digest.Use {
		return digest.Use{
			ID: id, Description: digest.Description{Kind: kind, Database: "shop", Text: text, Tables: tables},
			First: now.Add(-time.Hour), Last: now.Add(-time.Second), Clusters: []string{"paris"},
		}
	}
	hits := use("00000000000000a1", statement.Insert, "INSERT INTO stat_hits (url) VALUES (...)", written("stat_hits"))
	hits.Counts = digest.Counts{Primary: 6000, Rows: 6000, PrimaryTime: 2 * time.Second, Longest: 40 * time.Millisecond, Errors: 2}
	orders := use("00000000000000a2", statement.Select, "SELECT * FROM orders JOIN users USING (id) WHERE id = ?", table("orders"), table("users"))
	orders.Counts = digest.Counts{Primary: 100, Replica: 2800, Rows: 9000, PrimaryTime: time.Second, ReplicaTime: 300 * time.Millisecond, Longest: 90 * time.Millisecond}
	report := use("00000000000000a3", statement.Select, "SELECT * FROM stat_hits JOIN users USING (id)", table("stat_hits"), table("users"))
	report.Counts = digest.Counts{Replica: 10, Rows: 500, ReplicaTime: 900 * time.Millisecond, Longest: 200 * time.Millisecond}
	return digest.Report{
		Since: now.Add(-time.Hour), Taken: now, Shapes: []digest.Use{hits, orders, report}, Other: digest.Counts{Primary: 10, PrimaryTime: 5 * time.Millisecond},
		Transactions: []digest.Together{
			{Tables: []statement.Table{written("orders"), table("users")}, Transactions: 50, Example: []string{"00000000000000a2"}, Last: now.Add(-time.Minute)},
			{Tables: []statement.Table{written("orders"), written("stat_hits")}, Transactions: 2, Example: []string{"00000000000000a2", "00000000000000a1"}, Last: now.Add(-time.Minute)},
		},
		OtherTransactions: 1,
	}
}

// configured are the modules of the house.
func configured() []sharding.Module {
	return []sharding.Module{{Name: "blogstats", Database: "old", Tables: []string{"stat_*"}, Cluster: "gra"}}
}

// defined is what the shop is made of; cluster gra has no server to ask.
func defined(_ context.Context, cluster, database string) (definitions.Schema, error) {
	s := definitions.Schema{Database: database}
	if cluster == "gra" {
		return s, fmt.Errorf("no server of cluster %s is up", cluster)
	}
	if database != "shop" {
		return s, nil
	}
	s.Tables = []string{"orders", "stat_hits", "users"}
	s.ForeignKeys = []definitions.ForeignKey{{Name: "buyer", Table: "orders", Columns: "user_id", OtherDatabase: "shop", Other: "users"}}
	s.Views = []definitions.View{{Name: "visitors", Query: "select 1 AS `1` from `shop`.`stat_hits` join `shop`.`users`"}}
	return s, nil
}
