// Package binlog carries the changes of a unit from the server where it is at home to the one where it moves, while it is in use: it reads the
// binary log of the one and applies what it finds on the other, in the order of the commits, each exactly once.
//
// A [Source] has one connection to a server that all moves from it share; [Source.Follow] gives each a [Follower], from which whole transactions
// come, as [Transaction], from exactly the position on that the copy was made at. An [Applier] writes them on the destination, with the position in
// the same transaction, under the guard of package guard. A [Position] says from where to go on.
//
// Events are decoded here and not by go-mysql, of which the names of events and the GTIDs are used: it mistakes the types of MariaDB's compressed
// columns, reads TIME and unsigned numbers without their types, and makes values of what only has to be copied. Rows stay what the server sent
// until they are written as SQL.
//
// Left to others: the copy itself, definitions of tables, what is done when this room says that a copy is worth nothing any more
// ([ErrLost], [ErrDiverged], [ErrStatementFormat], a change of kind Definition), and when a move goes from one phase to the next.
package binlog

import (
	"errors"
	"strings"
	"time"
)

// What ends the following or applying of a unit for good: each says that the copy has to be made anew, unless a person knows better.
var (
	// ErrLost says that the server no longer has what comes after a position, or never had the position.
	ErrLost = errors.New("the changes after this position cannot be had from this server")
	// ErrStatementFormat says that a change of the unit was logged as a statement, without its rows.
	ErrStatementFormat = errors.New("a change was logged as a statement; the source needs binlog_format=ROW in every session")
	// ErrPartialImage says that a change was logged without all columns, or with a part of a JSON document.
	ErrPartialImage = errors.New("a change was logged in part; the source needs binlog_row_image=FULL, and binlog_row_value_options empty, in every session")
	// ErrUnknownXA says that a transaction was committed that had been prepared before the position that reading began at.
	ErrUnknownXA = errors.New("a prepared transaction was committed whose changes came before the position; let reading begin before it was prepared")
	// ErrUnsupported says that a column has a type that cannot be read from the binary log.
	ErrUnsupported = errors.New("the type of a column is not supported")
	// ErrMalformed says that the binary log has something that is not as it should be.
	ErrMalformed = errors.New("the event is malformed")
)

// Unit is what a follower wants to see: the tables of one database, or some of them.
type Unit struct {
	Name     string                  // as in the control tables, for the marker
	Database string                  // as the server spells it in its binary log: in lower case with lower_case_table_names=1
	Has      func(table string) bool // nil: all of the database
}

// has says whether a table belongs to the unit. An empty name stands for the database as a whole.
func (u *Unit) has(database, table string) bool {
	if database != u.Database {
		return false
	}
	return u.Has == nil || table == "" || u.Has(table)
}

// Kind says what a change is.
type Kind uint8

// The kinds of changes.
const (
	Insert     Kind = iota + 1 // After has the row
	Update                     // Before and After
	Delete                     // Before
	Truncate                   // all rows of the table are gone
	Definition                 // a statement that changes what tables are; with Harmless one that leaves rows and columns as they are
	Marker                     // the row that guard.Mark has changed: the end of the stream for its Epoch
)

// String is the kind's word in logs and errors.
func (k Kind) String() string {
	return [...]string{"nothing", "insert", "update", "delete", "truncate", "definition", "marker"}[k]
}

// Table names a table.
type Table struct{ Database, Name string }

// String is the quoted name.
func (t Table) String() string { return quoteName(t.Database) + "." + quoteName(t.Name) }

func quoteName(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

// Change is one row, or one statement.
type Change struct {
	Kind          Kind
	Table         Table // of a Definition: one of its tables, empty if it has none of the unit
	Before, After Row
	Statement     string // of Truncate and Definition
	Harmless      bool   // of Definition
	// NoForeignKeys says that the change was made without looking at foreign keys: either the session wanted it so, or the changes that
	// follow from foreign keys are in the log, too.
	NoForeignKeys bool
	Epoch, Token  int64 // of Marker
}

// Transaction is what one transaction of the source has changed of the unit. It has no Changes where the follower only says how far it is.
type Transaction struct {
	Position Position  // from where to go on when this transaction is applied
	GTID     string    // its own; of several transactions of other units the last one's
	At       time.Time // when it was committed, by the source's clock, to the second at least
	Changes  []Change  // in order
	Bytes    int       // of the changes, as they were in the binary log
}
