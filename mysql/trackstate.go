package mysql

// TransactionState is what the transaction state tracker (session_track_transaction_info=STATE or CHARACTERISTICS)
// tells of the open transaction. The zero value: there is none.
//
// Reference: https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_session_track_transaction_info.
type TransactionState struct {
	Explicit        bool // begun by a statement
	Implicit        bool // begun by itself, with autocommit off
	ReadUnsafe      bool // has read tables that know no transactions
	Read            bool // has read transactional tables
	WroteUnsafe     bool // has written tables that know no transactions
	Wrote           bool // has written transactional tables
	UnsafeStatement bool // has run a statement that may not repeat itself elsewhere, such as one with UUID()
	SentResult      bool // has given rows to the client
	HoldsTables     bool // LOCK TABLES is in force
}

// Open says whether a transaction is open.
func (s TransactionState) Open() bool { return s.Explicit || s.Implicit }

// transactionLetters is the state in which everything is true, letter by letter; "_" stands where something is not. The
// first letter is I for an implicit transaction.
const transactionLetters = "TrRwWsSL"

// ParseTransactionState reads the value of a TrackTransactionState report. Not ok: it is not eight of the letters that
// are known.
func ParseTransactionState(letters []byte) (s TransactionState, ok bool) {
	if len(letters) != len(transactionLetters) {
		return TransactionState{}, false
	}
	fields := [...]*bool{&s.Explicit, &s.ReadUnsafe, &s.Read, &s.WroteUnsafe, &s.Wrote, &s.UnsafeStatement, &s.SentResult, &s.HoldsTables}
	for i, letter := range letters {
		switch {
		case letter == '_':
		case letter == transactionLetters[i]:
			*fields[i] = true
		case i == 0 && letter == 'I':
			s.Implicit = true
		default:
			return TransactionState{}, false
		}
	}
	return s, true
}
