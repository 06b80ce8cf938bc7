package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"shunt/backend/catalog"
	"shunt/backend/monitor/control"
	"shunt/backend/monitor/mariadbtest"
)

// TestTables: an account that may see nothing is told from a database without tables.
func TestTables(t *testing.T) {
	t.Parallel()
	s := mariadbtest.Start(t)
	s.Exec("CREATE DATABASE shop", "CREATE TABLE shop.b (n INT)", "CREATE TABLE shop.`a-1` (n INT)", "CREATE VIEW shop.c AS SELECT 1 AS n", "CREATE DATABASE `it's`",
		"CREATE USER blind@'%'", "GRANT SHOW DATABASES ON *.* TO blind@'%'", "CREATE USER sees@'%'", "GRANT SHOW VIEW ON *.* TO sees@'%'", "CREATE USER part@'%'", "GRANT SELECT ON `shop`.* TO part@'%'")
	look := func(user, database string) ([]string, bool, error) {
		return catalog.Tables(t.Context(), control.Endpoint{Address: s.Address, User: user}, database)
	}
	for _, user := range []string{"sees", "part"} {
		if tables, exists, err := look(user, "shop"); err != nil || !exists || !slices.Equal(tables, []string{"a-1", "b", "c"}) {
			t.Errorf("%s sees %q, %v (%v)", user, tables, exists, err)
		}
	}
	if tables, exists, err := look("sees", "it's"); err != nil || !exists || len(tables) > 0 {
		t.Errorf("an empty database: %q, %v (%v)", tables, exists, err)
	}
	if _, exists, err := look("sees", "none"); err != nil || exists {
		t.Errorf("no database: %v (%v)", exists, err)
	}
	if _, _, err := look("blind", "shop"); err == nil || !strings.Contains(err.Error(), "GRANT SHOW VIEW ON *.* TO 'blind'") {
		t.Errorf("an account without rights: %v", err)
	}
}
