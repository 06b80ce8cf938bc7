package backend

import (
	"errors"
	"fmt"

	"shunt/mysql"
)

// Numbers of shunt's own errors about servers, from its block 9900–9999 (docs/reference/errors.md).
const (
	ErrorLogin       uint16 = 9910 // logging in behind is not possible with this account
	ErrorUnreachable uint16 = 9911 // a server does not answer
	ErrorPoolFull    uint16 = 9912 // no connection became free within limits.wait
	ErrorAccount     uint16 = 9913 // the server takes shunt's connection for another account
	ErrorQueueFull   uint16 = 9918 // limits.queue statements wait for a connection already
)

// ErrFull says that no connection of a server became free in time.
var ErrFull = errors.New("no server connection became free")

// ErrQueueFull says that too many wait for a connection of a server already.
var ErrQueueFull = errors.New("too many statements wait for a server connection")

// ErrFollow says that somebody of the same account and state has got a connection that was waited for: a quick statement may be sent on it behind his.
var ErrFollow = errors.New("another statement's connection may be shared")

// DialError says that a server could not be reached, or that the connection broke before the login was over. Nothing of any
// statement has reached the server, so another one may be tried.
type DialError struct {
	Address string
	Err     error
}

func (e *DialError) Error() string { return fmt.Sprintf("server %s: %v", e.Address, e.Err) }
func (e *DialError) Unwrap() error { return e.Err }

// asServerError gives the server's own error packet, if that is what err is.
func asServerError(err error) *mysql.Error {
	var me *mysql.Error
	if errors.As(err, &me) {
		return me
	}
	return nil
}

// SkippedError is a server's refusal of a command that came before the one whose answer is read.
type SkippedError struct{ Refusal *mysql.Error }

func (e *SkippedError) Error() string { return e.Refusal.Error() }
