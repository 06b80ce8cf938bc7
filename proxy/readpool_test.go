package proxy

import (
	"testing"

	"shunt/session"
	"shunt/topology"
)

// TestReadPool: the first rule that fits user and default database counts; the pool follows the default database.
func TestReadPool(t *testing.T) {
	statistics, search := &topology.ReadPool{Name: "statistics"}, &topology.ReadPool{Name: "search"}
	config := Config{Pools: []PoolRule{
		{Users: []string{"reports", "cron"}, Databases: []string{"shop", "blog"}, Pool: search},
		{Users: []string{"reports"}, Pool: statistics},
		{Databases: []string{"logs"}, Pool: statistics},
	}}
	for _, test := range []struct {
		user, schema string
		want         *topology.ReadPool
	}{
		{"reports", "shop", search}, {"cron", "blog", search}, {"cron", "other", nil}, {"reports", "", statistics}, {"reports", "other", statistics},
		{"web", "shop", nil}, {"web", "logs", statistics}, {"", "", nil}, {"", "logs", statistics},
	} {
		facts := session.New(session.Login{Schema: test.schema, Pool: config.poolOf(test.user)}).Facts()
		if facts.Pool != test.want {
			t.Errorf("%s in %q reads from %v, want %v", test.user, test.schema, facts.Pool, test.want)
		}
	}
	s := session.New(session.Login{Pool: config.poolOf("cron")})
	for _, step := range []struct {
		schema string
		want   *topology.ReadPool
	}{{"shop", search}, {"other", nil}, {"blog", search}} {
		s.UseSchema(step.schema)
		if s.Facts().Pool != step.want {
			t.Errorf("after USE %s: %v, want %v", step.schema, s.Facts().Pool, step.want)
		}
	}
	s.ResetConnection()
	if s.Facts().Pool != search || s.Facts().Schema != "blog" {
		t.Errorf("after a reset: %v in %s", s.Facts().Pool, s.Facts().Schema)
	}
	if (&Config{}).poolOf("reports") != nil {
		t.Error("a client has a function for pools where there are none")
	}
}
