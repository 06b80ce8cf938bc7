package mysql

import "fmt"

// stateUnknown is the SQLSTATE of errors that have none of their own.
const stateUnknown = "HY000"

// Error is an ERR packet: what a server answers instead of a result, and the Go error for it.
//
// Reference: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_err_packet.html.
type Error struct {
	Number  uint16 // the server's error number, such as 1045
	State   string // SQLSTATE, five characters
	Message string
}

// Error is the text as the mysql client prints it: number, SQLSTATE, message.
func (e *Error) Error() string { return fmt.Sprintf("Error %d (%s): %s", e.Number, e.State, e.Message) }

// Is says whether target is an Error with the same number, so that errors.Is(err, mysql.TooManyConnections()) asks for
// that number.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Number == e.Number
}

// IsErr says whether payload is an ERR packet. In a row, where a value of 16 MiB or more can begin with the same byte,
// do not ask.
func IsErr(payload []byte) bool { return len(payload) > 0 && payload[0] == HeaderErr }

// ParseErr parses an ERR packet. Its error is not nil only if payload is none. Caps are the connection's, zero while
// they are not known: before the login a server sends no SQLSTATE, or sends one to a client that is not known to expect
// it; both are understood. Strings are copied.
func ParseErr(payload []byte, caps Capability) (*Error, error) {
	d := NewDecoder(payload)
	if d.Uint8() != HeaderErr {
		d.Fail("it does not begin as an ERR packet")
	}
	e := &Error{Number: d.Uint16(), State: stateUnknown}
	if rest := d.payload[d.at:]; hasState(rest, caps) {
		e.State = string(rest[1:6])
		d.Skip(6)
	}
	e.Message = string(d.Rest())
	if err := d.Err(); err != nil {
		return nil, fmt.Errorf("reading an ERR packet: %w", err)
	}
	return e, nil
}

// hasState says whether an ERR packet goes on with a SQLSTATE. Without CapProtocol41 it must also look like one.
func hasState(rest []byte, caps Capability) bool {
	if len(rest) < 6 || rest[0] != '#' {
		return false
	}
	if caps.Has(CapProtocol41) {
		return true
	}
	for _, c := range rest[1:6] {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// Append appends the ERR packet for a client with caps. Caps are zero before the login, when clients do not expect a
// SQLSTATE (as servers, which leave it out then).
func (e *Error) Append(dst []byte, caps Capability) []byte {
	dst = AppendUint16(append(dst, HeaderErr), e.Number)
	if caps.Has(CapProtocol41) {
		dst = append(dst, '#')
		dst = append(dst, (e.State + stateUnknown)[:5]...)
	}
	return append(dst, e.Message...)
}
