// Package statement says what one SQL text means for routing: its kind, the tables it touches, and what it
// leaves behind in the session. It is the only room that looks at SQL text; every room above decides on the
// [Statement] it returns.
//
// [Parser.Parse] is the entry. A one-pass lexer gives each text a [Digest] (literals folded away); the digest
// finds an immutable Statement in a cache, so that a statement shape is parsed once. What the SQL parser does not
// know (MariaDB's own syntax, large texts) is classified by tokens, and then never as a plain read unless a rule
// knows it. The room leaves to others where a statement goes (router) and what a session remembers (session).
package statement

// Kind is the verb of a statement, coarse enough to decide on and fine enough to show in metrics.
type Kind uint8

// The kinds, in the order metrics and SHOW print them.
const (
	Unknown      Kind = iota // neither parser nor tokens know it: primary, connection reset afterwards
	Empty                    // nothing but white space and comments
	Select                   // SELECT, VALUES, TABLE, WITH … SELECT, parenthesised queries
	Insert                   // INSERT
	Replace                  // REPLACE
	Update                   // UPDATE, also WITH … UPDATE
	Delete                   // DELETE, also WITH … DELETE
	Load                     // LOAD DATA, LOAD XML
	Call                     // CALL
	Do                       // DO
	Handler                  // HANDLER OPEN/READ/CLOSE
	DDL                      // CREATE, ALTER, DROP, RENAME, TRUNCATE of databases, tables, views, routines …
	Account                  // CREATE USER, GRANT, REVOKE, SET PASSWORD, DROP ROLE …
	Admin                    // ANALYZE/OPTIMIZE/REPAIR/CHECK TABLE, FLUSH, PURGE, replication control, SHUTDOWN …
	Show                     // SHOW (but for diagnostics)
	Describe                 // DESCRIBE t, DESC t, EXPLAIN t
	Explain                  // EXPLAIN statement, ANALYZE statement
	Diagnostics              // SHOW WARNINGS, SHOW ERRORS, SHOW COUNT(*) WARNINGS, GET DIAGNOSTICS
	Set                      // SET of variables, names, character set, transaction characteristics, role
	Use                      // USE
	Begin                    // BEGIN, START TRANSACTION
	Commit                   // COMMIT
	Rollback                 // ROLLBACK
	Savepoint                // SAVEPOINT, RELEASE SAVEPOINT, ROLLBACK TO
	XA                       // XA …
	LockTables               // LOCK TABLES, FLUSH TABLES WITH READ LOCK, LOCK INSTANCE, BACKUP STAGE
	UnlockTables             // UNLOCK TABLES, UNLOCK INSTANCE
	Prepare                  // PREPARE name FROM
	Execute                  // EXECUTE name, EXECUTE IMMEDIATE
	Deallocate               // DEALLOCATE PREPARE, DROP PREPARE
	Kill                     // KILL
	Multi                    // several statements in one text, see Statement.List
	kinds                    // how many there are
)

// Effects is what a statement may do to the session, or need from it, as far as its text tells. The server's status
// flags and session trackers are the truth afterwards; effects only predict.
type Effects uint64

// The effects. A statement may have several.
const (
	TxBegin         Effects = 1 << iota // opens a transaction
	TxReadOnly                          // … declared READ ONLY
	TxEnd                               // COMMIT or ROLLBACK without CHAIN
	TxChain                             // … AND CHAIN: the next transaction is open at once
	ImplicitCommit                      // ends a transaction as a side effect (DDL, LOCK TABLES, account statements …)
	LocksRows                           // FOR UPDATE, FOR SHARE, LOCK IN SHARE MODE at any depth
	GetsLock                            // calls GET_LOCK
	ReleasesLock                        // calls RELEASE_LOCK
	ReleasesAll                         // calls RELEASE_ALL_LOCKS
	AssignsVar                          // assigns a user variable outside of SET: @a := x, SELECT … INTO @v
	ReadsVar                            // reads a user variable
	CreatesTemp                         // CREATE TEMPORARY TABLE, see Names
	DropsTable                          // DROP [TEMPORARY] TABLE, see Names
	IntoFile                            // INTO OUTFILE, INTO DUMPFILE, LOAD_FILE()
	CalcFoundRows                       // SQL_CALC_FOUND_ROWS
	UsesFoundRows                       // calls FOUND_ROWS()
	UsesRowCount                        // calls ROW_COUNT()
	UsesInsertID                        // reads LAST_INSERT_ID() or @@identity, @@last_insert_id
	SetsInsertID                        // calls LAST_INSERT_ID(expr)
	ServerFacts                         // reads @@hostname, @@server_id, @@read_only, @@gtid_*, @@global.x …: only the primary's are right
	SessionVars                         // reads @@x or @@session.x
	Impure                              // calls something that is not on the list of pure built-ins, see Functions
	LoadsLocal                          // LOAD DATA LOCAL: the server will ask the client for a file
	SetsGlobal                          // SET GLOBAL, SET PERSIST
	OneShot                             // SET TRANSACTION without SESSION: holds for the next transaction only
	NextOnly                            // SET timestamp, insert_id, rand_seed1 …: meant for the next statements of this connection
	BypassesBinlog                      // SET sql_log_bin=0, SET gtid_next
	LeavesState                         // leaves state in the connection that nothing can read back (unknown verbs, HANDLER, text EXECUTE of unknown …)
	Disconnects                         // COMMIT RELEASE, ROLLBACK RELEASE: the server closes the connection
	VersionComment                      // contains /*! or /*M!: the server may execute what the parser skips
	UsesDiagnostics                     // reads @@warning_count or @@error_count
	HidesFoundRows                      // what FOUND_ROWS() gives afterwards does not follow from the answer: only the connection knows
	ListsSchema                         // a SHOW that servers answer from information_schema: it counts for FOUND_ROWS() and clears the warnings
	TakesSequence                       // NEXTVAL(s), NEXT VALUE FOR s: LASTVAL(s) is another afterwards, on this connection alone
	AsksSequence                        // LASTVAL(s), PREVIOUS VALUE FOR s
)

// Unremarkable are the effects that a plain read may have.
const Unremarkable = ReadsVar | HidesFoundRows | ListsSchema

// Has says whether all of e2 are among e.
func (e Effects) Has(e2 Effects) bool { return e&e2 == e2 }

// Any says whether one of e2 is among e.
func (e Effects) Any(e2 Effects) bool { return e&e2 != 0 }

// Digest is the normalised identity of a statement: equal for texts that differ in literals, white space and comments
// only. It is keyed per process, so it means nothing outside of it.
type Digest [2]uint64

// Table is a table or view that a statement names. Schema is empty where the text gives none: the session's default
// database holds then. Names are as written, without quotes.
type Table struct {
	Schema, Name string
	Write        bool // inserted into, updated, deleted from, created, altered, locked for writing
}

// Scope says whose variable an Assignment sets.
type Scope uint8

// The scopes of SET.
const (
	SessionScope     Scope = iota // SET x, SET SESSION x, SET LOCAL x, SET @@x, SET @@session.x
	GlobalScope                   // SET GLOBAL x, SET @@global.x, SET PERSIST x
	UserScope                     // SET @x
	NamesScope                    // SET NAMES x [COLLATE y], SET CHARACTER SET x
	TransactionScope              // SET [SESSION|GLOBAL] TRANSACTION …, Value holds the characteristics
	RoleScope                     // SET ROLE
)

// Assignment is one item of a SET statement. Value is its source text; Literal says that it is a constant, so that
// the same text gives the same value on any connection at any time.
type Assignment struct {
	Scope   Scope
	Name    string // lower case, without @ or @@; empty for names, transaction, role
	Value   string
	Literal bool
}

// Ask is a question that the proxy itself can answer because it alone knows (its connection id) or knows already (the
// last insert id). Set only when the statement asks nothing else.
type Ask uint8

// What can be asked.
const (
	AskNothing Ask = iota
	AskConnectionID
	AskInsertID
	AskRowCount
	AskFoundRows
	AskUser         // USER(), SESSION_USER(), SYSTEM_USER()
	AskWarningCount // @@warning_count
	AskErrorCount   // @@error_count
	AskProcessList  // SHOW [FULL] PROCESSLIST
	AskToken        // @@shunt_token
	AskConsistency  // @@shunt_consistency
	AskSeveral      // more than one of those before, see Several
)

// List is what a SHOW lists that may be spread over clusters, so that one answer is made of those of several servers.
type List uint8

// What is listed.
const (
	ListsNothing   List = iota
	ListsTables         // SHOW TABLES, SHOW TABLE STATUS: tables of one database
	ListsDatabases      // SHOW DATABASES
	ListsTriggers       // SHOW TRIGGERS: of the tables of one database
)

// Question is one item of a SELECT that the proxy can answer. Label is the column name that the server would give it.
type Question struct {
	Ask   Ask
	Label string
}

// LockName is the argument of a GET_LOCK or RELEASE_LOCK call; Literal is false where it is not a plain string.
type LockName struct {
	Name    string
	Literal bool
}

// Limit is the LIMIT of SHOW WARNINGS and SHOW ERRORS: Count rows behind the first Offset.
type Limit struct{ Offset, Count uint64 }

// Statement is the meaning of one SQL text. It is immutable and may be shared by all clients.
type Statement struct {
	Kind    Kind
	Digest  Digest
	Effects Effects

	// Plain says that nothing in the statement writes, locks, depends on session state that only one connection has, or calls
	// what may do so: a replica may answer it, and it may be asked again elsewhere.
	Plain bool
	// Fallback says that the SQL parser refused the text, or was not asked, and tokens alone decided.
	Fallback bool

	Tables    []Table
	Schema    bool     // it is about something else than a table in the default database, as a routine
	Databases []string // databases named other than as a table's schema: USE d, SHOW TABLES FROM d, CREATE DATABASE d
	Whole     bool     // CREATE, ALTER, DROP DATABASE: it is about a database as a whole, that of Databases or else the default one
	Functions []string // called functions that are not known to be pure, lower case, with their schema if given
	Names     []string // what a CREATE/DROP TABLE, SAVEPOINT, PREPARE, EXECUTE, DEALLOCATE names; as written
	Vars      []string // user variables it names outside of SET, lower case; with AssignsVar any of them may have a new value
	Locks     []LockName
	Set       []Assignment
	For       []string // the variables of SET STATEMENT … FOR this statement, lower case
	Ask       Ask
	Several   []Question
	Label     string       // the column name that the server would give the answer of Ask; for SHOW diagnostics what is shown: "warnings", "errors", "count warnings", "count errors"; of transactions: see Snapshot
	Text      string       // PREPARE … FROM 'literal', EXECUTE IMMEDIATE 'literal': the inner text; empty if it is not a literal
	Target    uint64       // KILL: the id; 0 if it is an expression, of which Ask tells CONNECTION_ID() and Text the source; a variable's name
	KillQuery bool         // KILL QUERY
	Full      bool         // SHOW FULL PROCESSLIST
	Lists     List         // SHOW TABLES, SHOW DATABASES and the like
	Limit     *Limit       // SHOW WARNINGS, SHOW ERRORS; nil: all of them
	Inner     *Statement   // EXPLAIN of a statement: that statement
	List      []*Statement // Multi: each statement in order
	Params    int          // ? placeholders
}

// Hint is what a comment of ours in the text asks for. Hints are read from every text anew and are not part of the
// Digest.
type Hint struct {
	Role        HintRole
	Consistency string // eventual, sticky, causal, causal-global, primary; empty: not given
	NotCritical bool   // critical=false
	Atomic      bool   // of BEGIN: the transaction may write on several clusters
	After       string // after=<token>
	Traceparent string // sqlcommenter's, quotes removed
	Request     string // request=key or sqlcommenter's request='key': what the statements of one request have in common
	Bad         string // the first word of a shunt hint that is not known, for a warning
}

// HintRole is the role a hint asks for.
type HintRole uint8

// The roles a hint can ask for.
const (
	AnyRole HintRole = iota
	PrimaryRole
	ReplicaRole
)

// Mode is what of the session's sql_mode changes how text is read.
type Mode uint8

// The modes.
const (
	AnsiQuotes         Mode = 1 << iota // "x" is an identifier
	NoBackslashEscapes                  // \ is an ordinary character in strings
)
