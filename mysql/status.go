package mysql

// Status is the set of SERVER_STATUS_ flags that a server sends with OK and EOF packets and in its greeting. The flags
// tell what is true of the session after the statement.
//
// Reference: https://dev.mysql.com/doc/dev/mysql-server/latest/mysql__com_8h.html.
type Status uint16

// The flags.
const (
	StatusInTrans             Status = 0x0001 // a transaction is open
	StatusAutocommit          Status = 0x0002 // autocommit is on
	StatusMoreResults         Status = 0x0008 // another result of the same command follows
	StatusNoGoodIndex         Status = 0x0010 // the query used no good index
	StatusNoIndex             Status = 0x0020 // the query used no index
	StatusCursorExists        Status = 0x0040 // a cursor was opened: rows come with COM_STMT_FETCH
	StatusLastRowSent         Status = 0x0080 // a cursor has no more rows
	StatusDBDropped           Status = 0x0100 // the default database was dropped
	StatusNoBackslashEscapes  Status = 0x0200 // sql_mode has NO_BACKSLASH_ESCAPES
	StatusMetadataChanged     Status = 0x0400 // re-preparing gave other columns
	StatusQueryWasSlow        Status = 0x0800 // the query took longer than long_query_time
	StatusPSOutParams         Status = 0x1000 // this result set holds the OUT parameters of a CALL
	StatusInTransReadonly     Status = 0x2000 // the open transaction is READ ONLY
	StatusSessionStateChanged Status = 0x4000 // session trackers follow in this OK packet
	StatusAnsiQuotes          Status = 0x8000 // MariaDB: sql_mode has ANSI_QUOTES
)

// Has says whether all of flags are set.
func (s Status) Has(flags Status) bool { return s&flags == flags }

// String names the flags that are set, in the protocol's words without their prefix, separated by "|"; "0" for none.
func (s Status) String() string { return flagNames(uint64(s), statusNames[:]) }

var statusNames = [...]string{
	"IN_TRANS", "AUTOCOMMIT", "", "MORE_RESULTS_EXISTS", "NO_GOOD_INDEX_USED", "NO_INDEX_USED", "CURSOR_EXISTS", "LAST_ROW_SENT",
	"DB_DROPPED", "NO_BACKSLASH_ESCAPES", "METADATA_CHANGED", "QUERY_WAS_SLOW", "PS_OUT_PARAMS", "IN_TRANS_READONLY",
	"SESSION_STATE_CHANGED", "ANSI_QUOTES",
}
