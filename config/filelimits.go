package config

import "time"

// Limits bounds counts, sizes and times.
type Limits struct {
	// Event loops that serve the clients, each on a processor; 0: one per processor.
	Loops int `yaml:"loops" default:"0" min:"0"`

	// Clients that are connected at a time, all together. One more hears "Too many connections".
	Clients int `yaml:"clients" default:"20000" min:"1"`

	// Clients of one account that are connected at a time. 0: no limit of its own.
	PerAccount int `yaml:"per_account" default:"500" reload:"live"`

	// Rows that may be copied from one cluster to another for a SELECT that joins tables of both, all its tables together. One more is refused.
	JoinRows int `yaml:"join_rows" default:"10000" min:"1"`

	// How long these rows may be, as text with all bytes in hexadecimal.
	JoinBytes Size `yaml:"join_bytes" default:"16MiB" min:"1KiB"`

	// Reads that a primary serves at a time because no replica is in service; more wait for up to limits.wait. 0: no limit.
	PrimaryReads int `yaml:"primary_reads" default:"50" min:"0"`

	// Connections to one server, all accounts together. It must be below the server's max_connections, and all proxies count.
	PerServer int `yaml:"per_server" default:"200" min:"1"`

	// Connections of one account to one server. More of its statements wait, for its own connections only. 0: no limit of its own.
	ServerConnections int `yaml:"server_connections" default:"0" min:"0" reload:"live"`

	// Quick reads of an account are sent behind one another on one connection while a server, or shunt, has more to do than it can. This is how long one waits while that connection does not
	// come on to the next; then it is sent by itself. 0: each has a connection for itself.
	Pipelining time.Duration `yaml:"pipelining" default:"100ms"`

	// Statements that wait for a connection to one server. One more gets an error at once; or, if it is of an account that has less in the
	// queue than another, the last of that does.
	Queue int `yaml:"queue" default:"10000" min:"1"`

	// Statements that wait for a primary, or because writes are held or paused, all clients together. One more gets an error at once.
	Held int `yaml:"held" default:"10000" min:"1"`

	// How long these may be, together.
	HeldBytes Size `yaml:"held_bytes" default:"256MiB" min:"1KiB"`

	// Statements prepared on one server, all connections together. It must be below the server's max_prepared_stmt_count, and all proxies
	// count. Above it, connections close what they have used least recently.
	Prepared int `yaml:"prepared" default:"8000" min:"1"`

	// Prepared statements of one client. One more hears that max_prepared_stmt_count is reached.
	PreparedPerClient int `yaml:"prepared_per_client" default:"16382" min:"1"`

	// The longest command of a client. It should be the servers' max_allowed_packet.
	Packet Size `yaml:"packet" default:"64MiB" min:"1KiB"`

	// How long a statement waits for a primary, or for a free server connection, before its client gets an error.
	Wait time.Duration `yaml:"wait" default:"10s"`

	// How long a statement may run on a server before it is killed there (KILL QUERY) and its client hears what the server says of its own
	// limit: error 1969 of MariaDB, 3024 of MySQL. COMMIT, ROLLBACK, XA and binary logs are not bounded. 0: no limit.
	QueryTimeout time.Duration `yaml:"query_timeout" default:"0" reload:"live"`

	// How long a client may say nothing while it has a transaction open. Then that is rolled back, its server connection is free for others, and
	// the client's next statement gets an error. 0: no limit.
	TransactionIdle time.Duration `yaml:"transaction_idle" default:"5m" reload:"live"`

	// How long a transaction may be open, whatever is done in it. Then the statement that runs is killed and the transaction rolled back. 0: no
	// limit.
	Transaction time.Duration `yaml:"transaction" default:"0" reload:"live"`

	// Other limits for some accounts. A new value holds for those who log in from then on.
	Accounts []AccountLimits `yaml:"accounts" reload:"live"`

	// How long a client may take to log in.
	Login time.Duration `yaml:"login" default:"10s" min:"100ms"`

	// How long a client may leave an answer untaken before its connection is closed.
	Write time.Duration `yaml:"write" default:"1m" min:"100ms"`

	// How long a server connection is kept for a client that may ask something about its last statement (SHOW WARNINGS, FOUND_ROWS()).
	Linger time.Duration `yaml:"linger" default:"20ms"`

	// How long clients may finish what they are doing when shunt ends.
	Drain time.Duration `yaml:"drain" default:"30s"`

	// How long connecting and logging in to a server may take.
	Dial time.Duration `yaml:"dial" default:"5s" min:"10ms"`

	// How long a server connection that nobody uses is kept. It must be below the servers' wait_timeout.
	ServerIdle time.Duration `yaml:"server_idle" default:"5m" min:"1s"`

	// After how long a server connection is replaced by a new one, so that changed grants and settings of the server arrive.
	ServerLifetime time.Duration `yaml:"server_lifetime" default:"1h" min:"1s"`
}

// AccountLimits are the limits of some accounts, in place of those of all.
type AccountLimits struct {
	// User names. The first entry that has the name holds, from login on.
	Users []string `yaml:"users" need:"true" id:"true"`

	// How long a statement may run on a server.
	QueryTimeout time.Duration `yaml:"query_timeout" inherit:"limits.query_timeout"`

	// How long a client may say nothing in a transaction.
	TransactionIdle time.Duration `yaml:"transaction_idle" inherit:"limits.transaction_idle"`

	// How long a transaction may be open.
	Transaction time.Duration `yaml:"transaction" inherit:"limits.transaction"`

	// Clients of each account that are connected at a time.
	Connections int `yaml:"connections" inherit:"limits.per_account"`

	// Connections of each account to one server.
	ServerConnections int `yaml:"server_connections" inherit:"limits.server_connections"`
}
