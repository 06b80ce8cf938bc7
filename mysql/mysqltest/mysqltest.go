// Package mysqltest has the two ends of a MySQL connection for tests: a [Server] that answers as a test's [Handler]
// says, a [Client] that shows every packet of an answer, a [FaultyConn] that cuts, stalls and splits between them, and
// [StartMariaDB] for the real thing.
//
// Both ends speak the real wire, over a listener or in memory. In-memory connections work under testing/synctest. What
// the package knows of packets is mysql's, but it does not use [mysql.Response], so that it can check it.
package mysqltest

import (
	"time"

	"shunt/mysql"
)

// Timeout is how long a Client waits for an answer before it gives up, and its test with it.
const Timeout = time.Minute

// maxPacket is the longest payload, in bytes, that either end takes in.
const maxPacket = 64 << 20

// ClientCapabilities are what a Client asks for where a test does not say: those of a current client, without
// compression, TLS and LOAD DATA LOCAL.
const ClientCapabilities = mysql.CapLongPassword | mysql.CapLongFlag | mysql.CapProtocol41 | mysql.CapTransactions |
	mysql.CapSecureConnection | mysql.CapMultiStatements | mysql.CapMultiResults | mysql.CapPSMultiResults | mysql.CapPluginAuth |
	mysql.CapConnectAttrs | mysql.CapPluginAuthLenenc | mysql.CapSessionTrack | mysql.CapDeprecateEOF

// ServerCapabilities are what a Server offers where a test does not say.
const ServerCapabilities = ClientCapabilities | mysql.CapFoundRows | mysql.CapConnectWithDB | mysql.CapODBC | mysql.CapLocalFiles |
	mysql.CapIgnoreSpace | mysql.CapInteractive | mysql.CapCanHandleExpiredPasswords
