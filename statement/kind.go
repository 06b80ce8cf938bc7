package statement

import "strings"

// kindNames are the words of the kinds in metrics, SHOW and logs.
var kindNames = [kinds]string{
	Unknown: "unknown", Empty: "empty", Select: "select", Insert: "insert", Replace: "replace", Update: "update",
	Delete: "delete", Load: "load", Call: "call", Do: "do", Handler: "handler", DDL: "ddl", Account: "account",
	Admin: "admin", Show: "show", Describe: "describe", Explain: "explain", Diagnostics: "diagnostics", Set: "set",
	Use: "use", Begin: "begin", Commit: "commit", Rollback: "rollback", Savepoint: "savepoint", XA: "xa",
	LockTables: "lock_tables", UnlockTables: "unlock_tables", Prepare: "prepare", Execute: "execute",
	Deallocate: "deallocate", Kill: "kill", Multi: "multi",
}

// String returns the kind's word in metrics, SHOW and logs, in lower case.
func (k Kind) String() string {
	if k < kinds {
		return kindNames[k]
	}
	return "invalid"
}

// Kinds returns all kinds, in the order in which metrics and SHOW print them.
func Kinds() []Kind {
	all := make([]Kind, kinds)
	for i := range all {
		all[i] = Kind(i)
	}
	return all
}

// effectNames are the words of the effects, lowest bit first.
var effectNames = [...]string{
	"tx_begin", "tx_read_only", "tx_end", "tx_chain", "implicit_commit", "locks_rows", "gets_lock", "releases_lock",
	"releases_all", "assigns_var", "reads_var", "creates_temp", "drops_table", "into_file", "calc_found_rows",
	"uses_found_rows", "uses_row_count", "uses_insert_id", "sets_insert_id", "server_facts", "session_vars", "impure",
	"loads_local", "sets_global", "one_shot", "next_only", "bypasses_binlog", "leaves_state", "disconnects", "version_comment",
	"uses_diagnostics", "hides_found_rows", "lists_schema", "takes_sequence", "asks_sequence",
}

// String returns the words of the effects with blanks between, empty for none.
func (e Effects) String() string {
	var words []string
	for i, word := range effectNames {
		if e.Has(1 << i) {
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}

// String returns the scope's word in SHOW and logs.
func (s Scope) String() string {
	switch s {
	case SessionScope:
		return "session"
	case GlobalScope:
		return "global"
	case UserScope:
		return "user"
	case NamesScope:
		return "names"
	case TransactionScope:
		return "transaction"
	case RoleScope:
		return "role"
	default:
		return "invalid"
	}
}

// String returns the question's word in SHOW and logs.
func (a Ask) String() string {
	switch a {
	case AskNothing:
		return "nothing"
	case AskConnectionID:
		return "connection_id"
	case AskInsertID:
		return "insert_id"
	case AskRowCount:
		return "row_count"
	case AskFoundRows:
		return "found_rows"
	case AskUser:
		return "user"
	case AskWarningCount:
		return "warning_count"
	case AskErrorCount:
		return "error_count"
	case AskProcessList:
		return "process_list"
	case AskSeveral:
		return "several"
	default:
		return "invalid"
	}
}
