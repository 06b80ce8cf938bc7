package console

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"shunt/admin"
	"shunt/admin/nearest"
	"shunt/mysql"
)

// fixedVariables are the server variables that clients look at when they log in, with values that make them leave everything
// as it is.
var fixedVariables = map[string]any{
	"auto_increment_increment": int64(1), "autocommit": int64(1),
	"character_set_client": "utf8mb4", "character_set_connection": "utf8mb4", "character_set_database": "utf8mb4",
	"character_set_results": "utf8mb4", "character_set_server": "utf8mb4", "character_set_system": "utf8mb4",
	"collation_connection": "utf8mb4_general_ci", "collation_database": "utf8mb4_general_ci", "collation_server": "utf8mb4_general_ci",
	"have_ssl": "DISABLED", "init_connect": "", "license": "",
	"interactive_timeout": int64(idleBound.Seconds()), "wait_timeout": int64(idleBound.Seconds()),
	"lower_case_table_names": int64(0), "max_allowed_packet": int64(maxStatement),
	"net_buffer_length": int64(16384), "net_read_timeout": int64(30), "net_write_timeout": int64(writeBound.Seconds()),
	"performance_schema": int64(0), "protocol_version": int64(10), "query_cache_size": int64(0), "query_cache_type": "OFF",
	"sql_auto_is_null": int64(0), "sql_mode": "", "sql_select_limit": "18446744073709551615",
	"system_time_zone": "UTC", "time_zone": "SYSTEM",
	"transaction_isolation": "REPEATABLE-READ", "transaction_read_only": int64(0), "tx_isolation": "REPEATABLE-READ", "tx_read_only": int64(0),
	"version_comment": "shunt admin console; SHOW HELP lists its commands", "version_compile_os": "Linux",
}

// variables are the fixed ones and those that depend on the session.
func (s *session) variables() map[string]any {
	all := maps.Clone(fixedVariables)
	all["version"] = s.version()
	return all
}

// variable is the value of @@name, @@session.name or @@global.name.
func (s *session) variable(name string) (any, error) {
	name = strings.ToLower(name)
	for _, scope := range []string{"session.", "global.", "local."} {
		name = strings.TrimPrefix(name, scope)
	}
	all := s.variables()
	value, ok := all[name]
	if !ok {
		hint := cmp.Or(nearest.Hint(name, slices.Sorted(maps.Keys(all))), "SHOW VARIABLES lists those that there are")
		return nil, mysql.NewError(1193, "HY000", "Unknown system variable '%s'; %s", shorten(name), hint)
	}
	return value, nil
}

// variablesTable is SHOW VARIABLES.
func variablesTable(s *session) (admin.Table, error) {
	t := admin.Table{Columns: []admin.Column{{Name: "Variable_name"}, {Name: "Value"}}}
	all := s.variables()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Rows = append(t.Rows, []any{name, admin.Text(all[name])})
	}
	return t, nil
}
