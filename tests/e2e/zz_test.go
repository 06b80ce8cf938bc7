package e2e

import (
	"testing"

	"shunt/mysql/mysqltest"
)

func TestZZ(t *testing.T) {
	c := oneReplica(t, "CREATE USER expired@'%' IDENTIFIED BY 'old' PASSWORD EXPIRE", "CREATE DATABASE shop_z")
	p := startShunt(t, c, "")
	for _, s := range c.Servers() {
		s.Exec(t.Context(), "SET GLOBAL log_output='TABLE'")
		s.Exec(t.Context(), "SET GLOBAL general_log=1")
	}
	client := raw(t, p.Address, mysqltest.Options{User: "expired", Password: "old"})
	for _, q := range []string{"SELECT 1", "USE shop_z", "BEGIN", "SET @a = 1"} { t.Log(q, said(client, q)) }
	t.Log(said(client, "SET PASSWORD = PASSWORD('new')"))
	for _, s := range c.Servers() {
		rows, err := query(t.Context(), s.DB(), "SELECT thread_id, command_type, argument FROM mysql.general_log WHERE user_host LIKE '%expired%'")
		t.Log(s.Name, err)
		for _, r := range rows {
			t.Log(r)
		}
	}
}
