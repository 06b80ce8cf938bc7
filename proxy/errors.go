package proxy

import (
	"errors"
	"fmt"

	"shunt/backend"
	"shunt/mysql"
)

// Numbers of shunt's own errors at the front, from its block 9900–9999 (docs/reference/errors.md).
const (
	ErrorNotReady    uint16 = 9900 // no server was reached yet
	ErrorProxyHeader uint16 = 9914 // a PROXY protocol header that is not one, or from somewhere that is not listed
	ErrorOwnVariable uint16 = 9915 // SET of a variable of shunt's own that cannot be
	ErrorToken       uint16 = 9916 // a token that is none
	ErrorTooLong     uint16 = 9919 // a list that is made of those of several clusters is too long
	ErrorLost        uint16 = 9920 // the server connection broke while a statement ran: its outcome is not known
	ErrorLostTx      uint16 = 9921 // … while the session was pinned to it: transaction and session state are lost
	ErrorCommit      uint16 = 9923 // … during COMMIT: nobody knows whether the transaction was committed
	ErrorTxIdle      uint16 = 9924 // a transaction was rolled back because its client said nothing for limits.transaction_idle
	ErrorTxLong      uint16 = 9925 // … because it was open for limits.transaction
	ErrorPartly      uint16 = 9927 // a transaction was committed on some of its clusters only
	ErrorUndecided   uint16 = 9928 // … was rolled back on all, since the decision could not be kept
	ErrorNotAtomic   uint16 = 9929 // … cannot be, or go on as, one that commits on all of its clusters or none
	ErrorLongData    uint16 = 9922 // more COM_STMT_SEND_LONG_DATA than is buffered
)

// clientError marks an error of the client's own connection: there is nobody to tell.
type clientError struct{ error }

func (e clientError) Unwrap() error { return e.error }

// lost is what a client hears when a server connection broke under a statement that cannot be asked again.
func lost(address string, pinned bool, cause error) *mysql.Error {
	if pinned {
		return mysql.NewError(ErrorLostTx, "08S01",
			"shunt: connection to server %s was lost (%v); its transaction and session state are gone, begin anew", address, cause)
	}
	return mysql.NewError(ErrorLost, "08S01",
		"shunt: connection to server %s was lost while the statement ran (%v); it may or may not have been carried out", address, cause)
}

// lostCommit is what a client hears when the connection broke during COMMIT. It is never sent again.
func lostCommit(address string, cause error) *mysql.Error {
	return mysql.NewError(ErrorCommit, "08S01",
		"shunt: connection to server %s was lost during COMMIT (%v); the transaction may or may not have been committed, look before you repeat it", address, cause)
}

// poolError turns what Acquire says into what a client hears, unless another try may help.
func poolError(err error, address string, waited fmt.Stringer) *mysql.Error {
	var server *mysql.Error
	var dial *backend.DialError
	switch {
	case errors.As(err, &server):
		return server
	case errors.Is(err, backend.ErrFull):
		return mysql.NewError(backend.ErrorPoolFull, "08004",
			"shunt: no connection to server %s became free within %s; raise limits.per_server, or see SHOW PINS for who keeps them", address, waited)
	case errors.Is(err, backend.ErrQueueFull):
		return mysql.NewError(backend.ErrorQueueFull, "08004",
			"shunt: as many statements as limits.queue lets wait for a connection to server %s already; nothing of this one was run, send less at a time", address)
	case errors.As(err, &dial):
		return mysql.NewError(backend.ErrorUnreachable, "08S01", "shunt: %v; waited %s, nothing of the statement was run", dial, waited)
	}
	return mysql.NewError(backend.ErrorUnreachable, "08S01", "shunt: server %s: %v", address, err)
}
