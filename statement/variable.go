package statement

import "strings"

// systemVariable notes that @@scope.name is read; scope is empty where none is given.
func (b *builder) systemVariable(scope, name string) {
	name = strings.ToLower(name)
	switch strings.ToLower(scope) {
	case "global", "persist", "persist_only":
		b.st.Effects |= ServerFacts
		return
	case "session", "local":
		b.st.Effects |= SessionVars
	}
	switch {
	case name == "identity" || name == "last_insert_id":
		b.st.Effects |= UsesInsertID
	case name == "warning_count" || name == "error_count":
		b.st.Effects |= SessionVars | UsesDiagnostics
	case isServerFact(name):
		b.st.Effects |= ServerFacts
	default:
		b.st.Effects |= SessionVars
	}
}

// serverFacts are system variables without a session value that tell one server from another. Frameworks probe some
// of them and turn read-only when a replica answers.
var serverFacts = wordSet(`basedir bind_address datadir general_log_file hostname innodb_read_only log_bin
	log_bin_basename log_bin_index log_error log_slave_updates log_replica_updates offline_mode pid_file plugin_dir port
	read_only relay_log relay_log_basename relay_log_index report_host report_port secure_file_priv server_id
	server_id_bits server_uid server_uuid slow_query_log_file socket super_read_only tmpdir uptime`)

// serverFactPrefixes are families of such variables.
var serverFactPrefixes = [...]string{"gtid_", "wsrep_", "rpl_semi_sync_", "group_replication_", "slave_", "replica_"}

func isServerFact(name string) bool {
	if serverFacts[name] {
		return true
	}
	for _, prefix := range serverFactPrefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// LocalToServer says whether a table tells about one server, its sessions or its accounts rather than about the data
// that all servers share, so that only the primary's answer is right. schema is the table's own or, where it gives
// none, the session's default database. The metadata views of information_schema are the same everywhere.
func LocalToServer(schema, table string) bool {
	switch strings.ToLower(schema) {
	case "mysql", "performance_schema", "sys":
		return true
	case "information_schema":
		return localView(strings.ToUpper(table))
	default:
		return false
	}
}

// localViews are the views of information_schema about a server or a session that have no telling name.
var localViews = wordSet(`CONNECTION_CONTROL_FAILED_LOGIN_ATTEMPTS DISKS EVENTS FEEDBACK FILES METADATA_LOCK_INFO OPTIMIZER_TRACE
	PROCESSLIST PROFILING QUERY_CACHE_INFO QUERY_RESPONSE_TIME QUERY_RESPONSE_TIME_READ QUERY_RESPONSE_TIME_READ_WRITE
	QUERY_RESPONSE_TIME_WRITE`)

func localView(view string) bool {
	if localViews[view] {
		return true
	}
	for _, prefix := range [...]string{"INNODB_", "THREAD_POOL_", "WSREP_"} {
		if strings.HasPrefix(view, prefix) {
			return true
		}
	}
	for _, suffix := range [...]string{"_VARIABLES", "_STATUS", "CLIENT_STATISTICS", "USER_STATISTICS", "INDEX_STATISTICS",
		"TABLE_STATISTICS"} {
		if strings.HasSuffix(view, suffix) {
			return true
		}
	}
	return false
}

// wordSet returns the words of a list as a set.
func wordSet(list string) map[string]bool {
	set := make(map[string]bool)
	for _, word := range strings.Fields(list) {
		set[word] = true
	}
	return set
}
