package mysql

import (
	"fmt"
	"unicode/utf8"
)

// The constructors below make the servers' own errors, number, SQLSTATE and text, so that a client cannot tell
// shunt's from theirs. The texts are those of MariaDB 10.11 (share/errmsg-utf8.txt) and MySQL 8.4
// (share/messages_to_clients.txt); a constructor takes a Flavor where the two differ.

// maxMessage is the longest message, in bytes (MYSQL_ERRMSG_SIZE less its NUL): the servers cut there.
const maxMessage = 511

// NewError makes an error with a formatted message, cut where the servers cut.
func NewError(number uint16, state, format string, args ...any) *Error {
	message := fmt.Sprintf(format, args...)
	if len(message) > maxMessage {
		end := maxMessage
		for end > 0 && !utf8.RuneStart(message[end]) {
			end--
		}
		message = message[:end]
	}
	return &Error{Number: number, State: state, Message: message}
}

// AccessDenied is ER_ACCESS_DENIED_ERROR: wrong password or unknown user. Password says whether the client sent one.
func AccessDenied(user, host string, password bool) *Error {
	using := "NO"
	if password {
		using = "YES"
	}
	return NewError(1045, "28000", "Access denied for user '%s'@'%s' (using password: %s)", user, host, using)
}

// AccessDeniedNoPassword is ER_ACCESS_DENIED_NO_PASSWORD_ERROR: an authentication without a password failed
// (unix_socket and such).
func AccessDeniedNoPassword(user, host string) *Error {
	return NewError(1698, "28000", "Access denied for user '%s'@'%s'", user, host)
}

// DatabaseDenied is ER_DBACCESS_DENIED_ERROR: the account has no right to the database.
func DatabaseDenied(user, host, database string) *Error {
	return NewError(1044, "42000", "Access denied for user '%s'@'%s' to database '%s'", user, host, database)
}

// UnknownDatabase is ER_BAD_DB_ERROR.
func UnknownDatabase(database string) *Error {
	return NewError(1049, "42000", "Unknown database '%s'", database)
}

// TooManyConnections is ER_CON_COUNT_ERROR: max_connections is reached. It stands in place of the greeting.
func TooManyConnections() *Error { return NewError(1040, "08004", "Too many connections") }

// TooManyUserConnections is ER_TOO_MANY_USER_CONNECTIONS: the server's max_user_connections is reached.
func TooManyUserConnections(user string) *Error {
	return NewError(1203, "42000", "User %s already has more than 'max_user_connections' active connections", user)
}

// UserLimitReached is ER_USER_LIMIT_REACHED: a limit of the account (resource is its name, such as max_user_connections)
// is reached, which stands at value.
func UserLimitReached(user, resource string, value int) *Error {
	return NewError(1226, "42000", "User '%s' has exceeded the '%s' resource (current value: %d)", user, resource, value)
}

// HostNotAllowed is ER_HOST_NOT_PRIVILEGED: no account matches the client's address. It stands in place of the greeting.
func HostNotAllowed(f Flavor, host string) *Error {
	return NewError(1130, stateUnknown, "Host '%s' is not allowed to connect to this %s server", host, f)
}

// HostBlocked is ER_HOST_IS_BLOCKED: max_connect_errors is reached. It stands in place of the greeting.
func HostBlocked(f Flavor, host string) *Error {
	tool := "mariadb-admin"
	if f == MySQL {
		tool = "mysqladmin"
	}
	const text = "Host '%s' is blocked because of many connection errors; unblock with '%s flush-hosts'"
	return NewError(1129, stateUnknown, text, host, tool)
}

// AccountLocked is ER_ACCOUNT_HAS_BEEN_LOCKED, which has a number of its own in each server.
func AccountLocked(f Flavor, user, host string) *Error {
	if f == MySQL {
		return NewError(3118, stateUnknown, "Access denied for user '%s'@'%s'. Account is locked.", user, host)
	}
	return NewError(4151, stateUnknown, "Access denied, this account is locked")
}

// PasswordExpiredLogin is ER_MUST_CHANGE_PASSWORD_LOGIN: the password is expired and the client (or the server's
// settings) cannot do with a restricted session.
func PasswordExpiredLogin(f Flavor) *Error {
	const text = "Your password has expired. To log in you must change it using a client that supports expired passwords"
	if f == MySQL {
		return NewError(1862, stateUnknown, text+".")
	}
	return NewError(1862, stateUnknown, text)
}

// PasswordExpired is ER_MUST_CHANGE_PASSWORD: in a restricted session only a new password may be set.
func PasswordExpired(f Flavor) *Error {
	if f == MySQL {
		return NewError(1820, stateUnknown, "You must reset your password using ALTER USER statement before executing this statement.")
	}
	return NewError(1820, stateUnknown, "You must SET PASSWORD before executing this statement")
}

// AuthModeNotSupported is ER_NOT_SUPPORTED_AUTH_MODE: the client cannot do the account's authentication plugin.
func AuthModeNotSupported(f Flavor) *Error {
	return NewError(1251, "08004", "Client does not support authentication protocol requested by server; consider upgrading %s client", f)
}

// NoDatabase is ER_NO_DB_ERROR.
func NoDatabase() *Error { return NewError(1046, "3D000", "No database selected") }

// UnknownCommand is ER_UNKNOWN_COM_ERROR.
func UnknownCommand() *Error { return NewError(1047, "08S01", "Unknown command") }

// TooManyPrepared is ER_MAX_PREPARED_STMT_COUNT_REACHED.
func TooManyPrepared(limit int) *Error {
	return NewError(1461, "42000", "Can't create more than max_prepared_stmt_count statements (current value: %d)", limit)
}

// WrongArguments is ER_WRONG_ARGUMENTS: parameters are missing, or not whole.
func WrongArguments(to string) *Error {
	return NewError(1210, stateUnknown, "Incorrect arguments to %s", to)
}

// Deadlock is ER_LOCK_DEADLOCK, with a reason behind the server's text: the transaction was rolled back, and is to be begun anew.
func Deadlock(reason string, args ...any) *Error {
	return NewError(1213, "40001", "Deadlock found when trying to get lock; try restarting transaction ("+reason+")", args...)
}

// ReadOnlyTransaction is ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION, in MariaDB's words; MySQL's end with a full stop.
func ReadOnlyTransaction() *Error {
	return NewError(1792, "25006", "Cannot execute statement in a READ ONLY transaction")
}

// NotInPreparedProtocol is ER_UNSUPPORTED_PS: a bulk execution by a client that has not said that it can do them.
func NotInPreparedProtocol() *Error {
	return NewError(1295, stateUnknown, "This command is not supported in the prepared statement protocol yet")
}

// BadHandshake is ER_HANDSHAKE_ERROR: the login packet is malformed.
func BadHandshake() *Error { return NewError(1043, "08S01", "Bad handshake") }

// MalformedPacket is ER_MALFORMED_PACKET: a command's payload is malformed.
func MalformedPacket(f Flavor) *Error {
	if f == MySQL {
		return NewError(1835, stateUnknown, "Malformed communication packet.")
	}
	return NewError(1835, stateUnknown, "Malformed communication packet")
}

// PacketTooLarge is ER_NET_PACKET_TOO_LARGE. The connection is closed after it.
func PacketTooLarge() *Error {
	return NewError(1153, "08S01", "Got a packet bigger than 'max_allowed_packet' bytes")
}

// PacketsOutOfOrder is ER_NET_PACKETS_OUT_OF_ORDER: a sequence number is wrong. The connection is closed after it.
func PacketsOutOfOrder() *Error { return NewError(1156, "08S01", "Got packets out of order") }

// UnknownStatement is ER_UNKNOWN_STMT_HANDLER: a prepared statement's id, or name, is not known. Command is the word the
// server uses, such as "mysqld_stmt_execute" or "EXECUTE" ("mysql_stmt_precheck" for all commands of MySQL).
func UnknownStatement(id, command string) *Error {
	return NewError(1243, stateUnknown, "Unknown prepared statement handler (%s) given to %s", id, command)
}

// AbortedConnection is ER_NEW_ABORTING_CONNECTION, by which a server tells that it gives a connection up. Database is
// "unconnected" if there is none.
func AbortedConnection(id uint64, database, user, host, reason string) *Error {
	return NewError(1184, "08S01", "Aborted connection %d to db: '%s' user: '%s' host: '%s' (%s)", id, database, user, host, reason)
}

// ReadError is ER_NET_READ_ERROR.
func ReadError() *Error {
	return NewError(1158, "08S01", "Got an error reading communication packets")
}

// ReadTimeout is ER_NET_READ_INTERRUPTED.
func ReadTimeout() *Error {
	return NewError(1159, "08S01", "Got timeout reading communication packets")
}

// WriteError is ER_NET_ERROR_ON_WRITE.
func WriteError() *Error {
	return NewError(1160, "08S01", "Got an error writing communication packets")
}

// WriteTimeout is ER_NET_WRITE_INTERRUPTED.
func WriteTimeout() *Error {
	return NewError(1161, "08S01", "Got timeout writing communication packets")
}

// ShuttingDown is ER_SERVER_SHUTDOWN.
func ShuttingDown() *Error { return NewError(1053, "08S01", "Server shutdown in progress") }

// ConnectionKilled is what a session hears that KILL ended: ER_CONNECTION_KILLED in MariaDB, ER_SESSION_WAS_KILLED in
// MySQL.
func ConnectionKilled(f Flavor) *Error {
	if f == MySQL {
		return NewError(3169, stateUnknown, "Session was killed")
	}
	return NewError(1927, "70100", "Connection was killed")
}

// QueryInterrupted is ER_QUERY_INTERRUPTED: KILL QUERY ended the statement.
func QueryInterrupted() *Error {
	return NewError(1317, "70100", "Query execution was interrupted")
}

// TimedOut is what a server says of a statement that has met its own limit: ER_STATEMENT_TIMEOUT for max_statement_time of MariaDB,
// ER_QUERY_TIMEOUT for max_execution_time of MySQL.
func TimedOut(f Flavor) *Error {
	if f == MySQL {
		return NewError(3024, "HY000", "Query execution was interrupted, maximum statement execution time exceeded")
	}
	return NewError(1969, "70100", "Query execution was interrupted (max_statement_time exceeded)")
}
