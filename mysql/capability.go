package mysql

import (
	"math/bits"
	"strconv"
	"strings"
)

// Capability is a set of CLIENT_ flags. The server offers some, the client chooses among them, and what both have said
// decides the form of many packets of the connection. The upper 32 bits are MariaDB's extended capabilities, which
// travel where MySQL has filler; a side that speaks them leaves out CapLongPassword.
//
// Reference: https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__capabilities__flags.html and
// https://mariadb.com/kb/en/connection/#capabilities.
type Capability uint64

// The capabilities.
const (
	CapLongPassword              Capability = 1 << iota // MariaDB calls it CLIENT_MYSQL: set means no extended capabilities
	CapFoundRows                                        // affected rows counts matching rows, not changed ones
	CapLongFlag                                         // column flags of two bytes
	CapConnectWithDB                                    // the login names a database
	CapNoSchema                                         // forbids database.table.column
	CapCompress                                         // zlib-compressed packets
	CapODBC                                             // no effect
	CapLocalFiles                                       // LOAD DATA LOCAL
	CapIgnoreSpace                                      // sql_mode IGNORE_SPACE
	CapProtocol41                                       // the protocol of this package
	CapInteractive                                      // interactive_timeout in place of wait_timeout
	CapSSL                                              // TLS after a short request
	CapIgnoreSigpipe                                    // no effect on a server
	CapTransactions                                     // status flags in OK and EOF
	CapReserved                                         // was: the 4.1 protocol
	CapSecureConnection                                 // authentication data has its length before it
	CapMultiStatements                                  // several statements in one COM_QUERY
	CapMultiResults                                     // several results of one COM_QUERY
	CapPSMultiResults                                   // several results of one COM_STMT_EXECUTE
	CapPluginAuth                                       // named authentication plugins
	CapConnectAttrs                                     // connection attributes in the login
	CapPluginAuthLenenc                                 // authentication data may be longer than 255 bytes
	CapCanHandleExpiredPasswords                        // an expired password opens a restricted session
	CapSessionTrack                                     // session trackers in OK packets
	CapDeprecateEOF                                     // OK packets end rows, no EOF packets at all
	CapOptionalResultsetMetadata                        // MySQL 8.0: column definitions may be left out
	CapZstdCompression                                  // MySQL 8.0: zstd-compressed packets
	CapQueryAttributes                                  // MySQL 8.0: attributes with COM_QUERY and COM_STMT_EXECUTE
	CapMFA                                              // MySQL 8.0: several authentication factors
	CapExtension                                        // reserved; MariaDB's former progress flag
	CapSSLVerify                                        // a client's own note, means nothing to servers
	CapRememberOptions                                  // a client's own note, means nothing to servers
	CapProgress                                         // MariaDB: progress reports, as ERR packets with number 65535
	CapComMulti                                         // MariaDB: was COM_MULTI
	CapBulkOperations                                   // MariaDB: COM_STMT_BULK_EXECUTE
	CapExtendedMetadata                                 // MariaDB: more type information in column definitions
	CapCacheMetadata                                    // MariaDB: column definitions of a prepared statement may be left out
	CapBulkUnitResults                                  // MariaDB 11.5: one result per row of a bulk execution
)

// Has says whether all of flags are in c.
func (c Capability) Has(flags Capability) bool { return c&flags == flags }

// String names the flags that are set, in the protocol's words without their prefix, separated by "|"; "0" for none.
func (c Capability) String() string { return flagNames(uint64(c), capabilityNames[:]) }

var capabilityNames = [...]string{
	"LONG_PASSWORD", "FOUND_ROWS", "LONG_FLAG", "CONNECT_WITH_DB", "NO_SCHEMA", "COMPRESS", "ODBC", "LOCAL_FILES", "IGNORE_SPACE",
	"PROTOCOL_41", "INTERACTIVE", "SSL", "IGNORE_SIGPIPE", "TRANSACTIONS", "RESERVED", "SECURE_CONNECTION", "MULTI_STATEMENTS",
	"MULTI_RESULTS", "PS_MULTI_RESULTS", "PLUGIN_AUTH", "CONNECT_ATTRS", "PLUGIN_AUTH_LENENC_CLIENT_DATA",
	"CAN_HANDLE_EXPIRED_PASSWORDS", "SESSION_TRACK", "DEPRECATE_EOF", "OPTIONAL_RESULTSET_METADATA", "ZSTD_COMPRESSION_ALGORITHM",
	"QUERY_ATTRIBUTES", "MULTI_FACTOR_AUTHENTICATION", "CAPABILITY_EXTENSION", "SSL_VERIFY_SERVER_CERT", "REMEMBER_OPTIONS",
	"PROGRESS", "COM_MULTI", "STMT_BULK_OPERATIONS", "EXTENDED_METADATA", "CACHE_METADATA", "BULK_UNIT_RESULTS",
}

// flagNames joins the names of the bits of set; a bit without a name shows as its value.
func flagNames(set uint64, names []string) string {
	if set == 0 {
		return "0"
	}
	var b strings.Builder
	for set != 0 {
		bit := bits.TrailingZeros64(set)
		set &^= 1 << bit
		if b.Len() > 0 {
			b.WriteByte('|')
		}
		if bit < len(names) && names[bit] != "" {
			b.WriteString(names[bit])
		} else {
			b.WriteString("0x" + strconv.FormatUint(1<<bit, 16))
		}
	}
	return b.String()
}
